"""KEDA: brings pods when messages wait, and takes the last one away when none does."""

from collections.abc import Sequence

from aws_cdk import aws_eks_v2 as eks
from constructs import Construct, IDependable

from stacks.parts.chart import Chart
from stacks.parts.pod_role import PodRole

_VERSION = "2.20.2"
_NAME = "keda"
_OPERATOR = "keda-operator"
_SIZE = {
    "requests": {"cpu": "100m", "memory": "100Mi"},
    "limits": {"cpu": "1", "memory": "1000Mi"},
}


class Keda(Construct):
    """KEDA from its pinned chart, on machines that are always there.

    `role` is that of its operator. It begins with no rights: whoever owns a queue grants the one
    that is needed to count its messages.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        cluster: eks.ICluster,
        node_group: str,
        after: Sequence[IDependable],
    ) -> None:
        super().__init__(scope, id)
        self.role = PodRole(self, "Role", cluster=cluster)
        self.role.give_to(service_account=_OPERATOR, namespace=_NAME)
        Chart(
            self,
            cluster=cluster,
            repository="https://kedacore.github.io/charts",
            name=_NAME,
            version=_VERSION,
            namespace=_NAME,
            values={
                "operator": {"name": _OPERATOR},
                "serviceAccount": {"operator": {"create": True, "name": _OPERATOR}},
                "nodeSelector": {"node-group": node_group},
                "resources": {"operator": _SIZE, "metricServer": _SIZE, "webhooks": _SIZE},
            },
            after=[self.role, *after],
        )
