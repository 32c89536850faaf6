"""The custom resource is complete, not complete yet, or fails with one line that says why."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.release_gate.handler import ReleaseFailed, is_complete, on_event

from .api_server import ApiServer
from .pods import crashing, pod, waiting
from .workloads import deployment, endpoint_slice, member, owned, replica_set, stateful_set

WORKLOADS = [
    {
        "Namespace": "avadot",
        "Kind": "Deployment",
        "Name": "tarot",
        "ScheduledWithinSeconds": "30",
        "ReadyWithinSeconds": "120",
        "LimitSeconds": "600",
    },
    {
        "Namespace": "avadot",
        "Kind": "StatefulSet",
        "Name": "audio2face",
        "ScheduledWithinSeconds": "30",
        "ReadyWithinSeconds": "1800",
        "LimitSeconds": "2700",
    },
]


def event(api: ApiServer, *, kind: str = "Update", elapsed: float = 20) -> dict[str, Any]:
    """Make the event that the provider framework hands over, that long after the start."""
    started = datetime.now(UTC) - timedelta(seconds=elapsed)
    return {
        "RequestType": kind,
        "PhysicalResourceId": "avadot-prod/avadot",
        "ResourceProperties": {
            "ServiceToken": "arn",
            "ClusterName": "avadot-prod",
            "Endpoint": api.endpoint,
            "CertificateAuthority": api.certificate_authority,
            "Workloads": WORKLOADS,
            "Services": [{"Namespace": "avadot", "Name": "tarot"}],
            "Judged": "hash",
        },
        "Data": {"StartedAt": started.isoformat()},
    }


@pytest.fixture
def serving(api: ApiServer) -> ApiServer:
    """Give a cluster in which the whole release serves."""
    front = deployment()
    api.lists = {
        "deployments": [front],
        "replicasets": [replica_set(front)],
        "statefulsets": [stateful_set()],
        "endpointslices": [endpoint_slice("tarot", {"ready": True})],
    }
    return api


def test_release_begins_with_a_stable_id_and_a_clock(api: ApiServer) -> None:
    """A changing id would make CloudFormation delete the former release."""
    created = event(api, kind="Create")
    del created["PhysicalResourceId"]

    begun = on_event(created, None)

    assert begun["PhysicalResourceId"] == "avadot-prod/avadot"
    age = datetime.now(UTC) - datetime.fromisoformat(begun["Data"]["StartedAt"])
    assert timedelta() <= age < timedelta(seconds=10)
    kept = {**event(api), "PhysicalResourceId": "first"}
    assert on_event(kept, None)["PhysicalResourceId"] == "first"


def test_serving_release_is_complete(serving: ApiServer) -> None:
    """The stack may output how long it took."""
    answer = is_complete(event(serving), None)

    assert answer == {"IsComplete": True, "Data": {"ReadyAfterSeconds": "20"}}


def test_incomplete_release_is_asked_for_again(
    serving: ApiServer, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without data, which the framework forbids then; the log says what is missing."""
    serving.lists["endpointslices"] = []

    assert is_complete(event(serving), None) == {"IsComplete": False}
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line) == {
        "decision": "Waiting",
        "elapsed": 20,
        "detail": {"what": "no ready endpoint for service tarot"},
    }


def test_failed_release_says_why_in_one_line(serving: ApiServer) -> None:
    """Workload, pod, container and reason."""
    bad = deployment(updatedReplicas=1)
    current = replica_set(bad)
    lost = owned(pod(crashing(2, back_off=True, message="a trace\nno\tdatabase")), current)
    serving.lists |= {"deployments": [bad], "replicasets": [current], "pods": [lost]}

    with pytest.raises(ReleaseFailed) as caught:
        is_complete(event(serving), None)

    assert str(caught.value) == (
        "tarot: pod tarot-1: container server: "
        "CrashLoopBackOff: exit code 1, 'no database' (2 restarts)"
    )


def test_long_reason_is_cut(serving: ApiServer) -> None:
    """CloudFormation would cut it anyway, and Lambda's answer has a limit too."""
    bad = deployment(updatedReplicas=1)
    current = replica_set(bad)
    lost = owned(pod(waiting("InvalidImageName", "x" * 5000)), current)
    serving.lists |= {"deployments": [bad], "replicasets": [current], "pods": [lost]}

    with pytest.raises(ReleaseFailed, match="tarot: pod tarot-1") as caught:
        is_complete(event(serving), None)
    assert len(str(caught.value)) == 700


@pytest.mark.parametrize("kind", ["Create", "Update"])
def test_blocked_stateful_set_is_unblocked(
    serving: ApiServer, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    """A rollback is an Update with the old properties: it serves again by itself."""
    blocked = stateful_set(readyReplicas=1, updatedReplicas=1)
    broken = member(blocked, "bad", pod(waiting("ImagePullBackOff"), name="audio2face-1"))
    serving.lists |= {"statefulsets": [blocked], "pods": [broken]}

    assert is_complete(event(serving, kind=kind), None) == {"IsComplete": False}

    deleted = ("DELETE", "/api/v1/namespaces/avadot/pods/audio2face-1")
    assert [request for request in serving.requests if request[0] == "DELETE"] == [deleted]
    logged = json.loads(capsys.readouterr().out.splitlines()[0])
    assert (logged["decision"], logged["pod"]) == ("Unblock", "audio2face-1")


def test_removed_release_has_nothing_to_do(api: ApiServer) -> None:
    """The cluster may be gone by then."""
    removal = event(api, kind="Delete")
    del removal["Data"]

    assert on_event(removal, None) == {"PhysicalResourceId": "avadot-prod/avadot"}
    assert is_complete(removal, None) == {"IsComplete": True}
    assert api.requests == []


@pytest.mark.parametrize(
    ("workloads", "message"),
    [
        ([], "avadot-prod: Workloads is empty, a release waits for at least one"),
        (
            [{**WORKLOADS[0], "Kind": "CronJob"}],
            "tarot: Kind is 'CronJob', it must be one of Deployment, StatefulSet",
        ),
    ],
)
def test_impossible_release_is_refused_at_once(
    api: ApiServer, workloads: list[Any], message: str
) -> None:
    """Not by a look at the cluster that can never be complete."""
    wrong = event(api)
    wrong["ResourceProperties"]["Workloads"] = workloads

    with pytest.raises(ValueError, match=message):
        on_event(wrong, None)


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
def test_cluster_that_does_not_answer_is_asked_again(api: ApiServer, status: int) -> None:
    """An access entry takes a while to be known, an API server may be replaced."""
    api.answer = (status, b'{"message": "not now"}')

    assert is_complete(event(api, elapsed=299), None) == {"IsComplete": False}


@pytest.mark.parametrize(("status", "timeout"), [(403, 300), (503, 2700)])
def test_cluster_that_never_answers_is_named(api: ApiServer, status: int, timeout: int) -> None:
    """A role that may not read is told sooner than an outage is given up."""
    api.answer = (status, b'{"message": "not now"}')

    with pytest.raises(ReleaseFailed) as caught:
        is_complete(event(api, elapsed=timeout), None)

    assert str(caught.value) == (
        f"avadot-prod: the cluster could not be read for {timeout} s: "
        f"GET /apis/batch/v1/namespaces/avadot/jobs: status {status}: not now"
    )


def test_missing_credentials_are_no_traceback(
    api: ApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reason would be the name of an exception of botocore."""
    monkeypatch.setattr("botocore.session.Session.get_credentials", lambda _: None)

    assert is_complete(event(api), None) == {"IsComplete": False}
    with pytest.raises(ReleaseFailed, match="cluster token: Unable to locate credentials"):
        is_complete(event(api, elapsed=2700), None)
