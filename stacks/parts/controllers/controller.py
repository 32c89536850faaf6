"""What all controllers from Helm charts have in common."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_eks_v2 as eks
from constructs import Construct, IDependable

from catalog import add_on
from settings.node_pools import NodePool
from stacks.parts.objects import limit_waiting
from stacks.parts.pod_role import PodRole


@dataclass(frozen=True, kw_only=True)
class ControllerProps:
    """The cluster that a controller runs in, and what must be there before it."""

    system: str
    """The label of the system that the cluster is for."""
    tags: Mapping[str, str]
    """Of all that the environment consists of."""
    cluster: eks.ICluster
    cluster_name: str
    """As the settings spell it, where a token would not do."""
    vpc: ec2.IVpc
    region: str
    node_group: str
    """A group for all pods whose machines are always there."""
    node_pools: Sequence[NodePool]
    """The machines that are started for pods."""
    storage_class: str | None
    """Of the disks that pods may ask for, if they may."""
    shares_gpus: bool
    """Whether several pods take turns on a GPU somewhere."""
    is_watched: bool
    """Whether there is a Prometheus that pods can show their figures to."""
    after: Sequence[IDependable]


@dataclass(frozen=True, kw_only=True)
class Shown:
    """Where the pods of a chart show their figures."""

    namespace: str
    pods: str
    """Their name label."""
    port: str


class Controller(Construct):
    """A controller from the chart that the catalog names, with a role if its pods act in AWS.

    Complete only when its pods are ready; removed before what it relies on.
    """

    NAME: ClassVar[str]
    """Its name in the catalog's add-ons, and the chart's."""
    SHOWN: ClassVar[Shown | None] = None
    """Where its pods show what they do, if Prometheus is to know."""
    NEEDS: ClassVar[tuple[str, ...]] = ()
    """Others that define what its chart has objects of; they are there before it."""

    def __init__(self, scope: Construct, *, props: ControllerProps) -> None:
        super().__init__(scope, type(self).__name__)
        self._cluster = props.cluster

    @cached_property
    def role(self) -> PodRole:
        """The role of the pods; there is none unless it is asked for."""
        return PodRole(self, "Role", cluster=self._cluster)

    def install(
        self,
        *,
        props: ControllerProps,
        service_account: str | None = None,
        namespace: str,
        values: Mapping[str, Any],
        minutes: int = 5,
    ) -> eks.HelmChart:
        """Install the controller's chart; its pods have the role if a service account is given.

        They are to be ready within so many minutes.
        """
        chart = self.chart(
            "Chart",
            self.NAME,
            props=props,
            namespace=namespace,
            values=values,
            minutes=minutes,
        )
        if service_account:
            self.role.give_to(service_account=service_account, namespace=namespace)
            chart.node.add_dependency(self.role)
        return chart

    def chart(
        self,
        id: str,
        name: str,
        *,
        props: ControllerProps,
        namespace: str,
        values: Mapping[str, Any],
        minutes: int = 5,
    ) -> eks.HelmChart:
        """Install a chart of the catalog."""
        published = add_on(name).chart
        if published is None:
            message = f"the catalog names no chart for {name}"
            raise LookupError(message)
        chart = eks.HelmChart(
            self,
            id,
            cluster=props.cluster,
            repository=published.repository,
            chart=name,
            release=name,
            version=published.version,
            namespace=namespace,
            create_namespace=namespace != "kube-system",
            wait=True,
            timeout=cdk.Duration.minutes(minutes),
            values=dict(values),
        )
        limit_waiting(chart)
        chart.node.add_dependency(*props.after)
        return chart

    @classmethod
    def requests(cls) -> dict[str, str]:
        """Return what each pod requests, which is what the fit check counts with."""
        return add_on(cls.NAME).pods[0].requests

    @classmethod
    def size(cls, pods: str) -> dict[str, dict[str, str]]:
        """Return requests and limits of the pods of a name; they may take twice what they ask."""
        (found,) = (one for one in add_on(cls.NAME).pods if one.name == pods)
        most = {"cpu": f"{2 * found.cpu_milli}m", "memory": f"{2 * found.memory_mib}Mi"}
        return {"requests": found.requests, "limits": most}
