"""Which connections are allowed; the namespace refuses all others."""

from collections.abc import Sequence

from lightkube.models.meta_v1 import LabelSelector, LabelSelectorRequirement, ObjectMeta
from lightkube.models.networking_v1 import (
    IPBlock,
    NetworkPolicy,
    NetworkPolicyEgressRule,
    NetworkPolicyIngressRule,
    NetworkPolicyPeer,
    NetworkPolicyPort,
    NetworkPolicySpec,
)

from charts.context import Addresses, AlbIngress, NodePorts, Pods

_HTTPS = 443
_NOT_THE_INTERNET = [
    "10.0.0.0/8",
    "100.64.0.0/10",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.168.0.0/16",
]
_POD_IDENTITY_AGENT = "169.254.170.23/32"


def policy(
    metadata: ObjectMeta,
    pods: LabelSelector,
    *,
    ingress: Sequence[NetworkPolicyIngressRule] = (),
    egress: Sequence[NetworkPolicyEgressRule] = (),
) -> NetworkPolicy:
    """Allow connections to and from pods."""
    directions = {"Ingress": ingress, "Egress": egress}
    return NetworkPolicy(
        apiVersion="networking.k8s.io/v1",
        kind="NetworkPolicy",
        metadata=metadata,
        spec=NetworkPolicySpec(
            podSelector=pods,
            policyTypes=[direction for direction, rules in directions.items() if rules],
            ingress=list(ingress) or None,
            egress=list(egress) or None,
        ),
    )


def nothing(metadata: ObjectMeta) -> NetworkPolicy:
    """Refuse every connection of every pod, unless another policy allows it."""
    return NetworkPolicy(
        apiVersion="networking.k8s.io/v1",
        kind="NetworkPolicy",
        metadata=metadata,
        spec=NetworkPolicySpec(podSelector=LabelSelector(), policyTypes=["Ingress", "Egress"]),
    )


def to_name_service() -> NetworkPolicyEgressRule:
    """Let pods ask the cluster's DNS."""
    return NetworkPolicyEgressRule(
        to=[
            NetworkPolicyPeer(
                namespaceSelector=LabelSelector(
                    matchLabels={"kubernetes.io/metadata.name": "kube-system"}
                ),
                podSelector=LabelSelector(matchLabels={"k8s-app": "kube-dns"}),
            )
        ],
        ports=[NetworkPolicyPort(port=53, protocol=protocol) for protocol in ("UDP", "TCP")],
    )


def to_internet() -> NetworkPolicyEgressRule:
    """Let pods call outside services by HTTPS, but nothing private that listens there."""
    return NetworkPolicyEgressRule(
        to=[NetworkPolicyPeer(ipBlock=IPBlock(cidr="0.0.0.0/0", except_=_NOT_THE_INTERNET))],
        ports=_tcp(_HTTPS),
    )


def to_pod_identity_agent() -> NetworkPolicyEgressRule:
    """Let pods fetch the credentials of their AWS role from their node."""
    return NetworkPolicyEgressRule(to=_blocks([_POD_IDENTITY_AGENT]), ports=_tcp(80))


def to(location: Addresses | Pods, port: int) -> NetworkPolicyEgressRule:
    """Let pods open connections to one port."""
    match location:
        case Addresses():
            return NetworkPolicyEgressRule(to=_blocks(location.cidrs), ports=_tcp(port))
        case Pods():
            return NetworkPolicyEgressRule(to=[_named(location)], ports=_tcp(port))


def from_pods(pods: LabelSelector, port: int) -> NetworkPolicyIngressRule:
    """Let pods of the namespace in."""
    return NetworkPolicyIngressRule(from_=[_peer(pods)], ports=_tcp(port))


def from_workload(pods: Pods, port: int) -> NetworkPolicyIngressRule:
    """Let the pods of one workload in, which may be in another namespace."""
    return NetworkPolicyIngressRule(from_=[_named(pods)], ports=_tcp(port))


def from_namespaces(namespaces: Sequence[str], port: int) -> NetworkPolicyIngressRule:
    """Let all pods of other namespaces in."""
    peer = NetworkPolicyPeer(namespaceSelector=_namespaces(namespaces))
    return NetworkPolicyIngressRule(from_=[peer], ports=_tcp(port))


def from_clients(exposure: AlbIngress | NodePorts, port: int) -> NetworkPolicyIngressRule:
    """Let clients outside the cluster in, through the load balancer or the node port."""
    match exposure:
        case AlbIngress():
            return NetworkPolicyIngressRule(from_=_blocks(exposure.cidrs), ports=_tcp(port))
        case NodePorts():
            # Which address a node puts on such a connection differs from laptop to laptop.
            return NetworkPolicyIngressRule(ports=_tcp(port))


def _peer(pods: LabelSelector) -> NetworkPolicyPeer:
    """Name pods of the same namespace as the other end."""
    return NetworkPolicyPeer(podSelector=pods)


def _named(pods: Pods) -> NetworkPolicyPeer:
    return NetworkPolicyPeer(
        namespaceSelector=_namespaces([pods.namespace]) if pods.namespace else None,
        podSelector=LabelSelector(matchLabels={"app.kubernetes.io/name": pods.name}),
    )


def _namespaces(names: Sequence[str]) -> LabelSelector:
    return LabelSelector(
        matchExpressions=[
            LabelSelectorRequirement(
                key="kubernetes.io/metadata.name", operator="In", values=list(names)
            )
        ]
    )


def _blocks(cidrs: Sequence[str]) -> list[NetworkPolicyPeer]:
    return [NetworkPolicyPeer(ipBlock=IPBlock(cidr=cidr)) for cidr in cidrs]


def _tcp(port: int) -> list[NetworkPolicyPort]:
    return [NetworkPolicyPort(port=port, protocol="TCP")]
