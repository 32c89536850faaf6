"""The kubectl layers of the catalog are installed, and hold what it says."""

import ast
import json
import subprocess
from pathlib import Path

import pytest

from catalog import KubectlLayer, kubernetes_version
from catalog.reader import read
from tests.catalog.kubectl import installed, kubectl_of

_VERSIONS = list(read("kubernetes.json")["kubectl_layers"])


def _layer(version: str) -> KubectlLayer:
    """Return the layer that was made for the version itself."""
    layer = kubernetes_version(version).kubectl_layer
    assert layer.version == version
    return layer


@pytest.mark.parametrize("version", _VERSIONS)
def test_a_layer_holds_the_kubectl_of_its_version(version: str, tmp_path: Path) -> None:
    """The kubectl inside an installed layer says that it is of the catalog's minor version."""
    told = subprocess.run(
        [kubectl_of(_layer(version), tmp_path), "version", "--client", "-o", "json"],
        capture_output=True,
        check=True,
    )
    client = json.loads(told.stdout)["clientVersion"]
    assert f"{client['major']}.{client['minor']}" == version


@pytest.mark.parametrize("version", _VERSIONS)
def test_a_layer_is_imported_by_the_names_in_the_catalog(version: str) -> None:
    """The module that the catalog names defines the class that it names."""
    layer = _layer(version)
    module = installed(layer, f"{layer.module.replace('.', '/')}/__init__.py")
    definitions = ast.parse(module.read_text()).body
    assert layer.layer_class in [d.name for d in definitions if isinstance(d, ast.ClassDef)]
