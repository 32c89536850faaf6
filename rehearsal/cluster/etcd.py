"""What etcd holds, read and written through its JSON gateway."""

import base64
import json
import urllib.request
from collections.abc import Mapping, Sequence
from typing import Any

_BEGIN, _END = b"/", b"0"
"""Everything of Kubernetes: its keys begin with a slash, and 0 is the character after it."""
_LARGEST_TRANSACTION = 100
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
    for first in range(0, len(pairs), _LARGEST_TRANSACTION):
        batch = pairs[first : first + _LARGEST_TRANSACTION]
        puts = [{"requestPut": {"key": _encode(k), "value": _encode(v)}} for k, v in batch]
        _call(port, "txn", {"success": puts})


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
