"""What a comparison finds: changes, their fields, and their risks."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Self

from plan.model.assembly import Resource
from plan.model.kubernetes import HelmRelease, KubernetesObject

Item = Resource | KubernetesObject | HelmRelease


@dataclass(frozen=True, kw_only=True)
class Field:
    """A value that differs; None where it is absent."""

    path: str
    """As `spec.template.spec.containers[main].image`."""
    before: object
    after: object


@dataclass(frozen=True)
class Added:
    """What only the new side has."""

    item: Item


@dataclass(frozen=True)
class Removed:
    """What only the old side has."""

    item: Item


@dataclass(frozen=True, kw_only=True)
class Changed:
    """Updated in place."""

    before: Item
    item: Item
    fields: tuple[Field, ...]


@dataclass(frozen=True, kw_only=True)
class Replaced:
    """CloudFormation creates a new one and deletes the old."""

    before: Resource
    item: Resource
    fields: tuple[Field, ...]
    because: tuple[str, ...]
    """The create-only properties that differ."""
    follows: Resource | None = None
    """The replaced resource that it references, where none of its own values differs."""


Change = Added | Removed | Changed | Replaced


class Severity(Enum):
    """How much a risk asks of the reviewer."""

    INFO = "info"
    NOTICE = "notice"
    """Harmless if it is meant."""
    RISKY = "risky"
    """Can lose data, widen access, stop a service, or make the deploy fail."""


class Topic(Enum):
    """The kinds of risks, in the order in which they are reported."""

    STATEFUL = "a stateful resource is replaced or removed"
    PROTECTION = "protection of data is disabled or shortened"
    REFUSED = "AWS or Kubernetes refuses the change"
    REPLACEMENT = "dependents of a replaced resource change with it"
    RESTART = "pods restart"
    PODS = "probes, limits or scaling of pods are weakened"
    ACCESS = "permissions are broadened"
    EXPOSURE = "network access is broadened"
    LOST = "access that something may still need is taken away"
    CONTRACT = "a program is called, told or asked otherwise than before"
    MEANWHILE = "what is old and what is new do not fit while both are there"
    ADDRESSES = "an address no longer answers"
    LEFT_BEHIND = "something remains that nothing manages"
    ADD_ONS = "something that other objects use is removed"
    NODES = "nodes are replaced or fewer"
    VERSION = "a version is raised or lowered"


@dataclass(frozen=True, kw_only=True)
class Risk:
    """A consequence of a change that its fields do not show, in one sentence."""

    topic: Topic
    severity: Severity
    service: str
    stack: str
    subject: str
    """Kind and name of the item."""
    sentence: str

    @classmethod
    def of(cls, item: Item, topic: Topic, severity: Severity, sentence: str) -> Self:
        return cls(
            topic=topic,
            severity=severity,
            service=item.service,
            stack=item.stack,
            subject=subject(item),
            sentence=sentence,
        )

    @classmethod
    def of_stack(cls, name: str, topic: Topic, severity: Severity, sentence: str) -> Self:
        return cls(
            topic=topic,
            severity=severity,
            service=name,
            stack=name,
            subject=f"stack {name}",
            sentence=sentence,
        )


@dataclass(frozen=True, kw_only=True)
class Changes:
    """All that differs, in the order of deployment."""

    changes: tuple[Change, ...]
    risks: tuple[Risk, ...]

    @property
    def services(self) -> tuple[str, ...]:
        """Return the services that change, in the order of deployment."""
        named = [change.item.service for change in self.changes]
        return tuple(dict.fromkeys([*named, *(risk.service for risk in self.risks)]))

    @property
    def risky(self) -> tuple[Risk, ...]:
        """Return the risks that need an approval."""
        return tuple(risk for risk in self.risks if risk.severity is Severity.RISKY)

    def of(self, service: str) -> Iterator[Change]:
        return (change for change in self.changes if change.item.service == service)


def subject(item: Item) -> str:
    """Return kind and name of an item, as a person would write them."""
    match item:
        case Resource():
            # `Resource` and `Default` are the ids that the CDK gives to a construct's main child.
            named = [part for part in item.path.split("/") if part not in {"Resource", "Default"}]
            return f"{item.type} {'/'.join(named) or item.path}"
        case KubernetesObject():
            place = f"{item.namespace}/" if item.namespace else ""
            return f"{item.kind} {place}{item.name}"
        case HelmRelease():
            return f"HelmRelease {item.namespace}/{item.name}"
