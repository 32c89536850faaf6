"""VPC resources that the emulator's CloudFormation lacks; each is made by the public EC2 call."""

from collections.abc import Mapping, Sequence
from typing import Any

from rehearsal.cloud.resources.handler import Handler, Made, Properties, aws, register


def register_network() -> None:
    """Add elastic addresses, NAT gateways, flow logs and security group rules."""
    register("AWS::EC2::EIP", Handler(create=_allocate, delete=_release))
    register("AWS::EC2::NatGateway", Handler(create=_create_nat, delete=_delete_nat))
    register("AWS::EC2::FlowLog", Handler(create=_create_flow_log, delete=_delete_flow_log))
    for direction in ("ingress", "egress"):
        register(f"AWS::EC2::SecurityGroup{direction.capitalize()}", _rule_handler(direction))


def _allocate(properties: Properties) -> Made:
    address = aws("ec2").allocate_address(Domain="vpc", **_tags("elastic-ip", properties))
    return Made(
        physical_id=address["PublicIp"],
        attributes={"AllocationId": address["AllocationId"], "PublicIp": address["PublicIp"]},
    )


def _release(public_ip: str, _properties: Properties) -> None:
    for address in aws("ec2").describe_addresses()["Addresses"]:
        if address["PublicIp"] == public_ip:
            aws("ec2").release_address(AllocationId=address["AllocationId"])


def _create_nat(properties: Properties) -> Made:
    known = ("SubnetId", "AllocationId", "ConnectivityType")
    gateway = aws("ec2").create_nat_gateway(
        **_only(properties, known), **_tags("natgateway", properties)
    )["NatGateway"]
    name = gateway["NatGatewayId"]
    return Made(physical_id=name, attributes={"NatGatewayId": name})


def _delete_nat(gateway: str, _properties: Properties) -> None:
    aws("ec2").delete_nat_gateway(NatGatewayId=gateway)


def _create_flow_log(properties: Properties) -> Made:
    known = (
        "ResourceType",
        "TrafficType",
        "LogDestination",
        "LogDestinationType",
        "LogGroupName",
        "DeliverLogsPermissionArn",
    )
    answer = aws("ec2").create_flow_logs(
        ResourceIds=[properties["ResourceId"]],
        **_only(properties, known),
        **_tags("vpc-flow-log", properties),
    )
    (name,) = answer["FlowLogIds"]
    return Made(physical_id=name, attributes={"Id": name})


def _delete_flow_log(flow_log: str, _properties: Properties) -> None:
    aws("ec2").delete_flow_logs(FlowLogIds=[flow_log])


def _rule_handler(direction: str) -> Handler:
    """Handle one rule that stands outside its group, as rules between stacks do."""

    def create(properties: Properties) -> Made:
        authorize = getattr(aws("ec2"), f"authorize_security_group_{direction}")
        answer = authorize(GroupId=properties["GroupId"], IpPermissions=[_permission(properties)])
        (rule,) = answer["SecurityGroupRules"]
        name = rule["SecurityGroupRuleId"]
        return Made(physical_id=name, attributes={"Id": name})

    def delete(rule: str, properties: Properties) -> None:
        revoke = getattr(aws("ec2"), f"revoke_security_group_{direction}")
        revoke(GroupId=properties["GroupId"], SecurityGroupRuleIds=[rule])

    return Handler(create=create, delete=delete)


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
