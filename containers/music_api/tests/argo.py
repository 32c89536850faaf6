"""Workflows as Argo's controller leaves them: status and nodes with their real names."""

from typing import Any

_BEGAN, _ENDED = "2026-12-01T10:00:05Z", "2026-12-01T10:01:00Z"
Node = dict[str, Any]


def listen(phase: str, message: str = "", *, attempt: int = 0) -> Node:
    return _pod("listen", f"listen({attempt})", phase, message)


def compose(result: int, phase: str, message: str = "", *, attempt: int = 0) -> Node:
    name = f"compose({result - 1}:{result})({attempt})"
    pod = _pod("compose", name, phase, message)
    pod["inputs"] = {"parameters": [{"name": "n", "value": str(result)}]}
    return pod


def retry(pod: Node, phase: str, message: str = "") -> Node:
    """Return the node that stands for all tries of a step."""
    name = pod["displayName"].rpartition("(")[0]
    whole = pod | {"type": "Retry", "displayName": name, "id": name, "name": name, "phase": phase}
    whole.pop("message", None)
    ended = {"finishedAt": _ENDED} if phase in ("Succeeded", "Failed", "Error") else {}
    return whole | ended | ({"message": message} if message else {})


def status(phase: str, *nodes: Node, message: str = "") -> dict[str, Any]:
    entry = {
        "id": "entry",
        "name": "entry",
        "displayName": "entry",
        "type": "DAG",
        "templateName": "music",
        "phase": phase,
        "startedAt": _BEGAN,
    }
    found: dict[str, Any] = {
        "phase": phase,
        "startedAt": _BEGAN,
        "finishedAt": _ENDED if phase in ("Succeeded", "Failed", "Error") else None,
        "progress": "0/0",
        "nodes": {node["id"]: node for node in (entry, *nodes)},
    }
    return found | ({"message": message} if message else {})


def _pod(template: str, display_name: str, phase: str, message: str) -> Node:
    node: Node = {
        "id": f"run-{template}-{display_name}",
        "name": f"run.{display_name}",
        "displayName": display_name,
        "type": "Pod",
        "templateName": template,
        "templateScope": "local/run",
        "phase": phase,
        "startedAt": _BEGAN,
        "finishedAt": _ENDED if phase in ("Succeeded", "Failed", "Error") else None,
    }
    return node | ({"message": message} if message else {})
