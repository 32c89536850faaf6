"""Mistakes in the data stores."""

from dataclasses import replace

from settings.data import ExistingBucket
from tests.settings.examples import PROD
from tests.settings.mistakes import Mistake

_BUCKET_RULE = "S3 allows 3 to 63 lower-case letters, digits, dots and hyphens"
_PREFIX_RULE = "write it like a2f-models/, with a slash at the end only, and no part as .."
_MYSQL_RULE = "use 8.4 with a patch version, as 8.4.10; others have left standard support on RDS"
_DATABASE_RULE = "use at most 63 letters, digits and underscores, starting with a letter"
_VALKEY_RULE = "write major and minor version, from 8 on, as 8.2"
_NODE_TYPE_RULE = "ElastiCache writes it with cache. in front, as cache.t4g.small"

DATA = (
    Mistake(
        "MySQL that costs extended support",
        lambda: replace(PROD.mysql, version="8.0.43"),
        f"mysql version is '8.0.43': {_MYSQL_RULE}",
    ),
    Mistake(
        "MySQL without a patch version",
        lambda: replace(PROD.mysql, version="8.4"),
        f"mysql version is '8.4': {_MYSQL_RULE}",
    ),
    Mistake(
        "MySQL patch version left open",
        lambda: replace(PROD.mysql, version="8.4.x"),
        f"mysql version is '8.4.x': {_MYSQL_RULE}",
    ),
    Mistake(
        "database name with a hyphen",
        lambda: replace(PROD.mysql, database="avadot-prod"),
        f"mysql database is 'avadot-prod': {_DATABASE_RULE}",
    ),
    Mistake(
        "database name too long",
        lambda: replace(PROD.mysql, database="a" * 64),
        f"mysql database is '{'a' * 64}': {_DATABASE_RULE}",
    ),
    Mistake(
        "MySQL at a port that TCP does not have",
        lambda: replace(PROD.mysql, port=65536),
        "mysql port is 65536: must be from 1 to 65535",
    ),
    Mistake(
        "MySQL instance type as RDS spells it",
        lambda: replace(PROD.mysql, instance_type="db.m7g.large"),
        "mysql instance_type is 'db.m7g.large': write it as m7g.large, without db.",
    ),
    Mistake(
        "MySQL disk below the smallest",
        lambda: replace(PROD.mysql, storage_gib=19),
        "mysql storage_gib is 19: gp3 starts at 20",
    ),
    Mistake(
        "MySQL without backups",
        lambda: replace(PROD.mysql, backup_days=0),
        "mysql backup_days is 0: keep backups for 1 to 35 days",
    ),
    Mistake(
        "MySQL backups kept longer than RDS does",
        lambda: replace(PROD.mysql, backup_days=36),
        "mysql backup_days is 36: keep backups for 1 to 35 days",
    ),
    Mistake(
        "cache node type as EC2 spells it",
        lambda: replace(PROD.valkey, node_type="t4g.small"),
        f"valkey node_type is 't4g.small': {_NODE_TYPE_RULE}",
    ),
    Mistake(
        "cache node type without a size",
        lambda: replace(PROD.valkey, node_type="cache.t4g"),
        f"valkey node_type is 'cache.t4g': {_NODE_TYPE_RULE}",
    ),
    Mistake(
        "cache version of Redis",
        lambda: replace(PROD.valkey, version="7.1"),
        f"valkey version is '7.1': {_VALKEY_RULE}",
    ),
    Mistake(
        "cache version without its minor part",
        lambda: replace(PROD.valkey, version="8"),
        f"valkey version is '8': {_VALKEY_RULE}",
    ),
    Mistake(
        "cache at port zero",
        lambda: replace(PROD.valkey, port=0),
        "valkey port is 0: must be from 1 to 65535",
    ),
    Mistake(
        "cache with nowhere to fail over",
        lambda: replace(PROD.valkey, nodes=1),
        "valkey nodes is 1: failover needs 2 to 6 nodes",
    ),
    Mistake(
        "cache with too many replicas",
        lambda: replace(PROD.valkey, nodes=7),
        "valkey nodes is 7: failover needs 2 to 6 nodes",
    ),
    Mistake(
        "bucket name with capitals",
        lambda: replace(PROD.model_store, bucket=ExistingBucket(name="Avadot")),
        f"model bucket name is 'Avadot': {_BUCKET_RULE}",
    ),
    Mistake(
        "bucket as a URL",
        lambda: replace(PROD.model_store, bucket=ExistingBucket(name="s3://avadot")),
        f"model bucket name is 's3://avadot': {_BUCKET_RULE}",
    ),
    Mistake(
        "prefix without its last slash",
        lambda: replace(PROD.model_store, models_prefix="a2f-models"),
        f"model store models_prefix is 'a2f-models': {_PREFIX_RULE}",
    ),
    Mistake(
        "prefix with a first slash",
        lambda: replace(PROD.model_store, engines_prefix="/a2f-engines/"),
        f"model store engines_prefix is '/a2f-engines/': {_PREFIX_RULE}",
    ),
    Mistake(
        "prefix that climbs out",
        lambda: replace(PROD.model_store, models_prefix="a2f-models/../secret/"),
        f"model store models_prefix is 'a2f-models/../secret/': {_PREFIX_RULE}",
    ),
    Mistake(
        "prefix of the whole bucket",
        lambda: replace(PROD.model_store, models_prefix=""),
        f"model store models_prefix is '': {_PREFIX_RULE}",
    ),
    Mistake(
        "models without a version",
        lambda: replace(PROD.model_store, models_version="latest"),
        "model store models_version is 'latest': "
        "take the 64 hexadecimal digits that `model-store publish` prints",
    ),
    Mistake(
        "engines inside the models",
        lambda: replace(PROD.model_store, engines_prefix="a2f-models/engines/"),
        "model store engines_prefix is 'a2f-models/engines/': "
        "it must lie beside models_prefix 'a2f-models/', not inside or around it",
    ),
    Mistake(
        "models inside the engines",
        lambda: replace(PROD.model_store, models_prefix="a2f-engines/models/"),
        "model store engines_prefix is 'a2f-engines/': "
        "it must lie beside models_prefix 'a2f-engines/models/', not inside or around it",
    ),
)
