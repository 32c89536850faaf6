"""How the model store's benchmark measures one program."""

import os
import sys
from pathlib import Path

import pytest

from containers.model_store.benchmarks.measure import measure
from containers.model_store.benchmarks.programs import BenchmarkError

_CHILD = "x = bytearray(50_000_000); import time; time.sleep(0.4)"
_PARENT = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {_CHILD!r}])"
_BUSY = "import time\nwhile time.process_time() < 0.3: pass"


def _measure(program: str, target: Path) -> tuple[float, float]:
    run = measure([sys.executable, "-c", program], dict(os.environ), target)
    return run.peak_bytes, run.cpu_seconds


def test_the_memory_of_children_counts(tmp_path: Path) -> None:
    """A program cannot hide what its workers hold."""
    peak, _ = _measure(_PARENT, tmp_path)

    assert 50_000_000 < peak < 150_000_000


def test_the_work_of_children_counts(tmp_path: Path) -> None:
    """Nor what they compute."""
    program = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {_BUSY!r}])"

    _, seconds = _measure(program, tmp_path)

    assert 0.3 <= seconds < 5


def test_a_program_that_fails_ends_the_benchmark_with_its_last_words(tmp_path: Path) -> None:
    """A run that brought nothing has no time."""
    with pytest.raises(BenchmarkError, match="ended with 3: no such bucket"):
        _measure("import sys; print('no such bucket', file=sys.stderr); sys.exit(3)", tmp_path)
