"""Silver Guardian's cluster: pods and machines that come when there is work."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from settings.system import Guardian
from stacks.cluster import ClusterStack
from stacks.guardian.autoscaler import ClusterAutoscaler
from stacks.guardian.data import GuardianData
from stacks.guardian.keda import Keda


class GuardianCluster(ClusterStack):
    """A cluster with KEDA and the cluster autoscaler; its nodes reach the cache.

    `keda_role` is that of KEDA's operator, for the owner of a queue to grant it the count.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        env: cdk.Environment,
        vpc: ec2.IVpc,
        system: Guardian,
        data: GuardianData,
    ) -> None:
        super().__init__(scope, id, env=env, vpc=vpc, system=system)
        always_there = system.cluster.common_groups[0].name
        autoscaler = ClusterAutoscaler(
            self,
            "ClusterAutoscaler",
            cluster=self.cluster,
            cluster_name=system.cluster.name,
            region=self.region,
            node_group=always_there,
            after=self.ready,
        )
        keda = Keda(self, "Keda", cluster=self.cluster, node_group=always_there, after=self.ready)
        self.keda_role = keda.role
        self.ready = (*self.ready, autoscaler, keda)
        self.reach("Valkey", data.cache)
