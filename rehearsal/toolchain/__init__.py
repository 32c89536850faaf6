"""The programs of a rehearsal: a control plane built from source, and the CDK's own tools."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rehearsal.toolchain.layers import aws_cli_beside, extract_tools
from rehearsal.toolchain.monitoring import prepare_promtool
from rehearsal.toolchain.programs import KEDA, KEDA_VERSION, PROGRAMS, build, copy_from_module
from rehearsal.toolchain.steps import ToolchainError, one_builder

__all__ = [
    "KEDA",
    "KEDA_VERSION",
    "PROGRAMS",
    "Toolchain",
    "ToolchainError",
    "prepare",
    "prepare_keda",
    "prepare_promtool",
]


@dataclass(frozen=True, kw_only=True)
class Toolchain:
    """Programs that are ready to run."""

    bin: Path
    """The directory that belongs on the PATH."""

    @property
    def aws_cli(self) -> Path:
        """The packages of the AWS CLI."""
        return aws_cli_beside(self.bin)

    @property
    def keda(self) -> Path:
        """Definitions and webhooks as KEDA's module ships them, `crd` and `webhooks`."""
        return self.bin.parent / "keda"


def prepare(directory: Path, say: Callable[[str], None]) -> Toolchain:
    """Build and extract what `directory` lacks, telling `say` what takes time.

    A first build takes four to five minutes on two cores, a check of what is there a few
    milliseconds. Raises `ToolchainError`, whose message is one sentence for the user.
    """
    toolchain = Toolchain(bin=directory.resolve() / "bin")
    toolchain.bin.mkdir(parents=True, exist_ok=True)
    with one_builder(directory):
        extract_tools(toolchain.bin, say)
        for program in PROGRAMS:
            build(program, toolchain.bin, say)
    return toolchain


def prepare_keda(toolchain: Toolchain, say: Callable[[str], None]) -> None:
    """Build KEDA's three programs unless they are there, four to five minutes on two cores."""
    with one_builder(toolchain.bin.parent):
        for program in KEDA:
            build(program, toolchain.bin, say)
        for name, path in (("crd", "config/crd/bases"), ("webhooks", "config/webhooks")):
            copy_from_module(KEDA[0], path, toolchain.keda / name)
