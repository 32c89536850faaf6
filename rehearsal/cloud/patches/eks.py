"""EKS: control planes of this machine instead of k3s in Docker, and access policies as RBAC."""

from typing import Any

from ministack.services import eks

from rehearsal.cloud.control_planes import ControlPlanes
from rehearsal.cloud.patches import Patch
from rehearsal.cloud.rbac import AccessPolicies
from rehearsal.cluster.ports import free_ports


def patches(planes: ControlPlanes) -> list[Patch]:
    """Let the emulator's EKS start its clusters on this machine."""
    policies = AccessPolicies(planes.of)
    return [
        _patch("_get_docker", "7436d66f3fb4", lambda: planes),
        _patch("_get_ministack_network", "fc25ae5cff7b", lambda _client: None),
        _patch("_k3s_gateway_host", "5326827f3984", lambda _client, _network: "127.0.0.1"),
        _patch("_next_port", "e6cb8d762dc0", lambda: free_ports(1)[0]),
        Patch(
            module=eks,
            attribute="_reconcile_access_policy_rbac",
            fingerprint="de830991ea3d",
            requires=("_clusters", "_access_policy_rbac_objects"),
            corrects="access policies are applied by four runs of kubectl every two seconds",
            upstream="eks._reconcile_access_policy_rbac: write only what has changed",
            replacement=lambda _original: policies.reconcile,
        ),
    ]


def _patch(attribute: str, fingerprint: str, value: Any) -> Patch:  # noqa: ANN401
    return Patch(
        module=eks,
        attribute=attribute,
        fingerprint=fingerprint,
        corrects="a cluster is k3s in Docker, which is neither here nor of EKS's version",
        upstream="eks: an interface for the runtime of clusters, with Docker as one of several",
        replacement=lambda _original: value,
    )
