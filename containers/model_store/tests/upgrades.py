"""The case of most tests: a volume with one version of the models is to get another."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from containers.model_store.tests.examples import BUCKET, FIRST, SECOND, store
from containers.model_store.tests.pods import PROGRAM, Ended, Volume
from containers.model_store.tests.s3.server import Server
from model_store.failure import ExitCode
from model_store.manifest import ModelManifest


@dataclass(frozen=True, kw_only=True)
class Upgrade:
    """A volume that has the first version and is to get the second; the bucket has both."""

    server: Server
    volume: Volume
    first: ModelManifest
    second: ModelManifest

    @classmethod
    def prepared(cls, server: Server, pulled: Path, path: Path) -> "Upgrade":
        """Copy a volume that has the first version, and store both in the server's bucket."""
        shutil.copytree(pulled, path, symlinks=True)
        return cls(
            server=server,
            volume=Volume(path, server),
            first=store(server, FIRST),
            second=store(server, SECOND),
        )

    def pull(
        self, *, bucket: str = BUCKET, program: tuple[str, ...] = PROGRAM, **environment: str
    ) -> Ended:
        version = self.second.version
        return self.volume.pull(version, bucket=bucket, program=program, **environment)

    def succeeds(self, run: Ended) -> None:
        """Assert that the run ended well: the second version is current and right."""
        assert (run.code, run.errors) == (0, "")
        assert self.volume.has(self.second.version, SECOND)
        assert not self.volume.strangers()

    def refused(self, run: Ended, code: ExitCode, *words: str) -> None:
        """Assert that the run ended with one clear sentence, and left the first version alone."""
        complains(run, code, *words)
        assert self.volume.has(self.first.version, FIRST)
        assert not self.volume.strangers()

    def recovers(self) -> None:
        """Assert that the next run, without faults, brings the second version."""
        self.server.faults.clear()
        self.succeeds(self.pull())


def complains(run: Ended, code: ExitCode, *words: str) -> None:
    """Assert that the run ended with this code and one sentence that has these words in it."""
    assert run.code == code, run.errors
    [line] = run.errors.splitlines()
    assert line.startswith("model-store: ")
    assert [word for word in words if word not in line] == [], line
