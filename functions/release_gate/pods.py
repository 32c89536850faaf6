"""Why a pod is not ready: its first cause, read from its status and its events."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from .objects import (
    KubeObject,
    condition,
    first_seen,
    is_true,
    last_seen,
    moment,
    name_of,
    one_line,
    seconds_since,
)
from .timeouts import (
    BACK_OFF_RESET,
    EVENT_REASONS,
    INIT_RESTARTS,
    RESTARTS,
    WAITING_REASONS,
)
from .verdict import PodProblem

CONTAINER = "container"
INIT_CONTAINER = "init container"
BACK_OFF = "CrashLoopBackOff"


@dataclass(frozen=True, kw_only=True)
class PodReport:
    """A pod with its Warning events, at one moment."""

    pod: KubeObject
    warnings: Sequence[KubeObject]
    now: datetime
    scheduled_within: int
    """Seconds for which it may be unschedulable, counted from the condition's transition."""
    ready_within: int
    """Seconds for which a running container may be unready."""

    def problem(self) -> PodProblem | None:
        """Return what is wrong: final problems first, then in the order of starting."""
        problems = list(self._problems())
        final = (problem for problem in problems if problem.final)
        return next(final, next(iter(problems), None))

    def _problems(self) -> Iterator[PodProblem]:
        if self.pod["metadata"].get("deletionTimestamp") or is_true(self.pod, "Ready"):
            return
        # A pod that failed as a whole (evicted, rejected by its node) is replaced.
        if self.pod.get("status", {}).get("phase") in {"Failed", "Succeeded"}:
            return
        yield from self._unschedulable()
        yield from self._event_problems()
        for status in self._statuses("initContainerStatuses"):
            yield from self._not_running(INIT_CONTAINER, status)
        for status in self._statuses("containerStatuses"):
            yield from self._not_running(CONTAINER, status)
        yield from self._unready()

    def _statuses(self, field: str) -> list[KubeObject]:
        return list(self.pod.get("status", {}).get(field, []))

    def _after(self, text: str, *, lasted: float, timeout: float) -> PodProblem:
        return PodProblem(f"pod {name_of(self.pod)}: {text}", final=lasted >= timeout)

    def _unschedulable(self) -> Iterator[PodProblem]:
        scheduled = condition(self.pod, "PodScheduled")
        if scheduled.get("reason") == "Unschedulable":
            lasted = seconds_since(moment(scheduled.get("lastTransitionTime")), self.now)
            text = f"Unschedulable: {scheduled.get('message', 'the scheduler does not say why')}"
            yield self._after(text, lasted=lasted, timeout=self.scheduled_within)

    def _event_problems(self) -> Iterator[PodProblem]:
        statuses = self._statuses("initContainerStatuses") + self._statuses("containerStatuses")
        if not all(_is_being_prepared(status) for status in statuses):
            return  # Volumes and network are set up before containers start.
        for reason, timeout in EVENT_REASONS.items():
            events = [event for event in self.warnings if event.get("reason") == reason]
            if events:
                latest = _latest(events)
                begun = min(filter(None, map(first_seen, events)), default=None)
                # Counted to the last event, not to now: events outlive their cause.
                lasted = seconds_since(begun, last_seen(latest) or self.now)
                text = f"{reason}: {latest.get('message', '')}"
                yield self._after(text, lasted=lasted, timeout=timeout)

    def _not_running(self, kind: str, status: KubeObject) -> Iterator[PodProblem]:
        where = f"{kind} {status['name']}"
        waiting = status.get("state", {}).get("waiting", {})
        reason = waiting.get("reason", "")
        if reason in WAITING_REASONS:
            lasted = seconds_since(self._could_start(kind), self.now)
            text = f"{where}: {reason}: {waiting.get('message', '')}"
            yield self._after(text, lasted=lasted, timeout=WAITING_REASONS[reason])
        found = _crash(self.pod, status, kind, self.now)
        if found:
            text = f"{where}: {found.text}{self._probe_message()}"
            yield PodProblem(f"pod {name_of(self.pod)}: {text}", final=found.final)

    def _could_start(self, kind: str) -> datetime | None:
        initialized = condition(self.pod, "Initialized")
        if kind == CONTAINER and initialized.get("status") == "True":
            return moment(initialized.get("lastTransitionTime"))
        return moment(self.pod["status"].get("startTime"))

    def _unready(self) -> Iterator[PodProblem]:
        ready = condition(self.pod, "Ready")
        # Counted from the last transition: a pod that is unready for a moment is no failure.
        unready = moment(ready.get("lastTransitionTime"))
        statuses = self._statuses("containerStatuses")
        for status in statuses:
            running = status.get("state", {}).get("running")
            if running and not status.get("ready"):
                times = filter(None, (moment(running.get("startedAt")), unready))
                lasted = seconds_since(max(times, default=None), self.now)
                text = f"not ready {lasted:.0f} s after it started{self._probe_message()}"
                text = f"{CONTAINER} {status['name']}: {text}"
                yield self._after(text, lasted=lasted, timeout=self.ready_within)
        if statuses and all(status.get("ready") for status in statuses):
            # It is a readiness gate, as of a load balancer, or the node.
            lasted = seconds_since(unready, self.now)
            why = ready.get("message") or "all its containers are, but perhaps its node is lost"
            text = f"not ready: {why}"
            yield self._after(text, lasted=lasted, timeout=self.ready_within)

    def _probe_message(self) -> str:
        events = [event for event in self.warnings if event.get("reason") == "Unhealthy"]
        return f": {_latest(events).get('message', '')}" if events else ""


def _crash(pod: KubeObject, status: KubeObject, kind: str, now: datetime) -> PodProblem | None:
    """Return how a container last terminated; final once it has restarted too often."""
    state = status.get("state", {})
    if status.get("ready") or _is_done(kind, state):
        return None
    ended = state.get("terminated") or status.get("lastState", {}).get("terminated")
    backs_off = state.get("waiting", {}).get("reason") == BACK_OFF
    if not ended:
        return PodProblem(BACK_OFF, final=kind == CONTAINER) if backs_off else None
    started = moment(ended.get("startedAt") or ended.get("finishedAt"))
    if not backs_off and seconds_since(started, now) > BACK_OFF_RESET:
        return None
    restarts = status.get("restartCount", 0)
    tried = restarts >= INIT_RESTARTS if kind == INIT_CONTAINER else restarts >= RESTARTS
    final = tried or (backs_off and kind == CONTAINER)
    prefix = f"{BACK_OFF}: " if backs_off else ""
    return PodProblem(f"{prefix}{_ending(pod, status, ended)} ({restarts} restarts)", final=final)


def _is_done(kind: str, state: KubeObject) -> bool:
    return kind == INIT_CONTAINER and state.get("terminated", {}).get("exitCode") == 0


def ending_of(pod: KubeObject) -> str:
    """Say how a pod failed that is not started again: its first container with an exit code."""
    status = pod["status"]
    for kind, field in (
        (INIT_CONTAINER, "initContainerStatuses"),
        (CONTAINER, "containerStatuses"),
    ):
        for one in status.get(field, []):
            ended = one.get("state", {}).get("terminated", {})
            if ended.get("exitCode"):
                return f"pod {name_of(pod)}: {kind} {one['name']}: {_ending(pod, one, ended)}"
    # It failed as a whole: evicted, or rejected by its node.
    return f"pod {name_of(pod)}: {status.get('reason', 'Failed')}: {status.get('message', '')}"


def _ending(pod: KubeObject, status: KubeObject, ended: KubeObject) -> str:
    code = f"exit code {ended.get('exitCode', '?')}"
    # What a program logs before it ends has the cause in its last line.
    message = one_line(ended.get("message", "").strip().rpartition("\n")[2])
    if ended.get("reason") == "OOMKilled":
        code = f"OOMKilled at {_memory_limit(pod, status['name'])}, {code}"
    return f"{code}, {message!r}" if message else code


def _memory_limit(pod: KubeObject, name: str) -> str:
    spec = pod["spec"]
    containers = [*spec.get("initContainers", []), *spec.get("containers", [])]
    container: KubeObject = next((entry for entry in containers if entry["name"] == name), {})
    memory = container.get("resources", {}).get("limits", {}).get("memory")
    return f"a limit of {memory} memory" if memory else "the limit of its node"


def _is_being_prepared(status: KubeObject) -> bool:
    waiting = status.get("state", {}).get("waiting", {})
    return waiting.get("reason") in {"ContainerCreating", "PodInitializing"}


def _latest(events: Sequence[KubeObject]) -> KubeObject:
    # Times are RFC 3339; an event without one sorts first.
    return max(events, key=lambda event: str(last_seen(event) or ""))
