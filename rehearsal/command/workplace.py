"""Where a rehearsal keeps what it makes."""

from dataclasses import dataclass
from pathlib import Path

from rehearsal.toolchain import Toolchain

REPOSITORY = Path(__file__).parents[2]


@dataclass(frozen=True, kw_only=True)
class Workplace:
    """The directories of one rehearsal; nothing is written elsewhere.

    `run` goes with `down`, `tools` stays: building them takes minutes.
    """

    run: Path
    tools: Path
    kubeconfig: Path

    @classmethod
    def of_repository(cls) -> "Workplace":
        """Return the place of the rehearsal that `make up` starts."""
        root = REPOSITORY / ".rehearsal"
        return cls(run=root / "run", tools=root / "tools", kubeconfig=root / "kubeconfig")

    @property
    def toolchain(self) -> Toolchain:
        """The built tools."""
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
        """The seed in use."""
        return self.seed_file.read_text()

    @property
    def record(self) -> Path:
        """What the last deploy did, for the report."""
        return self.run / "deployed.json"

    def log(self, name: str) -> Path:
        """Return the file that takes what a step writes."""
        return self.run / f"{name}.log"
