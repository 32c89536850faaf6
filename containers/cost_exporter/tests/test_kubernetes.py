"""What is read of nodes and pods, over the API as it is."""

import base64
import socket
import ssl
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from lightkube import KubeConfig

from containers.cost_exporter.tests.examples import GIB, SYSTEM, Object, listed_node, listed_pod
from cost_exporter.cluster import Amount, Cluster, Owner, Pod
from cost_exporter.kubernetes import ClusterReader
from exporter.failure import Unavailable
from tests.functions.api_server import ApiServer, serve
from tests.functions.certificates import issue


@pytest.fixture
def api(tmp_path: Path) -> Iterator[ApiServer]:
    with serve(tmp_path) as server:
        server.lists["nodes"] = [listed_node("a", "m5.xlarge")]
        yield server


def _reader(api: ApiServer, authority: str | None) -> ClusterReader:
    return ClusterReader(
        KubeConfig.from_dict(
            {
                "clusters": [
                    {
                        "name": "test",
                        "cluster": {
                            "server": api.endpoint,
                            "certificate-authority-data": authority or api.certificate_authority,
                        },
                    }
                ],
                "users": [{"name": "test", "user": {"token": "a-token"}}],
                "contexts": [{"name": "test", "context": {"cluster": "test", "user": "test"}}],
                "current-context": "test",
            }
        )
    )


def _read(api: ApiServer, *, authority: str | None = None) -> Cluster:
    with closing(_reader(api, authority)) as reader:
        return reader.read()


def _pods(api: ApiServer, *pods: Object) -> list[Pod]:
    api.lists["pods"] = list(pods)
    return list(_read(api).pods)


def _requests(api: ApiServer, **spec: Any) -> Amount:
    one = listed_pod("stt", "a")
    one["spec"].update(spec)
    (found,) = _pods(api, one)
    return found.requests


def _asking(cpu: str, **more: Any) -> Object:
    return {"name": "one", "resources": {"requests": {"cpu": cpu, "memory": "1Gi"}}, **more}


def test_a_node_is_read_with_what_it_offers(api: ApiServer) -> None:
    """Sizes in cores and bytes; all GPUs, and those that work."""
    api.lists["nodes"] = [listed_node("a", "p4d.24xlarge", gpus=8, allocatable_gpus=7)]
    api.lists["nodes"][0]["status"]["allocatable"].update({"cpu": "3920m", "memory": "1024Ki"})

    (node,) = _read(api).nodes

    assert (node.name, node.instance_type, node.slices) == ("a", "p4d.24xlarge", 8)
    assert node.allocatable == Amount(cpu=3.92, memory=1 << 20, slices=7)


@pytest.mark.parametrize(
    ("labels", "capacity"),
    [
        ({"karpenter.sh/capacity-type": "spot"}, "spot"),
        ({"karpenter.sh/capacity-type": "reserved"}, "reserved"),
        ({"eks.amazonaws.com/capacityType": "ON_DEMAND"}, "on-demand"),
        ({"eks.amazonaws.com/capacityType": "SPOT"}, "spot"),
        ({}, ""),
    ],
)
def test_the_capacity_is_what_karpenter_or_eks_says(
    api: ApiServer, labels: dict[str, str], capacity: str
) -> None:
    """By one name for both."""
    api.lists["nodes"] = [listed_node("a", "m5.xlarge", labels=labels)]

    (node,) = _read(api).nodes

    assert node.capacity_type == capacity


def test_a_pod_is_read_with_what_it_asks_for(api: ApiServer) -> None:
    """And with the service that its name label says."""
    (found,) = _pods(api, listed_pod("stt", "a", cpu="1500m", memory="2Gi", gpu="1"))

    assert found.node == "a"
    assert found.owner == Owner("models", "stt")
    assert found.requests == Amount(cpu=1.5, memory=2 * GIB, slices=1)


def test_pods_that_hold_no_room_are_left_out(api: ApiServer) -> None:
    """Those that have ended, and those that have no node; one that still starts holds its room."""
    found = _pods(
        api,
        listed_pod("done", "a", phase="Succeeded"),
        listed_pod("broken", "a", phase="Failed"),
        listed_pod("waiting", None, phase="Pending"),
        listed_pod("pulling", "a", phase="Pending"),
        listed_pod("lost", "a", phase="Unknown"),
    )

    assert [one.owner.service for one in found] == ["pulling", "lost"]


def test_what_runs_for_the_cluster_is_of_the_system(api: ApiServer) -> None:
    """By namespace, whatever labels it has; what has no label elsewhere is told as that."""
    found = _pods(
        api,
        listed_pod("aws-node", "a", namespace="kube-system"),
        listed_pod(None, "a", namespace="kube-system"),
        listed_pod("keda-operator", "a", namespace="keda"),
        listed_pod(None, "a"),
    )

    assert [one.owner for one in found] == [
        SYSTEM,
        SYSTEM,
        Owner("keda", "keda-operator"),
        Owner("models", "unlabelled"),
    ]


def test_a_pod_without_requests_asks_for_nothing(api: ApiServer) -> None:
    """Also where a container says nothing of resources."""
    assert _requests(api, containers=[{"name": "one"}]) == Amount()


def test_containers_ask_together(api: ApiServer) -> None:
    """And the runtime's own need comes on top."""
    found = _requests(api, containers=[_asking("1"), _asking("500m")], overhead={"cpu": "250m"})

    assert found == Amount(cpu=1.75, memory=2 * GIB)


def test_the_largest_init_container_counts_where_it_is_larger(api: ApiServer) -> None:
    """They run one after the other, before the rest: room is kept for the most."""
    found = _requests(api, containers=[_asking("1")], initContainers=[_asking("3"), _asking("2")])

    assert found == Amount(cpu=3, memory=1 * GIB)


def test_a_sidecar_counts_with_the_containers(api: ApiServer) -> None:
    """And beside the init containers after it."""
    sidecar = _asking("1", restartPolicy="Always")

    small = _requests(api, containers=[_asking("1")], initContainers=[sidecar])
    large = _requests(api, containers=[_asking("1")], initContainers=[sidecar, _asking("5")])

    assert small == Amount(cpu=2, memory=2 * GIB)
    assert large == Amount(cpu=6, memory=2 * GIB)


def test_it_lists_and_does_nothing_else(api: ApiServer) -> None:
    """Two requests, with the account's token; its role allows no more."""
    _read(api)

    assert [method for method, _ in api.requests] == ["GET", "GET"]
    assert [path.partition("?")[0] for _, path in api.requests] == [
        "/api/v1/nodes",
        "/api/v1/pods",
    ]
    assert api.tokens == {"Bearer a-token"}


def test_authority_of_eks_is_trusted_by_strict_pythons(
    api: ApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python 3.13, the image's, refuses by default a chain without key identifiers."""
    create = ssl.create_default_context

    def strict(**where: Any) -> ssl.SSLContext:
        context = create(**where)
        context.verify_flags |= ssl.VERIFY_X509_STRICT
        return context

    monkeypatch.setattr(ssl, "create_default_context", strict)

    assert [node.name for node in _read(api).nodes] == ["a"]


def test_a_server_of_another_authority_gets_no_token(api: ApiServer) -> None:
    """It would be given away."""
    stranger = base64.b64encode(issue().authority).decode()

    with pytest.raises(Unavailable, match="CERTIFICATE_VERIFY_FAILED"):
        _read(api, authority=stranger)
    assert api.requests == []


@pytest.mark.parametrize(
    ("status", "content", "reason"),
    [
        (403, b'{"kind": "Status", "message": "nodes is forbidden", "code": 403}', "forbidden"),
        (503, b"<html>overloaded</html>", ""),
        (200, b"<html>hello</html>", ""),
        (200, b'{"items": [{"metadata": 7}]}', ""),
    ],
    ids=["refused", "overloaded", "no API", "no node"],
)
def test_an_api_that_lists_nothing_is_unavailable(
    api: ApiServer, status: int, content: bytes, reason: str
) -> None:
    """With its reason."""
    api.answer = (status, content)

    with pytest.raises(Unavailable, match=f"does not list nodes and pods: .*{reason}"):
        _read(api)


def test_a_quantity_that_is_none_is_unavailable(api: ApiServer) -> None:
    """It would count as 0."""
    api.lists["nodes"][0]["status"]["allocatable"]["cpu"] = "many"

    with pytest.raises(Unavailable, match="many"):
        _read(api)


def test_an_api_that_hangs_does_not_hold_a_scrape() -> None:
    """Prometheus gives up after ten seconds."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        api = ApiServer(endpoint=f"https://127.0.0.1:{port}", certificate_authority="")
        authority = base64.b64encode(issue().authority).decode()
        with pytest.raises(Unavailable, match="timed out"):
            _read(api, authority=authority)


def test_the_pod_s_own_account_is_used(
    api: ApiServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its token is read again when the kubelet has replaced it."""
    account = tmp_path / "account"
    account.mkdir()
    (account / "namespace").write_text("monitoring")
    (account / "ca.crt").write_bytes(base64.b64decode(api.certificate_authority))
    (account / "token").write_text("first")
    host, _, port = api.endpoint.removeprefix("https://").partition(":")
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", host)
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", port)
    with closing(ClusterReader(KubeConfig.from_service_account(account))) as reader:
        reader.read()
        (account / "token").write_text("second")
        api.answer = (401, b'{"kind": "Status", "message": "expired", "code": 401}')
        with pytest.raises(Unavailable):
            reader.read()

    assert api.tokens == {"Bearer first", "Bearer second"}
