"""What one pod shares is whole whenever another one can find it."""

import math

import pytest

from containers.model_store.tests.engine.conftest import StartPod
from containers.model_store.tests.engine.pod import Pod
from containers.model_store.tests.s3.faults import (
    ACCESS_DENIED,
    Fault,
    Refuse,
    Run,
)
from containers.model_store.tests.s3.server import Server


def objects(server: Server) -> list[str]:
    return [key.rpartition("/")[2] for key in server.objects.all_keys() if "a2f-engines/" in key]


def test_sidecar_comes_last(pod: Pod, server: Server) -> None:
    """A pod that finds a sidecar finds its engine."""
    pod.engine()
    before: list[str] = []
    server.faults.plan(Run(lambda: before.extend(objects(server))), method="PUT", key=".json")

    pod.share()

    assert [name.rpartition(".")[2] for name in before] == ["trt"]
    assert len(objects(server)) == 2


def test_engine_without_its_sidecar_does_not_count(start_pod: StartPod, server: Server) -> None:
    """What an interrupted share left behind is no engine yet."""
    first, second = start_pod(), start_pod()
    first.engine()
    server.faults.plan(ACCESS_DENIED, method="PUT", key="engine.json")
    first.share()

    second.engine()

    assert len(objects(server)) == 1
    assert len(second.builds) == 1


def test_interrupted_share_is_completed_without_sending_the_engine_again(
    pod: Pod, server: Server
) -> None:
    """The next start adds what was missing."""
    pod.engine()
    server.faults.plan(ACCESS_DENIED, method="PUT", key="engine.json")
    pod.share()

    pod.share()

    engines = [seen for seen in server.seen if seen.method == "PUT" and seen.key.endswith(".trt")]
    assert len(engines) == 1
    assert len(objects(server)) == 2


def test_what_is_shared_already_is_not_sent_again(
    start_pod: StartPod, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither by the pod that built it nor by one that fetched it."""
    first, second = start_pod(), start_pod()
    first.engine()
    first.share()
    server.faults.plan(ACCESS_DENIED, method="PUT", times=math.inf)

    first.share()
    second.engine()
    second.share()

    assert "warning" not in capsys.readouterr().out


def test_of_two_pods_that_build_at_once_the_first_to_share_wins(
    start_pod: StartPod, server: Server
) -> None:
    """Whatever the order of their requests, a third pod gets one whole engine of one of them."""
    first, second, third = start_pod(), start_pod(), start_pod()
    first.engine()
    second.engine()
    assert first.network().read_bytes() != second.network().read_bytes()
    # The second one's share runs while the first one's is between engine and sidecar.
    server.faults.plan(Run(second.share), method="PUT", key="engine.json")

    first.share()
    third.engine()

    assert third.builds == []
    assert third.network().read_bytes() == second.network().read_bytes()


def test_engine_in_use_survives_a_loser_that_comes_late(
    start_pod: StartPod, server: Server
) -> None:
    """A published sidecar tells of the same bytes for ever."""
    first, second, third = start_pod(), start_pod(), start_pod()
    first.engine()
    second.engine()
    # The second one has looked into the store when the first one's sidecar appears.
    server.faults.plan(Run(first.share), method="PUT", key=".trt")

    second.share()
    third.engine()

    assert third.builds == []
    assert third.network().read_bytes() == first.network().read_bytes()


@pytest.mark.parametrize("fault", [ACCESS_DENIED, Refuse(404, "NoSuchBucket")], ids=str)
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_pod_that_cannot_share_serves_all_the_same(
    pod: Pod,
    server: Server,
    capsys: pytest.CaptureFixture[str],
    fault: Fault,
    method: str,
) -> None:
    """It costs a warning, and the job ends well."""
    pod.engine()
    server.faults.plan(fault, method=method, times=math.inf)

    pod.share()

    [line] = [line for line in capsys.readouterr().out.splitlines() if "warning" in line]
    assert line.startswith("warning: other pods have to build their engines: ")
    assert objects(server) == []


def test_share_needs_none_of_nvidias_tools(pod: Pod, server: Server) -> None:
    """It runs in an image that has neither a GPU nor TensorRT."""
    pod.engine()
    for tool in pod.tools.iterdir():
        tool.unlink()

    pod.share()

    assert len(objects(server)) == 2


def test_harmed_engine_is_not_shared(
    pod: Pod, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the sidecar does not tell of never reaches another pod."""
    pod.engine()
    engine = pod.network().resolve()
    engine.write_bytes(b"X" + engine.read_bytes()[1:])

    pod.share()

    assert objects(server) == []
    assert "warning" in capsys.readouterr().out
