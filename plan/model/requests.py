"""What a pod asks of a node, all its containers together."""

from collections.abc import Callable

from plan.model.quantities import CPU, MEMORY, MIB, Amounts, amounts
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
