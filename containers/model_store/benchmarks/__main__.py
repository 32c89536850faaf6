"""`python -m containers.model_store.benchmarks`: the model store beside `s5cmd` and `aws s3 sync`.

All pull the same tree of the real shape from an S3-like server on this machine, in turn and in
another order each round, and the limits of the machine are measured beside them.
"""

import argparse
import math
import shutil
import signal
import subprocess
import sys
import time

from containers.model_store.benchmarks.contenders import model_store_environment
from containers.model_store.benchmarks.directories import (
    HOME,
    BenchmarkDirectories,
    benchmark_directories,
)
from containers.model_store.benchmarks.limits import measure_limits
from containers.model_store.benchmarks.programs import (
    ROOT,
    BenchmarkError,
    InstalledRivals,
    install,
)
from containers.model_store.benchmarks.report import show
from containers.model_store.benchmarks.rounds import (
    FROM_5_GBIT,
    INTO_DISK,
    INTO_MEMORY,
    PLAIN,
    RivalRounds,
)
from containers.model_store.benchmarks.second_start import second_start
from containers.model_store.benchmarks.server import BUCKET, PREFIX, Link, serving
from containers.model_store.benchmarks.targets import target_results
from containers.model_store.benchmarks.tree import MODELS, ModelFile, make, scaled, total

_INTERRUPTED = 130
_LEAST_GIGABYTES = 0.02
_QUICK_GIGABYTES = 0.3
_QUICK_ROUNDS = 2
_ROUNDS = 3


def main() -> None:
    """Run everything; end with one sentence and a code if that cannot be."""
    asked = _parse()
    for number in (signal.SIGTERM, signal.SIGINT):  # also where a shell has it ignored
        signal.signal(number, signal.default_int_handler)
    try:
        _benchmark(asked.gigabytes, asked.rounds or (_QUICK_ROUNDS if asked.quick else _ROUNDS))
    except BenchmarkError as error:
        sys.exit(f"model_pull: {error}")
    except KeyboardInterrupt:
        print("model_pull: interrupted; what it made is gone", file=sys.stderr)
        sys.exit(_INTERRUPTED)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m containers.model_store.benchmarks", description=__doc__
    )
    parser.add_argument(
        "--gigabytes", type=_gigabytes, help="scale the tree (default: the real 2.05)"
    )
    parser.add_argument("--rounds", type=_rounds, help=f"default: {_ROUNDS}")
    parser.add_argument(
        "--quick",
        action="store_true",
        help=f"{_QUICK_GIGABYTES} GB, {_QUICK_ROUNDS} rounds: weighs most how programs start",
    )
    asked = parser.parse_args()
    if asked.quick and asked.gigabytes is None:
        asked.gigabytes = _QUICK_GIGABYTES
    return asked


def _gigabytes(text: str) -> float:
    """Read a size that leaves room for the files that are not scaled."""
    number = float(text)
    if not _LEAST_GIGABYTES <= number < math.inf:
        message = f"{text} is not at least {_LEAST_GIGABYTES}"
        raise argparse.ArgumentTypeError(message)
    return number


def _rounds(text: str) -> int:
    number = int(text)
    if number < 1:
        message = f"{text} is not at least 1"
        raise argparse.ArgumentTypeError(message)
    return number


def _benchmark(gigabytes: float | None, rounds: int) -> None:
    files = MODELS if gigabytes is None else scaled(MODELS, gigabytes)
    size = total(files)
    with benchmark_directories(size) as lent:
        programs = install(HOME, _say)
        version = _publish(files, lent, programs)
        limits = measure_limits(size, lent, _say)
        comparison = RivalRounds(
            files=files,
            directories=lent,
            programs=programs,
            version=version,
            rounds=rounds,
            say=_say,
        )
        results = {
            condition: comparison.under(condition)
            for condition in (INTO_DISK, FROM_5_GBIT, INTO_MEMORY, PLAIN)
        }
        second = second_start(version, lent, programs, _say)
    show(results, limits, target_results(results, second, size, programs.own_bytes), size)


def _publish(
    files: tuple[ModelFile, ...], lent: BenchmarkDirectories, programs: InstalledRivals
) -> str:
    """Make the tree and publish it; return the version."""
    source = lent.memory / "source"
    _say(f"making a tree of {len(files)} files, {total(files) / 1e9:.2f} GB")
    make(files, source)
    lent.served.mkdir()
    with serving(lent.served, Link()) as endpoint:
        _say("publishing it")
        published = subprocess.run(
            [sys.executable, "-m", "model_store", "publish", source, f"s3://{BUCKET}/{PREFIX}"],
            cwd=ROOT,
            env=model_store_environment(programs, endpoint, lent.memory),
            stdout=subprocess.DEVNULL,
            check=False,
        )
    if published.returncode:
        message = "the tree could not be published; what `publish` said stands above"
        raise BenchmarkError(message)
    shutil.rmtree(source)
    return next((lent.served / PREFIX / "manifests").iterdir()).stem


def _say(sentence: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {sentence}", flush=True)


if __name__ == "__main__":
    main()
