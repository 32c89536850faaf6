"""How much a namespace may take in all, whatever is scaled in it."""

from collections.abc import Sequence

import cdk8s
from constructs import Construct
from lightkube.models.core_v1 import (
    ResourceQuota,
    ResourceQuotaSpec,
    ScopedResourceSelectorRequirement,
    ScopeSelector,
)
from lightkube.models.meta_v1 import ObjectMeta

from charts.objects import add, common_labels
from settings.workloads import Pods

_GENERATIONS = 2
"""During a release, pods that end stand beside those that begin."""
_CHECKS = 1
"""And a pod that checks the new image."""


class QuotaChart(cdk8s.Chart):
    """What workloads take at their most pods, while a release replaces all of them."""

    def __init__(
        self,
        scope: Construct,
        *,
        name: str,
        workloads: Sequence[Pods],
        system: str,
        namespace: str,
        priority_class: str | None = None,
    ) -> None:
        """Limit all pods of the namespace, or those of one priority class."""
        super().__init__(scope, "quota")
        pods = [(_GENERATIONS * w.most + _CHECKS, w.resources) for w in workloads]
        gpus = sum((_GENERATIONS * w.most + _CHECKS) * w.gpus for w in workloads)
        add(
            self,
            ResourceQuota(
                apiVersion="v1",
                kind="ResourceQuota",
                metadata=ObjectMeta(name=name, namespace=namespace, labels=common_labels(system)),
                spec=ResourceQuotaSpec(
                    hard={
                        "pods": str(sum(n for n, _ in pods)),
                        "requests.cpu": f"{sum(n * size.cpu_milli for n, size in pods)}m",
                        "requests.memory": f"{sum(n * size.memory_mib for n, size in pods)}Mi",
                        "limits.cpu": f"{sum(n * size.cpu_limit_milli for n, size in pods)}m",
                        "limits.memory": f"{sum(n * size.memory_limit_mib for n, size in pods)}Mi",
                        **({"requests.nvidia.com/gpu": str(gpus)} if gpus else {}),
                    },
                    scopeSelector=_of(priority_class) if priority_class else None,
                ),
            ),
        )


def _of(priority_class: str) -> ScopeSelector:
    return ScopeSelector(
        matchExpressions=[
            ScopedResourceSelectorRequirement(
                scopeName="PriorityClass", operator="In", values=[priority_class]
            )
        ]
    )
