"""Avadot's production: what the drills here ask of it."""

import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import ClassVar

from rehearsal.cluster.objects import spec_of
from tests.rehearsal.avadot.workloads import AUDIO2FACE, Workloads
from tests.rehearsal.drill import Drill, stacks_of
from tests.rehearsal.edits import Edit

STACK = "AvadotProd"
STACKS = stacks_of(STACK)
REGION = "ap-northeast-2"
ZONES = ("ap-northeast-2a", "ap-northeast-2c")

_UNINTERRUPTED = re.compile("all [0-9]+ Services had a ready endpoint all the time")
_FUNCTION_LOGS = "/aws/lambda/"
_KUBECTL_HANDLER = "KubectlProviderHandler"


@dataclass(frozen=True, kw_only=True)
class AvadotDrill(Drill):
    system: ClassVar[str] = STACK

    @property
    def avadot(self) -> Workloads:
        return Workloads(client=self.kubernetes)

    def setting_of(self, workload: str) -> str:
        return "audio2face" if workload == AUDIO2FACE else f"services[{workload}]"

    def deploy_without_a_gap(self, *edits: Edit) -> None:
        """Deploy with these edits, which stay: the next one must not take them back."""
        self.checkout.edit(*edits)
        said = self.checkout.up(STACK).must_succeed()
        assert _UNINTERRUPTED.search(said), said

    def model_store(self, option: str) -> set[str]:
        """Return what the Audio2Face pods are told of their models, as `--bucket`."""
        arguments = [
            container.args or []
            for pod in self.avadot.pods(AUDIO2FACE)
            for container in spec_of(pod).initContainers or []
        ]
        return {given[given.index(option) + 1] for given in arguments if option in given}

    def invocations(self) -> Counter[str]:
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
