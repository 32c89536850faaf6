"""A Service has no pod that answers between its release and the first new pod that is ready.

Meanwhile those of before serve, behind the new form of the Service: it must find them, at a port
at which they listen, and they must not be gone already.
"""

from collections.abc import Iterator, Mapping

from plan.changes.nouns import Risk, Severity, Topic, subject
from plan.changes.risks.leftovers import is_deleted_at_once
from plan.changes.sides import Sides
from plan.changes.values import as_list, at, some
from plan.model.failure import reading
from plan.model.kubernetes import KubernetesObject
from plan.model.selectors import service_selector

_SERVE = {"Deployment", "StatefulSet", "DaemonSet", "Rollout"}


def unanswered(sides: Sides) -> Iterator[Risk]:
    """Yield the Services that stay and have no pods meanwhile."""
    for item in sides.after.objects:
        before = sides.before.twin(item)
        if item.kind == "Service" and isinstance(before, KubernetesObject):
            with reading(f"{subject(item)}, or a workload of its namespace,"):
                served = [one for one in sides.before.objects if _selects(before, one)]
                if served and (sentence := _why(before, item, served, sides)):
                    yield Risk.of(item, Topic.MEANWHILE, Severity.RISKY, sentence)


def _why(
    before: KubernetesObject, after: KubernetesObject, served: list[KubernetesObject], sides: Sides
) -> str | None:
    left = [one for one in served if not is_deleted_at_once(one, sides)]
    found = [one for one in left if _selects(after, one)]
    moved = [
        port
        for port, target in _targets(after).items()
        if (was := _targets(before).get(port)) is not None
        and not any(_listens(one, target, was) for one in found)
    ]
    if not left:
        return (
            f"has no pod until a new one is ready: kubectl deletes {some(map(subject, served))} "
            "as soon as a manifest leaves it out; keep it beside the new one for one deploy, and "
            "leave it out in the next"
        )
    if not found:
        return (
            "has no pod until a new one is ready: it no longer selects those that serve; add what "
            f"it selects by to the pods alone, `cdk deploy {after.stack}`, and then change the "
            "Service"
        )
    nowhere = [
        f"{port} ({_targets(after)[port]})" for port in moved if _is_nowhere(port, after, sides)
    ]
    if nowhere:
        return f"leads port {some(nowhere)} to a name that none of its pods gives to a port"
    if moved:
        return (
            f"has no pod at port {some(moved)} until a new one is ready: those that serve do not "
            "listen where it leads now; give the port of the pods a name, which is resolved for "
            f"each pod, `cdk deploy {after.stack}`, let the Service's targetPort be that name, "
            "deploy again, and then change the number"
        )
    return None


def _is_nowhere(port: str, service: KubernetesObject, sides: Sides) -> bool:
    """Whether a port leads to a name that new pods do not have either."""
    target = _targets(service)[port]
    pods = [one for one in sides.after.objects if _selects(service, one)]
    return isinstance(target, str) and not any(_listens(one, target, target) for one in pods)


def _selects(service: KubernetesObject, pods: KubernetesObject) -> bool:
    selector = at(service.document, "spec.selector")
    labels = at(pods.pod_template, "metadata.labels") or {}
    is_here = (service.cluster, service.namespace) == (pods.cluster, pods.namespace)
    runs = pods.kind in _SERVE and at(pods.document, "spec.replicas") != 0
    return runs and is_here and bool(selector) and service_selector(selector).matches(labels)


def _targets(service: KubernetesObject) -> Mapping[str, int | str]:
    """Return by port and protocol where a Service leads."""
    return {
        f"{one['port']}/{one.get('protocol', 'TCP')}": one.get("targetPort") or one["port"]
        for one in as_list(at(service.document, "spec.ports"))
    }


def _listens(pods: KubernetesObject, target: int | str, was: int | str) -> bool:
    """Whether pods listen where a Service leads, knowing where it led to them."""
    ports = [port for one in pods.containers for port in as_list(one.get("ports"))]
    named = {port["name"]: port["containerPort"] for port in ports if "name" in port}
    if isinstance(target, str):
        return target in named
    # What a container says of its ports is only information.
    return target == named.get(was, was) or target in [port["containerPort"] for port in ports]
