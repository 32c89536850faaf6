"""The asset of the analysis workflow's functions: their folder and a PostgreSQL client."""

import shutil
from collections.abc import Iterator
from importlib.metadata import PackagePath, distribution
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import jsii
from aws_cdk import aws_lambda as lambda_

FUNCTIONS = Path(__file__).parents[2] / "functions"
_FOLDER = FUNCTIONS / "guardian"
MIGRATION = _FOLDER / "migration.sql"

LIBRARIES = ("pg8000", "scramp", "asn1crypto", "python-dateutil", "six")
"""pg8000 and all that it needs, plain Python without exception."""


def program() -> lambda_.Code:
    """Return the asset; what is in it decides its name, so it is the same on every machine."""
    return lambda_.Code.from_asset(
        str(_FOLDER),
        exclude=["**/__pycache__"],
        asset_hash_type=cdk.AssetHashType.OUTPUT,
        bundling=cdk.BundlingOptions(
            # Demanded by the library, and never started: `bundle` copies the files.
            image=lambda_.Runtime.PYTHON_3_14.bundling_image,
            local=_LocalBundling(),
        ),
    )


@jsii.implements(cdk.ILocalBundling)
class _LocalBundling:
    """Copies from this very environment: no container, no network, locked versions."""

    def try_bundle(self, output_dir: str, options: Any = None, **_: Any) -> bool:  # noqa: ANN401, ARG002 - jsii passes the options one by one
        bundle(Path(output_dir))
        return True


def bundle(target: Path) -> None:
    shutil.copytree(
        _FOLDER, target / _FOLDER.name, ignore=shutil.ignore_patterns("__pycache__", "*.pyc")
    )
    for library in LIBRARIES:
        for file in _files(library):
            copy = target / file
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(str(file.locate()), copy)


def _files(library: str) -> Iterator[PackagePath]:
    """Yield what a library consists of, without commands, byte code and traces of its install."""
    for file in distribution(library).files or ():
        if file.suffix == ".pyc" or ".." in file.parts:
            continue
        # pg8000 asks for its own version, which stands in METADATA.
        if file.parts[0].endswith(".dist-info") and file.name != "METADATA":
            continue
        yield file
