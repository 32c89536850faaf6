"""Compares small assemblies: one stack, before and after."""

from collections.abc import Mapping, Sequence

from plan.changes.comparison import compare
from plan.changes.nouns import Changed, Changes, Field, Replaced, Severity, Topic, subject
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
    """Return the fields of the one thing that changes, by path."""
    (change,) = changes.changes
    assert isinstance(change, Changed | Replaced)
    return {field.path: values(field) for field in change.fields}


def values(field: Field) -> tuple[object, object]:
    """Return a field's value before and after."""
    return (field.before, field.after)


def told(changes: Changes, topic: Topic) -> list[tuple[Severity, str]]:
    """Return how severe the findings of a topic are, with their sentences."""
    return [(f.severity, f.sentence) for f in changes.findings if f.topic is topic]


def severities(changes: Changes, topic: Topic) -> list[Severity]:
    """Return how severe the findings of a topic are."""
    return [severity for severity, _ in told(changes, topic)]


def listed(changes: Changes) -> list[tuple[str, str]]:
    """Return what happens to what."""
    return [(type(change).__name__, subject(change.item)) for change in changes.changes]
