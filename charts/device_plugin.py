"""NVIDIA's device plugin: it tells each node's kubelet of the GPUs there.

The AMI brings driver and container toolkit, but not this.
"""

import json
from collections.abc import Sequence

from lightkube.models.apps_v1 import DaemonSet, DaemonSetSpec
from lightkube.models.core_v1 import (
    Affinity,
    Capabilities,
    ConfigMap,
    ConfigMapVolumeSource,
    Container,
    EnvVar,
    ExecAction,
    HostPathVolumeSource,
    NodeAffinity,
    NodeSelector,
    NodeSelectorRequirement,
    NodeSelectorTerm,
    PodSecurityContext,
    PodSpec,
    PodTemplateSpec,
    Probe,
    SeccompProfile,
    SecurityContext,
    Volume,
    VolumeMount,
)
from lightkube.models.meta_v1 import ObjectMeta

from charts.objects import Identity, Manifest
from charts.pod import GPU_TOLERATION, requirements
from settings.cluster import DEVICE_PLUGIN_RESOURCES
from settings.images import Image
from settings.nodes import GPU_LABEL, SHARING_LABEL, NodeKind, TimeSlicing

_NAME = "nvidia-device-plugin"
_SOCKETS = "/var/lib/kubelet/device-plugins"
_MOUNT = VolumeMount(name="device-plugins", mountPath=_SOCKETS)
_CONFIG = VolumeMount(name="config", mountPath="/etc/nvidia-device-plugin", readOnly=True)
_CONFIG_FILE = "config.yaml"
_IS_SERVING = ExecAction(command=["test", "-S", f"{_SOCKETS}/nvidia-gpu.sock"])
"""The plugin has no health endpoint. Its socket is there exactly while it serves the kubelet."""


def device_plugins(
    image: Image, *, system: str, registry: str, kinds: Sequence[NodeKind]
) -> list[Manifest]:
    """Run the plugin on every node with GPUs: one DaemonSet for each way in which they are shared.

    The plugin reads its configuration at its start, so nodes that share differently need another.
    """
    shared = {k.gpu_sharing.name: k.gpu_sharing for k in kinds if k.gpu_sharing is not None}
    plugins: list[Manifest] = []
    if any(kind.gpu_sharing is None for kind in kinds):
        identity = _identity(_NAME, image, system)
        plugins.append(_daemon_set(identity, image, registry, affinity=_unshared(shared)))
    for name, sharing in shared.items():
        identity = _identity(f"{_NAME}-{name}", image, system)
        plugins += [
            _config(identity, sharing),
            _daemon_set(identity, image, registry, sharing=sharing),
        ]
    return plugins


def _identity(name: str, image: Image, system: str) -> Identity:
    return Identity(
        system=system, namespace="kube-system", name=name, component=_NAME, version=image.tag
    )


def _daemon_set(
    identity: Identity,
    image: Image,
    registry: str,
    *,
    sharing: TimeSlicing | None = None,
    affinity: Affinity | None = None,
) -> DaemonSet:
    sockets = Volume(
        name=_MOUNT.name, hostPath=HostPathVolumeSource(path=_SOCKETS, type="Directory")
    )
    config = Volume(name=_CONFIG.name, configMap=ConfigMapVolumeSource(name=identity.name))
    pods = PodTemplateSpec(
        metadata=ObjectMeta(labels=identity.labels),
        spec=PodSpec(
            automountServiceAccountToken=False,
            enableServiceLinks=False,
            priorityClassName="system-node-critical",
            nodeSelector=GPU_LABEL | ({SHARING_LABEL: sharing.name} if sharing else {}),
            affinity=affinity,
            tolerations=[GPU_TOLERATION],
            securityContext=PodSecurityContext(
                seccompProfile=SeccompProfile(type="RuntimeDefault")
            ),
            containers=[_container(f"{registry}/{image.reference}", configured=bool(sharing))],
            volumes=[sockets, *([config] if sharing else [])],
        ),
    )
    return DaemonSet(
        apiVersion="apps/v1",
        kind="DaemonSet",
        metadata=identity.metadata(),
        spec=DaemonSetSpec(selector=identity.pods, template=pods),
    )


def _unshared(shared: dict[str, TimeSlicing]) -> Affinity | None:
    """Keep off nodes that share their GPUs, if some do: a node takes one plugin."""
    if not shared:
        return None
    absent = NodeSelectorRequirement(key=SHARING_LABEL, operator="DoesNotExist")
    return Affinity(
        nodeAffinity=NodeAffinity(
            requiredDuringSchedulingIgnoredDuringExecution=NodeSelector(
                nodeSelectorTerms=[NodeSelectorTerm(matchExpressions=[absent])]
            )
        )
    )


def _config(identity: Identity, sharing: TimeSlicing) -> ConfigMap:
    """Offer each GPU several times under its usual name; JSON is YAML."""
    resource = {"name": "nvidia.com/gpu", "replicas": sharing.replicas}
    config = {"version": "v1", "sharing": {"timeSlicing": {"resources": [resource]}}}
    return ConfigMap(
        apiVersion="v1",
        kind="ConfigMap",
        metadata=identity.metadata(),
        data={_CONFIG_FILE: json.dumps(config)},
    )


def _container(image: str, *, configured: bool) -> Container:
    """Run as root, whose the kubelet's directory is, and with nothing else that root may do."""
    file = EnvVar(name="CONFIG_FILE", value=f"{_CONFIG.mountPath}/{_CONFIG_FILE}")
    return Container(
        name=_NAME,
        image=image,
        env=[file] if configured else None,
        resources=requirements(DEVICE_PLUGIN_RESOURCES),
        securityContext=SecurityContext(
            runAsUser=0,
            allowPrivilegeEscalation=False,
            capabilities=Capabilities(drop=["ALL"]),
            readOnlyRootFilesystem=True,
        ),
        volumeMounts=[_MOUNT, *([_CONFIG] if configured else [])],
        startupProbe=Probe(exec=_IS_SERVING, periodSeconds=2, failureThreshold=60),
        readinessProbe=Probe(exec=_IS_SERVING, periodSeconds=10),
        # A restarted kubelet removes the sockets; within this minute the plugin registers again.
        livenessProbe=Probe(exec=_IS_SERVING, periodSeconds=20, failureThreshold=3),
    )
