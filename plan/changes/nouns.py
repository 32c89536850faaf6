"""The nouns of a comparison: changes, their fields, and the findings that they lead to."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from plan.model.assembly import Resource
from plan.model.kubernetes import HelmRelease, KubernetesObject

Item = Resource | KubernetesObject | HelmRelease
"""What changes: CloudFormation's and Kubernetes' things in one list."""


@dataclass(frozen=True, kw_only=True)
class Field:
    """A value that differs; None where it is not there."""

    path: str
    """As `spec.template.spec.containers[tarot].image`."""
    before: object
    after: object


@dataclass(frozen=True)
class Added:
    """It was not there."""

    item: Item


@dataclass(frozen=True)
class Removed:
    """It is no longer there."""

    item: Item


@dataclass(frozen=True, kw_only=True)
class Changed:
    """It stays, with other values."""

    before: Item
    item: Item
    fields: tuple[Field, ...]


@dataclass(frozen=True, kw_only=True)
class Replaced:
    """CloudFormation makes a new one and deletes the old."""

    before: Resource
    item: Resource
    fields: tuple[Field, ...]
    because: tuple[str, ...]
    """The properties that CloudFormation cannot change in place."""
    follows: Resource | None = None
    """The replaced resource that it names, where none of its own values differs."""


Change = Added | Removed | Changed | Replaced


class Severity(Enum):
    """How much a finding matters to whoever approves."""

    INFO = "info"
    """Good to know."""
    NOTICE = "notice"
    """Worth a look: harmless if it is meant."""
    RISKY = "risky"
    """Can lose data, open a door, stop a service, or make the deploy fail."""


class Topic(Enum):
    """What a finding is about."""

    STATEFUL = "something that holds data is replaced or removed"
    PROTECTION = "what protects data is switched off or shortened"
    REFUSED = "AWS or Kubernetes refuses the change"
    REPLACEMENT = "what names a replaced resource changes with it"
    RESTART = "pods restart"
    PODS = "what keeps pods healthy is taken away"
    ACCESS = "somebody may do more"
    REACH = "somebody can reach more"
    LEFT_BEHIND = "something stays that no one manages"
    NODES = "nodes are replaced or fewer"
    VERSION = "a version is raised or lowered"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A consequence of a change that people miss, in one sentence."""

    topic: Topic
    severity: Severity
    service: str
    stack: str
    subject: str
    """The kind and the name of what it is about."""
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Changes:
    """All that differs, in the order of deployment, and what follows from it."""

    changes: tuple[Change, ...]
    findings: tuple[Finding, ...]

    @property
    def services(self) -> tuple[str, ...]:
        """Return the services that something happens to, in the order of deployment."""
        named = [change.item.service for change in self.changes]
        return tuple(dict.fromkeys([*named, *(finding.service for finding in self.findings)]))

    @property
    def risks(self) -> tuple[Finding, ...]:
        """Return what somebody should approve."""
        return tuple(f for f in self.findings if f.severity is Severity.RISKY)

    def of(self, service: str) -> Iterator[Change]:
        """Yield what happens to a service."""
        return (change for change in self.changes if change.item.service == service)


def subject(item: Item) -> str:
    """Name a thing as a person would: its kind and its name."""
    match item:
        case Resource():
            return f"{item.type} {_without_defaults(item.path)}"
        case KubernetesObject():
            place = f"{item.namespace}/" if item.namespace else ""
            return f"{item.kind} {place}{item.name}"
        case HelmRelease():
            return f"HelmRelease {item.namespace}/{item.name}"


def about(item: Item, topic: Topic, severity: Severity, sentence: str) -> Finding:
    """Return a finding about a thing."""
    return Finding(
        topic=topic,
        severity=severity,
        service=item.service,
        stack=item.stack,
        subject=subject(item),
        sentence=sentence,
    )


def _without_defaults(path: str) -> str:
    """Leave out the ids that the CDK gives to what stands for its construct."""
    named = [part for part in path.split("/") if part not in {"Resource", "Default"}]
    return "/".join(named) or path
