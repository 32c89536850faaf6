"""The data stores: safe in production, gone with a throw-away environment."""

from plan.model.assembly import Resource
from settings.data import RelationalDatabase
from settings.system import System
from tests.stacks.synths import (
    ENVIRONMENTS,
    each,
    every_stack,
    everything,
    parts_of,
    reference,
    stack,
    the,
)

_KEEPING = [system for system in ENVIRONMENTS if "Data" in parts_of(type(system))]
every_environment = each(_KEEPING)
every_retained = each([system for system in _KEEPING if system.retained])
every_disposable = each([system for system in _KEEPING if not system.retained])

_DATABASE = "AWS::RDS::DBInstance"
_CACHE = "AWS::ElastiCache::ReplicationGroup"
_BUCKET = "AWS::S3::Bucket"
_SECRET = "AWS::SecretsManager::Secret"
_EMPTIED = "Custom::S3AutoDeleteObjects"


def _made(system: System, *kinds: str) -> list[Resource]:
    """Return the data stores of a system, those of some kinds if any are named."""
    kinds = kinds or (_DATABASE, _CACHE, _BUCKET, _SECRET)
    return [one for one in stack(system, "Data").resources.values() if one.type in kinds]


def _buckets(system: System) -> set[str]:
    return {
        reference(bucket, seen_from=bucket.stack)
        for bucket in stack(system, "Data").of_type(_BUCKET)
    }


@every_retained
def test_data_of_production_outlives_its_stack(system: System) -> None:
    """Database, cache, buckets and secrets stay when the stack goes or replaces them."""
    stores = _made(system)
    assert stores
    for store in stores:
        assert (store.deletion_policy, store.update_replace_policy) == ("Retain", "Retain")


@every_retained
def test_data_of_production_is_protected(system: System) -> None:
    """Neither the stack nor the database can be deleted by a slip."""
    assert stack(system, "Data").is_protected
    for database in _made(system, _DATABASE):
        assert database.properties["DeletionProtection"] is True
        assert database.properties["DeleteAutomatedBackups"] is False


@every_disposable
def test_a_throw_away_environment_leaves_nothing(system: System) -> None:
    """Every store of development goes with its stack, which is not protected."""
    assert not stack(system, "Data").is_protected
    assert {store.deletion_policy for store in _made(system)} == {"Delete"}
    for database in _made(system, _DATABASE):
        assert database.properties["DeletionProtection"] is False


@every_disposable
def test_a_bucket_that_goes_is_emptied_first(system: System) -> None:
    """S3 refuses to delete a bucket with objects, and these always have some."""
    emptied = {one.properties["BucketName"] for one in stack(system, "Data").of_type(_EMPTIED)}
    assert emptied == _buckets(system)


@every_retained
def test_nothing_empties_a_bucket_that_stays(system: System) -> None:
    """Production has no function with the right to delete its objects."""
    assert stack(system, "Data").of_type(_EMPTIED) == []


@every_environment
def test_a_database_is_encrypted_and_private(system: System) -> None:
    """Its disk is encrypted gp3, and it has no public address."""
    for database in _made(system, _DATABASE):
        assert database.properties["StorageEncrypted"] is True
        assert database.properties["StorageType"] == "gp3"
        assert database.properties["PubliclyAccessible"] is False


@every_environment
def test_databases_are_as_was_decided(system: System) -> None:
    """Each of the settings stands there, with its version and its days of backups."""
    decided = [one for one in vars(system).values() if isinstance(one, RelationalDatabase)]
    made = [one.properties for one in _made(system, _DATABASE)]
    assert sorted((one["EngineVersion"], one["BackupRetentionPeriod"]) for one in made) == sorted(
        (one.version, one.backup_days) for one in decided
    )


@every_environment
def test_an_expired_database_engine_fails_instead_of_billing(system: System) -> None:
    """None is carried on into paid extended support."""
    for database in _made(system, _DATABASE):
        support = database.properties["EngineLifecycleSupport"]
        assert support == "open-source-rds-extended-support-disabled"


@every_environment
def test_nobody_knows_the_password_of_a_database(system: System) -> None:
    """RDS makes and rotates it."""
    for database in _made(system, _DATABASE):
        assert database.properties["ManageMasterUserPassword"] is True
        assert "MasterUserPassword" not in database.properties


@every_retained
def test_a_database_of_production_survives_a_zone(system: System) -> None:
    """It has a standby."""
    for database in _made(system, _DATABASE):
        assert database.properties["MultiAZ"] is True


@every_disposable
def test_development_pays_for_no_standby(system: System) -> None:
    """Its databases stand in one zone."""
    for database in _made(system, _DATABASE):
        assert database.properties["MultiAZ"] is False


@every_environment
def test_a_cache_speaks_tls_and_asks_for_a_password(system: System) -> None:
    """The password is a reference that CloudFormation resolves; no template has its value."""
    for cache in _made(system, _CACHE):
        password = the(stack(system, "Data"), _SECRET, "Cache/")
        assert cache.properties["Engine"] == "valkey"
        assert cache.properties["TransitEncryptionEnabled"] is True
        assert cache.properties["AtRestEncryptionEnabled"] is True
        assert cache.properties["AuthToken"] == (
            f"{{{{resolve:secretsmanager:{reference(password, seen_from=cache.stack)}"
            ":SecretString:::}}"
        )


@every_environment
def test_a_cache_fails_over_to_another_zone(system: System) -> None:
    """A replica stands ready in each environment, so that failover is the same everywhere."""
    for cache in _made(system, _CACHE):
        assert cache.properties["AutomaticFailoverEnabled"] is True
        assert cache.properties["MultiAZEnabled"] is True
        assert cache.properties["NumCacheClusters"] > 1


@every_environment
def test_objects_are_encrypted_and_private(system: System) -> None:
    """Each bucket is encrypted, and nobody else's business."""
    for bucket in _made(system, _BUCKET):
        (rule,) = bucket.properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert rule["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
        assert set(bucket.properties["PublicAccessBlockConfiguration"].values()) == {True}


@every_environment
def test_objects_that_can_be_replaced_keep_their_old_versions(system: System) -> None:
    """Every bucket does but those that only take access logs."""
    logs = {
        bucket.properties["LoggingConfiguration"]["DestinationBucketName"]
        for bucket in _made(system, _BUCKET)
        if "LoggingConfiguration" in bucket.properties
    }
    for bucket in _made(system, _BUCKET):
        if reference(bucket, seen_from=bucket.stack) not in logs:
            assert bucket.properties["VersioningConfiguration"] == {"Status": "Enabled"}


@every_environment
def test_buckets_take_tls_only(system: System) -> None:
    """Each bucket denies everything to everybody who comes without."""
    guarded = {
        policy.properties["Bucket"]
        for policy in stack(system, "Data").of_type("AWS::S3::BucketPolicy")
        for statement in policy.properties["PolicyDocument"]["Statement"]
        if (statement["Effect"], statement["Action"], statement["Principal"])
        == ("Deny", "s3:*", {"AWS": "*"})
        and statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    }
    assert guarded == _buckets(system)


@every_stack
def test_no_secret_has_its_value_in_a_template(name: str) -> None:
    """CloudFormation makes every value; none can be read where the template lies."""
    for secret in everything().assembly.stack(name).of_type(_SECRET):
        assert "SecretString" not in secret.properties
        assert "GenerateSecretString" in secret.properties


@every_environment
def test_only_nodes_reach_the_stores(system: System) -> None:
    """What the cluster's stack lets in are its nodes, on one port each, and nothing else is."""
    cluster = stack(system, "Cluster")
    nodes = reference(
        the(cluster, "AWS::EKS::Cluster"), "ClusterSecurityGroupId", seen_from=cluster.name
    )
    for rule in cluster.of_type("AWS::EC2::SecurityGroupIngress"):
        assert rule.properties["SourceSecurityGroupId"] == nodes
        assert rule.properties["FromPort"] == rule.properties["ToPort"]
    for group in stack(system, "Data").of_type("AWS::EC2::SecurityGroup"):
        assert "SecurityGroupIngress" not in group.properties
