"""Why a pod does not serve: its first real reason, read from its status and its events."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from .crashes import CONTAINER, INIT_CONTAINER, crash
from .finding import Finding
from .objects import (
    KubeObject,
    condition,
    first_seen,
    is_true,
    last_seen,
    moment,
    name_of,
    seconds_since,
)
from .patience import EVENT_REASONS, WAITING_REASONS


@dataclass(frozen=True, kw_only=True)
class PodReport:
    """A pod with the warnings about it, at one moment."""

    pod: KubeObject
    warnings: Sequence[KubeObject]
    now: datetime
    scheduled_within: int
    """Seconds for which it may wait for a node, counted from when the scheduler first said no."""
    ready_within: int
    """Seconds for which a running container may stay unready."""

    def finding(self) -> Finding | None:
        """Return what is wrong: what cannot mend itself first, then in the order of starting."""
        findings = list(self._findings())
        final = (finding for finding in findings if finding.final)
        return next(final, next(iter(findings), None))

    def _findings(self) -> Iterator[Finding]:
        if self.pod["metadata"].get("deletionTimestamp") or is_true(self.pod, "Ready"):
            return
        # A pod that ended as a whole (evicted, refused by its node) is replaced by its controller.
        if self.pod.get("status", {}).get("phase") in {"Failed", "Succeeded"}:
            return
        yield from self._unscheduled()
        yield from self._troubled_by_event()
        for status in self._statuses("initContainerStatuses"):
            yield from self._not_running(INIT_CONTAINER, status)
        for status in self._statuses("containerStatuses"):
            yield from self._not_running(CONTAINER, status)
        yield from self._never_ready()

    def _statuses(self, field: str) -> list[KubeObject]:
        return list(self.pod.get("status", {}).get(field, []))

    def _find(self, text: str, *, lasted: float, patience: float) -> Finding:
        return Finding(f"pod {name_of(self.pod)}: {text}", final=lasted >= patience)

    def _unscheduled(self) -> Iterator[Finding]:
        scheduled = condition(self.pod, "PodScheduled")
        if scheduled.get("reason") == "Unschedulable":
            lasted = seconds_since(moment(scheduled.get("lastTransitionTime")), self.now)
            text = f"Unschedulable: {scheduled.get('message', 'the scheduler does not say why')}"
            yield self._find(text, lasted=lasted, patience=self.scheduled_within)

    def _troubled_by_event(self) -> Iterator[Finding]:
        statuses = self._statuses("initContainerStatuses") + self._statuses("containerStatuses")
        if not all(_is_being_prepared(status) for status in statuses):
            return  # Volumes and network come first, so they are there.
        for reason, patience in EVENT_REASONS.items():
            events = [event for event in self.warnings if event.get("reason") == reason]
            if events:
                latest = _latest(events)
                begun = min(filter(None, map(first_seen, events)), default=None)
                # Counted to the last time, not to now: what has passed leaves its events behind.
                lasted = seconds_since(begun, last_seen(latest) or self.now)
                text = f"{reason}: {latest.get('message', '')}"
                yield self._find(text, lasted=lasted, patience=patience)

    def _not_running(self, kind: str, status: KubeObject) -> Iterator[Finding]:
        where = f"{kind} {status['name']}"
        waiting = status.get("state", {}).get("waiting", {})
        reason = waiting.get("reason", "")
        if reason in WAITING_REASONS:
            lasted = seconds_since(self._could_start(kind), self.now)
            text = f"{where}: {reason}: {waiting.get('message', '')}"
            yield self._find(text, lasted=lasted, patience=WAITING_REASONS[reason])
        found = crash(self.pod, status, kind, self.now)
        if found:
            text = f"{where}: {found.text}{self._probe_says()}"
            yield Finding(f"pod {name_of(self.pod)}: {text}", final=found.final)

    def _could_start(self, kind: str) -> datetime | None:
        initialized = condition(self.pod, "Initialized")
        if kind == CONTAINER and initialized.get("status") == "True":
            return moment(initialized.get("lastTransitionTime"))
        return moment(self.pod["status"].get("startTime"))

    def _never_ready(self) -> Iterator[Finding]:
        ready = condition(self.pod, "Ready")
        # Counted from the last readiness, so that a pod that blips after weeks is no failure.
        unready = moment(ready.get("lastTransitionTime"))
        statuses = self._statuses("containerStatuses")
        for status in statuses:
            running = status.get("state", {}).get("running")
            if running and not status.get("ready"):
                times = filter(None, (moment(running.get("startedAt")), unready))
                lasted = seconds_since(max(times, default=None), self.now)
                text = f"not ready {lasted:.0f} s after it started{self._probe_says()}"
                text = f"{CONTAINER} {status['name']}: {text}"
                yield self._find(text, lasted=lasted, patience=self.ready_within)
        if statuses and all(status.get("ready") for status in statuses):
            # What is missing is a readiness gate, as of a load balancer, or the node.
            lasted = seconds_since(unready, self.now)
            why = ready.get("message") or "all its containers are, but perhaps its node is lost"
            text = f"not ready: {why}"
            yield self._find(text, lasted=lasted, patience=self.ready_within)

    def _probe_says(self) -> str:
        events = [event for event in self.warnings if event.get("reason") == "Unhealthy"]
        return f": {_latest(events).get('message', '')}" if events else ""


def _is_being_prepared(status: KubeObject) -> bool:
    waiting = status.get("state", {}).get("waiting", {})
    return waiting.get("reason") in {"ContainerCreating", "PodInitializing"}


def _latest(events: Sequence[KubeObject]) -> KubeObject:
    # Times are RFC 3339; an event without one sorts first.
    return max(events, key=lambda event: str(last_seen(event) or ""))
