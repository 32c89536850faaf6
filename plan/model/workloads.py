"""What makes pods: how many, and how they are replaced by those of a new release."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from plan.model.claims import claims_of
from plan.model.cluster_objects import ClusterObjects, namespace_of
from plan.model.failure import reading
from plan.model.kubernetes import MANIFEST, KubernetesObject
from plan.model.nodes import Node
from plan.model.pods import Pod, PodTemplate
from plan.model.scaling import Autoscaler, autoscalers
from plan.model.selectors import Document, Selector, label_selector
from plan.model.taints import NO_EXECUTE, NO_SCHEDULE, untolerated
from plan.model.templates import pod_template
from plan.model.updates import InPlace, Recreate, Rolling, Update, update_of

__all__ = ["DAEMON_SET", "KINDS", "InPlace", "Recreate", "Rolling", "Workload", "workloads"]

DEPLOYMENT, STATEFUL_SET, DAEMON_SET, JOB = "Deployment", "StatefulSet", "DaemonSet", "Job"
KINDS = (DEPLOYMENT, STATEFUL_SET, DAEMON_SET, JOB)


@dataclass(frozen=True, eq=False, kw_only=True)
class Workload:
    """A Deployment, StatefulSet, DaemonSet or Job."""

    kind: str
    namespace: str
    name: str
    service: str
    minimum: int
    maximum: int
    """How many pods it has; of a DaemonSet it says nothing, which has one on each node."""
    update: Update | None
    """None for what a release does not replace, or not by new pods."""
    one_after_another: bool
    is_add_on: bool
    """Whether it comes with an add-on or a chart, and not with a release."""
    running: PodTemplate = field(repr=False)
    released: PodTemplate = field(repr=False)
    """The same in the next revision."""
    document: Document = field(repr=False)
    objects: ClusterObjects = field(repr=False)

    @property
    def key(self) -> str:
        """Return what it is found by."""
        return _key(self.kind, self.namespace, self.name)

    def pods(self, first: int, last: int) -> Iterator[Pod]:
        """Make the pods from one number up to another, that one excluded."""
        before: Pod | None = None
        for index in range(first, last):
            before = self.pod(self.running, index, after=before if self.one_after_another else None)
            yield before

    def pod(self, template: PodTemplate, index: int, *, after: Pod | None = None) -> Pod:
        """Make the pod with a number."""
        name = f"{self.name}-{index}"
        claims, missing = claims_of(self.document["spec"], name, self.namespace, self.objects)
        return Pod(
            name=name,
            workload=self.key,
            template=template,
            index=index,
            after=after,
            claims=claims,
            missing=missing,
        )

    def daemon_pods(self, nodes: Iterable[Node]) -> Iterator[Pod]:
        """Make the pods of a DaemonSet: for each node that it chooses and is let onto."""
        template = self.running
        for node in nodes:
            kept_away = untolerated(node.taints, template.tolerations, NO_SCHEDULE, NO_EXECUTE)
            if template.node_selection.matches(node.labels) and not kept_away:
                yield Pod(
                    name=f"{self.name}-{node.name}",
                    workload=self.key,
                    template=template,
                    only_node=node.name,
                )


def workload_key(one: KubernetesObject) -> str:
    """Return the key of the workload that an object is."""
    return _key(one.kind, namespace_of(one), one.name)


def _key(kind: str, namespace: str, name: str) -> str:
    return f"{kind} {namespace}/{name}"


def workloads(objects: Iterable[KubernetesObject]) -> list[Workload]:
    """Read the workloads among the objects of a cluster."""
    known = list(objects)
    index = ClusterObjects.of(known)
    scalers = autoscalers(known)
    found = []
    for one in known:
        if one.kind in KINDS:
            with reading(f"{one.kind} {one.name} in stack {one.stack}"):
                scaler = next((scaler for scaler in scalers if scaler.owns(one)), None)
                found.append(_workload(one, index, scaler))
    return found


def _workload(
    one: KubernetesObject, objects: ClusterObjects, scaler: Autoscaler | None
) -> Workload:
    spec = one.document["spec"]
    minimum = maximum = _pods(one.kind, spec)
    if scaler:
        minimum, maximum = scaler.minimum, scaler.maximum
    templates = [
        pod_template(
            spec["template"],
            namespace_of(one),
            objects,
            owner=_owner(one.kind, spec, revision),
            revision={_REVISION[one.kind]: revision} if one.kind in _REVISION else {},
        )
        for revision in ("running", "released")
    ]
    return Workload(
        kind=one.kind,
        namespace=namespace_of(one),
        name=one.name,
        service=one.service,
        minimum=minimum,
        maximum=maximum,
        update=update_of(one.kind, spec),
        one_after_another=one.kind == STATEFUL_SET
        and spec.get("podManagementPolicy") != "Parallel",
        is_add_on=one.resource.type != MANIFEST,
        running=templates[0],
        released=templates[1],
        document=one.document,
        objects=objects,
    )


_REVISION = {
    DEPLOYMENT: "pod-template-hash",
    STATEFUL_SET: "controller-revision-hash",
    DAEMON_SET: "controller-revision-hash",
}
"""The label by which controllers tell the pods of a revision."""


def _owner(kind: str, spec: Document, revision: str) -> Selector | None:
    """Select the pods of a ReplicaSet or StatefulSet; others are not spread by default."""
    selector = label_selector(spec.get("selector"))
    if selector is None or kind not in (DEPLOYMENT, STATEFUL_SET):
        return None
    return selector.also({_REVISION[kind]: revision}) if kind == DEPLOYMENT else selector


def _pods(kind: str, spec: Document) -> int:
    if kind == JOB:
        parallelism = int(spec.get("parallelism", 1))
        return min(parallelism, int(spec.get("completions", parallelism)))
    return 1 if kind == DAEMON_SET else int(spec.get("replicas", 1))
