"""A cluster that does not answer is asked again, for a time that fits the answer."""

import pytest

from functions.release_gate.handler import ReleaseFailed, is_complete

from .api_server import ApiServer
from .requests import event


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
def test_cluster_that_does_not_answer_is_asked_again(api: ApiServer, status: int) -> None:
    """An access entry takes a while to be known, an API server may be replaced."""
    api.answer = (status, b'{"message": "not now"}')

    assert is_complete(event(api, elapsed=299), None) == {"IsComplete": False}


@pytest.mark.parametrize(("status", "patience"), [(403, 300), (503, 2700)])
def test_cluster_that_never_answers_is_named(api: ApiServer, status: int, patience: int) -> None:
    """A role that may not read is told sooner than an outage is given up."""
    api.answer = (status, b'{"message": "not now"}')

    with pytest.raises(ReleaseFailed) as caught:
        is_complete(event(api, elapsed=patience), None)

    assert str(caught.value) == (
        f"avadot-prod: the cluster could not be read for {patience} s: "
        f"GET /api/v1/namespaces/avadot/pods: status {status}: not now"
    )


def test_missing_credentials_are_no_traceback(
    api: ApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reason would be the name of an exception of botocore."""
    monkeypatch.setattr("botocore.session.Session.get_credentials", lambda _: None)

    assert is_complete(event(api), None) == {"IsComplete": False}
    with pytest.raises(ReleaseFailed, match="cluster token: Unable to locate credentials"):
        is_complete(event(api, elapsed=2700), None)
