"""Clusters: the emulator's own handler, and behind it a control plane that must really run."""

# ruff: noqa: SLF001 - the emulator offers no public joints

import time
from typing import Any

from ministack.services import eks
from ministack.services.cloudformation import provisioners

from rehearsal.cloud.control_planes import ControlPlanes
from rehearsal.cloud.resources.handler import Properties, is_true, run_beside
from rehearsal.cluster import addons

_TYPE = "AWS::EKS::Cluster"
_SELF_MANAGED = ("vpc-cni", "kube-proxy", "coredns")
"""What EKS puts into a new cluster unless it is told not to."""
_SECONDS_BETWEEN_LOOKS = 0.05


def register_clusters(planes: ControlPlanes) -> None:
    """Let a cluster be complete only when its API server answers."""
    handler = provisioners._RESOURCE_HANDLERS[_TYPE]
    record = handler["create"]

    def create(logical_id: str, properties: Properties, stack: str) -> tuple[str, Any]:
        name, _ = record(logical_id, properties, stack)
        cluster = eks._clusters[name]
        while cluster["status"] == "CREATING":
            time.sleep(_SECONDS_BETWEEN_LOOKS)
        if failure := planes.failure(name):
            handler["delete"](name, properties)
            raise RuntimeError(failure)
        if is_true(properties.get("BootstrapSelfManagedAddons", True)):
            for add_on in _SELF_MANAGED:
                addons.install(planes.of(name), add_on)
        return name, provisioners._eks_cluster_attrs(cluster)

    handler["create"] = create
    run_beside(_TYPE)
