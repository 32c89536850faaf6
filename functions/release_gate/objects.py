"""Kubernetes objects as the API gives them, and the few ways in which the gate reads them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeAlias

KubeObject: TypeAlias = Mapping[str, Any]


def moment(text: str | None) -> datetime | None:
    """Read a Kubernetes timestamp (RFC 3339, with or without fractions of a second)."""
    return datetime.fromisoformat(text) if text else None


def seconds_since(then: datetime | None, now: datetime) -> float:
    """Say how long ago something happened; what has no time has only just happened."""
    return (now - then).total_seconds() if then else 0.0


def name_of(item: KubeObject) -> str:
    """Name of an object."""
    return str(item["metadata"]["name"])


def condition(item: KubeObject, kind: str) -> KubeObject:
    """Return the status condition of that type; empty where the object has none."""
    conditions = item.get("status", {}).get("conditions", [])
    return next((entry for entry in conditions if entry["type"] == kind), {})


def is_true(item: KubeObject, kind: str) -> bool:
    """Whether the object has the condition and the condition holds."""
    return condition(item, kind).get("status") == "True"


def is_owned_by(item: KubeObject, owner: KubeObject) -> bool:
    """Whether the owner's controller made the object."""
    uid = owner["metadata"]["uid"]
    return any(entry["uid"] == uid for entry in item["metadata"].get("ownerReferences", []))


def is_observed(workload: KubeObject) -> bool:
    """Whether the status speaks of the spec as it stands, not of an earlier one."""
    observed = workload.get("status", {}).get("observedGeneration", 0)
    return bool(observed >= workload["metadata"]["generation"])


def wanted_replicas(workload: KubeObject) -> int:
    """Return how many pods the workload should have (the API's own default is 1)."""
    return int(workload["spec"].get("replicas", 1))


def first_seen(event: KubeObject) -> datetime | None:
    """Return when an event happened first, in either of the two forms that the API has."""
    return moment(event.get("firstTimestamp") or event.get("eventTime"))


def last_seen(event: KubeObject) -> datetime | None:
    """Return when an event happened last, in either of the two forms that the API has."""
    series = event.get("series") or {}
    last = series.get("lastObservedTime") or event.get("lastTimestamp")
    return moment(last or event.get("eventTime"))


def one_line(text: str, limit: int = 300) -> str:
    """Fold white space and cut at a number of characters: CloudFormation shows reasons in a row."""
    line = " ".join(text.split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"
