"""EKS add-ons: their pods with their requests, and the resource definitions they install."""

from collections.abc import Iterator

from lightkube.core.resource import GlobalResource, NamespacedResource
from lightkube.models.core_v1 import ServicePort, ServiceSpec
from lightkube.models.meta_v1 import LabelSelector, ObjectMeta
from lightkube.models.policy_v1 import PodDisruptionBudgetSpec
from lightkube.models.storage_v1 import CSIDriverSpec
from lightkube.resources.apiextensions_v1 import CustomResourceDefinition
from lightkube.resources.core_v1 import Service
from lightkube.resources.policy_v1 import PodDisruptionBudget
from lightkube.resources.storage_v1 import CSIDriver

from catalog import add_on
from rehearsal.cluster.addon_pods import SYSTEM_NAMESPACE, labels_of_pods, workload
from rehearsal.cluster.api_errors import NOT_FOUND, suppress_codes
from rehearsal.cluster.definitions import POD_METRICS, SECRET_PROVIDER_CLASS, Definition
from rehearsal.cluster.nodes import HasClient
from rehearsal.cluster.objects import name_of

_OWNER = "eks-add-on"
_DEFINITIONS: dict[str, tuple[Definition, ...]] = {
    "metrics-server": (POD_METRICS,),
    "aws-secrets-store-csi-driver-provider": (SECRET_PROVIDER_CLASS,),
}
EBS_DRIVER = "ebs.csi.aws.com"
SECRETS_DRIVER = "secrets-store.csi.k8s.io"


def install(cluster: HasClient, name: str, version: str = "") -> None:
    """Put an add-on's objects into the cluster, or renew them; another version has other pods."""
    client = cluster.client()
    for definition in _DEFINITIONS.get(name, ()):
        definition.define(client)
    for item in _objects(name, version):
        client.apply(item, field_manager=_OWNER, force=True)


def remove(cluster: HasClient, name: str) -> None:
    """Take an add-on's objects out of the cluster; what is gone already is no fault."""
    client = cluster.client()
    for item in reversed(list(_objects(name))):
        with suppress_codes(NOT_FOUND):
            if isinstance(item, NamespacedResource):
                client.delete(type(item), name_of(item), namespace=SYSTEM_NAMESPACE)
            else:
                client.delete(type(item), name_of(item))
    for definition in _DEFINITIONS.get(name, ()):
        with suppress_codes(NOT_FOUND):
            client.delete(CustomResourceDefinition, definition.name)


def _objects(name: str, version: str = "") -> Iterator[NamespacedResource | GlobalResource]:
    """Make what an add-on consists of, except for the kinds it defines."""
    yield from _beside_pods(name)
    for pods in add_on(name).pods:
        yield workload(pods, version)
        if pods.replicas > 1:
            yield PodDisruptionBudget(
                metadata=ObjectMeta(name=pods.name, namespace=SYSTEM_NAMESPACE),
                spec=PodDisruptionBudgetSpec(
                    maxUnavailable=1,
                    selector=LabelSelector(matchLabels=labels_of_pods(pods.name)),
                ),
            )


def _beside_pods(name: str) -> Iterator[NamespacedResource | GlobalResource]:
    if name == "coredns":
        yield Service(
            metadata=ObjectMeta(name="kube-dns", namespace=SYSTEM_NAMESPACE),
            spec=ServiceSpec(
                clusterIP="10.100.0.10",  # where EKS puts it; every pod's resolv.conf says so
                selector=labels_of_pods("coredns"),
                ports=[
                    ServicePort(name="dns", port=53, protocol="UDP"),
                    ServicePort(name="dns-tcp", port=53, protocol="TCP"),
                ],
            ),
        )
    if name == "aws-ebs-csi-driver":
        yield CSIDriver(
            metadata=ObjectMeta(name=EBS_DRIVER),
            spec=CSIDriverSpec(attachRequired=True, podInfoOnMount=False),
        )
    if name == "aws-secrets-store-csi-driver-provider":
        yield CSIDriver(
            metadata=ObjectMeta(name=SECRETS_DRIVER),
            spec=CSIDriverSpec(
                attachRequired=False, podInfoOnMount=True, volumeLifecycleModes=["Ephemeral"]
            ),
        )
