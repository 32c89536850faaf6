"""How long a release gate waits for pods."""

from pathlib import Path
from typing import Any

from plan.time import Seconds, StackTime, time_of_first_deploy
from tests.plan.assemblies import Document, manifest, thing
from tests.plan.time.examples import (
    CLAIM,
    GPU,
    PATIENT,
    assembly,
    gate,
    gated,
    path,
    pod,
    stack,
    step,
    takes,
    workload,
)

_PROBE: Document = {"startupProbe": {"failureThreshold": 4, "periodSeconds": 5}}
_INIT = {"initContainers": [{"name": "pull", "image": "pull:1"}]}


def _first(directory: Path, *things: Document, kind: str = "Deployment") -> StackTime:
    found = time_of_first_deploy(assembly(directory, stack(gated(*things, kind=kind))))
    return found.stacks[0]


def _storage(throughput: str) -> Document:
    return thing(
        "StorageClass",
        "fast",
        provisioner="ebs.csi.aws.com",
        parameters={"type": "gp3", "throughput": throughput},
    )


def test_a_gate_waits_for_image_and_start_of_a_new_service(tmp_path: Path) -> None:
    """At its slowest the pod takes all that its startup probe allows: four times five seconds."""
    found = _first(tmp_path, workload("Deployment", 3, pod(**_PROBE)))
    assert path(found)[-2:] == [
        ("shop", "image"),
        ("shop", "pod, at most what its startup probe allows"),
    ]
    started = step(found.steps, "pod")
    assert started.seconds == Seconds(takes("pod").low, 20)
    assert started.mark == "A"


def test_a_service_without_a_startup_probe_takes_what_pods_take(tmp_path: Path) -> None:
    """Nothing in the manifest limits it, the catalog says what is usual."""
    found = _first(tmp_path, workload("Deployment", 1, pod()))
    assert step(found.steps, "pod").seconds == takes("pod")


def test_the_slowest_workload_decides(tmp_path: Path) -> None:
    """All workloads start at once, the gate ends with the last."""
    slow = workload("Deployment", 1, pod(**PATIENT))
    quick = thing("Deployment", "quick", "quick", spec={"template": {"spec": pod(**_PROBE)}})
    both = gate()
    both["Properties"]["Workloads"].insert(
        0, {"Namespace": "avadot", "Kind": "Deployment", "Name": "quick"}
    )
    resources = {"Objects": manifest("Shop/objects", quick, slow), "Gate": both}
    found = time_of_first_deploy(assembly(tmp_path, stack(resources))).stacks[0]
    assert step(found.steps, "pod").subject == "shop"
    assert step(found.steps, "pod").seconds.high == 1230


def test_without_a_gate_nobody_waits_for_pods(tmp_path: Path) -> None:
    """CloudFormation is done when the objects are applied."""
    resources = {"Objects": manifest("Shop/objects", workload("Deployment", 1, pod()))}
    found = time_of_first_deploy(assembly(tmp_path, stack(resources))).stacks[0]
    assert path(found) == [("objects", "create Custom::AWSCDK-EKS-KubernetesResource")]


def _server(**spec: Any) -> Document:
    container = pod(resources=GPU, **PATIENT)
    return workload(
        "StatefulSet",
        2,
        container | _INIT,
        podManagementPolicy="Parallel",
        volumeClaimTemplates=[CLAIM],
        **spec,
    )


def test_the_first_start_of_a_model_server_pulls_models_and_builds_its_engine(
    tmp_path: Path,
) -> None:
    """A large image, a volume, the model files at the volume's speed, and minutes of building."""
    found = _first(tmp_path, _storage("500"), _server(), kind="StatefulSet")
    assert [what for _, what in path(found)[-5:]] == [
        "GPU image",
        "volume",
        "model files, 2.05 GB assumed, volume of 500 MiB/s",
        "engine build",
        "pod",
    ]
    assert step(found.steps, "engine build").seconds == takes("engine build")


def test_a_slower_volume_makes_the_download_slower(tmp_path: Path) -> None:
    """2.05 GB take 4 s at 500 MiB/s and 16 s at the 125 that gp3 has by itself."""
    fast = _first(tmp_path / "fast", _storage("500"), _server(), kind="StatefulSet")
    slow = _first(tmp_path / "slow", _server(), kind="StatefulSet")
    assert step(fast.steps, "model files").seconds.low == 4
    assert step(slow.steps, "model files").seconds.low == 16


def test_a_gpu_pod_with_little_patience_loads_its_engine_only(tmp_path: Path) -> None:
    """A startup limit shorter than a build means that it builds elsewhere."""
    found = _first(tmp_path, workload("Deployment", 1, pod(resources=GPU, **_PROBE)))
    assert ("shop", "engine load") in path(found)


def test_an_init_container_with_a_gpu_builds_the_engine(tmp_path: Path) -> None:
    """Then the server itself need not be patient."""
    builder = {"name": "engine", "image": "shop:1", "resources": GPU}
    server = pod(resources=GPU, **_PROBE) | {"initContainers": [builder]}
    found = _first(tmp_path, workload("Deployment", 1, server))
    assert ("shop", "engine build") in path(found)


def test_pods_in_order_start_one_after_the_other(tmp_path: Path) -> None:
    """Without `Parallel` a StatefulSet waits for each pod."""
    found = _first(tmp_path, workload("StatefulSet", 3, pod(**_PROBE)), kind="StatefulSet")
    assert step(found.steps, "pod").times == 3
