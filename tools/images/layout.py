"""Reads an image as OCI lays it out in a folder: its layers, and the packages in them."""

import gzip
import io
import json
import re
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

_DPKG = "var/lib/dpkg/status"
_PYTHON = re.compile(r"[^/]+\.dist-info/METADATA$")


class _Counted(io.RawIOBase):
    """Passes a stream on, and counts it."""

    def __init__(self, inner: gzip.GzipFile) -> None:
        self._inner = inner
        self.bytes = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - as its base has it
        count = self._inner.readinto(buffer)
        self.bytes += count
        return count


@dataclass(frozen=True, kw_only=True)
class Layer:
    """One layer, packed as it is pulled."""

    digest: str
    packed: int
    unpacked: int
    debian: tuple[str, ...]
    """All packages of the image so far, as package URLs; none if the layer does not touch them."""
    python: tuple[str, ...]
    """The packages that the layer adds."""


@dataclass(frozen=True, kw_only=True)
class BuiltImage:
    """An image, and which build it is from."""

    build: str
    digest: str
    layers: tuple[Layer, ...]

    @property
    def unpacked(self) -> int:
        return sum(layer.unpacked for layer in self.layers)

    @property
    def packed(self) -> int:
        return sum(layer.packed for layer in self.layers)

    def beside(self, before: Self | None) -> int:
        """Count the bytes that a machine has to pull which has the image from before."""
        held = {layer.digest for layer in before.layers} if before else set()
        return sum(layer.packed for layer in self.layers if layer.digest not in held)

    @property
    def packages(self) -> list[str]:
        """All packages as package URLs."""
        debian: tuple[str, ...] = ()
        python: list[str] = []
        for layer in self.layers:
            debian = layer.debian or debian
            python += layer.python
        return sorted({*debian, *python})

    def save(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self), indent=1))

    @classmethod
    def load(cls, path: Path) -> Self | None:
        """Return what was saved; nothing if nothing was."""
        if not path.exists():
            return None
        said = json.loads(path.read_text())
        said["layers"] = tuple(
            Layer(**{**one, "debian": tuple(one["debian"]), "python": tuple(one["python"])})
            for one in said["layers"]
        )
        return cls(**said)


def read(layout: Path, build: str, known: Mapping[str, Layer]) -> BuiltImage:
    """Read an image; layers that are known already are not unpacked again."""
    digest = json.loads((layout / "index.json").read_text())["manifests"][0]["digest"]
    manifest = json.loads(_blob(layout, digest).read_text())
    layers = tuple(
        known.get(one["digest"]) or _layer(_blob(layout, one["digest"]), one)
        for one in manifest["layers"]
    )
    return BuiltImage(build=build, digest=digest, layers=layers)


def _blob(layout: Path, digest: str) -> Path:
    return layout / "blobs" / Path(*digest.split(":"))


def _layer(blob: Path, said: Mapping[str, Any]) -> Layer:
    debian: tuple[str, ...] = ()
    python = []
    with gzip.open(blob) as packed:
        counted = _Counted(packed)
        with tarfile.open(fileobj=io.BufferedReader(counted, 1 << 20), mode="r|") as files:
            for member in files:
                name = member.name.removeprefix("./")
                if name == _DPKG or _PYTHON.search(name):
                    content = files.extractfile(member)
                    text = content.read().decode() if content else ""
                    if name == _DPKG:
                        debian = tuple(_debian(text))
                    else:
                        python.append(_pypi(text))
        while counted.read(1 << 20):
            pass
    return Layer(
        digest=said["digest"],
        packed=said["size"],
        unpacked=counted.bytes,
        debian=debian,
        python=tuple(python),
    )


def _debian(status: str) -> Iterator[str]:
    for paragraph in status.split("\n\n"):
        said = _fields(paragraph)
        if said.get("Status", "").endswith(" installed"):
            package, version, machine = said["Package"], said["Version"], said["Architecture"]
            yield f"pkg:deb/debian/{package}@{quote(version)}?arch={machine}"


def _pypi(metadata: str) -> str:
    said = _fields(metadata)
    return f"pkg:pypi/{said['Name'].lower().replace('_', '-')}@{quote(said['Version'])}"


def _fields(text: str) -> dict[str, str]:
    """Read lines like `Name: value` up to the first empty one."""
    head = text.partition("\n\n")[0].splitlines()
    return dict(line.partition(": ")[::2] for line in head if not line.startswith(" "))
