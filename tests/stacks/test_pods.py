"""What holds for the pods of every environment."""

import json
import re

import pytest

from settings.system import Avadot, Guardian, System
from tests.stacks.applied import objects, workloads
from tests.stacks.manifests import CHART, containers_of, identity
from tests.stacks.synths import AVADOTS, GUARDIANS, SYSTEMS, everything, stack

_IMAGE = re.compile(
    r"\$\{AWS::AccountId\}\.dkr\.ecr\.ap-northeast-2\.\$\{AWS::URLSuffix\}/[a-z0-9/-]+"
    r"@sha256:[0-9a-f]{64}"
)
_PROBES = ("startupProbe", "readinessProbe", "livenessProbe")

every_system = pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: system.name)


@every_system
def test_images_are_ours_and_named_by_digest(system: System) -> None:
    """Nothing runs that could be replaced behind its name, or that others could withdraw."""
    for workload in workloads(system):
        for container in containers_of(workload):
            assert _IMAGE.fullmatch(container["image"]), container["image"]


@every_system
def test_containers_are_probed(system: System) -> None:
    """Each container that stays says when it has started, may be asked, and is alive."""
    for workload in workloads(system):
        for container in workload["spec"]["template"]["spec"]["containers"]:
            for probe in _PROBES:
                assert probe in container, f"{identity(workload)} {container['name']}"


@every_system
def test_containers_are_limited(system: System) -> None:
    """Each container asks for CPU and memory, and may not use more than its limits."""
    for workload in workloads(system):
        for container in containers_of(workload):
            for bound in ("requests", "limits"):
                assert container["resources"][bound].keys() >= {"cpu", "memory"}


@every_system
def test_containers_are_restricted(system: System) -> None:
    """Outside kube-system every pod has what the `restricted` level demands, and no API token."""
    for workload in workloads(system):
        pod = workload["spec"]["template"]["spec"]
        assert pod["automountServiceAccountToken"] is False
        for container in containers_of(workload):
            security = container["securityContext"]
            assert security["allowPrivilegeEscalation"] is False
            assert security["capabilities"] == {"drop": ["ALL"]}
            assert security["readOnlyRootFilesystem"] is True
            assert "privileged" not in security
        if workload["metadata"]["namespace"] == system.namespace:
            assert pod["securityContext"]["runAsNonRoot"] is True
            assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
            assert not any("hostPath" in volume for volume in pod["volumes"])


@every_system
def test_a_namespace_enforces_what_its_pods_keep(system: System) -> None:
    """The level is that of the cluster's version, so that an upgrade tightens nothing unseen."""
    (namespace,) = objects(system, "Namespace")
    labels = namespace["metadata"]["labels"]
    assert namespace["metadata"]["name"] == system.namespace
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"
    version = labels["pod-security.kubernetes.io/enforce-version"]
    assert version == f"v{system.cluster.kubernetes}"


@pytest.mark.parametrize("system", AVADOTS, ids=lambda system: system.name)
def test_only_pods_with_a_gpu_go_where_gpus_are(system: Avadot) -> None:
    """The taint is tolerated by pods that ask for a GPU, and by what announces the GPUs."""
    tolerating, asking = set(), set()
    for workload in workloads(system):
        pod = workload["spec"]["template"]["spec"]
        for toleration in pod.get("tolerations", []):
            # A toleration without a key tolerates everything.
            if toleration.get("key") in (None, "nvidia.com/gpu"):
                tolerating.add(workload["metadata"]["name"])
        if any("nvidia.com/gpu" in c["resources"]["limits"] for c in containers_of(workload)):
            asking.add(workload["metadata"]["name"])
    assert asking == {system.audio2face.name}
    assert tolerating == asking | {"nvidia-device-plugin"}


@pytest.mark.parametrize("system", GUARDIANS, ids=lambda system: system.name)
def test_only_analyzers_go_to_spot_machines(system: Guardian) -> None:
    """All pods of the system that tolerate the taint are analysers, and they go nowhere else."""
    (spot,) = system.cluster.dedicated_groups
    for workload in workloads(system):
        pod = workload["spec"]["template"]["spec"]
        assert pod["nodeSelector"].items() <= spot.labels.items()
        assert {t["key"]: t["value"] for t in pod["tolerations"]} == spot.taints
    assert {w["metadata"]["name"] for w in workloads(system)} == {
        analyzer.name for analyzer in system.analyzers
    }


@pytest.mark.parametrize("system", GUARDIANS, ids=lambda system: system.name)
def test_controllers_stay_on_machines_that_are_always_there(system: Guardian) -> None:
    """What brings the spot machines cannot run on one: its chart asks for the general group."""
    (general,) = system.cluster.common_groups
    charts = stack(system, "Cluster").of_type(CHART)
    assert len(charts) == 2
    for chart in charts:
        values = json.loads(everything().spell(chart.stack, chart.properties["Values"]))
        assert values["nodeSelector"] == {"node-group": general.name}
        assert "tolerations" not in values
