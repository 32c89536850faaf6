"""NVIDIA's trtexec: where it is, how it is called, and whether what it did was right.

Its exit code says little. In TensorRT 10.13 a failed build may end with 0 and an empty file, since
nobody looks at what buildSerializedNetworkToStream returns, and `--loadEngine --skipInference`
ends with 0 for a file that is no engine (NVIDIA/TensorRT v10.13.3: samples/trtexec/trtexec.cpp,
samples/common/sampleEngines.cpp). What counts is a line that only success writes.
"""

import re
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

from model_store.engine.process import ProcessResult, Watch, run
from model_store.engine.recipe import Arguments
from model_store.failure import ExitCode, Failure

_PLACES = ("/usr/src/tensorrt/bin", "/opt/tensorrt/bin")
"""Where NVIDIA's packages and images have it, if it is not on the PATH."""

_BANNER = re.compile(r"\[TensorRT v(\d+)(\d\d)(\d\d)\] \[b(\d+)\]")
"""Of 10.13.3.9: [TensorRT v101303] [b9] (NVIDIA/TensorRT v10.13.3, samples/common/logging.h)."""

_TIMEOUT_S = 60
_LOADED = "Engine deserialized in"
_OUT_OF_MEMORY = re.compile("out ?of ?memory", re.IGNORECASE)
"""As in: [E] Error[1]: … Cuda Runtime (out of memory), [E] … Error Code 2: OutOfMemory."""
_TIME = re.compile(r"^\[[\d/:-]+\] ")


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Why a run of trtexec counts as failed, and whether the GPU's memory was too small for it."""

    reason: str
    errors: tuple[str, ...]
    out_of_memory: bool


@dataclass(frozen=True, kw_only=True)
class Trtexec:
    """The program, and the exact version of the TensorRT that it came with."""

    program: str
    version: str

    def build(
        self, onnx: Path, engine: Path, *, arguments: Arguments, timings: Path, watch: Watch
    ) -> Fault | None:
        """Build an engine and load it; return what went wrong, if anything did.

        `timings` keeps what was measured on this GPU for another build of the same key.
        """
        ended = self._run(
            watch,
            f"--onnx={onnx}",
            f"--saveEngine={engine}",
            *arguments,
            f"--timingCacheFile={timings}",
        )
        if ended.code:
            return _fault(ended)
        if not engine.is_file() or not engine.stat().st_size:
            return _fault(ended, "it ended well but wrote no engine")
        return self.load(engine, watch)

    def load(self, engine: Path, watch: Watch) -> Fault | None:
        """Load an engine as the server will; return what went wrong, if anything did."""
        ended = self._run(watch, f"--loadEngine={engine}")
        if ended.code:
            return _fault(ended)
        return None if _LOADED in ended.said else _fault(ended, "the engine does not load")

    def _run(self, watch: Watch, *arguments: str) -> ProcessResult:
        return run((self.program, *arguments, "--device=0", "--skipInference"), watch)


def find() -> Trtexec:
    """Find trtexec and ask for its version, which needs no GPU; raise `Failure` without it."""
    found = [shutil.which("trtexec", path=path) for path in (None, *_PLACES)]
    program = next(filter(None, found), None)
    if program is None:
        raise Failure(
            ExitCode.NO_ENGINE,
            f"there is no trtexec on the PATH, in {' or '.join(_PLACES)}: "
            "the server's image needs TensorRT with its tools",
        )
    try:
        said = subprocess.run(
            [program, "--help"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=_TIMEOUT_S,
            check=False,
        ).stdout.decode(errors="replace")
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Failure(
            ExitCode.NO_ENGINE, f"{program} cannot be asked for its version: {error}"
        ) from error
    if not (banner := _BANNER.search(said)):
        first = said.strip().partition("\n")[0][:200]
        raise Failure(ExitCode.NO_ENGINE, f"{program} says {first!r} and not its version")
    return Trtexec(program=program, version=".".join(str(int(part)) for part in banner.groups()))


def _fault(ended: ProcessResult, reason: str = "") -> Fault:
    lines = [_TIME.sub("", line.strip()) for line in ended.said.split("\n") if line.strip()]
    errors = [line for line in lines if "[E]" in line]
    # The very last errors only say that there were some.
    telling = [line for line in errors if "Error" in line] or errors or lines or ["nothing"]
    return Fault(
        reason=f"{reason or _how(ended.code)}; trtexec says: {telling[-1]}",
        errors=tuple(errors),
        # A warning only tells of a tactic that was left out.
        out_of_memory=any(_OUT_OF_MEMORY.search(line) for line in lines if "[W]" not in line),
    )


def _how(code: int) -> str:
    if code == -signal.SIGKILL:
        return "it was killed, as happens when a container's memory is used up"
    return f"signal {-code} ended it" if code < 0 else f"it ended with exit code {code}"
