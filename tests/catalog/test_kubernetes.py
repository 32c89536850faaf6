"""Which Kubernetes versions are served, by which kubectl, and which EKS still makes."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from catalog import UnknownFactError, kubernetes_version
from catalog.reader import read

_TABLE = read("kubernetes.json")


def _minor(version: str) -> int:
    """Return 36 of 1.36."""
    return int(version.removeprefix("1."))


def _near(kubectl: str, version: str) -> bool:
    """Whether kubectl's own rule of one minor version holds."""
    return abs(_minor(kubectl) - _minor(version)) <= 1


def _refusal(version: str) -> str:
    """Return what somebody who asks for the version is told."""
    with pytest.raises(UnknownFactError) as refusal:
        kubernetes_version(version)
    return str(refusal.value)


def test_the_default_version_has_its_own_kubectl() -> None:
    """1.36 can be created, and is served by the kubectl of 1.36."""
    version = kubernetes_version("1.36")
    assert version.can_be_created
    assert version.standard_support_ends == date(2027, 8, 2)
    assert version.kubectl_layer.package == "aws-cdk.lambda-layer-kubectl-v36"
    assert version.kubectl_layer.layer_class == "KubectlV36Layer"


def test_the_oldest_version_serves_clusters_that_exist() -> None:
    """1.29 can be chosen with its own kubectl, and is known as one that EKS no longer makes."""
    version = kubernetes_version("1.29")
    assert version.kubectl_layer.package == "aws-cdk.lambda-layer-kubectl-v29"
    assert version.kubectl_layer.layer_class == "KubectlV29Layer"
    assert version.extended_support_ends == date(2026, 3, 23)
    assert not version.can_be_created


@pytest.mark.parametrize(
    ("version", "kubectl"),
    [("1.30", "1.29"), ("1.35", "1.36"), ("1.37", "1.36")],
)
def test_a_neighbour_is_served_by_the_nearest_kubectl(version: str, kubectl: str) -> None:
    """A version one minor away from a layer uses that layer."""
    assert kubernetes_version(version).kubectl_layer.version == kubectl


def test_a_version_between_the_layers_is_refused() -> None:
    """1.33 is refused in one sentence that says which layers there are."""
    assert _refusal("1.33") == (
        "Kubernetes version '1.33' has no kubectl layer within one minor version; "
        "installed are layers for 1.29, 1.36"
    )


def test_a_version_that_eks_never_had_is_refused() -> None:
    """A version outside the table is refused with those inside it."""
    assert _refusal("1.28") == (
        "Kubernetes version '1.28' is not in the catalog; "
        "known are 1.29, 1.30, 1.31, 1.32, 1.33, 1.34, 1.35, 1.36, 1.37"
    )


@pytest.mark.parametrize("version", _TABLE["versions"])
def test_every_version_has_a_kubectl_within_one_minor_or_is_refused(version: str) -> None:
    """No version is ever served by a kubectl that Kubernetes does not support with it."""
    near = [kubectl for kubectl in _TABLE["kubectl_layers"] if _near(kubectl, version)]
    if near:
        assert kubernetes_version(version).kubectl_layer.version in near
    else:
        assert "no kubectl layer within one minor version" in _refusal(version)


@pytest.mark.parametrize("version", _TABLE["versions"])
def test_extended_support_follows_standard_support(version: str) -> None:
    """Both dates of a version are known or neither is, and extended support is the later."""
    dates = _TABLE["versions"][version]
    known = [text for text in dates.values() if text]
    assert len(known) in (0, 2)
    assert known == sorted(set(known))


def test_a_version_without_dates_can_be_created() -> None:
    """A version so new that its end is not known is one that EKS makes."""
    version = kubernetes_version("1.37")
    assert version.extended_support_ends is None
    assert version.can_be_created


def test_a_version_cannot_be_created_from_its_last_day_on() -> None:
    """On the day on which extended support ends no new cluster is promised."""
    version = kubernetes_version("1.36")
    last_day = replace(version, extended_support_ends=version.catalog_date)
    day_before = replace(last_day, catalog_date=version.catalog_date - timedelta(days=1))
    assert not last_day.can_be_created
    assert day_before.can_be_created
