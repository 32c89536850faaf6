"""Clusters: the emulator's own handler, and behind it a control plane that must really run."""

import time
from collections.abc import Callable
from typing import Any

from ministack.services import eks
from ministack.services.cloudformation import provisioners

from rehearsal.cloud.clients import own_client
from rehearsal.cloud.control_planes import ControlPlanes
from rehearsal.cloud.patches import Patch, private
from rehearsal.cloud.patches.cloudformation import Properties, is_true, operation
from rehearsal.cloud.patches.eks_versions import fitting
from rehearsal.cluster import addons

_CLUSTERS = private(eks, "_clusters")
_HANDLERS = private(provisioners, "_RESOURCE_HANDLERS")
_attributes_of = private(provisioners, "_eks_cluster_attrs")
_TYPE = "AWS::EKS::Cluster"
_NO_GROUP = "the security group of a cluster is none of EC2's"
_SELF_MANAGED = ("vpc-cni", "kube-proxy", "coredns")
"""What EKS installs in a new cluster by default."""
_SECONDS_BETWEEN_LOOKS = 0.05


def patch_update(original: Callable[..., Any]) -> Callable[..., Any]:
    """Let EKS change the version first, or refuse to."""

    def update(physical_id: str, old: Properties, new: Properties, *more: str) -> Any:  # noqa: ANN401
        version = new.get("Version", _CLUSTERS[physical_id]["version"])
        if version != _CLUSTERS[physical_id]["version"]:
            own_client("eks").update_cluster_version(name=physical_id, version=version)
        return original(physical_id, old, new, *more)

    return update


def patches(planes: ControlPlanes) -> list[Patch]:
    """Let a cluster be complete only when its API server answers, and run the version it names."""

    def patch_create(original: Callable[..., tuple[str, Any]]) -> Callable[..., tuple[str, Any]]:
        def create(logical_id: str, properties: Properties, stack: str) -> tuple[str, Any]:
            name, _ = original(logical_id, properties, stack)
            cluster = _CLUSTERS[name]
            while cluster["status"] == "CREATING":
                time.sleep(_SECONDS_BETWEEN_LOOKS)
            if failure := planes.failure(name):
                _HANDLERS[_TYPE]["delete"](name, properties)
                raise RuntimeError(failure)
            if is_true(properties.get("BootstrapSelfManagedAddons", True)):
                for add_on in _SELF_MANAGED:
                    addons.install(planes.of(name), add_on, fitting(cluster["version"]))
            cluster["resourcesVpcConfig"]["clusterSecurityGroupId"] = _security_group(
                name, properties
            )
            return name, _attributes_of(cluster)

        return create

    early = "a cluster is complete before its API server answers"
    any_version = "a cluster's version may become any other, and nothing runs at it"
    return [
        operation(_TYPE, "create", "048c444ae7fd", patch_create, corrects=early),
        operation(_TYPE, "update", "8a57d6f7f116", patch_update, corrects=any_version),
        operation(_TYPE, "delete", "87f627e05a84", _patch_delete, corrects=_NO_GROUP),
    ]


def _security_group(cluster: str, properties: Properties) -> str:
    """Make the security group that EKS makes for machines and control plane."""
    ec2 = own_client("ec2")
    (subnet, *_) = properties["ResourcesVpcConfig"]["SubnetIds"]
    (found,) = ec2.describe_subnets(SubnetIds=[subnet])["Subnets"]
    made = ec2.create_security_group(
        GroupName=f"eks-cluster-sg-{cluster}", Description="EKS", VpcId=found["VpcId"]
    )
    return str(made["GroupId"])


def _patch_delete(original: Callable[..., None]) -> Callable[..., None]:
    """Let a cluster take its security group with it."""

    def delete(name: str, properties: Properties) -> None:
        record = _CLUSTERS.get(name) or {}
        group = (record.get("resourcesVpcConfig") or {}).get("clusterSecurityGroupId")
        original(name, properties)
        if group:
            own_client("ec2").delete_security_group(GroupId=group)

    return delete
