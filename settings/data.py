"""Data stores: what outlives the cluster."""

import re
from dataclasses import dataclass

from catalog import UnknownFactError, check_data_store_class
from settings.checks import SettingError, require, require_port
from settings.models import require_version

_MYSQL_STANDARD_SUPPORT = "8.4"
"""MySQL 8.0 left standard support on 2026-07-31; 8.4 stays until 2029-07-31."""

_POSTGRESQL_MAJOR = 16
"""In standard support on RDS until early 2029."""

_GP3_MINIMUM_GIB = 20
_RDS_BACKUP_MAXIMUM_DAYS = 35
_VALKEY_MAXIMUM_NODES = 6
"""One primary and five replicas in one shard."""


@dataclass(frozen=True, kw_only=True)
class RelationalDatabase:
    """A database on RDS; a subclass names the engine."""

    version: str
    instance_class: str
    storage_gib: int
    multi_az: bool
    backup_days: int
    database: str
    user: str
    """The master user; its password is kept and rotated by RDS."""
    port: int

    def __post_init__(self) -> None:
        engine = type(self).__name__.lower()
        require(
            self.instance_class.startswith("db."),
            f"{engine} instance_class",
            self.instance_class,
            "RDS writes it with db. in front, as db.m7g.large",
        )
        _require_known(f"{engine} instance_class", self.instance_class)
        require(
            self.storage_gib >= _GP3_MINIMUM_GIB,
            f"{engine} storage_gib",
            self.storage_gib,
            f"gp3 starts at {_GP3_MINIMUM_GIB}",
        )
        require(
            1 <= self.backup_days <= _RDS_BACKUP_MAXIMUM_DAYS,
            f"{engine} backup_days",
            self.backup_days,
            f"keep backups for 1 to {_RDS_BACKUP_MAXIMUM_DAYS} days",
        )
        require(
            re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,62}", self.database),
            f"{engine} database",
            self.database,
            "use at most 63 letters, digits and underscores, starting with a letter",
        )
        require(
            re.fullmatch(r"[a-z][a-z0-9_]{0,15}", self.user),
            f"{engine} user",
            self.user,
            "use at most 16 lower-case letters, digits and underscores, starting with a letter",
        )
        require_port(f"{engine} port", self.port)


@dataclass(frozen=True, kw_only=True)
class MySql(RelationalDatabase):
    """A MySQL database on RDS."""

    port: int = 3306

    def __post_init__(self) -> None:
        require(
            re.fullmatch(rf"{re.escape(_MYSQL_STANDARD_SUPPORT)}\.[0-9]+", self.version),
            "mysql version",
            self.version,
            f"use {_MYSQL_STANDARD_SUPPORT} with a patch version, as {_MYSQL_STANDARD_SUPPORT}.10; "
            "others have left standard support on RDS",
        )
        super().__post_init__()


@dataclass(frozen=True, kw_only=True)
class PostgreSql(RelationalDatabase):
    """A PostgreSQL database on RDS."""

    port: int = 5432

    def __post_init__(self) -> None:
        require(
            re.fullmatch(rf"{_POSTGRESQL_MAJOR}\.[0-9]+", self.version),
            "postgresql version",
            self.version,
            f"use {_POSTGRESQL_MAJOR} with its minor version, as {_POSTGRESQL_MAJOR}.10; "
            "the tests run with no other",
        )
        super().__post_init__()


@dataclass(frozen=True, kw_only=True)
class Valkey:
    """A Redis-compatible cache on ElastiCache: one shard, a primary and its replicas."""

    version: str
    node_type: str
    nodes: int
    port: int = 6379
    evicts: bool = True
    """Whether it drops keys when its memory is full, as a cache does; a queue would lose jobs."""

    def __post_init__(self) -> None:
        require(
            re.fullmatch(r"[89]\.[0-9]+", self.version),
            "valkey version",
            self.version,
            "write major and minor version, from 8 on, as 8.2",
        )
        require(
            self.node_type.startswith("cache."),
            "valkey node_type",
            self.node_type,
            "ElastiCache writes it with cache. in front, as cache.t4g.small",
        )
        _require_known("valkey node_type", self.node_type)
        require(
            1 < self.nodes <= _VALKEY_MAXIMUM_NODES,
            "valkey nodes",
            self.nodes,
            f"failover needs 2 to {_VALKEY_MAXIMUM_NODES} nodes",
        )
        require_port("valkey port", self.port)


def _require_known(field: str, name: str) -> None:
    try:
        check_data_store_class(name)
    except UnknownFactError as error:
        message = f"{field} is {name!r}: {error}"
        raise SettingError(message) from None


@dataclass(frozen=True, kw_only=True)
class NewBucket:
    """A bucket of this application."""


@dataclass(frozen=True, kw_only=True)
class ExistingBucket:
    """A bucket that somebody else owns and fills."""

    name: str

    def __post_init__(self) -> None:
        require(
            re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", self.name),
            "model bucket name",
            self.name,
            "S3 allows 3 to 63 lower-case letters, digits, dots and hyphens",
        )


@dataclass(frozen=True, kw_only=True)
class ModelStore:
    """Where models come from, and where engines built from them are shared."""

    bucket: NewBucket | ExistingBucket
    models_prefix: str
    models_version: str
    """The content that pods load, by the SHA-256 that `model-store publish` printed."""
    engines_prefix: str

    def __post_init__(self) -> None:
        require_version("model store models_version", self.models_version)
        for field, prefix in (
            ("models_prefix", self.models_prefix),
            ("engines_prefix", self.engines_prefix),
        ):
            require(
                re.fullmatch(r"(\w[\w.-]*/)+", prefix, re.ASCII),
                f"model store {field}",
                prefix,
                "write it like a2f-models/, with a slash at the end only, and no part as ..",
            )
        require(
            not self.models_prefix.startswith(self.engines_prefix)
            and not self.engines_prefix.startswith(self.models_prefix),
            "model store engines_prefix",
            self.engines_prefix,
            f"it must lie beside models_prefix {self.models_prefix!r}, not inside or around it",
        )
