"""Avadot's cluster: volumes, GPUs and a load balancer for its workloads."""

import aws_cdk as cdk
import cdk8s
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from charts.cluster import ClusterChart
from settings.images import Image
from settings.system import Avadot
from stacks.avadot.data import AvadotData
from stacks.cluster import ClusterStack
from stacks.parts.load_balancer_controller import LoadBalancerController
from stacks.parts.objects import Objects


class AvadotCluster(ClusterStack):
    """A cluster whose nodes reach both data stores, and whose Ingress objects make an ALB."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        env: cdk.Environment,
        vpc: ec2.IVpc,
        system: Avadot,
        device_plugin: Image,
        registry: str,
        data: AvadotData,
    ) -> None:
        super().__init__(scope, id, env=env, vpc=vpc, system=system)
        entrance = LoadBalancerController(
            self,
            "LoadBalancerController",
            cluster=self.cluster,
            vpc=vpc,
            region=self.region,
            after=self.ready,
        )
        chart = ClusterChart(
            cdk8s.App(),
            volume=system.audio2face.volume,
            device_plugin=device_plugin,
            registry=registry,
        )
        objects = Objects(
            self, "Objects", cluster=self.cluster, objects=chart.to_json(), after=self.nodes
        )
        self.ready = (*self.ready, entrance, objects)
        self.reach("MySql", data.database)
        self.reach("Valkey", data.cache)
