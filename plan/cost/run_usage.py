"""What a thousand runs of a WorkflowTemplate cost, machines included: they come for a run."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from catalog.analyses import assumed
from catalog.prices import Price
from plan.cost.finding import WorkflowUsage, quote, quote_any
from plan.model.argo import WorkflowStep, workflow_steps
from plan.model.assembly import Assembly
from plan.model.kubernetes import KubernetesObject, kubernetes_objects
from plan.model.node_pools import SPOT, NodePool, node_pools
from plan.model.selectors import node_selection

THOUSAND = 1000
_HOUR = 3600
_MILLION = Decimal(1_000_000)
_THOUSANDTH = Decimal("0.001")
Used = tuple[str, Decimal, Price | str]


def run_usage(assembly: Assembly) -> Iterator[WorkflowUsage]:
    """Return what runs use; a step on machines that are always there costs nothing more.

    Each run is counted as if it were alone: its machines come for it, and stay idle after it.
    """
    objects = kubernetes_objects(assembly)
    pools = list(node_pools(objects))
    for workflow, steps in _by_workflow(workflow_steps(objects)).items():
        region = assembly.region_of(workflow.resource)
        machines = (
            used
            for step in steps
            if (pool := _pool_of(step, assembly, pools)) is not None
            for used in _machines(step, pool, region)
        )
        for what, units, price in (*machines, *_beside(steps, region)):
            yield WorkflowUsage(
                workflow=workflow.name, what=what, units=units, price=price, is_whole=True
            )


def _by_workflow(
    steps: Iterable[WorkflowStep],
) -> dict[KubernetesObject, list[WorkflowStep]]:
    found: dict[KubernetesObject, list[WorkflowStep]] = {}
    for step in steps:
        found.setdefault(step.workflow, []).append(step)
    return found


def _pool_of(step: WorkflowStep, assembly: Assembly, pools: Iterable[NodePool]) -> NodePool | None:
    """Return the pool whose machines come for a step; None where it runs on others."""
    chosen = node_selection(step.document)
    if not step.document.get("nodeSelector"):
        return None
    return next((one for one in pools if chosen.matches(one.group(assembly).labels)), None)


def _machines(step: WorkflowStep, pool: NodePool, region: str) -> Iterator[Used]:
    """Yield the hours in which a machine works for a step, and those in which it waits."""
    kind = "spot" if SPOT in pool.capacities else "on demand"
    price = quote_any(region, "ec2-spot" if kind == "spot" else "ec2", pool.types)
    machine = f"{' or '.join(pool.types)}, {kind}"
    pods = THOUSAND * step.pods_of_a_run
    working = pods * assumed(f"seconds of {step.name}") / _HOUR
    yield f"{step.name}, hours of {machine}", working.quantize(_THOUSANDTH), price
    waiting = pods * (assumed("seconds until a machine works") + pool.idle_seconds) / _HOUR
    yield f"{step.name}, hours in which they come and stay", waiting.quantize(_THOUSANDTH), price


def _beside(steps: Iterable[WorkflowStep], region: str) -> Iterator[Used]:
    """Yield what a run keeps, moves and asks for."""
    pods = sum(step.pods_of_a_run for step in steps)
    sent = THOUSAND * assumed("GB of results that are watched")
    kept = THOUSAND * assumed("GB of a run in S3")
    yield "GB sent to the internet", sent, quote(region, "transfer.internet")
    yield "GB kept in S3 for a month", kept, quote(region, "s3.gb-month")
    writes = assumed("objects written by a step") * pods
    yield "thousand writes to S3", writes, quote(region, "s3.writes")
    requests = THOUSAND * assumed("requests for each message") / _MILLION
    yield "million requests to the queue", requests, quote(region, "sqs.requests")
