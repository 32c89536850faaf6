"""Managed node groups: a record in EKS, and nodes in the cluster behind it."""

from collections.abc import Mapping, Sequence
from typing import Any

from lightkube.resources.core_v1 import Node
from ministack.services import eks

from rehearsal.cloud.clients import own_client
from rehearsal.cloud.control_planes import ControlPlanes
from rehearsal.cloud.patches import private
from rehearsal.cloud.patches.cloudformation import CreatedResource, Properties, ResourceHandler
from rehearsal.cloud.patches.eks_versions import minor
from rehearsal.cloud.resources.health import await_nodes
from rehearsal.cluster.node_group import NODE_GROUP_LABEL
from rehearsal.cluster.nodes import NodeTaint, PlayedNodeGroup, drain, join, leave, renew
from rehearsal.cluster.objects import name_of
from rehearsal.toolchain import kubernetes_release

_NODE_GROUPS = private(eks, "_nodegroups")
_DRAIN_SECONDS = 60.0
"""EKS waits a quarter of an hour for pods that a disruption budget holds back; then it goes on."""
_EVICTION_SECONDS = 180.0
"""EKS gives up an update after a quarter of an hour in which a budget held a pod."""
_REPLACING = (
    "ClusterName",
    "NodegroupName",
    "InstanceTypes",
    "Subnets",
    "NodeRole",
    "AmiType",
    "CapacityType",
    "DiskSize",
)
"""Properties that EKS cannot change in a group; the emulator's own EKS cannot update at all."""
_VERSION = ("Version", "ReleaseVersion", "LaunchTemplate")
_CONFIGURATION = ("ScalingConfig", "UpdateConfig", "Labels", "Taints", "Tags")
"""Each group of properties is an operation of EKS; one runs at a time (aws-cdk#16644)."""


def handlers(planes: ControlPlanes) -> dict[str, ResourceHandler]:
    """Let a node group be complete only when its nodes are ready."""

    def create(properties: Properties) -> CreatedResource:
        cluster, name = properties["ClusterName"], properties["NodegroupName"]
        _require_version_of(cluster, properties)
        require_fitting(cluster, _versions(properties))
        own_client("eks").create_nodegroup(
            clusterName=cluster,
            nodegroupName=name,
            scalingConfig=_scaling(properties),
            subnets=properties["Subnets"],
            nodeRole=properties["NodeRole"],
            instanceTypes=properties["InstanceTypes"],
            labels=properties.get("Labels", {}),
            **_versions(properties),
        )
        _settle(planes, name, properties, _scaling(properties)["desiredSize"])
        return _made(cluster, name)

    def update(physical_id: str, old: Properties, new: Properties) -> CreatedResource:
        cluster, _, name = physical_id.partition("/")
        if _differ(old, new, _REPLACING):
            return create({"NodegroupName": f"{name}-new", **new})
        if _differ(old, new, _VERSION) and _differ(old, new, _CONFIGURATION):
            message = "Version and ReleaseVersion updates cannot be combined with other updates"
            raise ValueError(message)
        require_fitting(cluster, _versions(new))
        _NODE_GROUPS[physical_id] |= {"scalingConfig": _scaling(new)} | _versions(new)
        _relabel(planes, name, old, new)
        # A size that the template does not change may be another by now.
        size = None if _scaling(old) == _scaling(new) else _scaling(new)["desiredSize"]
        _settle(planes, name, new, size)
        if _differ(old, new, _VERSION):
            _renew(planes, name, new)
        return _made(cluster, name)

    def delete(physical_id: str, _properties: Properties) -> None:
        cluster, _, name = physical_id.partition("/")
        plane = planes.of(cluster)
        nodes = plane.client().list(Node, labels={NODE_GROUP_LABEL: name})
        drain(plane.client(), set(map(name_of, nodes)), _DRAIN_SECONDS)
        leave(plane, name)
        own_client("eks").delete_nodegroup(clusterName=cluster, nodegroupName=name)

    handler = ResourceHandler(
        create=create, update=update, delete=delete, name="NodegroupName", replaces=True
    )
    return {"AWS::EKS::Nodegroup": handler}


def _require_version_of(cluster: str, properties: Properties) -> None:
    """Refuse a new group whose version is not its cluster's: it could only be changed later."""
    version = own_client("eks").describe_cluster(name=cluster)["cluster"]["version"]
    if properties.get("Version", version) != version:
        message = f"Requested Nodegroup kubernetes version is not {version}, its cluster's"
        raise ValueError(message)


def require_fitting(cluster: str, versions: Mapping[str, str]) -> None:
    """Refuse nodes that are newer than their cluster, and an image of another version.

    EKS says the latter in these words (eksctl#7976).
    """
    control_plane = own_client("eks").describe_cluster(name=cluster)["cluster"]["version"]
    version = versions.get("version", control_plane)
    if minor(version) > minor(control_plane):
        message = f"Requested Nodegroup kubernetes version {version} is newer than its cluster's"
        raise ValueError(message)
    release = versions.get("releaseVersion", f"{version}.")
    if not release.startswith(f"{version}."):
        message = (
            f"Requested release version {release} is not valid for kubernetes version {version}"
        )
        raise ValueError(message)


def _versions(properties: Properties) -> dict[str, str]:
    given = {"version": "Version", "releaseVersion": "ReleaseVersion"}
    return {ours: str(properties[name]) for ours, name in given.items() if name in properties}


def _kubelet(cluster: str, group: str) -> str:
    """Return the release of the kubelet that a group's machines have."""
    record = _NODE_GROUPS[f"{cluster}/{group}"]
    image: str = record["releaseVersion"]
    return image.partition("-")[0] or kubernetes_release(record["version"])


def _differ(old: Properties, new: Properties, names: Sequence[str]) -> bool:
    return any(old.get(name) != new.get(name) for name in names)


def _group(name: str, properties: Properties, size: int) -> PlayedNodeGroup:
    subnets = own_client("ec2").describe_subnets(SubnetIds=properties["Subnets"])["Subnets"]
    return PlayedNodeGroup(
        name=name,
        instance_type=properties["InstanceTypes"][0],
        size=size,
        zones=[subnet["AvailabilityZone"] for subnet in subnets],
        disk_gib=_disk(properties),
        labels=properties.get("Labels", {}),
        taints=_taints(properties),
        capacity_type=properties.get("CapacityType", "ON_DEMAND"),
        kubelet=_kubelet(properties["ClusterName"], name),
    )


def _renew(planes: ControlPlanes, name: str, properties: Properties) -> None:
    """Give a group new machines: those of a new version, image or launch template."""
    cluster = planes.of(properties["ClusterName"])

    def await_ready(names: Sequence[str]) -> None:
        await_nodes(cluster.client(), names)

    renew(cluster, _group(name, properties, 0), await_ready, _EVICTION_SECONDS)


def _settle(planes: ControlPlanes, name: str, properties: Properties, size: int | None) -> None:
    """Bring the cluster to the nodes that the properties ask for, and wait until they serve.

    Without a size the group keeps the nodes that it has.
    """
    cluster = planes.of(properties["ClusterName"])
    group = _group(name, properties, size or 0)
    if size is not None:
        await_nodes(cluster.client(), join(cluster, group))


def _relabel(planes: ControlPlanes, name: str, old: Properties, new: Properties) -> None:
    """Change labels and taints of the nodes that are there, as EKS does without replacing them."""
    before, after = old.get("Labels", {}), new.get("Labels", {})
    if (before, old.get("Taints")) == (after, new.get("Taints")):
        return
    client = planes.of(new["ClusterName"]).client()
    labels = {**dict.fromkeys(before), **after}
    taints = [taint.to_kubernetes().to_dict() for taint in _taints(new)]
    for node in client.list(Node, labels={NODE_GROUP_LABEL: name}):
        patch = {"metadata": {"labels": labels}, "spec": {"taints": taints}}
        client.patch(Node, name_of(node), patch)


def _scaling(properties: Properties) -> dict[str, int]:
    given = properties.get("ScalingConfig", {})
    minimum = int(given.get("MinSize", 1))
    return {
        "minSize": minimum,
        "maxSize": int(given.get("MaxSize", 2)),
        "desiredSize": int(given.get("DesiredSize", max(minimum, 1))),
    }


def _taints(properties: Properties) -> list[NodeTaint]:
    return [
        NodeTaint(key=taint["Key"], value=taint.get("Value", ""), effect=taint["Effect"])
        for taint in properties.get("Taints", ())
    ]


def _disk(properties: Properties) -> int:
    """Return the size of the root volume in GiB, which a launch template may say."""
    default = int(properties.get("DiskSize", 20))
    if not (template := properties.get("LaunchTemplate")):
        return default
    (version,) = own_client("ec2").describe_launch_template_versions(
        LaunchTemplateId=template["Id"], Versions=[str(template["Version"])]
    )["LaunchTemplateVersions"]
    volumes = version["LaunchTemplateData"].get("BlockDeviceMappings", [])
    return next((int(volume["Ebs"]["VolumeSize"]) for volume in volumes), default)


def _made(cluster: str, name: str) -> CreatedResource:
    record: Mapping[str, Any] = own_client("eks").describe_nodegroup(
        clusterName=cluster, nodegroupName=name
    )["nodegroup"]
    physical_id = f"{cluster}/{name}"
    attributes = {
        "Arn": record["nodegroupArn"],
        "ClusterName": cluster,
        "Id": physical_id,
        "NodegroupName": name,
    }
    return CreatedResource(physical_id=physical_id, attributes=attributes)
