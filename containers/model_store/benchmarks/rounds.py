"""The rounds: all programs, each round in another order."""

import secrets
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from containers.model_store.benchmarks.contenders import (
    Contender,
    contenders,
    reads_alone,
    writes_alone,
)
from containers.model_store.benchmarks.directories import BenchmarkDirectories
from containers.model_store.benchmarks.measure import Run, measure
from containers.model_store.benchmarks.programs import BenchmarkError, InstalledRivals
from containers.model_store.benchmarks.server import PREFIX, S3_LIKE, S3_LIKE_5_GBIT, Link, serving
from containers.model_store.benchmarks.tree import ModelFile, different, incomplete, total

Runs = dict[str, list[Run]]
"""The runs of each contender, in the order of the rounds."""


@dataclass(frozen=True, kw_only=True)
class Condition:
    """From where to where the bytes go."""

    name: str
    link: Link
    on_disk: bool


INTO_DISK = Condition(name="S3-like, into the disk", link=S3_LIKE, on_disk=True)
FROM_5_GBIT = Condition(name="S3-like, 5 Gbit/s, into the disk", link=S3_LIKE_5_GBIT, on_disk=True)
INTO_MEMORY = Condition(name="S3-like, into memory", link=S3_LIKE, on_disk=False)
PLAIN = Condition(name="plain loopback, into memory", link=Link(), on_disk=False)


@dataclass(frozen=True, kw_only=True)
class RivalRounds:
    """Everything that the conditions have in common."""

    files: Sequence[ModelFile]
    directories: BenchmarkDirectories
    programs: InstalledRivals
    version: str
    rounds: int
    say: Callable[[str], None]

    def under(self, condition: Condition) -> Runs:
        """Run all of them, the limits too; raises BenchmarkError when one gives wrong bytes."""
        home = self.directories.memory / "home"
        home.mkdir(exist_ok=True)
        objects = self.directories.served / PREFIX
        with serving(self.directories.served, condition.link) as endpoint:
            rivals = contenders(
                self.programs, endpoint, self.version, served=self.directories.served, home=home
            )
            limits = (writes_alone(objects), reads_alone(objects, endpoint, home))
            runs: Runs = {contender.name: [] for contender in (*rivals, *limits)}
            for turn in range(self.rounds):
                for contender in _shuffled((*rivals, *limits)):
                    run = self._run(
                        contender, condition, check=contender in rivals, thoroughly=not turn
                    )
                    runs[contender.name].append(run)
                    self.say(
                        f"{condition.name}, round {turn + 1} of {self.rounds}: "
                        f"{contender.name} {run.seconds:.2f} s, "
                        f"{total(self.files) / 1e9 / run.seconds:.2f} GB/s"
                    )
        return runs

    def _run(
        self, contender: Contender, condition: Condition, *, check: bool, thoroughly: bool
    ) -> Run:
        target = self._target(condition)
        target.mkdir()
        try:
            run = measure((*contender.command, f"{target}/"), contender.environment, target)
            if check:
                self._check(contender, target, thoroughly=thoroughly)
        finally:
            shutil.rmtree(target)
        return run

    def _check(self, contender: Contender, target: Path, *, thoroughly: bool) -> None:
        wrong = incomplete(self.files, target)
        if thoroughly and wrong is None:
            wrong = different(self.files, self.directories.served / PREFIX, target)
        if wrong:
            message = f"{contender.name} ended well, but {wrong} is not what was published"
            raise BenchmarkError(message)

    def _target(self, condition: Condition) -> Path:
        return (self.directories.disk if condition.on_disk else self.directories.memory) / "target"


def _shuffled(contenders: Sequence[Contender]) -> list[Contender]:
    return secrets.SystemRandom().sample(contenders, len(contenders))
