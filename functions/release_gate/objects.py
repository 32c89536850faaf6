"""Fields of Kubernetes objects that the gate reads."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeAlias

KubeObject: TypeAlias = Mapping[str, Any]


def moment(text: str | None) -> datetime | None:
    """Read a Kubernetes timestamp (RFC 3339, with or without fractions of a second)."""
    return datetime.fromisoformat(text) if text else None


def seconds_since(then: datetime | None, now: datetime) -> float:
    """Return 0 for what has no timestamp."""
    return (now - then).total_seconds() if then else 0.0


def name_of(item: KubeObject) -> str:
    return str(item["metadata"]["name"])


def condition(item: KubeObject, kind: str) -> KubeObject:
    """Return the status condition of that type; empty where the object has none."""
    conditions = item.get("status", {}).get("conditions", [])
    return next((entry for entry in conditions if entry["type"] == kind), {})


def is_true(item: KubeObject, kind: str) -> bool:
    return condition(item, kind).get("status") == "True"


def is_owned_by(item: KubeObject, owner: KubeObject) -> bool:
    """Whether the owner is among the object's ownerReferences."""
    uid = owner["metadata"]["uid"]
    return any(entry["uid"] == uid for entry in item["metadata"].get("ownerReferences", []))


def is_observed(workload: KubeObject) -> bool:
    """Whether the controller has observed the current generation of the spec."""
    # Of a Rollout it is a text.
    observed = int(workload.get("status", {}).get("observedGeneration", 0))
    return bool(observed >= workload["metadata"]["generation"])


def wanted_replicas(workload: KubeObject) -> int:
    """Return `spec.replicas`, whose default is 1."""
    return int(workload["spec"].get("replicas", 1))


def first_seen(event: KubeObject) -> datetime | None:
    """Return the first time of an event of either API: core/v1 or events.k8s.io/v1."""
    return moment(event.get("firstTimestamp") or event.get("eventTime"))


def last_seen(event: KubeObject) -> datetime | None:
    """Return the last time of an event of either API: core/v1 or events.k8s.io/v1."""
    series = event.get("series") or {}
    last = series.get("lastObservedTime") or event.get("lastTimestamp")
    return moment(last or event.get("eventTime"))


def one_line(text: str, limit: int = 300) -> str:
    """Fold white space and cut at a number of characters: CloudFormation shows one line."""
    line = " ".join(text.split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"
