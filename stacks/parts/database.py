"""Relational databases on RDS."""

from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_rds as rds
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from settings.data import MySql, PostgreSql
from stacks.parts.exceptions import accept


@dataclass(frozen=True, kw_only=True)
class _Engine:
    """How RDS calls an engine, and what differs with it."""

    title: str
    id: str
    engine: rds.IInstanceEngine
    logs: tuple[str, ...]
    iam_authentication: bool | None = None


def _engine(settings: MySql | PostgreSql) -> _Engine:
    match settings:
        case MySql(version=version):
            major = ".".join(version.split(".")[:2])
            return _Engine(
                title="MySQL",
                id="MySql",
                engine=rds.DatabaseInstanceEngine.mysql(
                    version=rds.MysqlEngineVersion.of(version, major)
                ),
                logs=("error", "slowquery"),
            )
        case PostgreSql(version=version):
            return _Engine(
                title="PostgreSQL",
                id="PostgreSql",
                engine=rds.DatabaseInstanceEngine.postgres(
                    version=rds.PostgresEngineVersion.of(version, version.partition(".")[0])
                ),
                logs=("postgresql", "upgrade"),
                # Functions log in by their roles; the password is for the migration alone.
                iam_authentication=True,
            )


class Database(Construct):
    """An instance, encrypted, in isolated subnets, its password kept and rotated by RDS."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        vpc: ec2.IVpc,
        settings: MySql | PostgreSql,
        removal: cdk.RemovalPolicy,
    ) -> None:
        super().__init__(scope, id)
        kept = removal is cdk.RemovalPolicy.RETAIN
        engine = _engine(settings)

        self.name = settings.database
        self.port = settings.port
        self.security_group = ec2.SecurityGroup(
            self, "SecurityGroup", vpc=vpc, description=engine.title, allow_all_outbound=False
        )
        self.instance = rds.DatabaseInstance(
            self,
            engine.id,
            engine=engine.engine,
            # An engine past its support dates then fails to deploy instead of being billed for.
            engine_lifecycle_support=rds.EngineLifecycleSupport.OPEN_SOURCE_RDS_EXTENDED_SUPPORT_DISABLED,
            instance_type=ec2.InstanceType(settings.instance_class.removeprefix("db.")),
            vpc=vpc,
            vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
            security_groups=[self.security_group],
            database_name=settings.database,
            port=settings.port,
            credentials=rds.Credentials.from_username(settings.user),
            manage_master_user_password=True,
            multi_az=settings.multi_az,
            storage_type=rds.StorageType.GP3,
            allocated_storage=settings.storage_gib,
            storage_encrypted=True,
            backup_retention=cdk.Duration.days(settings.backup_days),
            delete_automated_backups=not kept,
            deletion_protection=kept,
            removal_policy=removal,
            auto_minor_version_upgrade=True,
            cloudwatch_logs_exports=list(engine.logs),
            copy_tags_to_snapshot=True,
            iam_authentication=engine.iam_authentication,
        )
        self._accept_findings(engine.title, multi_az=settings.multi_az, kept=kept)

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

    def _accept_findings(self, title: str, *, multi_az: bool, kept: bool) -> None:
        accept(
            self.instance,
            "RDS11",
            reason=f"clients expect {title}'s own port; security groups keep others out",
        )
        if not multi_az:
            accept(
                self.instance, "RDS3", reason="a throw-away environment has no standby to pay for"
            )
        if not kept:
            accept(self.instance, "RDS10", reason="a throw-away environment must be destroyable")
