"""Production on a rehearsal of its own: what the drills here work on."""

import json
from collections import Counter
from dataclasses import dataclass

from lightkube import Client

from rehearsal.cloud.images import Behaviour, push
from rehearsal.cluster.objects import spec_of
from settings.systems import systems
from tests.rehearsal.avadot.workloads import AUDIO2FACE, Workloads
from tests.rehearsal.checkout import Checkout
from tests.rehearsal.edits import SettingEdit

STACK = "AvadotProd"
STACKS = ("AvadotProdNetwork", "AvadotProdData", "AvadotProdCluster", STACK)
REGION = "ap-northeast-2"
ZONES = ("ap-northeast-2a", "ap-northeast-2c")

_FUNCTION_LOGS = "/aws/lambda/"
_KUBECTL_HANDLER = "KubectlProviderHandler"


@dataclass(frozen=True, kw_only=True)
class Drill:
    """The copy of the tree that was deployed, and what runs because of it."""

    checkout: Checkout
    avadot: Workloads

    def client(self) -> Client:
        """Return the client that all drills share, which the rehearsal's own drills ask for."""
        return self.avadot.client

    def bad_image(self, name: str, behaviour: Behaviour) -> SettingEdit:
        """Push an image whose program behaves so, and return the edit that pins it."""
        repository = _image(name, "repository").current(systems())
        digest = push(self.checkout.cloud.client("ecr", REGION), repository, behaviour)
        return _image(name, "digest", digest)

    def missing_image(self, name: str) -> SettingEdit:
        """Return the edit that pins an image that nobody has pushed."""
        return _image(name, "digest", f"sha256:{'0' * 64}")

    def model_store(self, option: str) -> set[str]:
        """Return what the Audio2Face pods are told of their models, as `--bucket`."""
        arguments = [
            container.args or []
            for pod in self.avadot.pods(AUDIO2FACE)
            for container in spec_of(pod).initContainers or []
        ]
        return {given[given.index(option) + 1] for given in arguments if option in given}

    def status(self, stack: str) -> str:
        cloudformation = self.checkout.cloud.client("cloudformation", REGION)
        (found,) = cloudformation.describe_stacks(StackName=stack)["Stacks"]
        return str(found["StackStatus"])

    def invocations(self) -> Counter[str]:
        """Count how often each Lambda function has been called, by its log."""
        return Counter(
            {
                function: sum(message.startswith("START ") for message in messages)
                for function, messages in self._function_logs().items()
            }
        )

    def applied(self) -> list[str]:
        """Return the resources that the kubectl handler was asked to apply, first to last."""
        (messages,) = (
            messages
            for function, messages in self._function_logs().items()
            if _KUBECTL_HANDLER in function
        )
        requests = (json.loads(text) for text in messages if text.startswith('{"RequestType"'))
        return [request["LogicalResourceId"] for request in requests]

    def _function_logs(self) -> dict[str, list[str]]:
        logs = self.checkout.cloud.client("logs", REGION)
        groups = logs.get_paginator("describe_log_groups")
        events = logs.get_paginator("filter_log_events")
        return {
            group["logGroupName"]: [
                event["message"]
                for answer in events.paginate(logGroupName=group["logGroupName"])
                for event in answer["events"]
            ]
            for page in groups.paginate(logGroupNamePrefix=_FUNCTION_LOGS)
            for group in page["logGroups"]
        }


def _image(workload: str, field: str, value: str = "") -> SettingEdit:
    where = "audio2face" if workload == AUDIO2FACE else f"services[{workload}]"
    return SettingEdit(system=STACK, path=f"{where}.image.{field}", value=value)
