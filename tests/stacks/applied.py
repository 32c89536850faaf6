"""What an environment applies to its cluster, all stacks together."""

from itertools import chain
from typing import Any

from settings.system import Avadot, Guardian, System
from tests.stacks.manifests import manifests, pods_of
from tests.stacks.synths import everything

Object = dict[str, Any]


def objects(system: System, *kinds: str) -> list[Object]:
    """Return the objects of an environment, all or those of some kinds."""
    made = chain(
        manifests(everything(), f"{system.name}Cluster"), manifests(everything(), system.name)
    )
    return [
        thing
        for manifest in made
        for thing in manifest.objects
        if not kinds or thing["kind"] in kinds
    ]


def workloads(system: System) -> list[Object]:
    """Return whatever makes pods: services, server and device plugin, or the analysers."""
    found = [thing for thing in objects(system) if pods_of(thing)]
    match system:
        case Avadot():
            assert len(found) == len(system.services) + 2
        case Guardian():
            assert len(found) == len(system.analyzers)
    return found


def selected(selector: dict[str, str], workloads: list[Object]) -> list[Object]:
    """Return the workloads whose pods a selector picks."""
    assert selector
    return [
        workload
        for workload in workloads
        if selector.items() <= workload["spec"]["template"]["metadata"]["labels"].items()
    ]
