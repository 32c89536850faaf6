"""Finds the values in which two documents differ, one by one."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher

from plan.changes.nouns import Field

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
"""What identifies an item of a Kubernetes list or of a state machine's, by the list's name: the
merge keys of its API, and for the lists that have none what a person would go by."""
_CLOUDFORMATION_KEYS = (("Key",), ("Name",), ("Id",), ("Sid",), ("DeviceName",))
_PLAIN_KEY = re.compile(r"[\w-]+")


def differences(before: object, after: object, path: str = "") -> Iterator[Field]:
    """Yield each value that differs, with its path."""
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
    """Pair the items of lists that have no key by what stays the same around them."""
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
    """Return the items by their key; None unless each has one of its own."""
    found: dict[str, object] = {}
    for item in items:
        if not isinstance(item, dict) or keys[0] not in item:
            return None
        found["/".join(str(item[key]) for key in keys if key in item)] = item
    return found if len(found) == len(items) else None


def _parsed_alike(before: object, after: object) -> tuple[object, object]:
    """Open texts that hold JSON structures, so that only what differs in them is named."""
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
