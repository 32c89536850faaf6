"""How typed Kubernetes objects get into charts, and what is written on them."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import cdk8s
from lightkube.models.core_v1 import ServiceAccount
from lightkube.models.meta_v1 import LabelSelector, ObjectMeta

NAME_LABEL = "app.kubernetes.io/name"

Digest = Callable[[object], str]
"""Returns the same text for the same content of a manifest, else another one."""


def digest_of(content: object) -> str:
    """Return a SHA-256 of plain dicts, lists and values."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def common_labels(system: str) -> dict[str, str]:
    """Return what every object of a system carries."""
    return {"app.kubernetes.io/part-of": system, "app.kubernetes.io/managed-by": "aws-cdk"}


class Manifest(Protocol):
    """A Kubernetes object with all of its fields, as lightkube's models are."""

    def to_dict(self) -> dict[str, Any]:
        """Return the object as the API server reads it."""
        ...


def add(chart: cdk8s.Chart, manifest: Manifest) -> None:
    """Put an object into a chart under the name that it has in Kubernetes.

    It goes in as one patch of the whole document, since every call into cdk8s crosses to another
    process; cdk8s' own typed objects are no choice, their import alone costs 0.8 s of each synth.
    """
    document = manifest.to_dict()
    kind, name = document["kind"], document["metadata"]["name"]
    cdk8s.ApiObject(
        chart,
        f"{kind}-{name}",
        api_version=document["apiVersion"],
        kind=kind,
        metadata=cdk8s.ApiObjectMetadata(name=name),
    ).add_json_patch(cdk8s.JsonPatch.replace("", document))


@dataclass(frozen=True, kw_only=True)
class Identity:
    """A workload's name, and the labels by which its objects and pods are known."""

    system: str
    namespace: str
    name: str
    component: str
    """The name in the application's own code."""
    version: str

    @property
    def selector(self) -> dict[str, str]:
        """What picks the workload's pods; it can never change, so the version is not in it."""
        return {NAME_LABEL: self.name}

    @property
    def labels(self) -> dict[str, str]:
        """The labels of objects and pods, the selector's among them."""
        return {
            **self.selector,
            "app.kubernetes.io/component": self.component,
            "app.kubernetes.io/version": self.version,
            **common_labels(self.system),
        }

    @property
    def pods(self) -> LabelSelector:
        """The selector, in the form that most objects want."""
        return LabelSelector(matchLabels=self.selector)

    def metadata(
        self, name: str | None = None, *, annotations: Mapping[str, str] | None = None
    ) -> ObjectMeta:
        """Describe an object of the workload, named like it unless a name is given."""
        return ObjectMeta(
            name=name or self.name,
            namespace=self.namespace,
            labels=self.labels,
            annotations=dict(annotations) if annotations else None,
        )

    def service_account(self) -> ServiceAccount:
        """Make the account by which AWS knows the pods; in Kubernetes it needs no token."""
        return ServiceAccount(
            apiVersion="v1",
            kind="ServiceAccount",
            metadata=self.metadata(),
            automountServiceAccountToken=False,
        )
