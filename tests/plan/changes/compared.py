"""Compares small assemblies: one stack, before and after."""

from collections.abc import Mapping, Sequence

from plan.changes.comparison import compare
from plan.changes.nouns import Changed, Changes, Replaced, Severity, Topic, subject
from tests.plan.assemblies import Document, Written, assembled, manifest

APP = "App"


def resources(before: Mapping[str, Document], after: Mapping[str, Document]) -> Changes:
    """Compare the resources of a stack."""
    return compare(
        assembled(Written(name=APP, resources=before)),
        assembled(Written(name=APP, resources=after)),
        APP,
    )


def objects(before: Sequence[Document], after: Sequence[Document]) -> Changes:
    """Compare the Kubernetes objects of one manifest."""
    return resources(
        {"Objects": manifest(f"{APP}/tarot/Objects/Resource/Default", *before)},
        {"Objects": manifest(f"{APP}/tarot/Objects/Resource/Default", *after)},
    )


def fields(changes: Changes) -> dict[str, tuple[object, object]]:
    """Return before and after of the fields of the only changed item, by path."""
    (change,) = changes.changes
    assert isinstance(change, Changed | Replaced)
    return {field.path: (field.before, field.after) for field in change.fields}


def risks(changes: Changes, topic: Topic) -> list[tuple[Severity, str]]:
    """Return the risks of a topic as severity and sentence."""
    return [(risk.severity, risk.sentence) for risk in changes.risks if risk.topic is topic]


def assert_risk(changes: Changes, topic: Topic, severity: Severity, words: str) -> None:
    """Expect one risk of a topic, of a severity and with words in its sentence."""
    ((found, sentence),) = risks(changes, topic)
    assert found is severity
    assert words in sentence


def severities(changes: Changes, topic: Topic) -> list[Severity]:
    """Return how severe the risks of a topic are."""
    return [severity for severity, _ in risks(changes, topic)]


def listed(changes: Changes) -> list[tuple[str, str]]:
    """Return the changes as kind and subject."""
    return [(type(change).__name__, subject(change.item)) for change in changes.changes]
