"""What the emulator keeps in memory, written to a directory and read back in another process.

The emulator's own persistence is not used: it leaves out sessions, and comes up with clusters and
functions otherwise than they were. Its services keep all they know in stores that are scoped by
account, so these are pickled as they are.
"""

import hashlib
import importlib
import io
import pickle
import sys
import time
from collections.abc import Callable, MutableMapping
from pathlib import Path
from typing import Any

from ministack.core.responses import AccountRegionScopedDict, AccountScopedDict
from ministack.services import ec2, sts

from rehearsal.cloud.patches import private

_SERVICES = "ministack.services."
_UNSCOPED = ((sts, "_sessions"), (ec2, "_default_initialized_scopes"))
"""Stores that are not scoped, and must not be lost."""
_LARGE = 1 << 20
"""Bytes from which on a content, as that of an asset, becomes a file of its own."""
_TRIES, _SECONDS_BETWEEN_TRIES = 20, 0.1

Rewrite = Callable[[bytes], bytes]
"""Replaces what is otherwise in the new emulator, in place: no length may change."""
_File = tuple[str, str]
_Stores = MutableMapping[_File, Any]


class _Pickler(pickle.Pickler):
    """Keeps large contents apart, each once: assets are in S3 and in Lambda."""

    def __init__(self, file: io.BytesIO, directory: Path) -> None:
        super().__init__(file, protocol=5)
        self._directory = directory

    def persistent_id(self, item: Any) -> str | None:  # noqa: ANN401 - anything
        if not isinstance(item, bytes) or len(item) < _LARGE:
            return None
        name = hashlib.sha256(item).hexdigest()
        file = self._directory / name
        if not file.exists():
            file.write_bytes(item)
        return name


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, directory: Path) -> None:
        super().__init__(file)
        self._directory = directory
        self._read: dict[str, bytes] = {}

    def persistent_load(self, name: Any) -> bytes:  # noqa: ANN401 - what persistent_id returned
        if name not in self._read:
            self._read[name] = (self._directory / name).read_bytes()
        return self._read[name]


def save(directory: Path) -> None:
    """Write all stores; others may go on, and if one of them writes meanwhile, it begins again."""
    directory.mkdir(parents=True)
    for attempt in range(_TRIES):
        content = io.BytesIO()
        try:
            _Pickler(content, directory).dump(_stores())
        except RuntimeError:  # a dictionary has changed its size
            if attempt == _TRIES - 1:
                raise
            time.sleep(_SECONDS_BETWEEN_TRIES)
        else:
            (directory / "stores").write_bytes(content.getvalue())
            return


def restore(directory: Path, rewrite: Rewrite) -> None:
    """Let each store hold what was saved, and nothing else."""
    content = io.BytesIO(rewrite((directory / "stores").read_bytes()))
    saved: _Stores = _Unpickler(content, directory).load()
    for (module, name), store in saved.items():
        target = _content(private(importlib.import_module(module), name))
        target.clear()
        target.update(_content(store))


def _stores() -> _Stores:
    scoped = {
        (module.__name__, name): value
        for key, module in tuple(sys.modules.items())
        if key.startswith(_SERVICES)
        for name, value in tuple(vars(module).items())
        if isinstance(value, AccountScopedDict | AccountRegionScopedDict)
    }
    return scoped | {(module.__name__, name): private(module, name) for module, name in _UNSCOPED}


def _content(store: Any) -> Any:  # noqa: ANN401 - a dictionary or a set
    is_scoped = isinstance(store, AccountScopedDict | AccountRegionScopedDict)
    return store._data if is_scoped else store  # noqa: SLF001 - the emulator has no other way
