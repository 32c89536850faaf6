"""What a pod asks of a node, all its containers together, and what its namespace may have."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from plan.model.failure import PlanError
from plan.model.quantities import CPU, MEMORY, MIB, PODS, Amounts, amount, amounts
from plan.model.selectors import Document

_ASSUMED: Amounts = {CPU: 100, MEMORY: 200 * MIB}
"""What scores take for a container that asks for nothing (pkg/scheduler/util)."""


def requests(spec: Document) -> dict[str, int]:
    """Return what the scheduler sets aside for a pod."""
    return _requests(spec, assumed={})


def scored_requests(spec: Document) -> tuple[int, int]:
    """Return CPU and memory as scores see them: no container without any."""
    found = _requests(spec, assumed=_ASSUMED)
    return found[CPU], found[MEMORY]


def limits(spec: Document) -> dict[str, int]:
    """Return what a pod may take at most, of what all its containers are limited in."""
    return _added(spec, lambda container: amounts(_resources(container).get("limits") or {}))


def _requests(spec: Document, assumed: Amounts) -> dict[str, int]:
    found = _added(spec, lambda container: _of(container, assumed))
    whole = amounts(_resources(spec).get("requests") or {})
    return _sum(found | whole, amounts(spec.get("overhead") or {}))


def _added(spec: Document, of: Callable[[Document], Amounts]) -> dict[str, int]:
    """Add up containers; init containers run before them, except for those that stay.

    As in KEP-753: a sidecar counts from its turn on, another init container for its turn only.
    """
    running: dict[str, int] = {}
    sidecars: dict[str, int] = {}
    starting: dict[str, int] = {}
    for container in spec.get("containers") or ():
        running = _sum(running, of(container))
    for container in spec.get("initContainers") or ():
        if container.get("restartPolicy") == "Always":
            running = _sum(running, of(container))
            sidecars = _sum(sidecars, of(container))
        else:
            starting = _larger(starting, _sum(sidecars, of(container)))
    return _larger(running, starting)


def _resources(holder: Document) -> Document:
    found: Document = holder.get("resources") or {}
    return found


def _of(holder: Document, assumed: Amounts) -> dict[str, int]:
    """Read requests; where only a limit is set, the API server requests as much."""
    resources = _resources(holder)
    asked = {**(resources.get("limits") or {}), **(resources.get("requests") or {})}
    return {**assumed, **amounts(asked)}


def _sum(one: Amounts, other: Amounts) -> dict[str, int]:
    return {name: one.get(name, 0) + other.get(name, 0) for name in one.keys() | other.keys()}


def _larger(one: Amounts, other: Amounts) -> dict[str, int]:
    return {name: max(one.get(name, 0), other.get(name, 0)) for name in one.keys() | other.keys()}


_ALIASES = {CPU: f"requests.{CPU}", MEMORY: f"requests.{MEMORY}"}
"""Short names of quotas for what pods request."""


@dataclass(frozen=True, eq=False, kw_only=True)
class NamespaceQuota:
    """A ResourceQuota, as far as it is about pods."""

    name: str
    hard: Amounts
    """By its own keys, as `requests.cpu`."""
    priority_classes: frozenset[str] | None
    """Of the pods that it counts; None for all of its namespace."""

    def counts(self, spec: Document) -> bool:
        """Whether pods of a specification count."""
        return self.priority_classes is None or (
            spec.get("priorityClassName") in self.priority_classes
        )

    def exceeded(self, used: Mapping[str, int], more: Amounts) -> list[str]:
        """Return the keys for which what is used and something more are too much."""
        return [
            key for key, most in self.hard.items() if used.get(key, 0) + more.get(key, 0) > most
        ]


def quota(name: str, document: Document) -> NamespaceQuota:
    """Read a ResourceQuota; raise `PlanError` for what is no quantity, and other scopes."""
    spec = document.get("spec") or {}
    hard = spec.get("hard") or {}
    return NamespaceQuota(
        name=name,
        hard={
            _ALIASES.get(key, key): amount(key.rpartition(".")[2], text)
            for key, text in hard.items()
            if key in {PODS, *_ALIASES} or key.partition(".")[0] in {"requests", "limits"}
        },
        priority_classes=_priority_classes(name, spec),
    )


def _priority_classes(name: str, spec: Document) -> frozenset[str] | None:
    scopes = [{"scopeName": one} for one in spec.get("scopes") or ()]
    scopes += (spec.get("scopeSelector") or {}).get("matchExpressions") or ()
    for scope in scopes:
        if (scope["scopeName"], scope.get("operator")) != ("PriorityClass", "In"):
            message = f"quota {name} has scope {scope['scopeName']}, which cannot be planned with"
            raise PlanError(message)
    classes = [frozenset(scope["values"]) for scope in scopes]
    return frozenset.intersection(*classes) if classes else None


def charged(spec: Document) -> dict[str, int]:
    """Return what a pod counts for, by the keys of quotas."""
    found = Counter({PODS: 1})
    found.update({f"requests.{name}": asked for name, asked in requests(spec).items()})
    found.update({f"limits.{name}": most for name, most in limits(spec).items()})
    return dict(found)
