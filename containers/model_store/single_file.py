"""`python single_file.py SITE_PACKAGES OUTPUT`: the program and its libraries as one file.

The file is a zip that Python runs (PEP 441, by shiv). At its first start it unpacks itself below
/tmp, since botocore reads its data as files.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

_ROOT = "/tmp/model-store-unpacked"  # noqa: S108 - a pod's own scratch volume
_SERVICES = frozenset({"s3", "sts", "sso", "sso-oidc"})
"""What botocore is asked for, and what its credentials may come from; the other 400 services would
make the file, and its first start, ten times as large."""


def build(site_packages: Path, output: Path) -> None:
    """Write the program that lies in a site-packages directory, libraries included, as one file."""
    with tempfile.TemporaryDirectory() as scratch:
        slim = Path(scratch) / "site-packages"
        shutil.copytree(site_packages, slim, ignore=_left_out)
        subprocess.run(
            [
                *(sys.executable, "-m", "shiv"),
                *("--site-packages", slim),
                *("--entry-point", "model_store.__main__:main"),
                *("--root", _ROOT),
                *("--output-file", output),
                "--compressed",
                "--reproducible",
                # The workers of a transfer are processes of their own.
                "--extend-pythonpath",
            ],
            check=True,
        )


def _left_out(directory: str, names: list[str]) -> set[str]:
    here = Path(directory)
    if here.parts[-2:] == ("botocore", "data"):
        return {name for name in names if (here / name).is_dir() and name not in _SERVICES}
    return {name for name in names if name in {"__pycache__", "bin"}}


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path(sys.argv[2]))
