"""What stands in the emulated account, to find what a destroy has left."""

from collections.abc import Iterator

from rehearsal.cloud.emulator import Emulator

_LISTS = (
    # service, call, list in the answer, name in the entry
    ("ec2", "describe_addresses", "Addresses", "AllocationId"),
    ("ec2", "describe_flow_logs", "FlowLogs", "FlowLogId"),
    ("ec2", "describe_security_groups", "SecurityGroups", "GroupId"),
    ("ec2", "describe_subnets", "Subnets", "SubnetId"),
    ("ec2", "describe_volumes", "Volumes", "VolumeId"),
    ("ec2", "describe_vpcs", "Vpcs", "VpcId"),
    ("elasticache", "describe_replication_groups", "ReplicationGroups", "ReplicationGroupId"),
    ("elbv2", "describe_load_balancers", "LoadBalancers", "LoadBalancerArn"),
    ("elbv2", "describe_target_groups", "TargetGroups", "TargetGroupArn"),
    ("iam", "list_roles", "Roles", "RoleName"),
    ("lambda", "list_functions", "Functions", "FunctionName"),
    ("rds", "describe_db_instances", "DBInstances", "DBInstanceIdentifier"),
    ("s3", "list_buckets", "Buckets", "Name"),
    ("secretsmanager", "list_secrets", "SecretList", "Name"),
    ("stepfunctions", "list_state_machines", "stateMachines", "name"),
)

Records = frozenset[tuple[str, str]]
"""Kind and name of everything that stands."""


def read_records(cloud: Emulator, region: str) -> Records:
    """Read all that a system makes and that would cost or block if it stayed."""
    return frozenset(_read(cloud, region))


def _read(cloud: Emulator, region: str) -> Iterator[tuple[str, str]]:
    for service, call, entries, name in _LISTS:
        answer = getattr(cloud.client(service, region), call)()
        yield from ((entries, entry[name]) for entry in answer[entries])
    gateways = cloud.client("ec2", region).describe_nat_gateways()["NatGateways"]
    # AWS shows a deleted gateway for an hour.
    yield from (("NatGateways", g["NatGatewayId"]) for g in gateways if g["State"] != "deleted")
    yield from (("clusters", n) for n in cloud.client("eks", region).list_clusters()["clusters"])
