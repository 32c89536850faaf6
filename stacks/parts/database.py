"""MySQL on RDS."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_rds as rds
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from settings.data import MySql
from stacks.parts.exceptions import accept


class Database(Construct):
    """A MySQL instance, encrypted, in isolated subnets, its password kept and rotated by RDS."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        vpc: ec2.IVpc,
        mysql: MySql,
        removal: cdk.RemovalPolicy,
    ) -> None:
        super().__init__(scope, id)
        kept = removal is cdk.RemovalPolicy.RETAIN
        major = ".".join(mysql.version.split(".")[:2])

        self.name = mysql.database
        self.port = mysql.port
        self.security_group = ec2.SecurityGroup(
            self, "SecurityGroup", vpc=vpc, description="MySQL", allow_all_outbound=False
        )
        self.instance = rds.DatabaseInstance(
            self,
            "MySql",
            engine=rds.DatabaseInstanceEngine.mysql(
                version=rds.MysqlEngineVersion.of(mysql.version, major)
            ),
            # An engine past its support dates then fails to deploy instead of being billed for.
            engine_lifecycle_support=rds.EngineLifecycleSupport.OPEN_SOURCE_RDS_EXTENDED_SUPPORT_DISABLED,
            instance_type=ec2.InstanceType(mysql.instance_type),
            vpc=vpc,
            vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
            security_groups=[self.security_group],
            database_name=mysql.database,
            port=mysql.port,
            credentials=rds.Credentials.from_username("avadot"),
            manage_master_user_password=True,
            multi_az=mysql.multi_az,
            storage_type=rds.StorageType.GP3,
            allocated_storage=mysql.storage_gib,
            storage_encrypted=True,
            backup_retention=cdk.Duration.days(mysql.backup_days),
            delete_automated_backups=not kept,
            deletion_protection=kept,
            removal_policy=removal,
            auto_minor_version_upgrade=True,
            cloudwatch_logs_exports=["error", "slowquery"],
            copy_tags_to_snapshot=True,
        )
        self._accept_findings(mysql, kept=kept)

    @property
    def host(self) -> str:
        """The address of the primary, which stays the same over a failover."""
        return self.instance.db_instance_endpoint_address

    @property
    def master_secret(self) -> secretsmanager.ISecret:
        """The secret in which RDS keeps user name and password."""
        secret = self.instance.secret
        if secret is None:
            message = "RDS manages the master password, so there is a secret"
            raise AssertionError(message)
        return secret

    def _accept_findings(self, mysql: MySql, *, kept: bool) -> None:
        accept(
            self.instance,
            "RDS11",
            reason="clients expect MySQL's own port; security groups keep others out",
        )
        if not mysql.multi_az:
            accept(
                self.instance, "RDS3", reason="a throw-away environment has no standby to pay for"
            )
        if not kept:
            accept(self.instance, "RDS10", reason="a throw-away environment must be destroyable")
