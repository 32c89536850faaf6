"""What etcd holds, read and written through its JSON gateway."""

import base64
import json
import urllib.request
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

_BEGIN, _END = b"/", b"0"
"""Everything of Kubernetes: its keys begin with a slash, and 0 is the character after it."""
_MOST_OPERATIONS = 100
_MOST_BYTES = 1024 * 1024
"""Of a transaction; etcd takes 128 operations, and 1.5 MiB, which some definitions half fill."""
_SECONDS = 30.0

Pair = tuple[bytes, bytes]
"""A key and its value."""


def read(port: int) -> list[Pair]:
    """Return all pairs as of one moment, without those that a lease lets expire, as events are."""
    answer = _call(port, "range", {"key": _encode(_BEGIN), "range_end": _encode(_END)})
    return [
        (base64.b64decode(pair["key"]), base64.b64decode(pair.get("value", "")))
        for pair in answer.get("kvs", ())
        if "lease" not in pair
    ]


def write(port: int, pairs: Sequence[Pair]) -> None:
    for batch in _batches(pairs):
        puts = [{"requestPut": {"key": _encode(k), "value": _encode(v)}} for k, v in batch]
        _call(port, "txn", {"success": puts})


def _batches(pairs: Iterable[Pair]) -> Iterator[list[Pair]]:
    batch: list[Pair] = []
    size = 0
    for key, value in pairs:
        size += len(key) + len(value)
        if batch and (size > _MOST_BYTES or len(batch) == _MOST_OPERATIONS):
            yield batch
            batch, size = [], len(key) + len(value)
        batch.append((key, value))
    if batch:
        yield batch


def _call(port: int, method: str, content: Mapping[str, str | Sequence[Any]]) -> dict[str, Any]:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/v3/kv/{method}", data=json.dumps(content).encode()
    )
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(request, timeout=_SECONDS) as answer:
        answered: dict[str, Any] = json.load(answer)
        return answered


def _encode(text: bytes) -> str:
    return base64.b64encode(text).decode()
