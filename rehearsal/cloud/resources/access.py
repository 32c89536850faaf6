"""Who may do what in a cluster: EKS access entries, and IAM roles of pods."""

from collections.abc import Mapping
from typing import Any

from rehearsal.cloud.clients import own_client
from rehearsal.cloud.patches.cloudformation import CreatedResource, Properties, ResourceHandler


def _create_entry(properties: Properties) -> CreatedResource:
    entry = own_client("eks").create_access_entry(
        **_principal(properties),
        type=properties.get("Type", "STANDARD"),
        **_subject(properties),
    )["accessEntry"]
    for policy in properties.get("AccessPolicies", ()):
        _grant(properties, policy)
    return _entry(properties, entry["accessEntryArn"])


def _update_entry(physical_id: str, old: Properties, new: Properties) -> CreatedResource:
    if (_principal(old), old.get("Type")) != (_principal(new), new.get("Type")):
        if _principal(old) == _principal(new):
            _delete_entry(physical_id, old)
        return _create_entry(new)
    eks = own_client("eks")
    eks.update_access_entry(**_principal(new), **_subject(new))
    kept = {policy["PolicyArn"] for policy in new.get("AccessPolicies", ())}
    for policy in old.get("AccessPolicies", ()):
        if policy["PolicyArn"] not in kept:
            eks.disassociate_access_policy(**_principal(old), policyArn=policy["PolicyArn"])
    for policy in new.get("AccessPolicies", ()):
        _grant(new, policy)
    entry = eks.describe_access_entry(**_principal(new))["accessEntry"]
    return _entry(new, entry["accessEntryArn"])


def _delete_entry(_physical_id: str, properties: Properties) -> None:
    own_client("eks").delete_access_entry(**_principal(properties))


def _principal(properties: Properties) -> dict[str, str]:
    return {
        "clusterName": properties["ClusterName"],
        "principalArn": properties["PrincipalArn"],
    }


def _subject(properties: Properties) -> dict[str, Any]:
    subject: dict[str, Any] = {"kubernetesGroups": properties.get("KubernetesGroups", [])}
    if "Username" in properties:
        subject["username"] = properties["Username"]
    return subject


def _grant(properties: Properties, policy: Mapping[str, Any]) -> None:
    scope = policy["AccessScope"]
    own_client("eks").associate_access_policy(
        **_principal(properties),
        policyArn=policy["PolicyArn"],
        accessScope={"type": scope["Type"], "namespaces": scope.get("Namespaces", [])},
    )


def _entry(properties: Properties, arn: str) -> CreatedResource:
    return CreatedResource(
        physical_id=f"{properties['PrincipalArn']}|{properties['ClusterName']}",
        attributes={"AccessEntryArn": arn},
    )


def _associate(properties: Properties) -> CreatedResource:
    association = own_client("eks").create_pod_identity_association(
        clusterName=properties["ClusterName"],
        namespace=properties["Namespace"],
        serviceAccount=properties["ServiceAccount"],
        roleArn=properties["RoleArn"],
    )["association"]
    return _association(association)


def _reassociate(arn: str, old: Properties, new: Properties) -> CreatedResource:
    fixed = ("ClusterName", "Namespace", "ServiceAccount")
    if any(old[name] != new[name] for name in fixed):
        return _associate(new)
    association = own_client("eks").update_pod_identity_association(
        clusterName=new["ClusterName"], associationId=_id_in(arn), roleArn=new["RoleArn"]
    )["association"]
    return _association(association)


def _dissociate(arn: str, properties: Properties) -> None:
    own_client("eks").delete_pod_identity_association(
        clusterName=properties["ClusterName"], associationId=_id_in(arn)
    )


def _association(association: Mapping[str, str]) -> CreatedResource:
    arn, name = association["associationArn"], association["associationId"]
    return CreatedResource(
        physical_id=arn, attributes={"AssociationArn": arn, "AssociationId": name}
    )


def _id_in(arn: str) -> str:
    return arn.rpartition("/")[2]


HANDLERS = {
    "AWS::EKS::AccessEntry": ResourceHandler(
        create=_create_entry, update=_update_entry, delete=_delete_entry
    ),
    "AWS::EKS::PodIdentityAssociation": ResourceHandler(
        create=_associate, update=_reassociate, delete=_dissociate
    ),
}
