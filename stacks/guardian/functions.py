"""Lambda functions of the workflow, and the network path from them to the database."""

from collections.abc import Mapping
from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_rds as rds
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from settings.guardian.workflow import Workflow
from stacks.guardian.program import FUNCTIONS, program
from stacks.parts.exceptions import LAMBDA_BASICS, accept_managed_policies
from stacks.parts.handlers import require_handler

APPLICATION_ROLE = "guardian_app"
"""The database role that the migration creates, with rights on the one table only."""

_HTTPS = 443
_SUBNETS = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS)
_RETENTION = {
    1: logs.RetentionDays.ONE_DAY,
    3: logs.RetentionDays.THREE_DAYS,
    5: logs.RetentionDays.FIVE_DAYS,
    7: logs.RetentionDays.ONE_WEEK,
    14: logs.RetentionDays.TWO_WEEKS,
    30: logs.RetentionDays.ONE_MONTH,
}


@dataclass(frozen=True, kw_only=True)
class DatabaseAccess:
    """A PostgreSQL instance with IAM authentication."""

    instance: rds.IDatabaseInstance
    name: str
    port: int
    security_group: ec2.ISecurityGroup
    master_secret: secretsmanager.ISecret

    @property
    def environment(self) -> Mapping[str, str]:
        return {
            "DATABASE_HOST": self.instance.db_instance_endpoint_address,
            "DATABASE_PORT": str(self.port),
            "DATABASE_NAME": self.name,
        }


class Functions(Construct):
    """Makes functions of one asset; those in the VPC may connect to the database and to HTTPS."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        vpc: ec2.IVpc,
        database: DatabaseAccess,
        settings: Workflow,
    ) -> None:
        super().__init__(scope, id)
        self.database = database
        self._vpc = vpc
        self._settings = settings
        self._code = program()
        self._security_group = self._make_security_group(database)

    def function(
        self,
        scope: Construct,
        id: str,
        *,
        handler: str,
        timeout: cdk.Duration,
        environment: Mapping[str, str],
    ) -> lambda_.Function:
        return self._make(scope, id, handler, timeout, environment, vpc=None)

    def database_function(
        self,
        scope: Construct,
        id: str,
        *,
        handler: str,
        timeout: cdk.Duration,
        environment: Mapping[str, str],
    ) -> lambda_.Function:
        """Make a function in the VPC that can connect to the database, without rds-db:connect."""
        environment = {**self.database.environment, **environment}
        return self._make(scope, id, handler, timeout, environment, vpc=self._vpc)

    def application_function(
        self,
        scope: Construct,
        id: str,
        *,
        handler: str,
        timeout: cdk.Duration,
        environment: Mapping[str, str],
    ) -> lambda_.Function:
        """Make a function that connects to the database as the application, by IAM."""
        function = self.database_function(
            scope, id, handler=handler, timeout=timeout, environment=environment
        )
        self.database.instance.grant_connect(function, APPLICATION_ROLE)
        return function

    def log_group(self, scope: Construct, id: str) -> logs.LogGroup:
        return logs.LogGroup(
            scope,
            id,
            retention=_RETENTION[self._settings.log_days],
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )

    def _make(
        self,
        scope: Construct,
        id: str,
        handler: str,
        timeout: cdk.Duration,
        environment: Mapping[str, str],
        *,
        vpc: ec2.IVpc | None,
    ) -> lambda_.Function:
        function = lambda_.Function(
            scope,
            id,
            code=self._code,
            handler=require_handler(FUNCTIONS, f"guardian.{handler}"),
            runtime=lambda_.Runtime.PYTHON_3_14,
            # Twice the least that works: Lambda allots CPU by memory, for a shorter cold start.
            memory_size=512,
            timeout=timeout,
            environment=dict(environment),
            log_group=self.log_group(scope, f"{id}Logs"),
            vpc=vpc,
            vpc_subnets=_SUBNETS if vpc else None,
            security_groups=[self._security_group] if vpc else None,
        )
        accept_managed_policies(
            function, *LAMBDA_BASICS, reason="logs, and a place in the VPC; AWS maintains them"
        )
        return function

    def _make_security_group(self, database: DatabaseAccess) -> ec2.SecurityGroup:
        """Make the functions' security group, and the ingress rule in that of the database."""
        group = ec2.SecurityGroup(
            self,
            "SecurityGroup",
            vpc=self._vpc,
            description="Functions of the analysis workflow",
            allow_all_outbound=False,
        )
        group.add_egress_rule(ec2.Peer.any_ipv4(), ec2.Port.tcp(_HTTPS), "APIs of AWS")
        target = database.security_group.security_group_id
        group.add_egress_rule(
            ec2.Peer.security_group_id(target), ec2.Port.tcp(database.port), "PostgreSQL"
        )
        ec2.CfnSecurityGroupIngress(
            self,
            "IntoDatabase",
            description="PostgreSQL from the functions of the analysis workflow",
            group_id=target,
            source_security_group_id=group.security_group_id,
            ip_protocol="tcp",
            from_port=database.port,
            to_port=database.port,
        )
        return group
