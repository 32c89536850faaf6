"""What the CDK puts into an assembly for itself, and a person need not read."""

import re
from collections.abc import Mapping

from plan.changes.fields import differences
from plan.changes.nouns import Field, Item
from plan.model.assembly import Resource
from plan.model.kubernetes import MANIFEST, HelmRelease, KubernetesObject

_CARRIED = frozenset({"Manifest", "PruneLabel"})
"""Properties that hold Kubernetes objects as text, which are compared as what they are."""
_ASSET = re.compile(r"(?<!sha256:)\b([0-9a-f]{8})[0-9a-f]{56}\b")
"""The hash of an asset: enough of it stays to tell two apart. An image's digest stays whole."""
_SECRETS = frozenset({"SecretString", "MasterUserPassword", "AuthToken"})
_HASH = re.compile(r"[0-9a-f]{32,}")
_HASHES_TELL = frozenset({"Custom::Migration"})
"""Custom resources that run for the sake of what is hashed, which no other change shows."""


def fields(before: Item, after: Item) -> tuple[Field, ...]:
    """Return what differs in a thing, without noise."""
    found = differences(_document(before), _document(after))
    quiet = (
        isinstance(after, Resource)
        and after.type.startswith("Custom::")
        and after.type not in _HASHES_TELL
    )
    shown = (field for field in found if not (quiet and _is_derived(field)))
    return tuple(
        _hidden(field) if _is_secret(after, field) else _abbreviated(field) for field in shown
    )


def _document(item: Item) -> Mapping[str, object]:
    """Return what a thing is made of, as its author would write it."""
    match item:
        case KubernetesObject():
            return item.document
        case HelmRelease():
            return {**item.resource.properties, "Values": item.values}
        case Resource():
            carried = _CARRIED if item.type == MANIFEST else ()
            return {
                "Type": item.type,
                "DeletionPolicy": item.deletion_policy,
                "UpdateReplacePolicy": item.update_replace_policy,
                **{name: item.properties[name] for name in item.properties if name not in carried},
            }


def _is_derived(field: Field) -> bool:
    """Whether a custom resource's field is a hash of things whose own change is shown."""
    return all(
        isinstance(value, str) and _HASH.fullmatch(value) for value in (field.before, field.after)
    )


def _is_secret(item: Item, field: Field) -> bool:
    """Whether a field may hold what must not be read in a pipeline's log."""
    first = re.split(r"[.\[]", field.path)[0]
    if isinstance(item, KubernetesObject):
        return item.kind == "Secret" and first in {"data", "stringData"}
    return isinstance(item, Resource) and first in _SECRETS


def _hidden(field: Field) -> Field:
    before = None if field.before is None else "hidden"
    after = None if field.after is None else "hidden" if before is None else "hidden, another"
    return Field(path=field.path, before=before, after=after)


def _abbreviated(field: Field) -> Field:
    return Field(path=field.path, before=_short(field.before), after=_short(field.after))


def _short(value: object) -> object:
    match value:
        case str():
            return _ASSET.sub(r"\1…", value)
        case dict():
            return {key: _short(item) for key, item in value.items()}
        case list():
            return [_short(item) for item in value]
        case _:
            return value
