"""Selectors of labels, as pods choose nodes and one another."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Labels = Mapping[str, str]
Document = Mapping[str, Any]
"""A piece of a Kubernetes object."""

NODE_NAME = "metadata.name"
"""The one field of a node that a selector may name; here it stands among the labels."""


@dataclass(frozen=True)
class Requirement:
    """What one label must be."""

    key: str
    operator: str
    values: tuple[str, ...] = ()

    def holds(self, labels: Labels) -> bool:
        value = labels.get(self.key)
        match self.operator:
            case "In":
                return value in self.values
            case "NotIn":
                return value not in self.values
            case "Exists":
                return value is not None
            case "DoesNotExist":
                return value is None
        return False


@dataclass(frozen=True)
class Selector:
    """Requirements that must all hold; without any, everything is selected."""

    requirements: tuple[Requirement, ...]

    def matches(self, labels: Labels) -> bool:
        return all(requirement.holds(labels) for requirement in self.requirements)

    def also(self, labels: Labels) -> "Selector":
        """Return one that asks for these labels, too."""
        return Selector((*self.requirements, *_exactly(labels)))


@dataclass(frozen=True)
class NodeSelection:
    """Which nodes a pod may use: all these labels, and one of the terms where there are any."""

    labels: Selector
    terms: tuple[Selector, ...] | None

    def matches(self, labels: Labels) -> bool:
        if not self.labels.matches(labels):
            return False
        return self.terms is None or any(term.matches(labels) for term in self.terms)


def label_selector(document: Document | None) -> Selector | None:
    """Read a LabelSelector; None, which selects nothing, if there is none."""
    if document is None:
        return None
    return Selector(
        (
            *_exactly(document.get("matchLabels") or {}),
            *_requirements(document.get("matchExpressions")),
        )
    )


def service_selector(labels: Labels) -> Selector:
    return Selector(_exactly(labels))


def node_selection(spec: Document) -> NodeSelection:
    """Read the node selector and the required node affinity of a pod."""
    affinity = ((spec.get("affinity") or {}).get("nodeAffinity") or {}).get(
        "requiredDuringSchedulingIgnoredDuringExecution"
    )
    terms = None if affinity is None else affinity.get("nodeSelectorTerms") or []
    return NodeSelection(
        labels=service_selector(spec.get("nodeSelector") or {}),
        terms=None
        if terms is None
        else tuple(node_term(term) for term in terms if any(term.values())),
    )


def node_term(document: Document) -> Selector:
    """Read a NodeSelectorTerm, which may name labels and the node's name."""
    return Selector(
        (
            *_requirements(document.get("matchExpressions")),
            *_requirements(document.get("matchFields")),
        )
    )


def _exactly(labels: Labels) -> tuple[Requirement, ...]:
    return tuple(Requirement(key, "In", (value,)) for key, value in labels.items())


def _requirements(documents: list[Document] | None) -> tuple[Requirement, ...]:
    return tuple(
        Requirement(document["key"], document["operator"], tuple(document.get("values") or ()))
        for document in documents or ()
    )
