"""Where a rehearsal keeps what it makes, and the record of its last deploy."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from rehearsal.toolchain import Toolchain


class UpError(RuntimeError):
    """The rehearsal did not get to its end; the message is one sentence for the user."""


REPOSITORY = Path(__file__).parents[2]


@dataclass(frozen=True, kw_only=True)
class Workplace:
    """The directories of one rehearsal; nothing is written elsewhere.

    `run` goes with `down`; `tools` and `checkpoints` stay, because they take minutes to make.
    """

    run: Path
    tools: Path
    checkpoints: Path
    kubeconfig: Path

    @classmethod
    def of_repository(cls) -> "Workplace":
        """Return the directories of the rehearsal that `make up` starts."""
        root = REPOSITORY / ".rehearsal"
        return cls(
            run=root / "run",
            tools=root / "tools",
            checkpoints=root / "checkpoints",
            kubeconfig=root / "kubeconfig",
        )

    @property
    def toolchain(self) -> Toolchain:
        return Toolchain(bin=self.tools / "bin")

    @property
    def assembly(self) -> Path:
        """What the CDK app was last synthesised to."""
        return self.run / "cdk.out"

    @property
    def seed_file(self) -> Path:
        """From what the order of creation is drawn."""
        return self.run / "seed"

    @property
    def seed(self) -> str:
        return self.seed_file.read_text()

    @property
    def record(self) -> Path:
        """What the last deploy did, for the report."""
        return self.run / "deployed.json"

    def log(self, name: str) -> Path:
        """Return the file that takes what a step writes."""
        return self.run / f"{name}.log"


@dataclass(frozen=True, kw_only=True)
class DeployRecord:
    """The last successful `up`.

    `stacks` maps each stack to its seconds, or to nothing where it was up to date already.
    """

    stack: str
    cluster: str | None
    stacks: Mapping[str, float | None]
    images: int
    seconds: float

    def write(self, file: Path) -> None:
        file.write_text(json.dumps(asdict(self), indent=2))

    @classmethod
    def read(cls, file: Path) -> "DeployRecord | None":
        return cls(**json.loads(file.read_text())) if file.exists() else None
