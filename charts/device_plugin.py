"""NVIDIA's device plugin: it tells each node's kubelet of the GPUs there.

The AMI brings driver and container toolkit, but not this.
"""

from lightkube.models.apps_v1 import DaemonSet, DaemonSetSpec
from lightkube.models.core_v1 import (
    Capabilities,
    Container,
    ExecAction,
    HostPathVolumeSource,
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

from charts.audio2face_pods import GPU_TOLERATION
from charts.objects import AVADOT, Identity
from charts.pod import requirements
from settings.images import Image
from settings.workloads import Resources

_NAME = "nvidia-device-plugin"
_SOCKETS = "/var/lib/kubelet/device-plugins"
_MOUNT = VolumeMount(name="device-plugins", mountPath=_SOCKETS)
_IS_SERVING = ExecAction(command=["test", "-S", f"{_SOCKETS}/nvidia-gpu.sock"])
"""The plugin has no health endpoint. Its socket is there exactly while it serves the kubelet."""
_RESOURCES = Resources(cpu_milli=10, memory_mib=64, cpu_limit_milli=200, memory_limit_mib=128)


def device_plugin(image: Image, registry: str) -> DaemonSet:
    """Run the plugin on every node with GPUs."""
    identity = Identity(
        system=AVADOT,
        namespace="kube-system",
        name=_NAME,
        component=_NAME,
        version=image.tag,
    )
    pods = PodTemplateSpec(
        metadata=ObjectMeta(labels=identity.labels),
        spec=PodSpec(
            automountServiceAccountToken=False,
            enableServiceLinks=False,
            priorityClassName="system-node-critical",
            nodeSelector={"nvidia.com/gpu.present": "true"},
            tolerations=[GPU_TOLERATION],
            securityContext=PodSecurityContext(
                seccompProfile=SeccompProfile(type="RuntimeDefault")
            ),
            containers=[_container(f"{registry}/{image.reference}")],
            volumes=[
                Volume(
                    name=_MOUNT.name, hostPath=HostPathVolumeSource(path=_SOCKETS, type="Directory")
                )
            ],
        ),
    )
    return DaemonSet(
        apiVersion="apps/v1",
        kind="DaemonSet",
        metadata=identity.metadata(),
        spec=DaemonSetSpec(selector=identity.pods, template=pods),
    )


def _container(image: str) -> Container:
    """Run as root, whose the kubelet's directory is, and with nothing else that root may do."""
    return Container(
        name=_NAME,
        image=image,
        resources=requirements(_RESOURCES),
        securityContext=SecurityContext(
            runAsUser=0,
            allowPrivilegeEscalation=False,
            capabilities=Capabilities(drop=["ALL"]),
            readOnlyRootFilesystem=True,
        ),
        volumeMounts=[_MOUNT],
        startupProbe=Probe(exec=_IS_SERVING, periodSeconds=2, failureThreshold=60),
        readinessProbe=Probe(exec=_IS_SERVING, periodSeconds=10),
        # A restarted kubelet removes the sockets; within this minute the plugin registers again.
        livenessProbe=Probe(exec=_IS_SERVING, periodSeconds=20, failureThreshold=3),
    )
