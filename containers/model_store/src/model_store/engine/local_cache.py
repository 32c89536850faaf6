"""Local cache: the engines on the volume, a directory for each key."""

from dataclasses import dataclass
from pathlib import Path

from model_store.engine.sidecar import ENGINE_NAME, SIDECAR_NAME, Sidecar
from model_store.files import flush
from model_store.free_space import make_space
from model_store.progress import ByteProgress
from model_store.verification import is_complete
from model_store.volume import ModelVolume

_SPARE = 1.1
"""Free bytes required for each byte of an engine; a full disk stops everything."""


@dataclass(frozen=True, kw_only=True)
class CachedEngine:
    """One engine on the volume, in a directory that has the name of its key."""

    volume: ModelVolume
    key: str

    @property
    def directory(self) -> Path:
        return self.volume.engines / self.key

    @property
    def engine(self) -> Path:
        """The engine; complete if the sidecar exists."""
        return self.directory / ENGINE_NAME

    @property
    def unfinished(self) -> Path:
        return self.directory / f"{ENGINE_NAME}.part"

    @property
    def log(self) -> Path:
        """Output of trtexec at the last build."""
        return self.directory / "trtexec.log"

    @property
    def timings(self) -> Path:
        """What trtexec measured on this GPU: with it, another build of the engine is quicker."""
        return self.directory / "timing.cache"

    def find(self) -> Sidecar | None:
        """Return the engine's sidecar if the engine is here and every byte of it is right."""
        try:
            text = (self.directory / SIDECAR_NAME).read_text(encoding="utf-8")
            sidecar = Sidecar.from_json(text, expected=self.key)
        except (FileNotFoundError, ValueError, RecursionError):
            return None
        progress = ByteProgress("verified", sidecar.file.size)
        return sidecar if is_complete(self.volume.engines, sidecar.content, progress) else None

    def prepare(self, size: int) -> None:
        """Make ready for a new engine of about so many bytes; what was left of one goes."""
        self.discard()
        make_space(self.volume, int(size * _SPARE), wanted=self.volume.current or "")
        self.directory.mkdir(parents=True, exist_ok=True)

    def discard(self) -> None:
        self.unfinished.unlink(missing_ok=True)

    def keep(self, sidecar: Sidecar) -> None:
        """Let the unfinished engine be the one here, and then say so in the sidecar."""
        flush(self.unfinished)
        self.unfinished.replace(self.engine)
        flush(self.directory)
        self.write(SIDECAR_NAME, sidecar.to_json()).replace(self.directory / SIDECAR_NAME)
        flush(self.directory)

    def write(self, name: str, text: str) -> Path:
        """Write a small file that is complete, and return it, to be renamed to its final place."""
        new = self.directory / f"{name}.new"
        new.write_text(text, encoding="utf-8")
        flush(new)
        return new
