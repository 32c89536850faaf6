"""What EKS refuses of a change of versions, and what it does of one that it takes."""

from collections.abc import Mapping
from typing import Any

import pytest

from rehearsal.cloud.emulator import Emulator
from rehearsal.cloud.patches import eks_versions
from rehearsal.cloud.resources import node_groups


class _Planes:
    """Control planes that note which version they are told to run."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def of(self, _cluster: str) -> "_Planes":
        return self

    def change_version(self, version: str) -> None:
        self.told.append(version)


class _Eks:
    """Two clusters: `old` at 1.35, with groups `common` and `gpu`, and `new`, made at 1.36."""

    def __init__(self) -> None:
        self.planes = _Planes()
        self.clusters = {"old": {"version": "1.35"}, "new": {"version": "1.36"}}
        self.groups = {f"old/{name}": _group(name) for name in ("common", "gpu")}

    def change(self, cluster: str, version: str) -> str:
        eks_versions.change(self.planes, cluster, version)  # type: ignore[arg-type]
        return str(self.clusters[cluster]["version"])


def _group(name: str) -> dict[str, Any]:
    return {"nodegroupName": name, "version": "1.35"}


@pytest.fixture
def eks(monkeypatch: pytest.MonkeyPatch) -> _Eks:
    made = _Eks()
    monkeypatch.setattr(eks_versions, "_CLUSTERS", made.clusters)
    monkeypatch.setattr(eks_versions, "_NODE_GROUPS", made.groups)
    return made


def test_a_cluster_goes_one_minor_version_up_and_back(eks: _Eks) -> None:
    """The control plane runs what was asked for; taking it back is possible once."""
    assert eks.change("old", "1.36") == "1.36"
    assert eks.change("old", "1.35") == "1.35"
    assert eks.planes.told == ["1.36", "1.35"]

    assert eks.change("old", "1.36") == "1.36"


@pytest.mark.parametrize(
    ("cluster", "version", "reason"),
    [
        ("old", "1.37", "Unsupported Kubernetes minor version update from 1.35 to 1.37"),
        ("old", "1.34", "Unsupported Kubernetes minor version update from 1.35 to 1.34"),
        ("old", "1.35", "Unsupported Kubernetes minor version update from 1.35 to 1.35"),
        ("new", "1.35", "Unsupported Kubernetes minor version update from 1.36 to 1.35"),
        ("old", "latest", "unsupported Kubernetes version latest"),
    ],
)
def test_other_steps_are_refused(eks: _Eks, cluster: str, version: str, reason: str) -> None:
    """Two versions at once, a version that the cluster never had, and what is no version."""
    with pytest.raises(ValueError, match=reason):
        eks.change(cluster, version)

    assert eks.planes.told == []


def test_nodes_come_before_the_next_version_of_their_cluster(eks: _Eks) -> None:
    """EKS names the groups that are still behind (terraform-provider-aws#19478)."""
    eks.change("old", "1.36")
    eks.groups["old/common"]["version"] = "1.36"

    with pytest.raises(ValueError, match="Nodegroups gpu must be updated to match cluster version"):
        eks.change("old", "1.37")


def test_an_upgrade_is_not_taken_back_under_newer_nodes(eks: _Eks) -> None:
    """From the first newer node on there is no way back."""
    eks.change("old", "1.36")
    eks.groups["old/gpu"]["version"] = "1.36"

    with pytest.raises(ValueError, match=r"Nodegroups gpu are newer than 1\.35"):
        eks.change("old", "1.35")


@pytest.mark.parametrize(
    ("versions", "reason"),
    [
        ({"version": "1.37"}, "version 1.37 is newer than its cluster's"),
        (
            {"version": "1.35", "releaseVersion": "1.36.3-20261120"},
            "release version 1.36.3-20261120 is not valid for kubernetes version 1.35",
        ),
        (
            {"releaseVersion": "1.35.4-20261120"},
            "release version 1.35.4-20261120 is not valid for kubernetes version 1.36",
        ),
    ],
)
def test_nodes_must_fit_their_cluster_and_their_image(
    monkeypatch: pytest.MonkeyPatch, versions: Mapping[str, str], reason: str
) -> None:
    """Nodes are never newer than their cluster, and an image is of its group's version."""

    class Client:
        def describe_cluster(self, **_given: str) -> Mapping[str, Any]:
            return {"cluster": {"version": "1.36"}}

    monkeypatch.setattr(node_groups, "own_client", lambda _service: Client())

    with pytest.raises(ValueError, match=reason):
        node_groups.require_fitting("c", versions)


def test_nodes_may_be_older_than_their_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    """So they are in the middle of an upgrade."""

    class Client:
        def describe_cluster(self, **_given: str) -> Mapping[str, Any]:
            return {"cluster": {"version": "1.36"}}

    monkeypatch.setattr(node_groups, "own_client", lambda _service: Client())

    node_groups.require_fitting("c", {"version": "1.35", "releaseVersion": "1.35.4-20261120"})


def test_the_emulator_answers_the_calls_of_an_upgrade(cloud: Emulator) -> None:
    """By the paths that the AWS CLI asks: what fits a version, and a cluster that is not there."""
    eks = cloud.client("eks", "us-east-1")

    (offered,) = eks.describe_addon_versions(addonName="coredns", kubernetesVersion="1.36")[
        "addons"
    ]
    assert offered["addonName"] == "coredns"
    assert [one["addonVersion"] for one in offered["addonVersions"]] == [
        eks_versions.fitting("1.36")
    ]
    with pytest.raises(eks.exceptions.ResourceNotFoundException, match="No cluster found: none"):
        eks.update_cluster_version(name="none", version="1.36")
