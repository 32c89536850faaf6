"""Saves what an emulator runs to a directory, and brings it back in another emulator.

Nothing stands still but PostgreSQL, so nothing may be deploying; caches begin empty. The emulator's
port, those of clusters and the addresses of databases and caches are part of what is saved; another
emulator has others, so these take their place.
"""

import json
import re
import shutil
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ministack.services import cloudformation, eks, lambda_svc, rds

from rehearsal.cloud import stores
from rehearsal.cloud.charts import install
from rehearsal.cloud.control_planes import ControlPlanes
from rehearsal.cloud.patches import private
from rehearsal.cloud.postgres import Databases, free_address
from rehearsal.cloud.resources.cache import ENGINE, GROUPS, cache_of, endpoint_of
from rehearsal.cloud.resources.database import POSTGRES, token_check
from rehearsal.cloud.routes import Route, RouteRequest, ServiceError
from rehearsal.cloud.settings import HOST, endpoint
from rehearsal.cloud.valkey import Caches
from rehearsal.cluster.ports import free_ports

_PATH = re.compile(r"/rehearsal/checkpoint/(save|restore)")
_FAILED = 500
_CLUSTERS = private(eks, "_clusters")
_INSTANCES = private(rds, "_instances")
_STACKS = private(cloudformation, "_stacks")
_EVENT_SOURCES = private(lambda_svc, "_esms")
_poll_event_sources = private(lambda_svc, "_ensure_poller")
_reconcile_access_policies = private(eks, "_schedule_access_policy_reconcile")


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """Where things listen: ports of 127.0.0.1, and of databases and caches the address."""

    emulator: int
    clusters: Mapping[str, int]
    databases: Mapping[str, str]
    caches: Mapping[str, str]

    @property
    def texts(self) -> list[bytes]:
        """The addresses as they are written wherever one is needed, in a fixed order."""
        ports = [self.emulator, *(self.clusters[name] for name in sorted(self.clusters))]
        hosts = [
            addresses[name]
            for addresses in (self.databases, self.caches)
            for name in sorted(addresses)
        ]
        return [text.encode() for text in (*(f"{HOST}:{port}" for port in ports), *hosts)]

    def rewriting(self, new: "Addresses") -> Callable[[bytes], bytes]:
        """Return what puts the new addresses in place of these; raise `ValueError` if it cannot.

        In pickles and in etcd's protocol buffers a text stands behind its length.
        """
        pairs = dict(zip(self.texts, new.texts, strict=True))
        if any(len(old) != len(other) for old, other in pairs.items()):
            message = "an address is longer or shorter than the one that it takes the place of"
            raise ValueError(message)
        any_old = re.compile(b"(?:" + b"|".join(map(re.escape, pairs)) + b")(?![0-9])")
        return lambda content: any_old.sub(lambda found: pairs[found[0]], content)


@dataclass(frozen=True, kw_only=True)
class Running:
    """An emulator and what runs beside it."""

    directory: Path
    port: int
    planes: ControlPlanes
    databases: Databases
    caches: Caches

    def save(self, target: Path) -> None:
        """Write all of it to a new directory; raise `RuntimeError` if a stack is in progress."""
        addresses = Addresses(
            emulator=self.port,
            clusters={key[-1]: record["_port"] for key, record in _CLUSTERS.to_dict().items()},
            databases={
                key[-1]: record["Endpoint"]["Address"] for key, record in _postgres().items()
            },
            caches={key[-1]: endpoint_of(record)["Address"] for key, record in _valkey().items()},
        )
        target.mkdir(parents=True)
        self.planes.save(target / "clusters")
        stores.save(target / "stores")
        self.databases.save(target / "databases")
        if (charts := self.directory / "charts").exists():
            shutil.copytree(charts, target / "charts")
        (target / "addresses.json").write_text(json.dumps(asdict(addresses)))
        # Looked at last: what had begun meanwhile would be there in part.
        for stack in _STACKS.to_dict().values():
            if stack["StackStatus"].endswith("_IN_PROGRESS"):
                message = f"{stack['StackName']} was being deployed"
                raise RuntimeError(message)

    def restore(self, source: Path) -> None:
        """Bring back what `save` has written; return when all of it serves."""
        old = Addresses(**json.loads((source / "addresses.json").read_text()))
        ports = free_ports(len(old.clusters))
        new = Addresses(
            emulator=self.port,
            clusters=dict(zip(old.clusters, ports, strict=True)),
            databases={name: free_address() for name in old.databases},
            caches={name: free_address() for name in old.caches},
        )
        rewrite = old.rewriting(new)
        stores.restore(source / "stores", rewrite)
        for name in ("clusters", "charts"):
            _copy(source / name, self.directory / name, rewrite)
        for (*_, name), record in _valkey().items():
            self.caches.start_at(name, new.caches[name], cache_of(record))
        if _EVENT_SOURCES.has_any():
            _poll_event_sources()
        with ThreadPoolExecutor() as pool:
            parts = [
                *(
                    pool.submit(self._restore_cluster, account, region, name, new)
                    for account, region, name in _CLUSTERS.to_dict()
                ),
                *(
                    pool.submit(self._restore_database, source, region, name, record)
                    for (_, region, name), record in _postgres().items()
                ),
            ]
        for part in parts:
            part.result()

    def _restore_cluster(self, account: str, region: str, name: str, new: Addresses) -> None:
        record = _CLUSTERS.get_scoped(account, region, name)
        record["_port"] = new.clusters[name]
        self.planes.restore(name, new.clusters[name], record["version"])
        _reconcile_access_policies(name, account, region)
        for file in sorted((self.directory / "charts").glob(f"{name}.*.json")):
            chart = json.loads(file.read_text())
            install(self.planes.of(name), name, chart, endpoint(self.port))

    def _restore_database(
        self, source: Path, region: str, name: str, record: Mapping[str, Any]
    ) -> None:
        address = record["Endpoint"]["Address"], record["Endpoint"]["Port"]
        self.databases.restore(name, source / "databases", address, token_check(record, region))


def checkpoint(running: Running) -> Route:
    """Open the paths by which a command saves and restores; the body names the directory."""

    def answer(request: RouteRequest) -> Mapping[str, Any]:
        directory = Path(json.loads(request.body)["directory"])
        try:
            running.save(directory) if request.path[1] == "save" else running.restore(directory)
        except Exception as error:
            raise ServiceError(_FAILED, type(error).__name__, str(error)) from error
        return {}

    return Route(path=_PATH, answer=answer)


def _postgres() -> dict[tuple[str, str, str], dict[str, Any]]:
    records = _INSTANCES.to_dict().items()
    return {key: record for key, record in records if record["Engine"] == POSTGRES}


def _valkey() -> dict[tuple[str, str, str], dict[str, Any]]:
    return {key: one for key, one in GROUPS.to_dict().items() if one["Engine"] == ENGINE}


def _copy(source: Path, target: Path, rewrite: Callable[[bytes], bytes]) -> None:
    for file in source.rglob("*"):
        if file.is_file():
            copy = target / file.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(rewrite(file.read_bytes()))
            copy.chmod(file.stat().st_mode)
