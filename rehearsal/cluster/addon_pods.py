"""The pods of EKS add-ons, with the requests that the catalog knows."""

from lightkube.models.apps_v1 import DaemonSetSpec, DeploymentSpec
from lightkube.models.core_v1 import (
    Affinity,
    Container,
    PodAffinityTerm,
    PodAntiAffinity,
    PodSpec,
    PodTemplateSpec,
    ResourceRequirements,
    Toleration,
    WeightedPodAffinityTerm,
)
from lightkube.models.meta_v1 import LabelSelector, ObjectMeta
from lightkube.resources.apps_v1 import DaemonSet, Deployment

from catalog.addons import AddOnPods

SYSTEM_NAMESPACE = "kube-system"
ADD_ON_LABEL = "rehearsal.addon"
NAME_LABEL = "app.kubernetes.io/name"
NETWORK_PLUGIN = "aws-node"
METRICS_SERVER = "metrics-server"
EBS_CONTROLLER = "ebs-csi-controller"
SECRETS_MOUNTER = "secrets-store-csi-driver"

_FURTHER_LABELS = {"coredns": {"k8s-app": "kube-dns"}}
"""Labels of the real pods that network policies and monitors select."""


def labels_of_pods(name: str) -> dict[str, str]:
    """Return the labels that select the pods of an add-on's workload."""
    return {NAME_LABEL: name, **_FURTHER_LABELS.get(name, {})}


def workload(pods: AddOnPods, version: str) -> DaemonSet | Deployment:
    """Make the workload that runs these pods in kube-system."""
    metadata = ObjectMeta(name=pods.name, namespace=SYSTEM_NAMESPACE)
    selector = LabelSelector(matchLabels=labels_of_pods(pods.name))
    template = PodTemplateSpec(
        metadata=ObjectMeta(labels={**labels_of_pods(pods.name), ADD_ON_LABEL: "true"}),
        spec=_pod(pods, version),
    )
    if pods.kind == "DaemonSet":
        spec = DaemonSetSpec(selector=selector, template=template)
        return DaemonSet(metadata=metadata, spec=spec)
    return Deployment(
        metadata=metadata,
        spec=DeploymentSpec(replicas=pods.replicas, selector=selector, template=template),
    )


def _pod(pods: AddOnPods, version: str) -> PodSpec:
    container = Container(
        name=pods.name,
        image=f"eks/{pods.name}:{version}" if version else f"eks/{pods.name}",
        resources=ResourceRequirements(requests=_requests(pods)),
    )
    if pods.kind == "DaemonSet":
        return PodSpec(
            containers=[container],
            hostNetwork=True,  # it must run before there is a pod network
            priorityClassName="system-node-critical",
            tolerations=[Toleration(operator="Exists")],
        )
    return PodSpec(
        containers=[container],
        priorityClassName="system-cluster-critical",
        # Nothing else: as in reality these keep away from machines with GPUs.
        tolerations=[Toleration(key="CriticalAddonsOnly", operator="Exists")],
        affinity=_apart(pods.name),
    )


def _requests(pods: AddOnPods) -> dict[str, str]:
    requests = {"cpu": f"{pods.cpu_milli}m", "memory": f"{pods.memory_mib}Mi"}
    return {resource: amount for resource, amount in requests.items() if amount[0] != "0"}


def _apart(name: str) -> Affinity:
    term = PodAffinityTerm(
        topologyKey="kubernetes.io/hostname",
        labelSelector=LabelSelector(matchLabels=labels_of_pods(name)),
    )
    preferred = [WeightedPodAffinityTerm(weight=100, podAffinityTerm=term)]
    return Affinity(
        podAntiAffinity=PodAntiAffinity(preferredDuringSchedulingIgnoredDuringExecution=preferred)
    )
