"""Kubernetes versions on EKS, and the kubectl that may talk to each."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from catalog.reader import UnknownFactError, read

_SKEW = 1
"""kubectl serves API servers at most one minor version away from its own."""


@dataclass(frozen=True, kw_only=True)
class KubectlLayer:
    """A Lambda layer with kubectl and Helm: a PyPI package and the class in its module."""

    version: str
    package: str
    module: str
    layer_class: str


@dataclass(frozen=True, kw_only=True)
class KubernetesVersion:
    """One minor version of Kubernetes as EKS supports it; a date of None is not known."""

    version: str
    standard_support_ends: date | None
    extended_support_ends: date | None
    kubectl_layer: KubectlLayer
    catalog_date: date
    """The day on which the dates were looked up."""

    @property
    def can_be_created(self) -> bool:
        """Whether EKS still makes clusters of this version, judged on the catalog's date."""
        return self.extended_support_ends is None or self.extended_support_ends > self.catalog_date


class Support(NamedTuple):
    """When EKS' support of a version ends; None where the date is not known."""

    standard_ends: date | None
    extended_ends: date | None


def kubernetes_support(version: str) -> Support:
    """Return the support dates of a version; raise `UnknownFactError` if it is not listed."""
    versions = read("kubernetes.json")["versions"]
    if version not in versions:
        message = (
            f"Kubernetes version {version!r} is not in the catalog; known are {', '.join(versions)}"
        )
        raise UnknownFactError(message)
    dates = versions[version]
    return Support(_date(dates["standard_support_ends"]), _date(dates["extended_support_ends"]))


def kubernetes_version(version: str) -> KubernetesVersion:
    """Return the facts of a version; raise `UnknownFactError` if no kubectl layer serves it."""
    support = kubernetes_support(version)
    table = read("kubernetes.json")
    layers: dict[str, dict[str, str]] = table["kubectl_layers"]
    nearest = min(layers, key=lambda layer: abs(_minor(layer) - _minor(version)))
    if abs(_minor(nearest) - _minor(version)) > _SKEW:
        message = (
            f"Kubernetes version {version!r} has no kubectl layer within one minor version; "
            f"installed are layers for {', '.join(layers)}"
        )
        raise UnknownFactError(message)
    return KubernetesVersion(
        version=version,
        standard_support_ends=support.standard_ends,
        extended_support_ends=support.extended_ends,
        kubectl_layer=KubectlLayer(version=nearest, **layers[nearest]),
        catalog_date=date.fromisoformat(table["as_of"]),
    )


def _minor(version: str) -> int:
    return int(version.split(".")[1])


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
