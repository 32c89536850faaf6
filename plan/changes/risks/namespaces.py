"""A namespace goes, and its services come back in another one."""

from collections.abc import Iterator

from plan.changes.nouns import Risk, Severity, Topic
from plan.changes.sides import Sides
from plan.changes.values import some
from plan.model.kubernetes import KubernetesObject


def renamed_namespaces(sides: Sides) -> Iterator[Risk]:
    """Yield once for each namespace that all it runs is away until it serves in another one."""
    for item in sides.before.objects:
        where = (item.cluster, item.name)
        if item.kind != "Namespace" or where not in sides.moved_namespaces:
            continue
        new = sides.moved_namespaces[where]
        inside = [one for one in sides.before.objects if one.namespace == item.name]
        services = [one for one in inside if one.pod_template]
        if new is None or not services:
            continue
        sentence = (
            f"is deleted before {new} serves: all of {some(one.name for one in services)} are "
            f"away until then, and answer at {_address(inside, new)} from then on"
            f"{_balancer(inside)}; no deploy renames a namespace without that gap, so keep it"
        )
        yield Risk.of(item, Topic.ADDRESSES, Severity.RISKY, sentence)


def _address(inside: list[KubernetesObject], new: str) -> str:
    names = [one.name for one in inside if one.kind == "Service"]
    return f"{names[0] if len(names) == 1 else 'NAME'}.{new}.svc.cluster.local"


def _balancer(inside: list[KubernetesObject]) -> str:
    if not any(one.kind == "Ingress" for one in inside):
        return ""
    return ", from outside at another load balancer (`kubectl get ingress -A` says its name)"
