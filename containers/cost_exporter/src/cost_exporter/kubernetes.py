"""Reads nodes and pods from the Kubernetes API."""

import ssl
from collections.abc import Iterable, Iterator, Mapping

import httpx2
from lightkube import ApiError, Client, ConfigError, KubeConfig
from lightkube.config.client_adapter import verify_cluster
from lightkube.models.core_v1 import Container, NodeStatus, PodSpec, ResourceRequirements
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.core_v1 import Node as NodeResource
from lightkube.resources.core_v1 import Pod as PodResource
from lightkube.utils.quantity import parse_quantity
from msgspec import MsgspecError

from cost_exporter.cluster import Amount, Cluster, Node, Owner, Pod
from exporter.failure import SettingsError, Unavailable

_TIMEOUT = httpx2.Timeout(3)
_PAGE = 500
_GPU = "nvidia.com/gpu"
_NAME_LABEL = "app.kubernetes.io/name"
_TYPE_LABEL = "node.kubernetes.io/instance-type"
_CAPACITY_LABELS = ("karpenter.sh/capacity-type", "eks.amazonaws.com/capacityType")
_ENDED = frozenset({"Succeeded", "Failed"})
_SYSTEM_NAMESPACES = frozenset({"kube-system", "kube-public", "kube-node-lease"})
_SYSTEM = "system"
_UNLABELLED = "unlabelled"
_NO_CREDENTIALS = "KUBECONFIG has to name a file with a user, where no service account is mounted"
_OUTAGES = (
    *(ApiError, ConfigError, httpx2.HTTPError),
    MsgspecError,  # what answers is no Kubernetes API
    LookupError,  # and says not even of what type its answer is
    ValueError,  # a quantity is none
)


class ClusterReader:
    """Lists as its service account, or as whom KUBECONFIG names."""

    def __init__(self, config: KubeConfig) -> None:
        single = config.get()
        if single is None or single.user is None:
            raise SettingsError(_NO_CREDENTIALS)
        context = verify_cluster(single.cluster, single.user, single.abs_file)
        # Strict from Python 3.13 on, it asks of a chain what EKS's lacks: an authority key
        # identifier (kubernetes-client/python#2394). Chain and host name are verified all the same.
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
        self._client = Client(
            config=single,
            timeout=_TIMEOUT,
            trust_env=False,
            transport=httpx2.HTTPTransport(verify=context, trust_env=False),
        )

    @classmethod
    def of_this_process(cls) -> "ClusterReader":
        """Return a reader with the process's own credentials; asks nobody yet."""
        try:
            return cls(KubeConfig.from_env())
        except ConfigError as error:
            raise SettingsError(_NO_CREDENTIALS) from error

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def read(self) -> Cluster:
        """List nodes and pods; raise `Unavailable` if not all of them can be had."""
        try:
            nodes = [_node(node) for node in self._client.list(NodeResource)]
            pods = self._client.list(PodResource, namespace="*", chunk_size=_PAGE)
            return Cluster(nodes=nodes, pods=list(_holding(pods)))
        except _OUTAGES as error:
            sentence = f"the Kubernetes API does not list nodes and pods: {error}"
            raise Unavailable(sentence) from error


def _node(node: NodeResource) -> Node:
    metadata, status = node.metadata or ObjectMeta(), node.status or NodeStatus()
    labels = metadata.labels or {}
    capacity = next((labels[label] for label in _CAPACITY_LABELS if label in labels), "")
    return Node(
        name=metadata.name or "",
        instance_type=labels.get(_TYPE_LABEL, ""),
        # Managed node groups write ON_DEMAND, Karpenter on-demand.
        capacity_type=capacity.lower().replace("_", "-"),
        allocatable=_amount(status.allocatable),
        slices=_amount(status.capacity).slices,
    )


def _holding(pods: Iterable[PodResource]) -> Iterator[Pod]:
    """Leave out pods that hold no room: they have ended, or have no node yet."""
    for pod in pods:
        metadata, phase = pod.metadata or ObjectMeta(), pod.status and pod.status.phase
        if pod.spec and pod.spec.nodeName and phase not in _ENDED:
            yield Pod(
                node=pod.spec.nodeName,
                owner=_owner(metadata.namespace or "", metadata.labels or {}),
                requests=_requests(pod.spec),
            )


def _owner(namespace: str, labels: Mapping[str, str]) -> Owner:
    if namespace in _SYSTEM_NAMESPACES:
        return Owner(namespace, _SYSTEM)
    return Owner(namespace, labels.get(_NAME_LABEL, _UNLABELLED))


def _requests(pod: PodSpec) -> Amount:
    """Return what the scheduler keeps free for a pod.

    Init containers run one after the other, before the others; those that are sidecars run on.
    """
    sidecars, most = Amount(), Amount()
    for container in pod.initContainers or ():
        asked = _asked(container)
        if container.restartPolicy == "Always":
            sidecars += asked
            most = most.at_least(sidecars)
        else:
            most = most.at_least(sidecars + asked)
    together = sum(map(_asked, pod.containers), sidecars)
    return together.at_least(most) + _amount(pod.overhead)


def _asked(container: Container) -> Amount:
    resources = container.resources or ResourceRequirements()
    return _amount(resources.requests)


def _amount(quantities: Mapping[str, str] | None) -> Amount:
    found = {name: float(parse_quantity(text) or 0) for name, text in (quantities or {}).items()}
    return Amount(
        cpu=found.get("cpu", 0.0),
        memory=found.get("memory", 0.0),
        slices=found.get(_GPU, 0.0),
    )
