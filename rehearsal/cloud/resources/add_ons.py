"""EKS add-ons: a record in EKS, and what each puts into the cluster."""

from typing import Any

from catalog import add_on
from rehearsal.cloud.clients import own_client
from rehearsal.cloud.control_planes import ControlPlanes
from rehearsal.cloud.patches.cloudformation import CreatedResource, Properties, ResourceHandler
from rehearsal.cloud.patches.eks_versions import fitting
from rehearsal.cloud.resources.health import await_deployments
from rehearsal.cluster import addons

_NAMESPACE = "kube-system"
_CHANGING = {"AddonVersion": "addonVersion", "ConfigurationValues": "configurationValues"}


def handlers(planes: ControlPlanes) -> dict[str, ResourceHandler]:
    """Let an add-on be complete only when its pods serve, which takes nodes to run on."""

    def create(properties: Properties) -> CreatedResource:
        cluster, name = properties["ClusterName"], properties["AddonName"]
        eks = own_client("eks")
        version = fitting(eks.describe_cluster(name=cluster)["cluster"]["version"])
        given = {"addonVersion": version} | _configuration(properties)
        eks.create_addon(clusterName=cluster, addonName=name, **given)
        for identity in properties.get("PodIdentityAssociations", ()):
            _associate(cluster, identity)
        plane = planes.of(cluster)
        addons.install(plane, name, given["addonVersion"])
        deployments = [pods.name for pods in add_on(name).pods if pods.kind == "Deployment"]
        await_deployments(plane.client(), _NAMESPACE, deployments, of=name)
        return _made(cluster, name)

    def update(physical_id: str, old: Properties, new: Properties) -> CreatedResource:
        cluster, name = physical_id.split("|")
        if (new["ClusterName"], new["AddonName"]) != (cluster, name):
            return create(new)
        for identity in old.get("PodIdentityAssociations", ()):
            _dissociate(cluster, identity)
        for identity in new.get("PodIdentityAssociations", ()):
            _associate(cluster, identity)
        own_client("eks").update_addon(clusterName=cluster, addonName=name, **_configuration(new))
        return _made(cluster, name)

    def delete(physical_id: str, properties: Properties) -> None:
        cluster, name = physical_id.split("|")
        addons.remove(planes.of(cluster), name)
        for identity in properties.get("PodIdentityAssociations", ()):
            _dissociate(cluster, identity)
        own_client("eks").delete_addon(clusterName=cluster, addonName=name)

    return {"AWS::EKS::Addon": ResourceHandler(create=create, update=update, delete=delete)}


def _configuration(properties: Properties) -> dict[str, Any]:
    return {ours: properties[theirs] for theirs, ours in _CHANGING.items() if theirs in properties}


def _associate(cluster: str, identity: Properties) -> None:
    own_client("eks").create_pod_identity_association(
        clusterName=cluster,
        namespace=_NAMESPACE,
        serviceAccount=identity["ServiceAccount"],
        roleArn=identity["RoleArn"],
    )


def _dissociate(cluster: str, identity: Properties) -> None:
    eks = own_client("eks")
    for association in eks.list_pod_identity_associations(
        clusterName=cluster, namespace=_NAMESPACE, serviceAccount=identity["ServiceAccount"]
    )["associations"]:
        eks.delete_pod_identity_association(
            clusterName=cluster, associationId=association["associationId"]
        )


def _made(cluster: str, name: str) -> CreatedResource:
    record = own_client("eks").describe_addon(clusterName=cluster, addonName=name)["addon"]
    return CreatedResource(physical_id=f"{cluster}|{name}", attributes={"Arn": record["addonArn"]})
