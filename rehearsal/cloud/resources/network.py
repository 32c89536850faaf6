"""VPC resources that the emulator's CloudFormation lacks; each is made by the public EC2 call."""

from collections.abc import Mapping, Sequence
from typing import Any

from rehearsal.cloud.clients import own_client
from rehearsal.cloud.patches.cloudformation import CreatedResource, Properties, ResourceHandler


def _allocate(properties: Properties) -> CreatedResource:
    address = own_client("ec2").allocate_address(Domain="vpc", **_tags("elastic-ip", properties))
    return CreatedResource(
        physical_id=address["PublicIp"],
        attributes={"AllocationId": address["AllocationId"], "PublicIp": address["PublicIp"]},
    )


def _release(public_ip: str, _properties: Properties) -> None:
    for address in own_client("ec2").describe_addresses()["Addresses"]:
        if address["PublicIp"] == public_ip:
            own_client("ec2").release_address(AllocationId=address["AllocationId"])


def _create_nat(properties: Properties) -> CreatedResource:
    known = ("SubnetId", "AllocationId", "ConnectivityType")
    gateway = own_client("ec2").create_nat_gateway(
        **_only(properties, known), **_tags("natgateway", properties)
    )["NatGateway"]
    name = gateway["NatGatewayId"]
    return CreatedResource(physical_id=name, attributes={"NatGatewayId": name})


def _delete_nat(gateway: str, _properties: Properties) -> None:
    own_client("ec2").delete_nat_gateway(NatGatewayId=gateway)


def _create_flow_log(properties: Properties) -> CreatedResource:
    known = (
        "ResourceType",
        "TrafficType",
        "LogDestination",
        "LogDestinationType",
        "LogGroupName",
        "DeliverLogsPermissionArn",
    )
    answer = own_client("ec2").create_flow_logs(
        ResourceIds=[properties["ResourceId"]],
        **_only(properties, known),
        **_tags("vpc-flow-log", properties),
    )
    (name,) = answer["FlowLogIds"]
    return CreatedResource(physical_id=name, attributes={"Id": name})


def _delete_flow_log(flow_log: str, _properties: Properties) -> None:
    own_client("ec2").delete_flow_logs(FlowLogIds=[flow_log])


def _rule_handler(direction: str) -> ResourceHandler:
    """Handle one rule that stands outside its group, as rules between stacks do."""

    def create(properties: Properties) -> CreatedResource:
        authorize = getattr(own_client("ec2"), f"authorize_security_group_{direction}")
        answer = authorize(GroupId=properties["GroupId"], IpPermissions=[_permission(properties)])
        (rule,) = answer["SecurityGroupRules"]
        name = rule["SecurityGroupRuleId"]
        return CreatedResource(physical_id=name, attributes={"Id": name})

    def delete(rule: str, properties: Properties) -> None:
        revoke = getattr(own_client("ec2"), f"revoke_security_group_{direction}")
        revoke(GroupId=properties["GroupId"], SecurityGroupRuleIds=[rule])

    return ResourceHandler(create=create, delete=delete)


def _permission(properties: Properties) -> dict[str, Any]:
    described = _only(properties, ("Description",))
    permission: dict[str, Any] = {"IpProtocol": str(properties["IpProtocol"])}
    permission |= {
        port: int(properties[port]) for port in ("FromPort", "ToPort") if port in properties
    }
    if "CidrIp" in properties:
        permission["IpRanges"] = [{"CidrIp": properties["CidrIp"], **described}]
    if "CidrIpv6" in properties:
        permission["Ipv6Ranges"] = [{"CidrIpv6": properties["CidrIpv6"], **described}]
    for end in ("Source", "Destination"):
        if group := properties.get(f"{end}SecurityGroupId"):
            permission["UserIdGroupPairs"] = [{"GroupId": group, **described}]
        if prefixes := properties.get(f"{end}PrefixListId"):
            permission["PrefixListIds"] = [{"PrefixListId": prefixes, **described}]
    return permission


def _only(properties: Properties, names: Sequence[str]) -> dict[str, Any]:
    return {name: properties[name] for name in names if name in properties}


def _tags(resource_type: str, properties: Properties) -> Mapping[str, Any]:
    if not (tags := properties.get("Tags")):
        return {}
    return {"TagSpecifications": [{"ResourceType": resource_type, "Tags": tags}]}


HANDLERS = {
    "AWS::EC2::EIP": ResourceHandler(create=_allocate, delete=_release),
    "AWS::EC2::NatGateway": ResourceHandler(create=_create_nat, delete=_delete_nat),
    "AWS::EC2::FlowLog": ResourceHandler(create=_create_flow_log, delete=_delete_flow_log),
    "AWS::EC2::SecurityGroupIngress": _rule_handler("ingress"),
    "AWS::EC2::SecurityGroupEgress": _rule_handler("egress"),
}
