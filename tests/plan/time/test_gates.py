"""How long a release gate waits for pods."""

from pathlib import Path
from typing import Any

from plan.time import Seconds, StackTime
from tests.plan.assemblies import Document, manifest, resource, thing
from tests.plan.capacity.builder import Pool
from tests.plan.time.examples import (
    CLAIM,
    ENGINE,
    GPU,
    PATIENT,
    PULL,
    assembly,
    change,
    first,
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
_INIT = {"initContainers": [PULL, ENGINE]}


def _first(directory: Path, *things: Document, kind: str = "Deployment") -> StackTime:
    found = first(assembly(directory, stack(gated(*things, kind=kind))))
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
    found = first(assembly(tmp_path, stack(resources))).stacks[0]
    assert step(found.steps, "pod").subject == "shop"
    assert step(found.steps, "pod").seconds.high == 1230


def test_without_a_gate_nobody_waits_for_pods(tmp_path: Path) -> None:
    """CloudFormation is done when the objects are applied."""
    resources = {"Objects": manifest("Shop/objects", workload("Deployment", 1, pod()))}
    found = first(assembly(tmp_path, stack(resources))).stacks[0]
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


def test_models_without_a_volume_of_their_own_go_to_the_root_volume(tmp_path: Path) -> None:
    """It is as fast as gp3 is by itself."""
    server = pod(resources=GPU) | {"initContainers": [PULL]}
    found = _first(tmp_path, workload("Deployment", 1, server))
    assert ("shop", "model files, 2.05 GB assumed, volume of 125 MiB/s") in path(found)
    assert ("shop", "engine build") not in path(found)


def test_the_size_of_model_files_is_what_the_pod_declares(tmp_path: Path) -> None:
    """Ten decimal GB take 77 s at 125 MiB/s, longer than what is usual."""
    server = workload("Deployment", 1, pod(resources=GPU) | {"initContainers": [PULL]})
    annotations = {"model-store/bytes": "10000000000"}
    server["spec"]["template"]["metadata"] = {"annotations": annotations}
    found = step(_first(tmp_path, server).steps, "model files")
    assert found.what == "model files, 10 GB, volume of 125 MiB/s"
    assert found.seconds == Seconds(77, 77)


def test_a_gpu_pod_that_declares_neither_models_nor_engine_has_no_time_for_them(
    tmp_path: Path,
) -> None:
    """What it does before it serves, its startup probe limits, as that of any other."""
    helper = {"name": "copy", "image": "shop:1", "args": ["copy"], "resources": GPU}
    server = pod(resources=GPU, **PATIENT) | {"initContainers": [helper]}
    found = _first(
        tmp_path,
        workload("StatefulSet", 1, server, volumeClaimTemplates=[CLAIM]),
        kind="StatefulSet",
    )
    assert [what for _, what in path(found)[-3:]] == [
        "GPU image",
        "volume",
        "pod, at most what its startup probe allows",
    ]


def test_pods_in_order_start_one_after_the_other(tmp_path: Path) -> None:
    """Without `Parallel` a StatefulSet waits for each pod."""
    found = _first(tmp_path, workload("StatefulSet", 3, pod(**_PROBE)), kind="StatefulSet")
    assert step(found.steps, "pod").times == 3


_TAINT = {"key": "workload", "value": "ml", "effect": "NoSchedule"}
_TOLERATION = {"key": "workload", "value": "ml", "effect": "NoSchedule"}


def _group(name: str, desired: int, **properties: object) -> Document:
    given = {
        "ClusterName": "avadot",
        "InstanceTypes": ["t3.large"],
        "ScalingConfig": {"MinSize": 0, "DesiredSize": desired, "MaxSize": 5},
        **properties,
    }
    return resource("AWS::EKS::Nodegroup", f"Shop/{name}/Resource", given)


_POOL = manifest(
    "Shop/Pool",
    *Pool(
        name="spot",
        instance_types=["t3.large"],
        maximum=5,
        labels={"workload": "ml"},
        taints=[_TAINT],
    ).objects,
)


def _sleeper(image: str = "shop:1", **spec: Any) -> Document:
    found = workload("Deployment", 1, pod(image) | {"tolerations": [_TOLERATION]} | spec)
    del found["spec"]["replicas"]
    return found


def _scaler(**spec: int) -> Document:
    target = {"scaleTargetRef": {"name": "shop"}, "maxReplicaCount": 5, **spec}
    return thing("ScaledObject", "shop-scaler", spec=target)


def _first_with_groups(directory: Path, resources: Document, **spec: Any) -> StackTime:
    whole = {**gated(_sleeper(**spec), _scaler()), **resources}
    return first(assembly(directory, stack(whole))).stacks[0]


def test_the_first_pod_waits_for_its_node(tmp_path: Path) -> None:
    """A Deployment begins with a pod, whatever scales it later."""
    groups = {
        "Spot": _POOL,
        "General": _group("general", 2),
    }

    found = _first_with_groups(tmp_path, groups, nodeSelector={"workload": "ml"})

    assert path(found)[-3:] == [("shop", "node"), ("shop", "image"), ("shop", "pod")]
    assert step(found.steps, "node").seconds == takes("node")


def test_where_a_node_is_there_none_is_waited_for(tmp_path: Path) -> None:
    """It may run on another group as well."""
    groups = {"Spot": _POOL, "General": _group("general", 2)}

    assert ("shop", "node") not in path(_first_with_groups(tmp_path, groups))


def test_nodes_of_another_cluster_do_not_count(tmp_path: Path) -> None:
    """There is none in its own that it could wait for."""
    groups = {"Other": _group("other", 0, ClusterName="other")}

    assert ("shop", "node") not in path(_first_with_groups(tmp_path, groups))


def _released(directory: Path, **spec: int) -> StackTime:
    """Return the release of another image; the gate knows of it by a hash."""
    before, after = (gated(_sleeper(image), _scaler(**spec)) for image in ("shop:1", "shop:2"))
    after["Gate"]["Properties"]["Manifests"] = "another"
    return change(directory, before, after).stacks[0]


def test_a_release_without_pods_is_over_at_once(tmp_path: Path) -> None:
    """Nothing runs, so nothing is rolled; the gate itself takes its time."""
    assert path(_released(tmp_path))[-1] == ("Gate", "update Custom::Gate")


def test_a_release_with_pods_is_rolled(tmp_path: Path) -> None:
    """One pod always runs here."""
    found = _released(tmp_path, minReplicaCount=1)

    assert path(found)[-2:] == [("shop", "image"), ("shop", "pod")]


def test_a_job_of_a_new_name_is_started(tmp_path: Path) -> None:
    """Though nothing else runs: a release waits until it has ended, and for its node."""
    job = {"spec": pod() | {"tolerations": [_TOLERATION], "nodeSelector": {"workload": "ml"}}}
    groups = {"Spot": _POOL, "General": _group("general", 2)}

    def applied(name: str) -> Document:
        made = thing("Job", name, spec={"template": job, "activeDeadlineSeconds": 600})
        watched = gate()
        watched["Properties"]["Workloads"] = [{"Namespace": "avadot", "Kind": "Job", "Name": name}]
        return {"Gate": watched, **groups} | {f"Objects{name}": manifest(f"Shop/{name}", made)}

    changed = change(tmp_path / "changed", applied("check-1"), applied("check-2")).stacks[0]
    same = change(tmp_path / "same", applied("check-1"), applied("check-1")).stacks[0]

    assert path(changed)[-4:-1] == [("check-2", "node"), ("check-2", "image"), ("check-2", "pod")]
    assert path(same) == []
