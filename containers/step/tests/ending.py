"""A step that does as its first argument says: `python -m containers.step.tests.ending ACT TO`."""

import hashlib
import sys
import time

from step.ending import run
from step.failure import Failed, Unusable, WrongSetup
from step.places import place


def _slow() -> None:
    sys.stdout.write("begun\n")
    sys.stdout.flush()
    time.sleep(3600)


def _deaf() -> None:
    """Compute as a model does: for minutes, without any instruction of Python's between."""
    sys.stdout.write("begun\n")
    sys.stdout.flush()
    hashlib.pbkdf2_hmac("sha256", b"", b"", 2_000_000_000)


def _raise(error: Exception) -> None:
    raise error


_ACTS = {
    "well": lambda: None,
    "unusable": lambda: _raise(Unusable("This video has no sound")),
    "wrong": lambda: _raise(WrongSetup("MODELS is not set")),
    "failed": lambda: _raise(Failed("S3 is not there")),
    "disk": lambda: _raise(OSError(28, "No space left on device", "/tmp/a")),
    "defect": lambda: _raise(KeyError("a\nb")),
    "slow": _slow,
    "deaf": _deaf,
}

if __name__ == "__main__":
    act, *to = sys.argv[1:]
    raise SystemExit(run("played", _ACTS[act], place(to[0]) if to else None))
