"""Valkey on ElastiCache."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticache as elasticache
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from settings.data import Valkey
from stacks.parts.exceptions import accept

_SNAPSHOT_DAYS = 7


class Cache(Construct):
    """A Valkey primary with replicas: TLS, a password, and failover to another zone."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        vpc: ec2.IVpc,
        purpose: str,
        valkey: Valkey,
        removal: cdk.RemovalPolicy,
    ) -> None:
        super().__init__(scope, id)
        kept = removal is cdk.RemovalPolicy.RETAIN

        self.security_group = ec2.SecurityGroup(
            self, "SecurityGroup", vpc=vpc, description="Valkey", allow_all_outbound=False
        )
        self.password = secretsmanager.Secret(
            self,
            "Password",
            description="Password of the Valkey cache",
            generate_secret_string=secretsmanager.SecretStringGenerator(
                exclude_punctuation=True, password_length=64
            ),
            removal_policy=removal,
        )
        subnets = elasticache.CfnSubnetGroup(
            self,
            "Subnets",
            description="Isolated subnets",
            subnet_ids=[subnet.subnet_id for subnet in vpc.isolated_subnets],
        )
        self._group = elasticache.CfnReplicationGroup(
            self,
            "Valkey",
            replication_group_description=f"Cache of the {purpose}",
            engine="valkey",
            engine_version=valkey.version,
            cache_parameter_group_name=None if valkey.evicts else self._keeping(valkey).ref,
            cache_node_type=valkey.node_type,
            num_cache_clusters=valkey.nodes,
            automatic_failover_enabled=True,
            multi_az_enabled=True,
            cache_subnet_group_name=subnets.ref,
            security_group_ids=[self.security_group.security_group_id],
            port=valkey.port,
            at_rest_encryption_enabled=True,
            transit_encryption_enabled=True,
            # A dynamic reference: CloudFormation reads the value, no template holds it.
            auth_token=self.password.secret_value.unsafe_unwrap(),
            snapshot_retention_limit=_SNAPSHOT_DAYS if kept else 0,
        )
        self._group.apply_removal_policy(removal)
        self.port = valkey.port
        accept(
            self.password,
            "SMG4",
            reason="a new password must reach ElastiCache and every pod at once; a person does it",
        )
        accept(
            self._group,
            "AEC5",
            reason="clients expect Redis' own port; security groups keep others out",
        )

    def _keeping(self, valkey: Valkey) -> elasticache.CfnParameterGroup:
        """Refuse writes when the memory is full, and keep what is there."""
        return elasticache.CfnParameterGroup(
            self,
            "Parameters",
            cache_parameter_group_family=f"valkey{valkey.version.partition('.')[0]}",
            description="Keys are never dropped for want of memory",
            properties={"maxmemory-policy": "noeviction"},
        )

    @property
    def host(self) -> str:
        """The address of the primary, which moves with a failover."""
        return self._group.attr_primary_end_point_address
