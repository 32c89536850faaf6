"""What holds for every object of every environment."""

from typing import Any

import kubernetes_validate
import pytest

from tests.charts.examples import Charts, all_charts, pod_of, workloads

_CUSTOM = ("argoproj.io", "keda.sh", "monitoring.coreos.com", "secrets-store.csi.x-k8s.io")
"""Groups whose schemas are not Kubernetes' own."""
_ASKS_THE_API = {"cost-exporter", "music-api"}
"""Workloads whose work is to list what Kubernetes knows, or to begin what it runs."""
_PROBES = {"startupProbe", "readinessProbe", "livenessProbe"}
_CHARTS = all_charts()


def _id(thing: dict[str, Any]) -> str:
    metadata = thing["metadata"]
    return "/".join([metadata.get("namespace", ""), thing["kind"], metadata["name"]])


_ALL = [thing for charts in _CHARTS.values() for objects in charts.values() for thing in objects]
_WORKLOADS = workloads(_ALL)
_SERVING = [w for w in _WORKLOADS if w["kind"] != "Job"]
_IN_NAMESPACES = [w for w in _WORKLOADS if w["metadata"]["namespace"] != "kube-system"]

every_chart = pytest.mark.parametrize(
    ("system", "charts"),
    [(system, charts) for (system, _), charts in _CHARTS.items()],
    ids=["-".join(key) for key in _CHARTS],
)
every_serving_workload = pytest.mark.parametrize("workload", _SERVING, ids=_id)
every_workload = pytest.mark.parametrize("workload", _WORKLOADS, ids=_id)
every_own_workload = pytest.mark.parametrize("workload", _IN_NAMESPACES, ids=_id)


@pytest.mark.parametrize(
    "thing", [t for t in _ALL if t["apiVersion"].partition("/")[0] not in _CUSTOM], ids=_id
)
def test_an_object_is_valid(thing: dict[str, Any]) -> None:
    """The schema of Kubernetes 1.36 knows every field of every object."""
    kubernetes_validate.validate(thing, "1.36", strict=True)


@every_chart
def test_an_object_is_known_by_its_system(system: str, charts: Charts) -> None:
    """Whatever we put into a cluster can be found, and removed, by one label."""
    for objects in charts.values():
        for thing in objects:
            assert thing["metadata"]["labels"]["app.kubernetes.io/part-of"] == system, _id(thing)


@every_chart
def test_no_object_is_drawn_twice(system: str, charts: Charts) -> None:
    """No object has two owners in one environment."""
    drawn = [_id(thing) for objects in charts.values() for thing in objects]
    assert len(drawn) == len(set(drawn)), system


@every_serving_workload
def test_a_workload_selects_its_own_pods(workload: dict[str, Any]) -> None:
    """The selector is among the pods' labels."""
    selector = workload["spec"]["selector"]["matchLabels"]
    assert selector.items() <= pod_of(workload)["metadata"]["labels"].items()


@every_serving_workload
def test_a_selector_survives_a_new_version(workload: dict[str, Any]) -> None:
    """A selector cannot be changed, so it names no version."""
    assert "app.kubernetes.io/version" not in workload["spec"]["selector"]["matchLabels"]


@every_serving_workload
def test_a_container_is_probed(workload: dict[str, Any]) -> None:
    """Each container says when it has started, may be asked, and is alive."""
    for container in pod_of(workload)["spec"]["containers"]:
        assert container.keys() >= _PROBES


@every_workload
def test_a_container_is_limited(workload: dict[str, Any]) -> None:
    """Each container, one that only prepares too, asks for CPU and memory and has limits."""
    pod = pod_of(workload)["spec"]
    for container in [*pod["containers"], *pod.get("initContainers", [])]:
        for bound in ("requests", "limits"):
            assert container["resources"][bound].keys() >= {"cpu", "memory"}


@every_workload
def test_a_container_has_no_privileges(workload: dict[str, Any]) -> None:
    """No container gains privileges, has capabilities, or writes to its own file system."""
    pod = pod_of(workload)["spec"]
    for container in [*pod["containers"], *pod.get("initContainers", [])]:
        security = container["securityContext"]
        assert security["allowPrivilegeEscalation"] is False
        assert security["capabilities"] == {"drop": ["ALL"]}
        assert security["readOnlyRootFilesystem"] is True


@every_own_workload
def test_a_pod_is_an_unprivileged_user(workload: dict[str, Any]) -> None:
    """The rest of what the namespace's `restricted` level demands holds for the whole pod."""
    security = pod_of(workload)["spec"]["securityContext"]
    assert security["runAsNonRoot"] is True
    assert security["runAsUser"] > 0
    assert security["seccompProfile"] == {"type": "RuntimeDefault"}


@every_own_workload
def test_no_program_is_process_1(workload: dict[str, Any]) -> None:
    """As such it would ignore SIGTERM while it starts."""
    assert pod_of(workload)["spec"]["shareProcessNamespace"] is True


@every_workload
def test_a_pod_cannot_talk_to_the_api(workload: dict[str, Any]) -> None:
    """No pod is handed a token for the Kubernetes API but those whose work it is."""
    asks = workload["metadata"]["name"] in _ASKS_THE_API
    assert pod_of(workload)["spec"]["automountServiceAccountToken"] is asks


@every_workload
def test_only_pods_that_ask_for_a_gpu_may_use_its_machine(workload: dict[str, Any]) -> None:
    """The taint of GPU machines is tolerated by pods with a GPU, and by what announces the GPU."""
    pod = pod_of(workload)["spec"]
    asks = any("nvidia.com/gpu" in c["resources"]["limits"] for c in pod["containers"])
    announces = workload["metadata"]["name"].startswith("nvidia-device-plugin")
    tolerates = any(t["key"] == "nvidia.com/gpu" for t in pod.get("tolerations", []))
    assert tolerates == (asks or announces)


@pytest.mark.parametrize(
    "workload",
    [
        workload
        for (_, environment), charts in _CHARTS.items()
        if environment != "local"
        for workload in workloads([thing for objects in charts.values() for thing in objects])
    ],
    ids=_id,
)
def test_an_image_is_named_by_digest(workload: dict[str, Any]) -> None:
    """In the cloud nothing runs that could be replaced behind its name."""
    pod = pod_of(workload)["spec"]
    for container in [*pod["containers"], *pod.get("initContainers", [])]:
        assert "@sha256:" in container["image"]
