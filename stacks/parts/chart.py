"""Controllers that come as Helm charts."""

from collections.abc import Mapping, Sequence
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_eks_v2 as eks
from constructs import Construct, IDependable

from stacks.parts.objects import limit_waiting


class Chart(eks.HelmChart):
    """A pinned chart, complete only when its pods are ready; removed before what it relies on."""

    def __init__(
        self,
        scope: Construct,
        *,
        cluster: eks.ICluster,
        repository: str,
        name: str,
        version: str,
        namespace: str,
        values: Mapping[str, Any],
        after: Sequence[IDependable],
    ) -> None:
        super().__init__(
            scope,
            "Chart",
            cluster=cluster,
            repository=repository,
            chart=name,
            release=name,
            version=version,
            namespace=namespace,
            create_namespace=namespace != "kube-system",
            wait=True,
            timeout=cdk.Duration.minutes(5),
            values=dict(values),
        )
        limit_waiting(self)
        self.node.add_dependency(*after)
