"""The fields in which two items differ, without what the CDK writes for itself."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher

from plan.changes.nouns import Field, Item
from plan.model.assembly import Resource
from plan.model.kubernetes import MANIFEST, HelmRelease, KubernetesObject

_MANIFEST_PROPERTIES = frozenset({"Manifest", "PruneLabel"})
"""Left out: the Kubernetes objects in them are items themselves."""
_ASSET = re.compile(r"(?<!sha256:)\b([0-9a-f]{8})[0-9a-f]{56}\b")
"""The hash of an asset, of which eight digits are shown. An image's digest is left whole."""
_SECRETS = frozenset({"SecretString", "MasterUserPassword", "AuthToken"})
_HASH = re.compile(r"[0-9a-f]{32,}")
_RUN_BY_HASH = frozenset({"Custom::Migration"})
"""Custom resources that run again if a hash changes, which no other change shows."""


def fields(before: Item, after: Item) -> tuple[Field, ...]:
    """Return the fields of an item that differ, without secrets and the CDK's hashes."""
    found = differences(_document(before), _document(after))
    hides_hashes = (
        isinstance(after, Resource)
        and after.type.startswith("Custom::")
        and after.type not in _RUN_BY_HASH
    )
    shown = (field for field in found if not (hides_hashes and _is_derived(field)))
    return tuple(
        _hidden(field) if _is_secret(after, field) else _abbreviated(field) for field in shown
    )


def _document(item: Item) -> Mapping[str, object]:
    """Return an item as its author would write it."""
    match item:
        case KubernetesObject():
            return item.document
        case HelmRelease():
            return {**item.resource.properties, "Values": item.values}
        case Resource():
            hidden = _MANIFEST_PROPERTIES if item.type == MANIFEST else ()
            return {
                "Type": item.type,
                "DeletionPolicy": item.deletion_policy,
                "UpdateReplacePolicy": item.update_replace_policy,
                **{name: item.properties[name] for name in item.properties if name not in hidden},
            }


def _is_derived(field: Field) -> bool:
    """Whether both values are hashes, of something whose own change is shown."""
    return all(
        isinstance(value, str) and _HASH.fullmatch(value) for value in (field.before, field.after)
    )


def _is_secret(item: Item, field: Field) -> bool:
    """Whether a field holds a secret, which must not be printed into a pipeline's log."""
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


_MERGE_KEYS: Mapping[str, Sequence[tuple[str, ...]]] = {
    "containers": [("name",)],
    "initContainers": [("name",)],
    "env": [("name",)],
    "volumes": [("name",)],
    "imagePullSecrets": [("name",)],
    "volumeMounts": [("mountPath",)],
    "volumeDevices": [("devicePath",)],
    "ports": [("containerPort",), ("containerPort", "protocol"), ("port",), ("port", "protocol")],
    "topologySpreadConstraints": [("topologyKey",), ("topologyKey", "whenUnsatisfiable")],
    "hostAliases": [("ip",)],
    "items": [("key",)],
    "paths": [("path",)],
    "subjects": [("kind", "name")],
    "rules": [("host",)],
    "triggers": [("type",)],
    "Branches": [("StartAt",)],
}
"""Merge keys by the name of a list, of Kubernetes or of a state machine: those of the API, and for
lists for which the API has none, the field that names an item."""
_CLOUDFORMATION_KEYS = (("Key",), ("Name",), ("Id",), ("Sid",), ("DeviceName",))
_PLAIN_KEY = re.compile(r"[\w-]+")


def differences(before: object, after: object, path: str = "") -> Iterator[Field]:
    """Yield each value that differs, with its path; strings of JSON are parsed."""
    before, after = _parsed_alike(before, after)
    match before, after:
        case dict(), dict():
            for key in dict.fromkeys([*before, *after]):
                inner = _join(path, str(key))
                yield from differences(before.get(key), after.get(key), inner)
        case list(), list():
            yield from _of_lists(before, after, path)
        case _ if before != after or isinstance(before, bool) is not isinstance(after, bool):
            yield Field(path=path, before=before, after=after)


def _of_lists(before: list[object], after: list[object], path: str) -> Iterator[Field]:
    name = path.rpartition(".")[2]
    for keys in (*_MERGE_KEYS.get(name, ()), *_CLOUDFORMATION_KEYS):
        old, new = _keyed(before, keys), _keyed(after, keys)
        if old is not None and new is not None:
            for key in dict.fromkeys([*old, *new]):
                yield from differences(old.get(key), new.get(key), f"{path}[{key}]")
            return
    yield from _in_sequence(before, after, path)


def _in_sequence(before: list[object], after: list[object], path: str) -> Iterator[Field]:
    """Pair the items of lists without merge keys by the equal items around them."""
    matcher = SequenceMatcher(None, _texts(before), _texts(after), autojunk=False)
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        if tag == "equal":
            continue
        paired = min(end - start, new_end - new_start)
        for index in range(paired):
            inner = f"{path}[{new_start + index}]"
            yield from differences(before[start + index], after[new_start + index], inner)
        for index in range(start + paired, end):
            yield Field(path=f"{path}[{index}]", before=before[index], after=None)
        for index in range(new_start + paired, new_end):
            yield Field(path=f"{path}[{index}]", before=None, after=after[index])


def _keyed(items: list[object], keys: tuple[str, ...]) -> dict[str, object] | None:
    """Return the items by their key; None unless each has one, and no two the same."""
    found: dict[str, object] = {}
    for item in items:
        if not isinstance(item, dict) or keys[0] not in item:
            return None
        found["/".join(str(item[key]) for key in keys if key in item)] = item
    return found if len(found) == len(items) else None


def _parsed_alike(before: object, after: object) -> tuple[object, object]:
    """Parse two strings of JSON of the same type, unless they differ only in their spelling."""
    if isinstance(before, str) and isinstance(after, str) and before != after:
        old, new = _structure(before), _structure(after)
        if type(old) is type(new) and old != new:
            return old or before, new or after
    return before, after


def _structure(text: str) -> object:
    if not text.startswith(("{", "[")):
        return None
    try:
        return json.loads(text)
    except ValueError:
        return None


def _texts(items: list[object]) -> list[str]:
    return [json.dumps(item, sort_keys=True) for item in items]


def _join(path: str, key: str) -> str:
    if not _PLAIN_KEY.fullmatch(key):
        return f"{path}[{key}]"
    return f"{path}.{key}" if path else key
