"""Development comes up and goes away whole, whatever the order in which CloudFormation works."""

import json
import shlex
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from lightkube import Client, KubeConfig
from lightkube.resources.core_v1 import Namespace, PersistentVolume

from rehearsal.cloud.emulator import Emulator
from rehearsal.cloud.guard import ACCOUNT
from rehearsal.cluster.waiting import in_time
from rehearsal.command.up import kubeconfig_of
from tests.rehearsal import quick_aws
from tests.rehearsal.avadot.workloads import names
from tests.rehearsal.checkout import Checkout
from tests.rehearsal.conftest import Figure
from tests.rehearsal.orders import seeds
from tests.rehearsal.waiting import until

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


REGION = "ap-northeast-2"
STACKS = ("AvadotDevNetwork", "AvadotDevData", "AvadotDevCluster", "AvadotDev")

_CLUSTER = "avadot-dev-cluster"
_NAMESPACE = "avadot-dev"
_SECONDS_BETWEEN_LOOKS = 0.1
_SECONDS_TO_STOP = 60
_STANDING = {"Buckets", "DBInstances", "NatGateways", "ReplicationGroups", "Roles", "clusters"}
"""What must be found while the system stands, or its absence afterwards would prove nothing."""


@dataclass(frozen=True, kw_only=True)
class Round:
    """What came of one seed; `fault` is empty if all went well."""

    fault: str
    seconds: float


class Lane:
    def __init__(self, checkout: Checkout) -> None:
        self._checkout = checkout
        checkout.up("AvadotRegistry").must_succeed()
        self._cloud = checkout.cloud
        self._cloudformation = self._cloud.client("cloudformation", REGION)
        self._before = read_records(self._cloud, REGION)
        self._is_published = False
        self._blocked_by: int | None = None
        _use_quick_aws(checkout)

    def round(self, seed: int) -> Round:
        if self._blocked_by is not None:
            return Round(fault=f"not tried: seed {self._blocked_by} left its stacks", seconds=0)
        began = time.monotonic()
        (self._checkout.run / "seed").write_text(str(seed))
        try:
            self._deploy()
            self._destroy()
        except AssertionError as error:
            fault, self._blocked_by = str(error), seed
        else:
            fault = ""
        return Round(fault=fault, seconds=time.monotonic() - began)

    def _deploy(self) -> None:
        """Let cdk deploy the first time, which publishes what the templates need; then do it here.

        CloudFormation takes the same templates either way, and cdk's own time is saved.
        """
        if self._is_published:
            for stack in STACKS:
                self._create(stack)
        else:
            assembly = str(self._checkout.run / "cdk.out")
            self._checkout.cdk(
                *("deploy", STACKS[-1], "--require-approval", "never", "--app", assembly)
            ).must_succeed()
            self._is_published = True

    def _destroy(self) -> None:
        *lower, top = STACKS
        standing = {kind for kind, _ in read_records(self._cloud, REGION) - self._before}
        assert standing >= _STANDING, f"deployed, but no {_STANDING - standing}"
        self._delete(top)
        self._check_cluster()
        for stack in reversed(lower):
            self._delete(stack)
        left = read_records(self._cloud, REGION) - self._before
        assert not left, f"destroyed, but left: {sorted(left)}"
        # A control plane stops behind the answer, as in AWS, and etcd last.
        has_stopped = in_time(
            lambda: not self._of_cluster(), _SECONDS_TO_STOP, look_every=_SECONDS_BETWEEN_LOOKS
        )
        assert has_stopped, f"destroyed, but still running: {self._of_cluster()}"

    def _of_cluster(self) -> list[str]:
        return [line for line in self._checkout.processes() if _CLUSTER in line]

    def _create(self, stack: str) -> None:
        self._cloudformation.create_stack(
            StackName=stack,
            TemplateURL=self._template(stack),
            Capabilities=["CAPABILITY_NAMED_IAM"],
        )
        self._expect(stack, "CREATE_COMPLETE")

    def _delete(self, stack: str) -> None:
        self._cloudformation.delete_stack(StackName=stack)
        self._expect(stack, None)

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

    def _template(self, stack: str) -> str:
        manifest = json.loads((self._checkout.run / "cdk.out" / "manifest.json").read_text())
        properties: Any = manifest["artifacts"][stack]["properties"]
        place = properties["stackTemplateAssetObjectUrl"].replace("${AWS::AccountId}", ACCOUNT)
        return f"https://s3.{REGION}.amazonaws.com/{place.removeprefix('s3://')}"

    def _check_cluster(self) -> None:
        config = KubeConfig.from_file(kubeconfig_of(self._cloud, _CLUSTER))
        client = Client(config=config, trust_env=False)

        def is_empty() -> bool:
            volumes = list(client.list(PersistentVolume))
            return _NAMESPACE not in names(client.list(Namespace)) and not volumes

        try:
            until(is_empty, "namespace and volumes are gone", seconds=20)
        finally:
            client.close()


def _use_quick_aws(checkout: Checkout) -> None:
    command = shlex.join([sys.executable, "-I", "-S", str(quick_aws.__file__)])
    (checkout.run / "bin" / "aws").write_text(f'#!/bin/sh\nexec {command} "$@"\n')


pytestmark = [pytest.mark.rehearsal, pytest.mark.xdist_group("orders")]

_LANES = 2
"""Rehearsals side by side: a round waits as much as it works."""


@pytest.fixture(scope="module")
def checkouts(tools: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Checkout]]:
    made = [
        Checkout.copied_to(tmp_path_factory.mktemp("orders") / "tree", tools) for _ in range(_LANES)
    ]
    yield made
    for checkout in made:
        checkout.down().must_succeed()


@pytest.fixture(scope="module")
def rounds(request: pytest.FixtureRequest, checkouts: list[Checkout]) -> Mapping[int, Round]:
    seeds = [
        int(str(item.callspec.params["seed"]))
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.module is request.module
    ]
    lanes = [Lane(checkout) for checkout in checkouts]

    def run(number: int) -> dict[int, Round]:
        return {seed: lanes[number].round(seed) for seed in seeds[number::_LANES]}

    with ThreadPoolExecutor(_LANES) as pool:
        done: Sequence[dict[int, Round]] = list(pool.map(run, range(_LANES)))
    return {seed: result for lane in done for seed, result in lane.items()}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Try the orders of creation that the options name, else some drawn from the commit."""
    if "seed" in metafunc.fixturenames:
        metafunc.parametrize("seed", seeds(metafunc.config))


def test_deploys_and_leaves_nothing(rounds: Mapping[int, Round], figure: Figure, seed: int) -> None:
    """All four stacks come up in the seed's order, and nothing stays of them in its reverse."""
    result = rounds[seed]

    figure(f"order of seed {seed}, deployed and destroyed: {result.seconds:.0f} s")
    assert not result.fault
