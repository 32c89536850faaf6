"""`python image.py DIRECTORY`: leave out what no program uses, and compile the rest.

The byte code names its source by hash and is never compared with it: a builder may set any times,
and two builds make the same bytes.
"""

import compileall
import shutil
import sys
from pathlib import Path
from py_compile import PycInvalidationMode

_SERVICES = frozenset({"s3", "sqs", "stepfunctions", "sts", "sso", "sso-oidc"})
"""Of botocore: what is asked for, and what credentials may come from; 400 more are 22 MB."""


def prepare(directory: Path) -> None:
    """Shrink and compile; a file that cannot be compiled ends the build."""
    shrink(directory)
    # By one process in one order: what is shared between constants depends on what came before.
    if not compileall.compile_dir(
        directory, quiet=1, invalidation_mode=PycInvalidationMode.UNCHECKED_HASH
    ):
        raise SystemExit(1)


def shrink(directory: Path) -> None:
    """Remove tests, commands and the descriptions of AWS services that nothing asks for."""
    for tests in [path for path in directory.rglob("tests") if path.is_dir()]:
        shutil.rmtree(tests, ignore_errors=True)
    for service in (directory / "botocore" / "data").glob("*/"):
        if service.name not in _SERVICES:
            shutil.rmtree(service)
    shutil.rmtree(directory / "bin", ignore_errors=True)


if __name__ == "__main__":
    prepare(Path(sys.argv[1]))
