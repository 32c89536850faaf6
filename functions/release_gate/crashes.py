"""Containers that end when they should run."""

from datetime import datetime

from .finding import Finding
from .objects import KubeObject, moment, one_line, seconds_since
from .patience import CRASH_REMEMBERED, INIT_RESTARTS, RESTARTS

CONTAINER = "container"
INIT_CONTAINER = "init container"
BACK_OFF = "CrashLoopBackOff"


def crash(pod: KubeObject, status: KubeObject, kind: str, now: datetime) -> Finding | None:
    """Return how a container last ended; final once it has ended so often that it will again."""
    state = status.get("state", {})
    if status.get("ready") or _is_done(kind, state):
        return None
    ended = state.get("terminated") or status.get("lastState", {}).get("terminated")
    backs_off = state.get("waiting", {}).get("reason") == BACK_OFF
    if not ended:
        return Finding(BACK_OFF, final=kind == CONTAINER) if backs_off else None
    begun = moment(ended.get("startedAt") or ended.get("finishedAt"))
    if not backs_off and seconds_since(begun, now) > CRASH_REMEMBERED:
        return None
    restarts = status.get("restartCount", 0)
    tried = restarts >= INIT_RESTARTS if kind == INIT_CONTAINER else restarts >= RESTARTS
    final = tried or (backs_off and kind == CONTAINER)
    manner = f"{BACK_OFF}: " if backs_off else ""
    return Finding(f"{manner}{_ending(pod, status, ended)} ({restarts} restarts)", final=final)


def _is_done(kind: str, state: KubeObject) -> bool:
    return kind == INIT_CONTAINER and state.get("terminated", {}).get("exitCode") == 0


def _ending(pod: KubeObject, status: KubeObject, ended: KubeObject) -> str:
    code = f"exit code {ended.get('exitCode', '?')}"
    last_words = one_line(ended.get("message", ""), limit=120)
    if ended.get("reason") == "OOMKilled":
        code = f"OOMKilled at {_memory_limit(pod, status['name'])}, {code}"
    return f"{code}, {last_words!r}" if last_words else code


def _memory_limit(pod: KubeObject, name: str) -> str:
    spec = pod["spec"]
    containers = [*spec.get("initContainers", []), *spec.get("containers", [])]
    container: KubeObject = next((entry for entry in containers if entry["name"] == name), {})
    memory = container.get("resources", {}).get("limits", {}).get("memory")
    return f"a limit of {memory} memory" if memory else "the limit of its node"
