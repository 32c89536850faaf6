"""Data stores, and the images and models that are deployed by their content."""

from catalog.reader import read
from settings.data import ExistingBucket, ModelStore, MySql, NewBucket, PostgreSql, Valkey
from tests.settings.examples import IMAGE
from tests.settings.mistakes import each_wrong, right, wrong

_MYSQL = MySql(
    version="8.4.10",
    instance_class="db.m7g.large",
    storage_gib=100,
    multi_az=True,
    backup_days=14,
    database="example",
    user="example",
)
_POSTGRESQL = PostgreSql(
    version="16.14",
    instance_class="db.t3.micro",
    storage_gib=20,
    multi_az=True,
    backup_days=14,
    database="example",
    user="example",
)
_VALKEY = Valkey(version="8.2", node_type="cache.t4g.medium", nodes=2)
_MODELS = ModelStore(
    bucket=NewBucket(),
    models_prefix="a2f-models/",
    models_version="0" * 64,
    engines_prefix="a2f-engines/",
)
_CLASSES = read("data_stores.json")["classes"]
_DB, _CACHE = ([n for n in _CLASSES if n.startswith(service)] for service in ("db.", "cache."))
_PORT_RULE = "must be from 1 to 65535"
_PREFIX_RULE = "write it like a2f-models/, with a slash at the end only, and no part as .."
_MYSQL_RULE = "use 8.4 with a patch version, as 8.4.10; others have left standard support on RDS"
_POSTGRESQL_RULE = "use 16 with its minor version, as 16.10; the tests run with no other"
_PIN = "pin it as sha256: and 64 hexadecimal digits (`make pin` does)"
_HOST = "123456789012.dkr.ecr.ap-northeast-2.amazonaws.com"

MISTAKES = (
    *each_wrong(
        _MYSQL,
        "mysql",
        (
            "version",
            _MYSQL_RULE,
            {
                "MySQL that costs extended support": "8.0.43",
                "MySQL without a patch version": "8.4",
                "MySQL patch version left open": "8.4.x",
            },
        ),
    ),
    *each_wrong(
        _POSTGRESQL,
        "postgresql",
        (
            "version",
            _POSTGRESQL_RULE,
            {
                "PostgreSQL of another major version": "17.4",
                "PostgreSQL without its minor version": "16",
            },
        ),
    ),
    *(
        mistake
        for engine, database in {"mysql": _MYSQL, "postgresql": _POSTGRESQL}.items()
        for field, rule, values in (
            (
                "database",
                "use at most 63 letters, digits and underscores, starting with a letter",
                {"name with a hyphen": "example-prod", "name too long": "a" * 64},
            ),
            (
                "user",
                "use at most 16 lower-case letters, digits and underscores, starting with a letter",
                {"user with a capital": "Admin", "user's name too long": "a" * 17},
            ),
            ("port", _PORT_RULE, {"port that TCP does not have": 65536}),
            (
                "instance_class",
                "RDS writes it with db. in front, as db.m7g.large",
                {"class as EC2 spells it": "m7g.large", "class of a cache": "cache.t4g.micro"},
            ),
            (
                "instance_class",
                f"not in the catalog; known are {', '.join(_DB)}",
                {"class that RDS does not offer": "db.m7g.lagre", "class without a size": "db.m7g"},
            ),
            ("storage_gib", "gp3 starts at 20", {"disk below the smallest": 19}),
            (
                "backup_days",
                "keep backups for 1 to 35 days",
                {"without backups": 0, "backups kept longer than RDS does": 36},
            ),
        )
        for mistake in each_wrong(
            database, engine, (field, rule, {f"{engine} {n}": v for n, v in values.items()})
        )
    ),
    *each_wrong(
        _VALKEY,
        "valkey",
        (
            "node_type",
            "ElastiCache writes it with cache. in front, as cache.t4g.small",
            {"cache node type as EC2 spells it": "t4g.small"},
        ),
        (
            "node_type",
            f"not in the catalog; known are {', '.join(_CACHE)}",
            {
                "cache node type without a size": "cache.t4g",
                "cache node type that ElastiCache does not offer": "cache.t4g.samll",
            },
        ),
        (
            "version",
            "write major and minor version, from 8 on, as 8.2",
            {"cache version of Redis": "7.1", "cache version without its minor part": "8"},
        ),
        ("port", _PORT_RULE, {"cache at port zero": 0}),
        (
            "nodes",
            "failover needs 2 to 6 nodes",
            {"cache with nowhere to fail over": 1, "cache with too many replicas": 7},
        ),
    ),
    *each_wrong(
        ExistingBucket(name="example"),
        "model bucket",
        (
            "name",
            "S3 allows 3 to 63 lower-case letters, digits, dots and hyphens",
            {"bucket name with capitals": "Example", "bucket as a URL": "s3://example"},
        ),
    ),
    *each_wrong(
        _MODELS,
        "model store",
        (
            "models_prefix",
            _PREFIX_RULE,
            {
                "prefix without its last slash": "a2f-models",
                "prefix that climbs out": "a2f-models/../secret/",
                "prefix of the whole bucket": "",
            },
        ),
        ("engines_prefix", _PREFIX_RULE, {"prefix with a first slash": "/a2f-engines/"}),
        (
            "engines_prefix",
            "it must lie beside models_prefix 'a2f-models/', not inside or around it",
            {"engines inside the models": "a2f-models/engines/"},
        ),
        (
            "models_version",
            "take the 64 hexadecimal digits that `model-store publish` prints",
            {"models without a version": "latest"},
        ),
    ),
    wrong(
        "models inside the engines",
        _MODELS,
        "model store engines_prefix is 'a2f-engines/': "
        "it must lie beside models_prefix 'a2f-engines/models/', not inside or around it",
        models_prefix="a2f-engines/models/",
    ),
    *each_wrong(
        IMAGE,
        "image example/program",
        ("digest", _PIN, {"image pinned by a tag": "1.0.0", "digest cut short": "sha256:771bf1df"}),
        ("tag", "name a version, since `latest` moves", {"tag that moves": "latest"}),
        ("tag", "name a version like 1.0.0", {"no tag": "", "tag with its colon": ":1.0.0"}),
    ),
    *each_wrong(
        IMAGE,
        "image",
        (
            "repository",
            "write it like team/service, without the registry's host",
            {
                "repository with the registry's host": f"{_HOST}/example/program",
                "repository with capitals": "Example/program",
                "repository with a last slash": "example/",
            },
        ),
    ),
)

EDGES = (
    right("smallest database disk", _MYSQL, storage_gib=20),
    right("fewest days of backups", _MYSQL, backup_days=1),
    right("most days of backups", _MYSQL, backup_days=35),
    right("longest database name", _MYSQL, database="A" + "_" * 62),
    right("longest user name", _MYSQL, user="a" + "_" * 15),
    right("highest database port", _MYSQL, port=65535),
    right("oldest PostgreSQL", _POSTGRESQL, version="16.0"),
    right("newest cache", _VALKEY, version="9.0"),
    right("largest cache", _VALKEY, nodes=6),
    right("image in no folder", IMAGE, repository="program"),
    right("longest tag", IMAGE, tag="v" * 63),
)
