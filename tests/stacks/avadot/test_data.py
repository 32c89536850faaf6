"""Avadot's own stores: a database and a cache, models that may be others', keys of people."""

from settings.avadot.system import Avadot
from tests.stacks.avadot.cases import DEV, OTHERWISE, PROD
from tests.stacks.synths import each, stack, the

every_environment = each([PROD, DEV])


@every_environment
def test_the_database_is_mysql(system: Avadot) -> None:
    database = the(stack(system, "Data"), "AWS::RDS::DBInstance")
    assert database.properties["Engine"] == "mysql"


@every_environment
def test_nodes_reach_database_and_cache(system: Avadot) -> None:
    """Each on its own port, and nothing else."""
    rules = stack(system, "Cluster").of_type("AWS::EC2::SecurityGroupIngress")
    ports = sorted(rule.properties["FromPort"] for rule in rules)
    assert ports == sorted([system.mysql.port, system.valkey.port])


def test_a_bucket_of_others_is_used_and_not_made() -> None:
    """Named in the settings, it is neither created nor changed."""
    assert stack(OTHERWISE, "Data").of_type("AWS::S3::Bucket") == []
    assert stack(OTHERWISE, "Data").of_type("AWS::S3::BucketPolicy") == []


@every_environment
def test_each_provider_has_a_place_for_its_key(system: Avadot) -> None:
    """There is one secret for each provider; a person puts the key in."""
    keys = {
        secret.path.split("/")[1].lower()
        for secret in stack(system, "Data").of_type("AWS::SecretsManager::Secret")
        if secret.path.startswith("ProviderKeys/")
    }
    assert keys == set(system.providers)
