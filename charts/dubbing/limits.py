"""What pods of the namespace may take: each by itself, and all of one service together.

A namespace has one limit for all its pods, and would cap each service at the smallest of several;
so each service has a priority class of its own, and its quota counts the pods of that class.
"""

from collections.abc import Sequence

import cdk8s
from constructs import Construct
from lightkube.models.core_v1 import LimitRange, LimitRangeItem, LimitRangeSpec
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.models.scheduling_v1 import PriorityClass

from charts.objects import add, common_labels
from charts.quota import QuotaChart
from settings.dubbing.services import ModelService


class LimitsChart(cdk8s.Chart):
    """The limits of a single pod, and the classes by which services give way to each other."""

    def __init__(
        self, scope: Construct, *, services: Sequence[ModelService], system: str, namespace: str
    ) -> None:
        super().__init__(scope, "limits")
        labels = common_labels(system)
        add(
            self,
            LimitRange(
                apiVersion="v1",
                kind="LimitRange",
                metadata=ObjectMeta(name="pods", namespace=namespace, labels=labels),
                spec=LimitRangeSpec(limits=[_CONTAINER, _POD, _CLAIM]),
            ),
        )
        for service in services:
            add(
                self,
                PriorityClass(
                    apiVersion="scheduling.k8s.io/v1",
                    kind="PriorityClass",
                    metadata=ObjectMeta(name=service.name, labels=labels),
                    value=service.priority.value,
                    description=f"Pods of {service.name}",
                ),
            )


def quotas(*, services: Sequence[ModelService], system: str, namespace: str) -> list[cdk8s.Chart]:
    """Let each service have its most pods, and as many again while it is released."""
    return [
        QuotaChart(
            cdk8s.App(),
            name=service.name,
            workloads=[service],
            system=system,
            namespace=namespace,
            priority_class=service.name,
        )
        for service in services
    ]


_CONTAINER = LimitRangeItem(
    type="Container",
    max={"cpu": "16", "memory": "64Gi"},
    min={"cpu": "100m", "memory": "128Mi"},
    default={"cpu": "2", "memory": "4Gi"},
    defaultRequest={"cpu": "1", "memory": "2Gi"},
    maxLimitRequestRatio={"cpu": "2", "memory": "2"},
)
_POD = LimitRangeItem(type="Pod", max={"cpu": "32", "memory": "128Gi"})
_CLAIM = LimitRangeItem(
    type="PersistentVolumeClaim", min={"storage": "10Gi"}, max={"storage": "500Gi"}
)
