"""How long pods take until they serve, on their first start and when they are rolled."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from catalog.durations import model_bytes, step_duration
from plan.model.figures import figure
from plan.model.kubernetes import KubernetesObject
from plan.model.pod_times import containers, grace, image_step, init_containers, runs, start_limit
from plan.model.volumes import GP3_MIBPS, EbsVolume
from plan.model.workloads import BlueGreen, Recreate, Rolling, update_of
from plan.time.finding import Seconds, Step, step

_MIB = 2**20
MODEL_BYTES = "model-store/bytes"
"""The annotation of a pod that says how many bytes its init container pulls."""


def first_start(
    workload: KubernetesObject, volumes: Iterable[EbsVolume], *, needs_node: bool
) -> tuple[Step, ...]:
    """Return the steps until the pods of a new workload serve, all of them at once.

    A StatefulSet that wants order starts them one by one. What an autoscaler takes to zero begins
    with a pod all the same, which may need a node to be started first.
    """
    spec = workload.document["spec"]
    ordered = workload.kind == "StatefulSet" and spec.get("podManagementPolicy") != "Parallel"
    times = int(spec.get("replicas", 1)) if ordered else 1
    pod = spec["template"]["spec"]
    volumes = tuple(volumes)
    found = [_named(workload, "node", 1)] if needs_node else []
    found.append(_image(workload, pod, times))
    if volumes:
        found.append(_named(workload, "volume", times))
    if runs(pod, "pull"):
        found.append(_model_files(workload, volumes, times))
    if runs(pod, "engine"):
        found.append(_named(workload, "engine build", times))
    return (*found, _ready(workload, pod, times))


def roll(before: KubernetesObject, workload: KubernetesObject, pods: int) -> tuple[Step, ...]:
    """Return the steps of a rolling update; none if pods stay as they are, or there are none."""
    if before.pod_template == workload.pod_template or not pods:
        return ()
    pod = workload.document["spec"]["template"]["spec"]
    was = before.document["spec"]["template"]["spec"]
    times = math.ceil(pods / _at_once(workload, pods))
    found: list[Step] = []
    if workload.kind == "StatefulSet":
        found.append(_stop(workload, was, times))
    if _images(was) != _images(pod):
        found.append(_image(workload, pod, times))
    if workload.document["spec"].get("volumeClaimTemplates"):
        found.append(_named(workload, "volume", times))
    if runs(pod, "engine"):
        found.append(_named(workload, "engine load", times))
    return (*found, _ready(workload, pod, times))


def _named(workload: KubernetesObject, name: str, times: int) -> Step:
    return step(workload.name, name, step_duration(name), times=times)


def _image(workload: KubernetesObject, pod: Mapping[str, Any], times: int) -> Step:
    return _named(workload, image_step(pod), times)


def _model_files(workload: KubernetesObject, volumes: Sequence[EbsVolume], times: int) -> Step:
    """Return the download; at its quickest it goes at the speed of the volume."""
    usual = step_duration("model files")
    metadata = (workload.pod_template or {}).get("metadata") or {}
    declared = (metadata.get("annotations") or {}).get(MODEL_BYTES)
    size = int(figure(workload.name, MODEL_BYTES, declared or model_bytes()))
    speed = int((volumes[0].throughput_mibps if volumes else None) or GP3_MIBPS)
    assumed = "" if declared else " assumed"
    low = math.ceil(size / (speed * _MIB))
    return Step(
        subject=workload.name,
        what=f"model files, {size / 1e9:g} GB{assumed}, volume of {speed} MiB/s",
        each=Seconds(low, max(low, usual.high)),
        times=times,
        mark=usual.mark,
        source=usual.source,
    )


def _ready(workload: KubernetesObject, pod: Mapping[str, Any], times: int) -> Step:
    """Return the time from start to serving: at its slowest all that a startup probe allows.

    The limit of a pod that has an engine built is for that, which is a step of its own.
    """
    usual = step_duration("pod")
    limit = start_limit(pod)
    if not limit or runs(pod, "engine"):
        return _named(workload, "pod", times)
    return Step(
        subject=workload.name,
        what="pod, at most what its startup probe allows",
        each=Seconds(min(usual.low, limit), limit),
        times=times,
        mark="A",
        source="startup probe: failures allowed by their period",
    )


def _stop(workload: KubernetesObject, pod: Mapping[str, Any], times: int) -> Step:
    """Return the end of a pod, at its slowest all its grace."""
    hooks = [(one.get("lifecycle") or {}).get("preStop") or {} for one in containers(pod)]
    waits = [int((hook.get("sleep") or {}).get("seconds", 0)) for hook in hooks]
    return Step(
        subject=workload.name,
        what="end of the old pod",
        each=Seconds(max(waits, default=0), grace(pod)),
        times=times,
        mark="A",
        source="preStop and grace period of the pod",
    )


def _at_once(workload: KubernetesObject, pods: int) -> int:
    match update_of(workload.kind, workload.document["spec"]):
        case Recreate() | BlueGreen():
            return max(pods, 1)
        case Rolling() as rolling:
            return sum(rolling.of(pods))
    return 1


def _images(pod: Mapping[str, Any]) -> list[str]:
    return [str(one.get("image")) for one in (*containers(pod), *init_containers(pod))]
