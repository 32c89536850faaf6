"""`kill -9` at random moments, again and again: never a wrong byte where models are looked for."""

import itertools
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from containers.model_store.tests.examples import BUCKET, Models, models, store
from containers.model_store.tests.pods import Ended, Volume, ended, found, missing_parts, wrong
from containers.model_store.tests.s3.server import Server
from containers.model_store.tests.s3.serving import Pace
from model_store.manifest import MANIFEST_NAME, ModelManifest

pytestmark = [pytest.mark.endurance, pytest.mark.long]

_SEEDS = (1, 2, 3)
"""Of what runs side by side; a failure names its seed."""

_KILLS = 67
"""Of each seed."""

_PACE = Pace(first_byte_ms=60, connection_mb=0.5)
"""Lets the transfer of 2 MB last as long as the start of the program."""

_START_SECONDS = 1.0
"""From the start of the program to the first request for a model, and more."""

_END_SECONDS = 0.2
"""From the last byte of a model to the end of the program, and more."""

_STEPS = 30
"""Changes of the volume around the files of a version, and more."""

_DYING = (
    "-c",
    """
import os, signal, sys
from model_store.cli import main

volume, version, steps = os.environ["VOLUME"], sys.argv[-1], int(os.environ["STEPS"])
changes = {"open", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.symlink"}

def count(event, arguments):
    global steps
    if event in changes and str(arguments[0]).startswith(volume):
        if f"/{version}/" not in str(arguments[0]):
            steps -= 1
            if not steps:
                os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(count)
main()
""",
)
"""The same program, which kills itself just before one of these changes."""

_FIRST = models(1, scale=4)
# Takes a directory away and brings another, so that links come and go.
_SECOND = {path.replace("a23/", "a24/"): data for path, data in models(2, scale=4).items()}
_TOPS = {path.partition("/")[0] for path in (*_FIRST, *_SECOND)}


@dataclass
class _Lane:
    """A server, one volume after the other, the kills by what they hit, and what was wrong."""

    folder: Path
    seed: int
    kills: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    versions: dict[str, Models] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)  # noqa: S311 - to be the same each time

    def run(self) -> "_Lane":
        """Pull and kill until there were enough kills, or something was wrong."""
        root = self.folder / "bucket"
        root.mkdir(parents=True)
        with Server(root, bucket=BUCKET, versioned=True, pace=_PACE) as server:
            wanted = [store(server, files) for files in (_FIRST, _SECOND)]
            self.versions = {wanted[0].version: _FIRST, wanted[1].version: _SECOND}
            for number in itertools.count(1):
                if self.kills.total() >= _KILLS or self.faults:
                    break
                path = self.folder / f"volume {number}"
                path.mkdir()
                self._fill(Volume(path, server), wanted)
        return self

    def _fill(self, volume: Volume, wanted: Sequence[ModelManifest]) -> None:
        """Bring the volume to one version after the other, with kills on the way."""
        complete: str | None = None
        for manifest in wanted:
            for _ in range(self._chance.randrange(4, 10)):
                if volume.current == manifest.version:
                    break
                run = self._kill(volume, manifest)
                self._look(volume, run, {complete, manifest.version})
            run = ended(volume.start(manifest.version))
            complete = manifest.version
            self._look(volume, run, {complete})
            self.faults += [f"{name} is left on {volume.path}" for name in volume.strangers()]

    def _look(self, volume: Volume, run: Ended, allowed: Collection[str | None]) -> None:
        """Note what is wrong: versions are whole, and `current` leads to one that may be there."""
        faults = list(_strangers(volume))
        if volume.current not in allowed:
            faults.append(f"current leads to {volume.current}")
        if run.code not in (0, -signal.SIGKILL) or run.errors:
            faults.append(f"it ended with {run.code} and said {run.errors}")
        versions = volume.path / ".versions"
        for path in versions.iterdir() if versions.exists() else ():
            files = self.versions[path.name]
            faults += [f"{path / name} is wrong" for name in wrong(path, files)]
            faults += [
                f"{path / name} is strange" for name in found(path) - {*files, MANIFEST_NAME}
            ]
        self.faults += [f"seed {self.seed}, {volume.path}: {fault}" for fault in faults]

    def _kill(self, volume: Volume, manifest: ModelManifest) -> Ended:
        """Start a pull and kill it; one that ends before its time is no kill."""
        before = _requests(volume.server)
        match self._chance.choices(("start", "transfer", "end", "step"), (2, 3, 2, 3)):
            case ["start"]:
                run = self._kill_at(volume, manifest, 0, _START_SECONDS)
            case ["transfer"]:
                run = self._kill_at(volume, manifest, self._chance.random(), 0)
            case ["end"]:
                run = self._kill_at(volume, manifest, 1, _END_SECONDS)
            case _:
                steps = str(self._chance.randint(1, _STEPS))
                path = str(volume.path)
                run = volume.pull(manifest.version, program=_DYING, STEPS=steps, VOLUME=path)
        if run.code == -signal.SIGKILL:
            self.kills[_stage(volume, manifest, _requests(volume.server) - before)] += 1
        return run

    def _kill_at(
        self, volume: Volume, manifest: ModelManifest, share: float, seconds: float
    ) -> Ended:
        """Kill, with its workers or without, after a share of the parts and up to so long."""
        kill = self._chance.choice([os.kill, os.killpg])
        wait = self._chance.uniform(0, seconds)
        staged = volume.path / ".staging" / manifest.version
        goal = _requests(volume.server) + share * len(missing_parts(staged, manifest))
        process = volume.start(manifest.version)
        while _requests(volume.server) < goal and process.poll() is None:
            time.sleep(0.005)
        time.sleep(wait)
        if process.poll() is None:
            kill(process.pid, signal.SIGKILL)
        return ended(process)


def _requests(server: Server) -> int:
    return sum(1 for seen in server.seen if seen.range)


def _stage(volume: Volume, manifest: ModelManifest, requests: int) -> str:
    if volume.current == manifest.version:
        return "after the switch"
    if (volume.path / ".versions" / manifest.version).exists():
        return "at the switch"
    staged = volume.path / ".staging" / manifest.version
    if staged.exists() and not missing_parts(staged, manifest):
        return "before the switch"
    return "in the transfer" if requests else "at the start"


def _strangers(volume: Volume) -> Iterator[str]:
    """Give what lies beside the versions and is no link to them."""
    for name in volume.strangers():
        path = volume.path / name
        if name not in _TOPS or not path.is_symlink() or path.readlink() != Path("current", name):
            yield f"{path} is left"


def test_no_byte_is_ever_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """At least 200 kills of the program, alone or with its workers, at all stages of a pull."""
    lanes = [_Lane(tmp_path / str(seed), seed) for seed in _SEEDS]
    with ThreadPoolExecutor(len(lanes)) as threads:
        list(threads.map(_Lane.run, lanes))
    kills = sum((lane.kills for lane in lanes), Counter[str]())
    faults = [fault for lane in lanes for fault in lane.faults]
    stages = ", ".join(f"{count} {stage}" for stage, count in kills.most_common())
    with capsys.disabled():
        sys.stdout.write(f"\n{kills.total()} kills ({stages}): {len(faults)} files were wrong\n")
    assert not faults
    assert kills.total() >= 200
    assert len(kills) == 5, "some stage was never hit"
