"""The Go command, and what it is given whatever the user has set."""

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from rehearsal.toolchain.steps import ToolchainError


def go() -> str:
    """Find Go beside the interpreter, where the requirements put it, or on the PATH."""
    beside = Path(sys.executable).parent / "go"
    found = str(beside) if beside.exists() else shutil.which("go")
    if not found:
        message = "Go, which builds the Kubernetes control plane, is missing: run `make setup`"
        raise ToolchainError(message)
    return found


def environment() -> Mapping[str, str]:
    return {
        **os.environ,
        "CGO_ENABLED": "0",  # no C compiler is asked for
        "GOFLAGS": "-mod=readonly",  # go.mod and go.sum decide, whatever the user has set
        "GOTOOLCHAIN": "local",  # never download another Go
        "GOWORK": "off",
    }
