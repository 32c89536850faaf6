"""The programs of a rehearsal: a control plane built from source, and the CDK's own tools."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rehearsal.toolchain.failure import ToolchainError
from rehearsal.toolchain.layers import extract_tools
from rehearsal.toolchain.programs import PROGRAMS, build

__all__ = ["Toolchain", "ToolchainError", "prepare"]


@dataclass(frozen=True, kw_only=True)
class Toolchain:
    """Programs that are ready to run."""

    bin: Path
    """The directory that belongs on the PATH."""


def prepare(directory: Path, say: Callable[[str], None]) -> Toolchain:
    """Build and extract what `directory` lacks, telling `say` what takes time.

    A first build takes four to five minutes on two cores, a check of what is there a few
    milliseconds. Raises `ToolchainError`, whose message is one sentence for the user.
    """
    toolchain = Toolchain(bin=directory.resolve() / "bin")
    toolchain.bin.mkdir(parents=True, exist_ok=True)
    extract_tools(toolchain.bin, say)
    for program in PROGRAMS:
        build(program, toolchain.bin, say)
    return toolchain
