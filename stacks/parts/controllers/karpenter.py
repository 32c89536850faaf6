"""Karpenter: starts a machine for pods that find none, and ends empty ones."""

from collections.abc import Mapping
from typing import Any, ClassVar

import aws_cdk as cdk
import cdk8s
from aws_cdk import aws_eks_v2 as eks
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from charts.karpenter import MachinePlace, NodePoolsChart
from stacks.parts.controllers.controller import Controller, ControllerProps, Shown
from stacks.parts.controllers.karpenter_rights import grant_machines
from stacks.parts.exceptions import accept
from stacks.parts.node_group import node_role
from stacks.parts.objects import Objects

_DEFINITIONS = "karpenter-crd"
_NAMESPACE = "kube-system"
"""Whose pods the API server serves first (upstream's advice)."""
_OF_MACHINES = (
    "EC2 Spot Instance Interruption Warning",
    "EC2 Instance Rebalance Recommendation",
    "EC2 Instance State-change Notification",
)


class Karpenter(Controller):
    """Karpenter with the pools of the settings, on a machine that it does not start itself.

    What ends comes in the reverse order: the pools, and with them their machines, while the
    controller still runs that has to end them (docs/decisions/0023).
    """

    NAME: ClassVar[str] = "karpenter"
    SHOWN: ClassVar[Shown | None] = Shown(namespace=_NAMESPACE, pods=NAME, port="http-metrics")

    def __init__(self, scope: Construct, *, props: ControllerProps) -> None:
        super().__init__(scope, props=props)
        machine_role = node_role(self, "MachineRole")
        profile = iam.CfnInstanceProfile(self, "Machine", roles=[machine_role.role_name])
        entry = eks.CfnAccessEntry(
            self,
            "Joins",
            cluster_name=props.cluster.cluster_name,
            principal_arn=machine_role.role_arn,
            type="EC2_LINUX",
        )
        queue = self._notices()
        subnets = {subnet.availability_zone: subnet for subnet in props.vpc.private_subnets}
        security_group = props.cluster.cluster_security_group.security_group_id
        grant_machines(
            self.role,
            cluster_name=props.cluster_name,
            cluster_arn=props.cluster.cluster_arn,
            machine_role=machine_role,
            security_group=security_group,
            subnets=[subnet.subnet_id for subnet in subnets.values()],
            notices=queue,
        )
        definitions = self.chart(
            "Definitions", _DEFINITIONS, props=props, namespace=_NAMESPACE, values={}
        )
        chart = self.install(
            props=props,
            service_account=self.NAME,
            namespace=_NAMESPACE,
            values=self._values(props, queue),
        )
        chart.node.add_dependency(definitions)
        place = MachinePlace(
            instance_profile=profile.ref,
            security_group=security_group,
            subnets={zone: subnet.subnet_id for zone, subnet in subnets.items()},
            tags=props.tags,
        )
        for pool in props.node_pools:
            # A resource for each: kubectl prunes no custom resource that leaves a manifest.
            objects = NodePoolsChart(cdk8s.App(), system=props.system, pools=[pool], place=place)
            Objects(
                Construct(self, pool.name),
                "Objects",
                cluster=props.cluster,
                objects=objects.to_json(),
                after=[chart, entry],
            )

    def _values(self, props: ControllerProps, queue: sqs.Queue) -> Mapping[str, Any]:
        size = self.requests()
        return {
            # One: a second would only wait for the first one's lease, and needs a machine.
            "replicas": 1,
            "serviceAccount": {"create": True, "name": self.NAME},
            "nodeSelector": {"node-group": props.node_group},
            "controller": {
                "resources": {"requests": size, "limits": {"cpu": "1", "memory": "1Gi"}},
                # Else it asks the machine, which is out of pods' reach.
                "env": [{"name": "AWS_REGION", "value": props.region}],
            },
            "settings": {
                "clusterName": props.cluster_name,
                "interruptionQueue": queue.queue_name,
                "featureGates": {"nodeOverlay": any(pool.gpu_sharing for pool in props.node_pools)},
            },
        }

    def _notices(self) -> sqs.Queue:
        """Make the queue by which EC2 says that a machine goes, two minutes before a spot one."""
        queue = sqs.Queue(
            self,
            "Notices",
            retention_period=cdk.Duration.minutes(5),
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
        )
        accept(
            queue,
            "SQS3",
            reason="a notice that was not taken within minutes is of a machine that is gone",
        )
        for of, source, kinds in (
            ("Machines", "aws.ec2", _OF_MACHINES),
            ("Health", "aws.health", ("AWS Health Event",)),
        ):
            events.Rule(
                self,
                of,
                event_pattern=events.EventPattern(source=[source], detail_type=list(kinds)),
                targets=[targets.SqsQueue(queue)],
            )
        return queue
