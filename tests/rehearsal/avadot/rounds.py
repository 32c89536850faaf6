"""Deploys development and destroys it again, in an order that a seed decides."""

import json
import shlex
import sys
import time
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError
from lightkube import Client, KubeConfig
from lightkube.resources.core_v1 import Namespace, PersistentVolume

from rehearsal.cloud.guard import ACCOUNT
from rehearsal.cluster.waiting import in_time
from rehearsal.command.up import kubeconfig_of
from tests.rehearsal import quick_aws
from tests.rehearsal.avadot.workloads import names
from tests.rehearsal.checkout import Checkout
from tests.rehearsal.records import read_records
from tests.rehearsal.waiting import until

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
    """A rehearsal in which one round follows the other."""

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
        """Deploy and destroy all stacks, and look at what is left in between and at the end."""
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
        """Return where cdk has put the template."""
        manifest = json.loads((self._checkout.run / "cdk.out" / "manifest.json").read_text())
        properties: Any = manifest["artifacts"][stack]["properties"]
        place = properties["stackTemplateAssetObjectUrl"].replace("${AWS::AccountId}", ACCOUNT)
        return f"https://s3.{REGION}.amazonaws.com/{place.removeprefix('s3://')}"

    def _check_cluster(self) -> None:
        """Expect that the workloads' namespace and volumes go while the cluster still stands."""
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
    """Let the kubectl handler find the quick `aws` first."""
    command = shlex.join([sys.executable, "-I", "-S", str(quick_aws.__file__)])
    (checkout.run / "bin" / "aws").write_text(f'#!/bin/sh\nexec {command} "$@"\n')
