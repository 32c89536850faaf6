"""What the pod of a step says: which step it is, what runs in it, what is to come of it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from lightkube.models.core_v1 import Container
from lightkube.models.meta_v1 import OwnerReference
from lightkube.resources.core_v1 import Pod

from rehearsal.cluster.objects import annotations_of, labels_of, metadata, spec_of, status_of

INIT, MAIN, WAIT = "init", "main", "wait"
PREFIX = "workflows.argoproj.io"
_NODE_ID, _NODE_NAME = f"{PREFIX}/node-id", f"{PREFIX}/node-name"
WORKFLOW = f"{PREFIX}/workflow"
_TEMPLATE, _DEADLINE, _INSTANCE = "ARGO_TEMPLATE", "ARGO_DEADLINE", "ARGO_INSTANCE_ID"
_EMISSARY, _END_OF_OPTIONS = "emissary", "--"
_GRACE_SECONDS = 30


def is_step(pod: Pod) -> bool:
    """Whether Argo's controller has made the pod, with one program and a container that reports.

    Pods of other templates, as of resources and sets of containers, are played as any pods are.
    """
    names = {container.name for container in spec_of(pod).containers}
    return _NODE_ID in annotations_of(pod) and {MAIN, WAIT} <= names


@dataclass(frozen=True, kw_only=True)
class Step:
    """A step, as far as its executor knows it."""

    node_id: str
    node_name: str
    owner: OwnerReference
    """The Workflow."""
    labels: Mapping[str, str]
    """By which the controller finds what is reported."""
    main: Container
    outputs: Sequence[Mapping[str, Any]]
    """The output parameters that it declares."""
    deadline: datetime | None
    """When its executor ends it."""
    pod_deadline: datetime | None
    """When the kubelet ends the pod."""
    grace: timedelta

    @classmethod
    def of(cls, pod: Pod) -> "Step":
        spec = spec_of(pod)
        inits, containers = spec.initContainers or [], spec.containers
        (main,) = (one for one in containers if one.name == MAIN)
        (wait,) = (one for one in containers if one.name == WAIT)
        template = next((_variables(one)[_TEMPLATE] for one in inits if one.name == INIT), "{}")
        outputs = json.loads(template).get("outputs") or {} if template != "offloaded" else {}
        (owner,) = (one for one in metadata(pod).ownerReferences or [] if one.kind == "Workflow")
        instance = _variables(wait).get(_INSTANCE)
        grace = spec.terminationGracePeriodSeconds
        return cls(
            node_id=annotations_of(pod)[_NODE_ID],
            node_name=annotations_of(pod)[_NODE_NAME],
            owner=owner,
            labels={
                WORKFLOW: labels_of(pod)[WORKFLOW],
                **({f"{PREFIX}/controller-instanceid": instance} if instance else {}),
            },
            main=main,
            outputs=outputs.get("parameters") or [],
            deadline=_time(_variables(wait).get(_DEADLINE, "")),
            pod_deadline=_pod_deadline(pod),
            grace=timedelta(seconds=_GRACE_SECONDS if grace is None else grace),
        )

    @property
    def command(self) -> list[str]:
        """What the executor starts: the template's own command, behind its own."""
        line = [*(self.main.command or []), *(self.main.args or [])]
        if _EMISSARY in line[:2] and _END_OF_OPTIONS in line:
            return line[line.index(_END_OF_OPTIONS) + 1 :]
        return line


def _variables(container: Container) -> dict[str, str]:
    return {one.name: one.value or "" for one in container.env or []}


def _pod_deadline(pod: Pod) -> datetime | None:
    seconds, begun = spec_of(pod).activeDeadlineSeconds, status_of(pod).startTime
    return begun + timedelta(seconds=seconds) if seconds and begun else None


def _time(text: str) -> datetime | None:
    """Return a time as Go writes it, for which the year 1 is none at all."""
    found = datetime.fromisoformat(text) if text else None
    return None if found is None or found.year == 1 else found.astimezone(UTC)
