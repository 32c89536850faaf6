"""The network: one VPC, lives as long as the environment; so does the watch over its costs."""

from dataclasses import dataclass
from typing import cast

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_logs as logs
from constructs import Construct

from settings.system import System
from stacks.parts.budget import Budget
from stacks.parts.ranges import DATA, PRIVATE, PUBLIC, ZoneRanges


class NetworkStack(cdk.Stack):
    """A VPC with public, private and isolated subnets in each zone.

    Load balancers stand in the public subnets, nodes and Lambda functions in the private ones,
    data stores in the isolated ones. S3, and with it every image layer, is reached through a
    free gateway endpoint; interface endpoints would cost more than the NAT traffic they save.
    """

    def __init__(self, scope: Construct, *, system: System, env: cdk.Environment) -> None:
        super().__init__(
            scope,
            f"{system.name}Network",
            env=env,
            tags=dict(system.tags),
            description=f"{system.title}: network",
        )
        network = system.network
        self.budget = Budget(self, "Budget", system=system)

        self.vpc = ec2.Vpc(
            self,
            "Vpc",
            # mypy: the interface also takes dictionaries, which the kernel never hands over.
            ip_addresses=cast("ec2.IIpAddresses", ZoneRanges(network.cidr)),
            availability_zones=list(network.zones),
            nat_gateways=network.nat_gateways,
            subnet_configuration=[
                ec2.SubnetConfiguration(
                    name=PUBLIC,
                    subnet_type=ec2.SubnetType.PUBLIC,
                    map_public_ip_on_launch=False,
                ),
                ec2.SubnetConfiguration(
                    name=PRIVATE, subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS
                ),
                ec2.SubnetConfiguration(name=DATA, subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
            ],
            gateway_endpoints={
                "S3": ec2.GatewayVpcEndpointOptions(service=ec2.GatewayVpcEndpointAwsService.S3)
            },
        )
        # By these tags the load balancer controller finds its subnets.
        for subnet in self.vpc.public_subnets:
            cdk.Tags.of(subnet).add("kubernetes.io/role/elb", "1")
        for subnet in self.vpc.private_subnets:
            cdk.Tags.of(subnet).add("kubernetes.io/role/internal-elb", "1")

        self.vpc.add_flow_log(
            "FlowLog",
            destination=ec2.FlowLogDestination.to_cloud_watch_logs(
                logs.LogGroup(
                    self,
                    "FlowLogs",
                    retention=logs.RetentionDays.ONE_MONTH,
                    removal_policy=cdk.RemovalPolicy.DESTROY,
                )
            ),
            traffic_type=ec2.FlowLogTrafficType.REJECT,
        )

    @property
    def public_cidrs(self) -> tuple[str, ...]:
        return tuple(subnet.ipv4_cidr_block for subnet in self.vpc.public_subnets)

    @property
    def private_cidrs(self) -> tuple[str, ...]:
        return tuple(subnet.ipv4_cidr_block for subnet in self.vpc.private_subnets)

    @property
    def isolated_cidrs(self) -> tuple[str, ...]:
        return tuple(subnet.ipv4_cidr_block for subnet in self.vpc.isolated_subnets)


@dataclass(frozen=True, kw_only=True)
class Foundations:
    """What the stacks of one environment stand on: a region, the registry there, a network."""

    env: cdk.Environment
    registry: str
    """The host of the account's image registry."""
    network: NetworkStack

    @classmethod
    def of(cls, scope: Construct, system: System) -> "Foundations":
        """Make the network; the account stays open: it is that of whoever deploys."""
        env = cdk.Environment(region=system.region)
        return cls(
            env=env,
            registry=f"{cdk.Aws.ACCOUNT_ID}.dkr.ecr.{system.region}.{cdk.Aws.URL_SUFFIX}",
            network=NetworkStack(scope, system=system, env=env),
        )
