"""WorkflowTaskResults: what a step's executor reports, with the rights of the pod's account."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, cast

import yaml
from lightkube import Client
from lightkube.core.resource import NamespacedResource
from lightkube.generic_resource import create_namespaced_resource
from lightkube.resources.core_v1 import Pod
from lightkube.types import PatchType

from rehearsal.cluster.agent.steps.step import PREFIX, Step
from rehearsal.cluster.api_errors import CONFLICT, suppress_codes
from rehearsal.cluster.client import client_of
from rehearsal.cluster.objects import namespace_of
from rehearsal.cluster.provisions import Provisions

_COMPLETED = f"{PREFIX}/report-outputs-completed"
_KIND = "WorkflowTaskResult"
_TaskResult = cast(
    "type[NamespacedResource]",
    create_namespaced_resource("argoproj.io", "v1alpha1", _KIND, "workflowtaskresults"),
)


class TaskResult:
    """The result of one step, which carries the name of the workflow's node."""

    def __init__(self, step: Step, pod: Pod, provisions: Provisions) -> None:
        self._step = step
        self._pod = pod
        self._namespace = namespace_of(pod)
        self._provisions = provisions
        self._has_begun = False

    @cached_property
    def _client(self) -> Client:
        """A client with the rights of the pod's account, and no other."""
        return client_of(yaml.safe_load(self._provisions.kubeconfig_of(self._pod)))

    def begin(self) -> None:
        """Say that the step's outputs are still to come."""
        owner = self._step.owner
        named = {"apiVersion": owner.apiVersion, "kind": owner.kind, "name": owner.name}
        content = {
            "apiVersion": "argoproj.io/v1alpha1",
            "kind": _KIND,
            "metadata": {
                "name": self._step.node_id,
                "namespace": self._namespace,
                "labels": {**self._step.labels, _COMPLETED: "false"},
                "ownerReferences": [{**named, "uid": owner.uid}],
            },
        }
        with suppress_codes(CONFLICT):
            self._client.create(_TaskResult.from_dict(content))  # type: ignore[attr-defined]
        self._has_begun = True

    def report(self, outputs: Sequence[Mapping[str, Any]]) -> None:
        """Report the output parameters, and that there are no more to come."""
        if not self._has_begun:
            self.begin()
        if outputs:
            self._patch({"outputs": {"parameters": [dict(one) for one in outputs]}})
        self.complete()

    def complete(self) -> None:
        """Say that there are no more outputs to come."""
        self._patch({"metadata": {"labels": {_COMPLETED: "true"}}})

    def close(self) -> None:
        if "_client" in self.__dict__:
            self._client.close()

    def _patch(self, content: Mapping[str, Any]) -> None:
        self._client.patch(
            _TaskResult,
            self._step.node_id,
            dict(content),
            namespace=self._namespace,
            patch_type=PatchType.MERGE,
        )
