"""The gate reads the API over verified TLS and tells in one line what went wrong."""

import base64
import ssl
from dataclasses import replace

import pytest

from functions.release_gate.kube import ApiError, Namespace

from .api_server import ApiServer
from .certificates import issue
from .pods import pod


def namespace(api: ApiServer, *, trust: str | None = None) -> Namespace:
    """Open the namespace, trusting the server's own authority unless told otherwise."""
    authority = trust or api.certificate_authority
    return Namespace(
        "avadot", endpoint=api.endpoint, certificate_authority=authority, token="k8s-aws-v1.x"
    )


def test_lists_are_namespaced_and_carry_the_token(api: ApiServer) -> None:
    """The role may read one namespace; several lists go over one connection."""
    api.lists["pods"] = [pod()]
    with namespace(api) as opened:
        found = opened.list("v1", "pods")
        opened.list("apps/v1", "deployments")
        opened.list("v1", "events", fieldSelector="type=Warning")

    assert found == [pod()]
    assert api.tokens == {"Bearer k8s-aws-v1.x"}
    assert api.requests == [
        ("GET", "/api/v1/namespaces/avadot/pods"),
        ("GET", "/apis/apps/v1/namespaces/avadot/deployments"),
        ("GET", "/api/v1/namespaces/avadot/events?fieldSelector=type%3DWarning"),
    ]


def test_server_of_another_authority_is_not_talked_to(api: ApiServer) -> None:
    """The token would be given away."""
    stranger = base64.b64encode(issue().authority).decode()

    with (
        pytest.raises(ApiError, match=r"GET /api/v1/namespaces/avadot/pods: .*verify failed"),
        namespace(api, trust=stranger) as opened,
    ):
        opened.list("v1", "pods")
    assert api.requests == []


def test_authority_of_eks_is_trusted_by_strict_pythons(
    api: ApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python 3.13, Lambda's, refuses by default a chain without key identifiers."""
    create = ssl.create_default_context

    def strict(*, cadata: str) -> ssl.SSLContext:
        context = create(cadata=cadata)
        context.verify_flags |= ssl.VERIFY_X509_STRICT
        return context

    monkeypatch.setattr(ssl, "create_default_context", strict)

    with namespace(api) as opened:
        assert opened.list("v1", "pods") == []


def test_refusal_tells_status_and_message_in_one_line(api: ApiServer) -> None:
    """As the API server words it."""
    api.answer = (403, b'{"message": "pods is forbidden:\\n  User x cannot list"}')

    with namespace(api) as opened, pytest.raises(ApiError) as caught:
        opened.list("v1", "pods")

    expected = "GET /api/v1/namespaces/avadot/pods: status 403: pods is forbidden: User x cannot"
    assert str(caught.value) == f"{expected} list"
    assert caught.value.status == 403


@pytest.mark.parametrize("status", [200, 503])
def test_answer_that_is_not_kubernetes_is_an_error(api: ApiServer, status: int) -> None:
    """A load balancer in front of the API answers with a page."""
    api.answer = (status, b"<html>\n" + b"x" * 2000)

    with (
        namespace(api) as opened,
        pytest.raises(ApiError, match="not a Kubernetes answer") as error,
    ):
        opened.list("v1", "pods")
    assert len(str(error.value)) <= 300


def test_nobody_at_the_endpoint_is_an_error(api: ApiServer) -> None:
    """Connection refused is told as what was asked."""
    nowhere = replace(api, endpoint="https://127.0.0.1:1")

    with namespace(nowhere) as opened, pytest.raises(ApiError, match=r"pods: .*refused") as caught:
        opened.list("v1", "pods")
    assert caught.value.status is None


def test_pod_is_deleted_only_as_it_was_read(api: ApiServer) -> None:
    """The API server refuses if it is another pod by now, or has become ready."""
    with namespace(api) as opened:
        assert opened.delete_pod_unchanged(pod())

    assert api.requests == [("DELETE", "/api/v1/namespaces/avadot/pods/tarot-1")]
    conditions = {"uid": "uid-tarot-1", "resourceVersion": "7"}
    assert api.deletions[0]["preconditions"] == conditions


@pytest.mark.parametrize("status", [404, 409])
def test_pod_that_has_gone_or_changed_is_let_be(api: ApiServer, status: int) -> None:
    """The next look will tell."""
    api.answer = (status, b'{"message": "conflict"}')

    with namespace(api) as opened:
        assert not opened.delete_pod_unchanged(pod())


def test_refused_deletion_is_an_error(api: ApiServer) -> None:
    """The role lacks what freeing needs."""
    api.answer = (403, b'{"message": "cannot delete"}')

    with namespace(api) as opened, pytest.raises(ApiError, match=r"DELETE .*cannot delete"):
        opened.delete_pod_unchanged(pod())
