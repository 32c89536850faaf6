"""What an environment applies to its cluster, all stacks together."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from plan.model.assembly import Resource
from plan.model.kubernetes import CHART, HelmRelease, helm_releases, kubernetes_objects
from settings.system import System
from tests.stacks.synths import everything, stack

Object = Mapping[str, Any]
_DEVICE_PLUGIN = "nvidia-device-plugin"


@cache
def manifests(stack: str) -> Mapping[Resource, Sequence[Object]]:
    """Return the objects of a stack by the resource that applies them.

    Values that CloudFormation fills in are spelled `${…}`.
    """
    found: dict[Resource, list[Object]] = {}
    for thing in kubernetes_objects(everything().assembly.only(stack)):
        if thing.stack == stack:
            found.setdefault(thing.resource, []).append(thing.document)
    return found


def objects(system: System, *kinds: str) -> list[Object]:
    """Return the objects of an environment, all or those of some kinds."""
    return [
        thing
        for part in ("Cluster", "")
        for things in manifests(f"{system.name}{part}").values()
        for thing in things
        if not kinds or thing["kind"] in kinds
    ]


def workloads(system: System) -> list[Object]:
    """Return whatever keeps pods running: the system's workloads, and device plugins."""
    found = [thing for thing in objects(system) if pods_of(thing) and thing["kind"] != "Job"]
    made = {(thing["kind"], thing["metadata"]["name"]) for thing in found}
    plugins = {("DaemonSet", name) for name in device_plugins(system)}
    assert made == plugins | {(w.kind.value, w.name) for w in system.workloads}
    assert len(made) == len(found)
    return found


def device_plugins(system: System) -> set[str]:
    """Return the names of what announces GPUs: one for each way in which they are shared."""
    made = (thing["metadata"]["name"] for thing in objects(system, "DaemonSet"))
    found = {name for name in made if name.startswith(_DEVICE_PLUGIN)}
    assert bool(found) is (system.cluster.device_plugin is not None)
    return found


def manifests_of_checks(system: System) -> dict[str, Resource]:
    """Return the resources that apply the checks of an environment's images, by their Jobs."""
    return {
        thing["metadata"]["name"]: resource
        for resource, things in manifests(system.name).items()
        for thing in things
        if thing["kind"] == "Job"
    }


def manifests_of_workloads(system: System) -> dict[str, Resource]:
    """Return the resources that apply the workloads of an environment, by workload."""
    made = {
        thing["metadata"]["name"]: resource
        for resource, things in manifests(system.name).items()
        for thing in things
        if pods_of(thing) and thing["kind"] != "Job"
    }
    assert made.keys() == {workload.name for workload in system.workloads}
    return made


def releases(system: System) -> dict[str, HelmRelease]:
    """Return the Helm charts of an environment by their names."""
    cluster = everything().assembly.only(f"{system.name}Cluster")
    found = {release.chart: release for release in helm_releases(cluster)}
    assert len(found) == len(stack(system, "Cluster").of_type(CHART))
    return found


def identity(thing: Object) -> str:
    """Name an object as kubectl does: where it is, its kind, its name."""
    metadata = thing["metadata"]
    return "/".join((metadata.get("namespace", "-"), thing["kind"], metadata["name"]))


def pods_of(thing: Object) -> Object | None:
    """Return the pod template of whatever makes pods; a NodePool's is one of nodes."""
    if thing["kind"] == "NodePool":
        return None
    template: Object | None = thing.get("spec", {}).get("template")
    return template


def containers_of(thing: Object) -> Iterator[Object]:
    """Yield every container of whatever makes pods, those that only prepare too."""
    if pods := pods_of(thing):
        yield from pods["spec"].get("initContainers", [])
        yield from pods["spec"]["containers"]


def selected(selector: Mapping[str, str], workloads: Sequence[Object]) -> list[Object]:
    """Return the workloads whose pods a selector picks."""
    assert selector
    return [
        workload
        for workload in workloads
        if selector.items() <= workload["spec"]["template"]["metadata"]["labels"].items()
    ]
