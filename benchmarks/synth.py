"""`python -m benchmarks.synth`: what a synth of AvadotProd costs, beside an empty app.

Both run in turn, with validation switched off, so that a busy machine slows both alike. The empty
app is the floor: command line, Python, jsii kernel, one stack without resources.
"""

import json
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

_ROUNDS = 7
_ROOT = Path(__file__).parent.parent
_CDK = _ROOT / "node_modules" / ".bin" / "cdk"
_EMPTY_APP = """\
import aws_cdk as cdk

app = cdk.App()
cdk.Stack(app, "Empty")
app.synth()
"""


def main() -> None:
    """Print the median of each app and the median of the ratios."""
    with tempfile.TemporaryDirectory() as scratch:
        empty = Path(scratch)
        (empty / "app.py").write_text(_EMPTY_APP)
        python = _ROOT / ".venv" / "bin" / "python"
        (empty / "cdk.json").write_text(json.dumps({"app": f"{python} app.py"}))
        apps = {"Empty": empty, "AvadotProd": _ROOT}
        for stack, directory in apps.items():
            _synth(stack, directory)  # fills the caches
        times: dict[str, list[float]] = {stack: [] for stack in apps}
        for turn in range(_ROUNDS):
            for stack, directory in apps.items():
                times[stack].append(_synth(stack, directory))
            print(f"round {turn + 1} of {_ROUNDS}", *(f"{t[-1]:.2f} s" for t in times.values()))
    _report(times)


def _synth(stack: str, directory: Path) -> float:
    with tempfile.TemporaryDirectory() as output:
        start = time.monotonic()
        subprocess.run(
            [_CDK, "synth", stack, "--quiet", "--no-lookups", "--no-notices", "--output", output],
            cwd=directory,
            env={**os.environ, "CDK_VALIDATION": "false"},
            check=True,
            capture_output=True,
        )
        return time.monotonic() - start


def _report(times: Mapping[str, list[float]]) -> None:
    for stack, seconds in times.items():
        print(
            f"{stack:<12} median {statistics.median(seconds):.2f} s, minimum {min(seconds):.2f} s"
        )
    ratios = [ours / floor for floor, ours in zip(*times.values(), strict=True)]
    print(f"ratio        median {statistics.median(ratios):.2f}")


if __name__ == "__main__":
    main()
