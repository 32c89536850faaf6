"""Selectors of labels, as pods choose nodes and one another."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Labels = Mapping[str, str]
Document = Mapping[str, Any]
"""A piece of a Kubernetes object."""

_ANY_OTHER = "any other value"
"""No label's value has a space."""
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
            case "Gt" | "Lt":
                return self._compares(value)
        return False

    def _compares(self, value: str | None) -> bool:
        try:
            (bound,) = map(int, self.values)
            number = int(value or "")
        except ValueError:
            return False
        return number > bound if self.operator == "Gt" else number < bound


@dataclass(frozen=True)
class Selector:
    """Requirements that must all hold; without any, everything is selected."""

    requirements: tuple[Requirement, ...]

    def matches(self, labels: Labels) -> bool:
        return all(requirement.holds(labels) for requirement in self.requirements)

    def covers(self, other: "Selector") -> bool:
        """Whether this selects all that another one selects."""
        asked = (*self.requirements, *other.requirements)
        examples = {key: _examples(key, asked) for key in {one.key for one in asked}}
        # Each key is a question of its own, so that one value of each tells.
        selected = {
            key: [labels for labels in found if other.of(key).matches(labels)]
            for key, found in examples.items()
        }
        return not all(selected.values()) or all(
            self.of(key).matches(labels) for key, found in selected.items() for labels in found
        )

    def of(self, key: str) -> "Selector":
        """Return what it asks of one label."""
        return Selector(tuple(one for one in self.requirements if one.key == key))

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


def _examples(key: str, asked: Iterable[Requirement]) -> list[Labels]:
    """Return the label with each value that is asked for, with any other, and none at all."""
    values = {value for one in asked if one.key == key for value in one.values}
    return [{}, *({key: value} for value in (*values, _ANY_OTHER))]


def _exactly(labels: Labels) -> tuple[Requirement, ...]:
    return tuple(Requirement(key, "In", (value,)) for key, value in labels.items())


def _requirements(documents: list[Document] | None) -> tuple[Requirement, ...]:
    return tuple(
        Requirement(document["key"], document["operator"], tuple(document.get("values") or ()))
        for document in documents or ()
    )
