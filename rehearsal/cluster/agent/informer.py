"""Keeps the objects of one kind in memory by watching them, as client-go's informers do."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Any, Generic, TypeVar, cast

import httpx2
from lightkube import Client
from lightkube.core.resource import GlobalResource, NamespacedResource

from rehearsal.cluster.objects import Key, key_of, metadata

OnChange = Callable[[], None]
"""Called whenever something has changed."""
Kind = TypeVar("Kind", bound=NamespacedResource | GlobalResource)

_LOG = logging.getLogger(__name__)
_SECONDS_BEFORE_RETRY = 1.0


class Informer(Generic[Kind]):
    """All objects of a kind, as last listed or watched."""

    def __init__(
        self,
        client: Client,
        kind: type[Kind],
        *,
        namespace: str = "*",
        fields: dict[str, str] | None = None,
        changed: OnChange,
    ) -> None:
        self._client = client
        self._kind = kind
        self._scope: dict[str, Any] = {"fields": fields}
        if issubclass(kind, NamespacedResource):
            self._scope["namespace"] = namespace
        self._changed = changed
        self._objects: dict[Key, Kind] = {}
        self._lock = threading.Lock()
        self._filled = threading.Event()
        threading.Thread(target=self._follow, name=kind.__name__, daemon=True).start()

    def all(self) -> tuple[Kind, ...]:
        """Return every object, waiting for the first list."""
        self._filled.wait()
        with self._lock:
            return tuple(self._objects.values())

    def get(self, name: str, namespace: str = "") -> Kind | None:
        self._filled.wait()
        with self._lock:
            return self._objects.get((namespace, name))

    def put(self, item: Kind) -> None:
        """Take over the answer to a write, before the watch does."""
        with self._lock:
            known = self._objects.get(key_of(item))
            if known is not None and _version(known) < _version(item):
                self._objects[key_of(item)] = item

    def _follow(self) -> None:
        while True:
            try:
                self._watch_from(self._list())
            except httpx2.HTTPError as error:
                _LOG.warning("watching %s: %s", self._kind.__name__, error)
            except Exception:  # noqa: BLE001 - an informer that stopped would show an old cluster
                _LOG.exception("watching %s", self._kind.__name__)
            time.sleep(_SECONDS_BEFORE_RETRY)

    def _list(self) -> str:
        # lightkube tells the two scopes apart by overloads, which a type variable cannot choose.
        listed = self._client.list(cast("Any", self._kind), **self._scope)
        objects = {key_of(item): item for item in listed}
        with self._lock:
            self._objects = objects
        self._filled.set()
        self._changed()
        return str(listed.resourceVersion)

    def _watch_from(self, version: str) -> None:
        watched = self._client.watch(
            cast("Any", self._kind), resource_version=version, **self._scope
        )
        for change, item in watched:
            with self._lock:
                if change == "DELETED":
                    self._objects.pop(key_of(item), None)
                else:
                    self._objects[key_of(item)] = item
            self._changed()


def _version(item: NamespacedResource | GlobalResource) -> int:
    """From Kubernetes 1.35 on, resource versions are documented to be numbers that grow."""
    return int(metadata(item).resourceVersion or 0)
