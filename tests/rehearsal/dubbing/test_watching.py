"""What is watched: panels that show something, a budget that is told of, a GPU that is shared."""

from collections import Counter, defaultdict

import pytest
from lightkube.core.exceptions import ApiError
from lightkube.models.core_v1 import Container, PodSpec, ResourceRequirements, Toleration
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.core_v1 import Node, Pod

from charts.dubbing.dashboards import dashboards
from rehearsal.cluster.objects import labels_of, name_of, spec_of
from tests.rehearsal.conftest import Figure
from tests.rehearsal.dubbing.drill import (
    LIPSYNC,
    MT,
    NAMESPACE,
    SERVICES,
    STACK,
    DubbingDrill,
)
from tests.rehearsal.edits import SettingEdit
from tests.rehearsal.waiting import until

pytestmark = [pytest.mark.rehearsal, pytest.mark.long]

_GPU = "nvidia.com/gpu"
_NOT_SCRAPED = ("karpenter_", "rollout_", "analysis_run_")
"""Of controllers that would serve them on all addresses of this machine, and so have none here."""
_ALERTS = "ALERTS{"
"""Rightly nothing, while nothing fires."""
_FIRES = 'ALERTS{{alertname="BudgetThresholdExceeded",alertstate="firing",service="{service}"}}'
_OF_ITS_BUDGET = 0.6
"""What a service costs at rest, of the budget that the drill gives it: told of from 0.8 on."""


def test_every_panel_is_answered(drill: DubbingDrill, figure: Figure) -> None:
    """Under load each query of each dashboard has a value, from what the cluster itself exports."""
    drill.hasten_rules()
    for service in SERVICES:
        drill.play_work(service)
        drill.load_gpus(service, 60)
    for queue in drill.queue_names():
        drill.queues.add(queue, 1)
    queries = {
        query.expr.replace("$__rate_interval", "10s"): f"{drawn.uid}: {panel.title}"
        for drawn in dashboards(drill.environment.watching)
        for panel in drawn.panels
        for query in panel.queries
        if not any(name in query.expr for name in (*_NOT_SCRAPED, _ALERTS))
    }

    empty = dict(queries)

    def all_answered() -> bool:
        for expression in list(empty):
            if drill.query(expression):
                del empty[expression]
        return not empty

    try:
        until(all_answered, "each query of a panel has a value")
    except AssertionError:
        pytest.fail("\n".join(f"{where}: {query}" for query, where in empty.items()))
    figure(f"{len(queries)} queries of panels, each answered by Prometheus")


def test_a_budget_is_told_of_and_forgotten_again(drill: DubbingDrill, figure: Figure) -> None:
    """More pods cost more than the budget allows, and fewer do not."""
    drill.hasten_rules()
    ((_, cost),) = drill.await_series(
        f'cost_service_projected_usd_per_month{{namespace="{NAMESPACE}",service="{MT}"}}'
    )
    budget = SettingEdit(
        system=STACK, path=f"services[{MT}].budget_usd", value=round(cost / _OF_ITS_BUDGET)
    )
    fires = _FIRES.format(service=MT)
    with drill.checkout.edited(budget):
        drill.checkout.up(STACK).must_succeed()
        drill.hasten_rules()
        assert not drill.query(fires)

        drill.queues.add("mt", 60)
        told = until(lambda: bool(drill.query(fires)), "the budget of a service is told of")
        drill.queues.finish("mt")
        forgotten = until(lambda: not drill.query(fires), "the budget is kept again")
    drill.checkout.up(STACK).must_succeed()
    figure(f"budget told of after {told:.0f} s, and forgotten {forgotten:.0f} s after the load")


def test_a_shared_gpu_has_two_services_and_no_third_pod(
    drill: DubbingDrill, figure: Figure
) -> None:
    """Marian and wav2lip run on one GPU; a pod that asks for another slice of it waits."""
    # Pods that find half a GPU free take that, before a machine comes for them.
    drill.queues.add("mt", 60)
    drill.await_pods(MT, 6)
    on_node: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for service in (MT, LIPSYNC):
        for pod in drill.pods(service):
            on_node[spec_of(pod).nodeName or ""][service] += 1
    both = [name for name, pods in on_node.items() if pods[MT] and pods[LIPSYNC]]
    assert both, f"no machine has both: {dict(on_node)}"

    node = drill.kubernetes.get(Node, both[0])
    assert node.status is not None
    offered = int((node.status.allocatable or {})[_GPU])
    assert offered == on_node[both[0]].total() == 2
    assert labels_of(node)["karpenter.sh/nodepool"] == "gpu-shared"

    third = _asking_for_a_gpu(name_of(node))
    drill.kubernetes.create(third)
    try:
        until(lambda: _why_it_waits(drill) is not None, "the scheduler has judged the third pod")
        assert f"Insufficient {_GPU}" in (_why_it_waits(drill) or "")
    finally:
        drill.kubernetes.delete(Pod, "third", namespace="default", grace_period=0)
    figure(f"one GPU as {offered}: marian and wav2lip run on it, a third pod is refused")


def _asking_for_a_gpu(node: str) -> Pod:
    wanted = ResourceRequirements(limits={_GPU: "1"}, requests={_GPU: "1"})
    return Pod(
        metadata=ObjectMeta(name="third", namespace="default"),
        spec=PodSpec(
            containers=[Container(name="third", image="third", resources=wanted)],
            nodeSelector={"kubernetes.io/hostname": node},
            tolerations=[Toleration(operator="Exists")],
        ),
    )


def _why_it_waits(drill: DubbingDrill) -> str | None:
    try:
        status = drill.kubernetes.get(Pod, "third", namespace="default").status
    except ApiError:
        return None
    return next(
        (
            one.message
            for one in (status.conditions if status else None) or ()
            if one.type == "PodScheduled" and one.status == "False"
        ),
        None,
    )
