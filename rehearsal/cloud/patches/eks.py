"""EKS: control planes of this machine instead of k3s in Docker, and access policies as RBAC.

A real EKS evaluates access policies in an authorizer of its own; here they become roles.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import httpx2
from lightkube import ApiError, Client
from lightkube.resources.core_v1 import Namespace
from lightkube.resources.rbac_authorization_v1 import ClusterRole, ClusterRoleBinding, RoleBinding
from ministack.services import eks

from rehearsal.cloud.control_planes import ControlPlanes
from rehearsal.cloud.patches import Patch, private
from rehearsal.cluster import ControlPlane
from rehearsal.cluster.objects import name_of
from rehearsal.cluster.ports import free_ports

_MANAGER = "eks"
_CLUSTERS = private(eks, "_clusters")
_rbac_objects = private(eks, "_access_policy_rbac_objects")
_CLUSTER_WIDE: Mapping[str, type[ClusterRole | ClusterRoleBinding]] = {
    "ClusterRole": ClusterRole,
    "ClusterRoleBinding": ClusterRoleBinding,
}

Key = tuple[str, str, str]
"""Kind, namespace and name of an object."""


class AccessPolicies:
    """Keeps the roles and bindings of each cluster as its access entries say.

    The emulator asks every two seconds while an entry is bound to namespaces, which may yet be
    created; its own code runs four kubectl each time, so this one only writes what has changed.
    """

    def __init__(self, plane_of: Callable[[str], ControlPlane]) -> None:
        self._plane_of = plane_of
        self._applied: dict[str, dict[Key, Mapping[str, Any]]] = {}

    def reconcile(self, cluster: str, account: str, region: str) -> bool:
        """Write what an access entry changed; return whether the cluster could be reached."""
        record = _CLUSTERS.get_scoped(account, region, cluster)
        if not record or not record["_docker_id"]:
            return False
        try:
            client = self._plane_of(cluster).client()
            namespaces = [name_of(one) for one in client.list(Namespace)]
            objects = _rbac_objects(cluster, account, region, namespaces)
            # The token is drawn at creation: a cluster made anew has nothing applied yet.
            _bring(client, self._applied.setdefault(record["_auth_token"], {}), objects)
        except (ApiError, httpx2.HTTPError):
            return False
        return True


def _bring(
    client: Client, applied: dict[Key, Mapping[str, Any]], objects: Iterable[Mapping[str, Any]]
) -> None:
    """Write the objects that differ from what was applied, and delete those no longer wanted."""
    wanted = {_key(item): item for item in objects}
    for key, item in wanted.items():
        if applied.get(key) != item:
            kind = _CLUSTER_WIDE.get(key[0], RoleBinding)
            made: Any = kind.from_dict(dict(item))
            client.apply(made, field_manager=_MANAGER, force=True)
            applied[key] = item
    for key in applied.keys() - wanted.keys():
        kind_name, namespace, name = key
        if namespace:
            client.delete(RoleBinding, name, namespace=namespace)
        else:
            client.delete(_CLUSTER_WIDE[kind_name], name)
        del applied[key]


def _key(item: Mapping[str, Any]) -> Key:
    metadata = item["metadata"]
    return item["kind"], metadata.get("namespace", ""), metadata["name"]


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
