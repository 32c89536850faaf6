"""Taints of nodes, and the pods that tolerate them."""

from collections.abc import Iterable
from dataclasses import dataclass

from plan.model.selectors import Document

NO_SCHEDULE = "NoSchedule"
NO_EXECUTE = "NoExecute"
PREFER_NO_SCHEDULE = "PreferNoSchedule"


@dataclass(frozen=True, kw_only=True)
class Taint:
    """A mark that keeps pods away from a node."""

    key: str
    effect: str
    value: str = ""


UNREACHABLE = tuple(
    Taint(key="node.kubernetes.io/unreachable", effect=effect)
    for effect in (NO_SCHEDULE, NO_EXECUTE)
)
"""What the node controller puts on a node that is not reachable."""


@dataclass(frozen=True, kw_only=True)
class Toleration:
    """A mark that a pod does not mind; empty key or effect: any."""

    key: str = ""
    operator: str = "Equal"
    value: str = ""
    effect: str = ""

    def tolerates(self, taint: Taint) -> bool:
        if self.effect and self.effect != taint.effect:
            return False
        if self.key and self.key != taint.key:
            return False
        return self.operator == "Exists" or self.value == taint.value


def tolerations(documents: Iterable[Document] | None) -> tuple[Toleration, ...]:
    return tuple(
        Toleration(
            key=document.get("key") or "",
            operator=document.get("operator") or "Equal",
            value=document.get("value") or "",
            effect=document.get("effect") or "",
        )
        for document in documents or ()
    )


def untolerated(
    taints: Iterable[Taint], tolerated: Iterable[Toleration], *effects: str
) -> list[Taint]:
    """Return the taints of these effects that are not tolerated."""
    return [
        taint
        for taint in taints
        if taint.effect in effects and not any(one.tolerates(taint) for one in tolerated)
    ]
