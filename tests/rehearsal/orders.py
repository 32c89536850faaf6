"""Deploys and destroys a system in orders of creation, and looks for what stays of it."""

import json
import subprocess
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import cycle
from random import Random

import pytest
from botocore.exceptions import ClientError
from lightkube.resources.core_v1 import Namespace, PersistentVolume

from rehearsal.cloud.emulator import Emulator
from rehearsal.cloud.guard import ACCOUNT
from rehearsal.cluster.client import client_of
from rehearsal.cluster.objects import name_of
from rehearsal.cluster.waiting import in_time
from rehearsal.command.assembly import StackArtifact, read_stacks, with_foundations
from rehearsal.command.up import kubeconfig_of
from settings.system import System
from settings.systems import registry_stack
from tests.rehearsal.checkout import Checkout
from tests.rehearsal.waiting import until

_SEEDS = 10_000


def seeds(config: pytest.Config, systems: Sequence[type[System]]) -> list[tuple[type[System], int]]:
    """Return which system is tried with which seeds, system by system.

    Those that `--seeds` names are for each system; else `--orders` of them are shared out.
    """
    if named := config.getoption("--seeds"):
        return [(system, int(seed)) for system in systems for seed in named.split(",")]
    head = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=False)
    commit = head.stdout.strip()  # empty in a tree without a repository
    return share_out(systems, config.getoption("--orders"), commit)


def share_out(
    systems: Sequence[type[System]], orders: int, commit: str
) -> list[tuple[type[System], int]]:
    """Draw seeds from a commit, other ones with each, and at least one for each system.

    A commit has the same every time; a failure is repeated by its seed, which its name shows.
    """
    drawn = Random(commit).sample(range(_SEEDS), max(orders, len(systems)))  # noqa: S311 - no secret
    shares = list(zip(cycle(systems), drawn))
    return sorted(shares, key=lambda share: systems.index(share[0]))


_LISTS = (
    # type, service, call, list in the answer, name in the entry, if it is not the entry itself
    ("AWS::ApiGatewayV2::Api", "apigatewayv2", "get_apis", "Items", "ApiId"),
    ("AWS::CloudWatch::Alarm", "cloudwatch", "describe_alarms", "MetricAlarms", "AlarmName"),
    ("AWS::EC2::EIP", "ec2", "describe_addresses", "Addresses", "AllocationId"),
    ("AWS::EC2::FlowLog", "ec2", "describe_flow_logs", "FlowLogs", "FlowLogId"),
    ("AWS::EC2::NatGateway", "ec2", "describe_nat_gateways", "NatGateways", "NatGatewayId"),
    ("AWS::EC2::SecurityGroup", "ec2", "describe_security_groups", "SecurityGroups", "GroupId"),
    ("AWS::EC2::Subnet", "ec2", "describe_subnets", "Subnets", "SubnetId"),
    ("AWS::EC2::Volume", "ec2", "describe_volumes", "Volumes", "VolumeId"),
    ("AWS::EC2::VPC", "ec2", "describe_vpcs", "Vpcs", "VpcId"),
    ("AWS::EKS::Cluster", "eks", "list_clusters", "clusters", ""),
    (
        *("AWS::ElastiCache::ReplicationGroup", "elasticache", "describe_replication_groups"),
        *("ReplicationGroups", "ReplicationGroupId"),
    ),
    (
        *("AWS::ElasticLoadBalancingV2::LoadBalancer", "elbv2", "describe_load_balancers"),
        *("LoadBalancers", "LoadBalancerArn"),
    ),
    (
        *("AWS::ElasticLoadBalancingV2::TargetGroup", "elbv2", "describe_target_groups"),
        *("TargetGroups", "TargetGroupArn"),
    ),
    ("AWS::Events::Rule", "events", "list_rules", "Rules", "Name"),
    ("AWS::IAM::Role", "iam", "list_roles", "Roles", "RoleName"),
    ("AWS::Lambda::Function", "lambda", "list_functions", "Functions", "FunctionName"),
    ("AWS::RDS::DBInstance", "rds", "describe_db_instances", "DBInstances", "DBInstanceIdentifier"),
    ("AWS::S3::Bucket", "s3", "list_buckets", "Buckets", "Name"),
    ("AWS::SNS::Topic", "sns", "list_topics", "Topics", "TopicArn"),
    ("AWS::SQS::Queue", "sqs", "list_queues", "QueueUrls", ""),
    ("AWS::SecretsManager::Secret", "secretsmanager", "list_secrets", "SecretList", "Name"),
    (
        *("AWS::StepFunctions::StateMachine", "stepfunctions", "list_state_machines"),
        *("stateMachines", "name"),
    ),
)
"""All that a system makes and that would cost or block if it stayed."""
_TYPES = {kind for kind, *_ in _LISTS}

Records = frozenset[tuple[str, str]]
"""Type and name of everything that stands."""


def read_records(cloud: Emulator, region: str) -> Records:
    return frozenset(_read(cloud, region))


def _read(cloud: Emulator, region: str) -> Iterator[tuple[str, str]]:
    for kind, service, call, entries, name in _LISTS:
        for entry in getattr(cloud.client(service, region), call)().get(entries, ()):
            if not name:
                yield kind, entry
            elif entry.get("State") != "deleted":  # AWS shows a deleted gateway for an hour
                yield kind, entry[name]


_SECONDS_BETWEEN_LOOKS = 0.1
_SECONDS_TO_STOP = 60


class OrderDrill:
    """A rehearsal of its own, with the registry that one environment of a system needs."""

    def __init__(self, checkout: Checkout, system: System) -> None:
        self._checkout = checkout
        self._system = system
        checkout.up(registry_stack(type(system))).must_succeed()
        self._cloud = checkout.cloud
        self._cloudformation = self._cloud.client("cloudformation", system.region)
        self._assembly = checkout.run / "cdk.out"
        self._stacks = with_foundations(read_stacks(self._assembly), system.name)
        self._before = read_records(self._cloud, system.region)
        self._is_published = False
        self._blocked_by: int | None = None

    def run(self, seed: int) -> None:
        """Deploy and destroy in a seed's order; fail with what went otherwise than it should."""
        assert self._blocked_by is None, f"not tried: seed {self._blocked_by} left its stacks"
        self._blocked_by = seed
        (self._checkout.run / "seed").write_text(str(seed))
        self._deploy()
        self._destroy()
        self._blocked_by = None

    def _deploy(self) -> None:
        """Let cdk deploy the first time, which publishes what the templates need; then do it here.

        CloudFormation takes the same templates either way, and cdk's own time is saved.
        """
        if self._is_published:
            for stack in self._stacks:
                self._create(stack)
        else:
            self._checkout.cdk(
                *("deploy", self._system.name, "--require-approval", "never"),
                *("--app", str(self._assembly)),
            ).must_succeed()
            self._is_published = True

    def _destroy(self) -> None:
        lacking = self._expected() - Counter(kind for kind, _ in self._made())
        # Or its absence afterwards would prove nothing.
        assert not lacking, f"deployed, but lacking: {dict(lacking)}"
        *lower, top = self._stacks
        self._delete(top)
        self._check_cluster()
        for stack in reversed(lower):
            self._delete(stack)
        left = self._made()
        assert not left, f"destroyed, but left: {sorted(left)}"
        # A control plane stops behind the answer, as in AWS, and etcd last.
        has_stopped = in_time(
            lambda: not self._of_cluster(), _SECONDS_TO_STOP, look_every=_SECONDS_BETWEEN_LOOKS
        )
        assert has_stopped, f"destroyed, but still running: {self._of_cluster()}"

    def _expected(self) -> Counter[str]:
        resources = (one for stack in self._stacks for one in stack.template["Resources"].values())
        return Counter(one["Type"] for one in resources if one["Type"] in _TYPES)

    def _made(self) -> Records:
        return read_records(self._cloud, self._system.region) - self._before

    def _of_cluster(self) -> list[str]:
        return [line for line in self._checkout.processes() if self._system.cluster.name in line]

    def _create(self, stack: StackArtifact) -> None:
        self._cloudformation.create_stack(
            StackName=stack.name,
            TemplateURL=self._published(stack),
            Capabilities=["CAPABILITY_NAMED_IAM"],
        )
        self._expect(stack.name, "CREATE_COMPLETE")

    def _published(self, stack: StackArtifact) -> str:
        """Return where the first deploy has put the template, which may be too long to be sent."""
        manifest = json.loads((self._assembly / "manifest.json").read_text())
        url: str = manifest["artifacts"][stack.name]["properties"]["stackTemplateAssetObjectUrl"]
        place = url.replace("${AWS::AccountId}", ACCOUNT).removeprefix("s3://")
        return f"https://s3.{stack.region}.amazonaws.com/{place}"

    def _delete(self, stack: StackArtifact) -> None:
        self._cloudformation.delete_stack(StackName=stack.name)
        self._expect(stack.name, None)

    def _expect(self, stack: str, wanted: str | None) -> None:
        """Wait until a stack rests; fail with CloudFormation's reason if it is not as wanted."""
        while (status := self._status(stack)) and status.endswith("_IN_PROGRESS"):
            time.sleep(_SECONDS_BETWEEN_LOOKS)
        if status != wanted:
            events = self._cloudformation.describe_stack_events(StackName=stack)["StackEvents"]
            reasons = [one for one in reversed(events) if one["ResourceStatus"].endswith("_FAILED")]
            first = reasons[0] if reasons else {}
            what = f"{first.get('LogicalResourceId')}: {first.get('ResourceStatusReason')}"
            message = f"{stack} is {status}, not {wanted or 'gone'}: {what}"
            raise AssertionError(message)

    def _status(self, stack: str) -> str | None:
        try:
            (found,) = self._cloudformation.describe_stacks(StackName=stack)["Stacks"]
        except ClientError:
            return None
        return str(found["StackStatus"])

    def _check_cluster(self) -> None:
        client = client_of(kubeconfig_of(self._cloud, self._system.cluster.name))

        def is_empty() -> bool:
            namespaces = set(map(name_of, client.list(Namespace)))
            volumes = list(client.list(PersistentVolume))
            return namespaces.isdisjoint(self._system.namespaces) and not volumes

        try:
            until(is_empty, "namespaces and volumes are gone")
        finally:
            client.close()
