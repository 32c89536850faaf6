"""Deploys whose time can be told without a watch."""

from pathlib import Path
from typing import Any

from catalog.durations import Action, resource_duration, step_duration
from plan.capacity.survey import place
from plan.changes.comparison import compare
from plan.changes.nouns import Replaced
from plan.model.assembly import Assembly, read_assembly
from plan.time import DeployTime, Seconds, StackTime, Step, time_of_change
from plan.time.estimate import time_of_first_deploy
from tests.plan.assemblies import Document, Written, manifest, resource, thing, write

PAUSE = "between two resources"
GPU = {"requests": {"nvidia.com/gpu": "1"}}
PATIENT: Document = {"startupProbe": {"failureThreshold": 123, "periodSeconds": 10}}
PULL: Document = {"name": "models", "image": "store:1", "args": ["pull", "--version", "1"]}
ENGINE: Document = {"name": "engine", "image": "shop:1", "args": ["engine", "--limit", "1200"]}
CLAIM = {
    "metadata": {"name": "models"},
    "spec": {"storageClassName": "fast", "resources": {"requests": {"storage": "50Gi"}}},
}


def stack(resources: Document, name: str = "Shop", *depends_on: str) -> Written:
    return Written(name=name, resources=resources, depends_on=depends_on)


def assembly(directory: Path, *stacks: Written) -> Assembly:
    return read_assembly(write(directory / "cdk.out", *stacks))


def change(directory: Path, before: Document, after: Document) -> DeployTime:
    """Return the time of a change to the only stack."""
    was = assembly(directory / "before", stack(before))
    will_be = assembly(directory / "after", stack(after))
    return changed(was, will_be)


def first(assembly: Assembly) -> DeployTime:
    return time_of_first_deploy(assembly, place(assembly))


def changed(before: Assembly, after: Assembly) -> DeployTime:
    replaced = {
        (one.item.stack, one.item.logical_id)
        for one in compare(before, after).changes
        if isinstance(one, Replaced)
    }
    return time_of_change(before, after, replaced=replaced, placements=place(after))


def lasts(kind: str, action: Action = "create") -> Seconds:
    """Return what the catalog says of a resource."""
    found = resource_duration(kind, action)
    return Seconds(found.low, found.high)


def takes(name: str) -> Seconds:
    """Return what the catalog says of a step."""
    found = step_duration(name)
    return Seconds(found.low, found.high)


def path(found: StackTime) -> list[tuple[str, str]]:
    """Return what is on the critical path: subjects with what is done, cdk and pauses left out."""
    return [
        (step.subject, step.what)
        for step in found.steps
        if step.subject != "cdk" and step.what != PAUSE
    ]


def after(*names: str) -> Document:
    """Return what makes a resource wait for others."""
    return {"DependsOn": list(names)}


def workload(kind: str, replicas: int, pod: Document, **spec: Any) -> Document:
    """Return a workload named `shop` with these pods."""
    return thing(
        kind,
        "shop",
        "shop",
        spec={"replicas": replicas, "template": {"metadata": {}, "spec": pod}, **spec},
    )


def pod(image: str = "shop:1", resources: Document | None = None, **container: Any) -> Document:
    """Return a pod with one container."""
    one = {"name": "shop", "image": image, "resources": resources or {}, **container}
    return {"containers": [one]}


def gate(kind: str = "Deployment") -> Document:
    """Return a gate for the workload `shop`, after the resource that applies it."""
    properties = {"Workloads": [{"Namespace": "avadot", "Kind": kind, "Name": "shop"}]}
    return resource("Custom::Gate", "Shop/Gate", properties, **after("Objects"))


def gated(*things: Document, kind: str = "Deployment") -> Document:
    """Return objects and the gate that waits for `shop` among them."""
    return {"Objects": manifest("Shop/objects", *things), "Gate": gate(kind)}


def step(steps: tuple[Step, ...], what: str) -> Step:
    """Return the one step whose text begins so."""
    (only,) = [one for one in steps if one.what.startswith(what)]
    return only
