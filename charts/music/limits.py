"""What a single pod of the namespace may take; what all may take is the quota's to say."""

from collections.abc import Sequence

import cdk8s
from constructs import Construct
from lightkube.models.core_v1 import LimitRange, LimitRangeItem, LimitRangeSpec
from lightkube.models.meta_v1 import ObjectMeta

from charts.objects import add, common_labels
from settings.workloads import Pods


class LimitsChart(cdk8s.Chart):
    """The limits of a pod: those of the largest that there is, and modest ones where none stand."""

    def __init__(
        self, scope: Construct, *, pods: Sequence[Pods], system: str, namespace: str
    ) -> None:
        super().__init__(scope, "limits")
        largest = {
            "cpu": f"{max(one.resources.cpu_limit_milli for one in pods)}m",
            "memory": f"{max(one.resources.memory_limit_mib for one in pods)}Mi",
        }
        metadata = ObjectMeta(name="pods", namespace=namespace, labels=common_labels(system))
        item = LimitRangeItem(
            type="Container",
            max=largest,
            defaultRequest={"cpu": "50m", "memory": "64Mi"},
            default={"cpu": "500m", "memory": "256Mi"},
        )
        add(
            self,
            LimitRange(
                apiVersion="v1",
                kind="LimitRange",
                metadata=metadata,
                spec=LimitRangeSpec(limits=[item, LimitRangeItem(type="Pod", max=largest)]),
            ),
        )
