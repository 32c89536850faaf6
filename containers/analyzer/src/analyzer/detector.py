"""A trained detector: an ONNX model that gives a probability, run within bounds.

It is absent unless `DETECTOR` names a file; onnxruntime is imported, and need be installed, only
then. What a model takes and gives is each program's contract.
"""

import hashlib
import importlib
import logging
import os
import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from analyzer.failure import SettingsError
from analyzer.media import ResponseT, remarked
from analyzer.requests import SUCCESS, DetectorFinding

VARIABLE = "DETECTOR"

_LARGEST_BYTES = 200_000_000
"""Of a model: nearly three times as much while it is loaded, and then twice, which the smaller of
the pods has beside ffmpeg."""

_THREADS = 2
"""As many as a pod has processors."""

_LOOK_SECONDS = 0.1
"""Between two looks at the clock while a model runs."""

_NOWHERE = "/dev/null"
"""Where external data is looked for, instead of beside the model: its hash would not cover them."""

_FLOATS = "tensor(float)"
_REASON_CHARACTERS = 200

_LOG = logging.getLogger(__name__)

Row = NDArray[np.float32]
"""What a model is asked about at once: its first axis is 1."""


class NoProbability(Exception):  # noqa: N818 - the model's answer, and no error of ours
    """A model ended with an error, or gave something else than one number from 0 to 1."""


@dataclass(frozen=True, kw_only=True)
class InputAxis:
    """The sizes that a model may fix an axis of its input to, and the one where it fixes none."""

    least: int
    most: int
    usual: int

    @classmethod
    def of(cls, size: int) -> Self:
        """Allow this size only."""
        return cls(least=size, most=size, usual=size)

    def __str__(self) -> str:
        return str(self.usual) if self.least == self.most else f"{self.least} to {self.most}"


@dataclass(frozen=True, kw_only=True)
class Detector:
    """A model that was loaded, and gives a probability for an input of its shape."""

    sha256: str
    """Of the file: it says in a result which model it was."""

    shape: tuple[int, ...]
    session: Any
    """Of onnxruntime, which ships no types."""

    @classmethod
    def load(cls, path: Path, axes: Sequence[InputAxis]) -> Self:
        """Load a model and run it once; raise `SettingsError` if it is not as the axes say."""
        sha256, session = _sha256(path), _session(path)
        detector = cls(
            sha256=sha256,
            shape=_shape(path, session, axes),
            session=session,
        )
        try:
            # No zeros: dividing by how much they vary would give no number.
            detector.probability(np.random.default_rng(0).random(detector.shape, np.float32))
        except NoProbability as fault:
            raise _unfit(path, f"{fault}: it has to give one number from 0 to 1") from fault
        return detector

    def probability(self, row: Row, check: Callable[[], None] = lambda: None) -> float:
        """Return what the model says of an input, or raise `NoProbability`.

        `check` is called often, and raises if the analysis has to end; the run ends with it.
        """
        options = _runtime().RunOptions()
        try:
            with _ending(options, check):
                answers = self.session.run(None, {self.session.get_inputs()[0].name: row}, options)
        except Exception as error:
            check()
            message = f"it ended with {_one_line(error)}"
            raise NoProbability(message) from error
        values = np.asarray(answers[0]).ravel()
        # NaN is not between them either.
        if len(values) != 1 or not 0 <= values[0] <= 1:
            message = f"it gave {_one_line(values.tolist())}"
            raise NoProbability(message)
        return float(values[0])

    def finding(self, rows: Iterable[Row], check: Callable[[], None]) -> DetectorFinding:
        """Return the mean over all rows, as detectors are judged by; raise `NoProbability`."""
        found = [self.probability(row, check) for row in rows]
        return DetectorFinding(
            sha256=self.sha256, probability=round(fmean(found), 3), asked=len(found)
        )


def consulted(
    answer: ResponseT,
    score: str,
    *,
    detector: Detector,
    rows: Generator[Row],
    check: Callable[[], None],
) -> ResponseT:
    """Let a detector say more of what was judged, in the field `score`; what was not stays so.

    The higher of both counts: that one of them finds nothing is no evidence against the other.
    """
    if answer.status != SUCCESS:
        return answer
    try:
        with closing(rows):
            finding = detector.finding(rows, check)
    except NoProbability as fault:
        _LOG.warning("the trained detector is of no use: %s", fault)
        return remarked(answer, f"; of the trained detector there is no probability: {fault}")
    higher = max(getattr(answer, score), finding.probability)
    found = answer.model_copy(update={"detector": finding, score: higher})
    return remarked(found, f"; the trained detector gives {finding.probability:g}")


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size > _LARGEST_BYTES:
                raise _unfit(path, f"it has {size} bytes: at most {_LARGEST_BYTES}")
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise _unfit(path, f"it cannot be read: {error.strerror}") from error


def _runtime() -> Any:  # noqa: ANN401 - it ships no types
    try:
        return importlib.import_module("onnxruntime")
    except ImportError as error:
        sentence = (
            f"{VARIABLE} is set, and onnxruntime is not installed: it is the extra `detector`"
        )
        raise SettingsError(sentence) from error


def _session(path: Path) -> Any:  # noqa: ANN401 - it ships no types
    """Load a model, to be run by as many threads as there are processors."""
    runtime = _runtime()
    runtime.set_default_logger_severity(4)
    options = runtime.SessionOptions()
    options.intra_op_num_threads = _THREADS
    options.inter_op_num_threads = 1
    # Memory goes back after each run, and threads that have nothing to do leave ffmpeg the rest.
    options.enable_cpu_mem_arena = False
    options.enable_mem_pattern = False
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry(
        "session.model_external_initializers_file_folder_path", _NOWHERE
    )
    try:
        return runtime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise _unfit(path, f"it cannot be loaded: {_one_line(error)}") from error


def _shape(path: Path, session: Any, axes: Sequence[InputAxis]) -> tuple[int, ...]:  # noqa: ANN401
    """Return the shape that a model is to be given; the names of axes stand for any size."""
    taken, given = session.get_inputs(), session.get_outputs()
    if len(taken) != 1 or len(given) != 1:
        counts = f"it has {len(taken)} inputs and {len(given)} outputs"
        raise _unfit(path, f"{counts}: it has to have one of each")
    found, wanted = taken[0], ", ".join(map(str, axes))
    fits = len(found.shape) == len(axes) and all(
        not isinstance(size, int) or axis.least <= size <= axis.most
        for size, axis in zip(found.shape, axes, strict=True)
    )
    if found.type != _FLOATS or not fits:
        sizes = ", ".join(map(str, found.shape))
        raise _unfit(
            path, f"it takes {found.type} of [{sizes}]: it has to be {_FLOATS} of [{wanted}]"
        )
    if given[0].type != _FLOATS:
        raise _unfit(path, f"it gives {given[0].type}: it has to be {_FLOATS}")
    return tuple(
        size if isinstance(size, int) else axis.usual
        for size, axis in zip(found.shape, axes, strict=True)
    )


@contextmanager
def _ending(options: Any, check: Callable[[], None]) -> Iterator[None]:  # noqa: ANN401
    """Have a run end between two of its operators once `check` raises."""
    done = threading.Event()

    def look() -> None:
        while not done.wait(_LOOK_SECONDS):
            try:
                check()
            except Exception:  # noqa: BLE001 - whatever it is, the caller's own check raises it
                options.terminate = True
                return

    thread = threading.Thread(target=look, name="detector-clock")
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _unfit(path: Path, why: str) -> SettingsError:
    return SettingsError(f"{VARIABLE} is {str(path)!r}: {why}")


def _one_line(said: object) -> str:
    return " ".join(str(said).split())[:_REASON_CHARACTERS]
