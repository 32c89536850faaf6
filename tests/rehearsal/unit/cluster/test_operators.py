"""What the module of a chart's programs ships is applied in the namespace of the release."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from rehearsal.cluster import ClusterError, ControlPlane
from rehearsal.cluster.operators import Release
from rehearsal.toolchain import Toolchain

_ACCOUNT = {"kind": "ServiceAccount", "name": "operator"}


@pytest.fixture
def release(tmp_path: Path) -> Release:
    plane = ControlPlane(tmp_path / "plane", Toolchain(bin=tmp_path / "bin"), port=1)
    return Release(
        plane=plane, chart="keda", namespace="elsewhere", values={}, identity_of=lambda _: {}
    )


def _ship(release: Release, **objects: dict[str, Any]) -> None:
    folder = release.plane.toolchain.shipped(release.chart) / "config"
    folder.mkdir(parents=True)
    for name, content in objects.items():
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(content))


def _object(kind: str, namespace: str | None = None, **fields: Any) -> dict[str, Any]:
    place = {"namespace": namespace} if namespace else {}
    return {"apiVersion": "v1", "kind": kind, "metadata": {"name": "it", **place}, **fields}


@pytest.mark.parametrize(
    ("shipped", "namespace"),
    [
        (_object("ServiceAccount", "keda"), "elsewhere"),
        (_object("ServiceAccount"), "elsewhere"),
        (_object("RoleBinding", "kube-system"), "kube-system"),
        (_object("ClusterRole"), None),
        (_object("CustomResourceDefinition"), None),
    ],
)
def test_objects_are_of_the_namespace_of_the_release(
    release: Release, shipped: dict[str, Any], namespace: str | None
) -> None:
    """The module's own namespace is only its custom; that of the system is meant."""
    _ship(release, it=shipped)

    (found,) = release.read("config")

    assert found["metadata"].get("namespace") == namespace


def test_bindings_are_of_the_accounts_of_the_release(release: Release) -> None:
    """Of those that are its own; the controller manager's stay."""
    subjects = [{**_ACCOUNT, "namespace": "keda"}, {**_ACCOUNT, "namespace": "kube-system"}]
    _ship(release, it=_object("ClusterRoleBinding", subjects=subjects))

    (found,) = release.read("config")

    assert [one["namespace"] for one in found["subjects"]] == ["elsewhere", "kube-system"]


def test_a_list_of_files_is_no_object(release: Release) -> None:
    """What kustomize reads stands beside what it names."""
    _ship(release, role=_object("Role"), kustomization={"resources": ["role.yaml"]})

    assert [one["kind"] for one in release.read("config")] == ["Role"]


def test_what_is_not_built_says_who_builds_it(release: Release) -> None:
    with pytest.raises(ClusterError, match=r"chart keda are not built: `make up` builds them"):
        release.read("config")
