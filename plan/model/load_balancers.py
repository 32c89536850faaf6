"""Application Load Balancers, which the AWS Load Balancer Controller makes for Ingresses."""

from collections.abc import Mapping
from dataclasses import dataclass

from plan.model.assembly import Assembly
from plan.model.cluster_objects import namespace_of
from plan.model.kubernetes import KubernetesObject, cluster_of, kubernetes_objects

ALB = "alb.ingress.kubernetes.io"
"""What the controller's annotations begin with."""


@dataclass(frozen=True, kw_only=True)
class IngressGroup:
    """The Ingresses that share a load balancer."""

    cluster: str
    name: str
    """Of the group; namespace and name of an Ingress that is in none."""
    ingresses: tuple[KubernetesObject, ...]

    @property
    def key(self) -> tuple[str, str]:
        """Return what makes it the same in another assembly."""
        return self.cluster, self.name

    @property
    def is_internet_facing(self) -> bool:
        return any(
            annotations(one).get(f"{ALB}/scheme") == "internet-facing" for one in self.ingresses
        )


def ingress_groups(assembly: Assembly) -> list[IngressGroup]:
    """Return one group for each load balancer; Ingresses of other controllers make none."""
    found: dict[tuple[str, str], list[KubernetesObject]] = {}
    for one in kubernetes_objects(assembly):
        if one.kind == "Ingress" and _is_alb(one):
            alone = f"{namespace_of(one)}/{one.name}"
            group = str(annotations(one).get(f"{ALB}/group.name", alone))
            found.setdefault((cluster_of(assembly, one), group), []).append(one)
    return [
        IngressGroup(cluster=cluster, name=name, ingresses=tuple(ingresses))
        for (cluster, name), ingresses in found.items()
    ]


def annotations(one: KubernetesObject) -> Mapping[str, str]:
    return one.document["metadata"].get("annotations") or {}


def _is_alb(ingress: KubernetesObject) -> bool:
    given = annotations(ingress)
    by_field = (ingress.document.get("spec") or {}).get("ingressClassName")
    named = by_field or given.get("kubernetes.io/ingress.class")
    return named == "alb" or (not named and any(name.startswith(f"{ALB}/") for name in given))
