"""The data stores: safe in production, gone with a throw-away environment."""

import pytest

from settings.system import Avadot, Guardian, System
from tests.stacks.assembly import Resource
from tests.stacks.synths import (
    DEPLOYED,
    DEV,
    GUARDIAN,
    GUARDIAN_DEV,
    PROD,
    STACKS,
    everything,
    stack,
)

_HOLDS_DATA = (
    "AWS::ElastiCache::ReplicationGroup",
    "AWS::RDS::DBInstance",
    "AWS::S3::Bucket",
    "AWS::SecretsManager::Secret",
)

every_system = pytest.mark.parametrize("system", DEPLOYED, ids=lambda system: system.name)
kept = pytest.mark.parametrize("system", [PROD, GUARDIAN], ids=lambda system: system.name)
disposable = pytest.mark.parametrize("system", [DEV, GUARDIAN_DEV], ids=lambda system: system.name)


def _database(system: System) -> Resource:
    return stack(system, "Data").the("AWS::RDS::DBInstance")


def _cache(system: System) -> Resource:
    return stack(system, "Data").the("AWS::ElastiCache::ReplicationGroup")


def _stores(system: System) -> list[Resource]:
    return [r for r in stack(system, "Data").resources if r.type in _HOLDS_DATA]


@kept
def test_data_of_production_outlives_its_stack(system: System) -> None:
    """Database, cache, buckets and secrets stay when the stack goes or replaces them."""
    assert {store.type for store in _stores(system)} == set(_HOLDS_DATA)
    assert [store.path for store in _stores(system) if not store.is_retained] == []


@kept
def test_data_of_production_is_protected(system: System) -> None:
    """Neither the stack nor the database can be deleted by a slip."""
    assert stack(system, "Data").is_protected
    assert _database(system).properties["DeletionProtection"] is True
    assert _database(system).properties["DeleteAutomatedBackups"] is False


@disposable
def test_a_throw_away_environment_leaves_nothing(system: System) -> None:
    """Every store of development goes with its stack, which is not protected."""
    assert not stack(system, "Data").is_protected
    assert _database(system).properties["DeletionProtection"] is False
    assert {store.document["DeletionPolicy"] for store in _stores(system)} == {"Delete"}


@disposable
def test_a_bucket_that_goes_is_emptied_first(system: System) -> None:
    """S3 refuses to delete a bucket with objects, and these two always have some."""
    data = stack(system, "Data")
    emptied = {
        resource.properties["BucketName"]["Ref"]
        for resource in data.of_type("Custom::S3AutoDeleteObjects")
    }
    assert emptied == {bucket.logical_id for bucket in data.of_type("AWS::S3::Bucket")}


@kept
def test_nothing_empties_a_bucket_that_stays(system: System) -> None:
    """Production has no function with the right to delete its objects."""
    assert stack(system, "Data").of_type("Custom::S3AutoDeleteObjects") == []


@every_system
def test_the_database_is_encrypted_and_private(system: System) -> None:
    """Its disk is encrypted gp3, and it has no public address."""
    database = _database(system).properties
    assert database["StorageEncrypted"] is True
    assert database["StorageType"] == "gp3"
    assert database["PubliclyAccessible"] is False


@every_system
def test_an_expired_database_engine_fails_instead_of_billing(system: System) -> None:
    """Neither MySQL 8.4 nor PostgreSQL 16 is carried on into paid extended support."""
    database = _database(system).properties
    engine, major = ("mysql", "8.4.") if isinstance(system, Avadot) else ("postgres", "16.")
    assert database["Engine"] == engine
    assert database["EngineVersion"].startswith(major)
    assert database["EngineLifecycleSupport"] == "open-source-rds-extended-support-disabled"


@every_system
def test_nobody_knows_the_password_of_the_database(system: System) -> None:
    """RDS makes and rotates it."""
    assert _database(system).properties["ManageMasterUserPassword"] is True
    assert "MasterUserPassword" not in _database(system).properties


@kept
def test_the_database_of_production_survives_a_zone(system: System) -> None:
    """It has a standby and two weeks of backups."""
    assert _database(system).properties["MultiAZ"] is True
    assert _database(system).properties["BackupRetentionPeriod"] == 14


@disposable
def test_development_pays_for_no_standby(system: System) -> None:
    """Its database stands in one zone."""
    assert _database(system).properties["MultiAZ"] is False


@every_system
def test_the_cache_speaks_tls_and_asks_for_a_password(system: System) -> None:
    """The password is a reference that CloudFormation resolves; no template has its value."""
    cache = _cache(system).properties
    password = stack(system, "Data").the("AWS::SecretsManager::Secret", "Cache/").logical_id
    assert cache["Engine"] == "valkey"
    assert cache["TransitEncryptionEnabled"] is True
    assert cache["AtRestEncryptionEnabled"] is True
    assert everything().spell(system.name, cache["AuthToken"]) == (
        f"{{{{resolve:secretsmanager:${{{system.name}.{password}}}:SecretString:::}}}}"
    )


@every_system
def test_the_cache_fails_over_to_another_zone(system: System) -> None:
    """A replica stands ready in each environment, so that failover is the same everywhere."""
    cache = _cache(system).properties
    assert cache["AutomaticFailoverEnabled"] is True
    assert cache["MultiAZEnabled"] is True
    assert cache["NumCacheClusters"] == 2


@every_system
def test_objects_are_versioned_encrypted_and_private(system: System) -> None:
    """The bucket keeps old versions, is encrypted, and is nobody else's business."""
    path = "Models/" if isinstance(system, Avadot) else "Uploads/"
    bucket = stack(system, "Data").the("AWS::S3::Bucket", path).properties
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}


@every_system
def test_buckets_take_tls_only(system: System) -> None:
    """Each bucket denies everything to everybody who comes without."""
    data = stack(system, "Data")
    guarded = {
        policy.properties["Bucket"]["Ref"]
        for policy in data.of_type("AWS::S3::BucketPolicy")
        for statement in policy.properties["PolicyDocument"]["Statement"]
        if (statement["Effect"], statement["Action"], statement["Principal"])
        == ("Deny", "s3:*", {"AWS": "*"})
        and statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    }
    assert guarded == {bucket.logical_id for bucket in data.of_type("AWS::S3::Bucket")}


@pytest.mark.parametrize("name", STACKS)
def test_no_secret_has_its_value_in_a_template(name: str) -> None:
    """CloudFormation makes every value; none can be read where the template lies."""
    for secret in everything().stacks[name].of_type("AWS::SecretsManager::Secret"):
        assert "SecretString" not in secret.properties
        assert "GenerateSecretString" in secret.properties


@every_system
def test_only_nodes_reach_the_stores(system: System) -> None:
    """The stores admit the cluster's nodes on one port each; Guardian's database not even them."""
    assembly, cluster = everything(), stack(system, "Cluster")
    nodes = f"${{{cluster.name}.{cluster.the('AWS::EKS::Cluster').logical_id}"
    rules = cluster.of_type("AWS::EC2::SecurityGroupIngress")
    ports = [6379] if isinstance(system, Guardian) else [3306, 6379]
    assert sorted(rule.properties["FromPort"] for rule in rules) == ports
    for rule in rules:
        source = assembly.spell(cluster.name, rule.properties["SourceSecurityGroupId"])
        assert source == f"{nodes}.ClusterSecurityGroupId}}"
        assert rule.properties["FromPort"] == rule.properties["ToPort"]
    for group in stack(system, "Data").of_type("AWS::EC2::SecurityGroup"):
        assert "SecurityGroupIngress" not in group.properties
