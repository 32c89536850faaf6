"""Instance profiles: CloudFormation knows them by their name, not by their ARN."""

from rehearsal.cloud.clients import own_client
from rehearsal.cloud.patches.cloudformation import CreatedResource, Properties, ResourceHandler


def _create(properties: Properties) -> CreatedResource:
    iam, name = own_client("iam"), properties["InstanceProfileName"]
    made = iam.create_instance_profile(InstanceProfileName=name, Path=properties.get("Path", "/"))[
        "InstanceProfile"
    ]
    for role in properties["Roles"]:
        iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=role)
    return CreatedResource(physical_id=name, attributes={"Arn": made["Arn"]})


def _delete(name: str, _properties: Properties) -> None:
    iam = own_client("iam")
    profile = iam.get_instance_profile(InstanceProfileName=name)["InstanceProfile"]
    for role in profile["Roles"]:
        iam.remove_role_from_instance_profile(InstanceProfileName=name, RoleName=role["RoleName"])
    iam.delete_instance_profile(InstanceProfileName=name)


HANDLERS = {
    "AWS::IAM::InstanceProfile": ResourceHandler(
        create=_create, delete=_delete, name="InstanceProfileName", replaces=True
    )
}
