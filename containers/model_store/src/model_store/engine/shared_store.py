"""The engines that pods share through S3: the first build of a key is used by all pods.

PREFIX/<key>/<SHA-256 of the engine>.trt comes first, PREFIX/<key>/engine.json last and only if
none is there. An engine counts when a sidecar names it. Of two pods that build at the same time
the second one's engine stays unnamed, and is only paid for.
"""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from model_store.bucket import Bucket
from model_store.engine.sidecar import SIDECAR_NAME, Sidecar
from model_store.failure import ExitCode, Failure
from model_store.manifest import ManifestFile
from model_store.progress import ByteProgress
from model_store.transfer.fetch import fetch
from model_store.transfer.tasks import FilePart


class EngineStore:
    """The shared engines below s3://BUCKET/PREFIX/. Methods raise `Failure`."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket

    @classmethod
    def at(cls, url: str) -> "EngineStore":
        return cls(Bucket.at(url))

    def url(self, sidecar: Sidecar) -> str:
        """Return the S3 URI of an engine's object."""
        return self._bucket.url(_object(sidecar).path)

    def find(self, key: str) -> Sidecar | None:
        """Return the sidecar of the engine with this key, if there is one."""
        # Without the right to list, reading what is not there would be answered 403.
        if _sidecar_path(key) not in self._objects(key):
            return None
        try:
            return Sidecar.from_json(self._bucket.read(_sidecar_path(key)).decode(), expected=key)
        except (ValueError, RecursionError) as error:
            url = self._bucket.url(_sidecar_path(key))
            raise Failure(
                ExitCode.DAMAGED, f"{url} is damaged ({error}): remove it, and a pod writes it anew"
            ) from error

    def fetch(self, sidecar: Sidecar, target: Path, *, lock: int) -> None:
        """Download the engine into a new file; its parts are verified on arrival."""
        file = _object(sidecar)
        with target.open("wb") as new:
            os.truncate(new.fileno(), file.size)
        parts = [
            FilePart.of(part, name=self.url(sidecar), target=target)
            for part in sidecar.content.ranges(file)
        ]
        progress = ByteProgress("received", file.size)
        fetch(parts, lambda _: self._bucket.presigned(file), progress=progress, lock=lock)

    def put(self, sidecar: Sidecar, engine: Path, *, sent: Callable[[int], object]) -> bool:
        """Upload the engine, then its sidecar; False if another pod's was first."""
        file = _object(sidecar)
        # One with this name has these bytes; it is there if an earlier attempt was cut short.
        if self._objects(sidecar.key.name).get(file.path) != file.size:
            self._bucket.upload(file, engine, part_bytes=sidecar.content.part_bytes, sent=sent)
        return self._bucket.write(_sidecar_path(sidecar.key.name), sidecar.to_json().encode())

    def _objects(self, key: str) -> dict[str, int]:
        return dict(self._bucket.list(f"{key}/"))


def _object(sidecar: Sidecar) -> ManifestFile:
    return replace(sidecar.file, path=f"{sidecar.key.name}/{sidecar.file.sha256}.trt")


def _sidecar_path(key: str) -> str:
    return f"{key}/{SIDECAR_NAME}"
