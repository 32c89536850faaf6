"""Jobs bring pods and pods bring machines; what cannot be measured ends nothing."""

import math
import time

import pytest

from settings.dubbing.services import ModelService
from tests.rehearsal.conftest import Figure
from tests.rehearsal.dubbing.drill import LIPSYNC, MT, NAMESPACE, SERVICES, STT, DubbingDrill
from tests.rehearsal.monitored import PROMETHEUS
from tests.rehearsal.waiting import until

pytestmark = [pytest.mark.rehearsal, pytest.mark.long]

_JOBS = 40
_WATCHED_SECONDS = 20.0
"""Ten readings, and twice the time in which pods would go."""


def test_jobs_bring_pods_and_machines_and_take_them_away_again(
    drill: DubbingDrill, figure: Figure
) -> None:
    """Forty jobs in each queue bring each service to its most pods, and then back to its fewest."""
    began, nodes = time.monotonic(), drill.gpu_nodes().total()
    for queue in drill.queue_names():
        drill.queues.add(queue, _JOBS)

    most = {one.name: _wanted(one) for one in drill.environment.services}
    until(
        lambda: _ready(drill) == most,
        lambda: f"{_JOBS} jobs ask for {most}, and there are {_ready(drill)}",
    )
    up, largest = time.monotonic() - began, drill.gpu_nodes().total()

    for queue in drill.queue_names():
        drill.queues.finish(queue)
    down = until(drill.is_at_rest, "the fewest pods are left")
    away = until(lambda: drill.gpu_nodes().total() <= nodes, "the machines that came have gone")
    figure(f"{_JOBS} jobs in each of five queues, to {sum(most.values())} pods: {up:.0f} s")
    figure(f"machines with GPUs: {nodes}, {largest}, and {nodes} again")
    figure(
        f"last job to the fewest pods: {down:.0f} s, and to the machines of before: {away:.0f} s"
    )


def test_nothing_goes_while_its_gpus_work(drill: DubbingDrill, figure: Figure) -> None:
    """A service without a waiting job keeps its pods for as long as their GPUs are busy."""
    drill.queues.add("mt", _JOBS)
    drill.await_pods(MT, 4)
    drill.load_gpus(MT, 75)
    until(lambda: _gpu_load(drill, MT) >= 4 * 75, "Prometheus knows that the GPUs work")
    before = drill.ready(MT)

    drill.queues.finish("mt")
    _stays(drill, MT, before)

    drill.load_gpus(MT, 0)
    seconds = drill.await_pods(MT, 2)
    figure(f"busy pods stayed; idle ones went after {seconds:.0f} s")


def test_no_pod_is_lost_with_prometheus(drill: DubbingDrill, figure: Figure) -> None:
    """It dies under load: no GPU's use is known, so that none counts as idle."""
    drill.queues.add("lipsync", _JOBS)
    drill.await_pods(LIPSYNC, 6)
    before = drill.ready(LIPSYNC)

    drill.kill(PROMETHEUS)
    until(lambda: not drill.query("up"), "Prometheus does not answer")
    drill.queues.finish("lipsync")
    away = until(lambda: bool(drill.query("up")), "Prometheus is back")

    assert drill.ready(LIPSYNC) == before
    seconds = drill.await_pods(LIPSYNC, 1)
    figure(f"Prometheus killed under load: away for {away:.0f} s and no pod lost meanwhile; ")
    figure(f"  the idle pods went {seconds:.0f} s after it was back")


def test_no_pod_is_lost_with_the_queues(drill: DubbingDrill, figure: Figure) -> None:
    """The cache dies under load: no length of a queue is known, and none is told.

    The last drill of its deploy, since nothing here brings ElastiCache back.
    """
    drill.queues.add("stt", _JOBS)
    drill.await_pods(STT, 8)
    before = drill.ready(STT)
    assert drill.query('bullmq_job_count{queue="stt"}')

    drill.kill("valkey-server")
    until(lambda: _values(drill, "queue_exporter_up") == {0}, "the exporter knows it")

    assert drill.query("bullmq_job_count") == []
    _stays(drill, STT, before)
    figure("Valkey killed under load: no pod lost, no length of a queue told")


def _ready(drill: DubbingDrill) -> dict[str, int]:
    return {name: len(drill.ready(name)) for name in SERVICES}


def _wanted(service: ModelService) -> int:
    return min(service.most, math.ceil(_JOBS / service.scaling.jobs_per_pod))


def _gpu_load(drill: DubbingDrill, service: str) -> float:
    pods = f'namespace="{NAMESPACE}",pod=~"{service}-.*"'
    return sum(_values(drill, f"sum(max by (pod) (DCGM_FI_DEV_GPU_UTIL{{{pods}}}))"))


def _values(drill: DubbingDrill, expression: str) -> set[float]:
    return {value for _, value in drill.query(expression)}


def _stays(drill: DubbingDrill, service: str, pods: set[str]) -> None:
    """Expect that none of a service's pods goes, for longer than it would take."""
    end = time.monotonic() + _WATCHED_SECONDS
    while time.monotonic() < end:
        assert pods <= drill.ready(service)
        time.sleep(1)
