"""What holds for the pods of every environment."""

import re

from settings.system import System
from tests.stacks.applied import containers_of, device_plugins, identity, objects, workloads
from tests.stacks.synths import every_system

_IMAGE = re.compile(
    r"\$\{AWS::AccountId\}\.dkr\.ecr\.([a-z0-9-]+)\.\$\{AWS::URLSuffix\}/[a-z0-9/-]+"
    r"@sha256:[0-9a-f]{64}"
)
_ASKS_THE_API = {"cost-exporter", "music-api"}
"""Workloads whose work is to list what Kubernetes knows, or to begin what it runs."""
_PROBES = ("startupProbe", "readinessProbe", "livenessProbe")


@every_system
def test_images_are_ours_and_named_by_digest(system: System) -> None:
    """Nothing runs that could be replaced behind its name, or that others could withdraw."""
    for workload in workloads(system):
        for container in containers_of(workload):
            image = _IMAGE.fullmatch(container["image"])
            assert image, container["image"]
            assert image[1] == system.region


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
    """Outside kube-system every pod has what the `restricted` level demands.

    No pod has a token for the Kubernetes API but those whose work it is.
    """
    for workload in workloads(system):
        pod = workload["spec"]["template"]["spec"]
        asks = workload["metadata"]["name"] in _ASKS_THE_API
        assert pod["automountServiceAccountToken"] is asks
        for container in containers_of(workload):
            security = container["securityContext"]
            assert security["allowPrivilegeEscalation"] is False
            assert security["capabilities"] == {"drop": ["ALL"]}
            assert security["readOnlyRootFilesystem"] is True
            assert "privileged" not in security
        if workload["metadata"]["namespace"] in system.namespaces:
            assert pod["securityContext"]["runAsNonRoot"] is True
            assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
            assert not any("hostPath" in volume for volume in pod.get("volumes", []))


@every_system
def test_a_namespace_enforces_what_its_pods_keep(system: System) -> None:
    """The level is that of the cluster's version, so that an upgrade tightens nothing unseen."""
    made = objects(system, "Namespace")
    assert {namespace["metadata"]["name"] for namespace in made} == set(system.namespaces)
    for namespace in made:
        labels = namespace["metadata"]["labels"]
        assert labels["pod-security.kubernetes.io/enforce"] == "restricted"
        version = labels["pod-security.kubernetes.io/enforce-version"]
        assert version == f"v{system.cluster.kubernetes}"


@every_system
def test_only_pods_with_a_gpu_go_where_gpus_are(system: System) -> None:
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
    assert asking == {workload.name for workload in system.workloads if workload.gpus}
    assert tolerating == asking | device_plugins(system)
