"""What runs in a cluster before the first service, and how much room it takes."""

from dataclasses import dataclass
from functools import cache
from typing import Literal

from catalog.reader import UnknownFactError, read


@dataclass(frozen=True, kw_only=True)
class AddOnPods:
    """Pods of an add-on: one on every node (DaemonSet), or a number of them (Deployment).

    CPU in thousandths of a core, memory in MiB, both for one pod.
    """

    kind: Literal["DaemonSet", "Deployment"]
    name: str
    cpu_milli: int
    memory_mib: int
    replicas: int = 1
    only_with_gpus: bool = False
    """Of a DaemonSet: whether its pods are on nodes with GPUs only."""

    @property
    def requests(self) -> dict[str, str]:
        """The requests of one pod as Kubernetes writes them."""
        return {"cpu": f"{self.cpu_milli}m", "memory": f"{self.memory_mib}Mi"}


@dataclass(frozen=True, kw_only=True)
class HelmChart:
    """Where a chart is published, and the version that the tests know."""

    repository: str
    version: str


@dataclass(frozen=True, kw_only=True)
class AddOn:
    """An EKS add-on, or a controller from a chart."""

    name: str
    pods: tuple[AddOnPods, ...]
    chart: HelmChart | None = None
    """None for what EKS offers itself."""


@dataclass(frozen=True, kw_only=True)
class Requests:
    """A sum of requests, and the number of pods behind it."""

    cpu_milli: int
    memory_mib: int
    pods: int


def add_on(name: str) -> AddOn:
    """Return the facts of an add-on; raise `UnknownFactError` if it is not listed."""
    facts = read("addons.json")
    table, chart = facts["add_ons"], facts["charts"].get(name)
    if name not in table:
        message = f"add-on {name!r} is not in the catalog; known are {', '.join(table)}"
        raise UnknownFactError(message)
    return AddOn(
        name=name,
        pods=tuple(AddOnPods(**pods) for pods in table[name]),
        chart=HelmChart(**chart) if chart else None,
    )


@cache
def requests_per_node(names: tuple[str, ...], *, with_gpus: bool = False) -> Requests:
    """Sum what the named add-ons take on a node: one pod of every DaemonSet that runs there."""
    daemons = [
        pods
        for name in names
        for pods in add_on(name).pods
        if pods.kind == "DaemonSet" and (with_gpus or not pods.only_with_gpus)
    ]
    return Requests(
        cpu_milli=sum(p.cpu_milli for p in daemons),
        memory_mib=sum(p.memory_mib for p in daemons),
        pods=len(daemons),
    )
