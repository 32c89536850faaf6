"""What makes pods: how many, and how they are replaced by those of a new release."""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from plan.model.argo import STEP
from plan.model.cluster_objects import ClusterObjects, namespace_of
from plan.model.failure import reading
from plan.model.kubernetes import MANIFEST, KubernetesObject
from plan.model.nodes import Node
from plan.model.pods import Pod, PodTemplate
from plan.model.scaling import PodAutoscaler, pod_autoscalers
from plan.model.selectors import Document, Selector, label_selector
from plan.model.taints import NO_EXECUTE, NO_SCHEDULE, untolerated
from plan.model.templates import pod_template

DEPLOYMENT, STATEFUL_SET, DAEMON_SET = "Deployment", "StatefulSet", "DaemonSet"
JOB, CRON_JOB = "Job", "CronJob"
ROLLOUT = "Rollout"
"""Of Argo: a Deployment that is released blue-green or by canaries."""
_KINDS = (DEPLOYMENT, STATEFUL_SET, DAEMON_SET, JOB, CRON_JOB, ROLLOUT, STEP)


@dataclass(frozen=True)
class Rolling:
    """New pods beside the old ones: numbers, or per cent of all pods."""

    surge: int | str = "25%"
    unavailable: int | str = "25%"

    def of(self, pods: int) -> tuple[int, int]:
        """Return how many pods may be too many, and how many too few."""
        surge = _share(self.surge, pods, math.ceil)
        unavailable = _share(self.unavailable, pods, math.floor)
        return surge, unavailable or (0 if surge else 1)


@dataclass(frozen=True)
class Recreate:
    """All old pods go before the first new one comes."""


@dataclass(frozen=True)
class BlueGreen:
    """All new pods beside all the old ones, which go only when every new one has come."""


@dataclass(frozen=True)
class InPlace:
    """One pod after the other goes and comes back, the last one first."""

    first: int = 0
    """Those with a lower number stay as they are."""


@dataclass(frozen=True)
class Once:
    """Pods that come with a release and end soon: a Job with a deadline."""


Update = Rolling | Recreate | BlueGreen | InPlace | Once


@dataclass(frozen=True, eq=False, kw_only=True)
class AppliedWorkload:
    """What makes pods of one template, and makes them again when they are gone."""

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
    spec: Document = field(repr=False)
    """The part of the document that holds the template."""
    objects: ClusterObjects = field(repr=False)

    @property
    def key(self) -> str:
        return _key(self.kind, self.namespace, self.name)

    def pods(self, first: int, last: int) -> Iterator[Pod]:
        """Make the pods from one number up to another, that one excluded."""
        before: Pod | None = None
        for index in range(first, last):
            before = self.pod(self.running, index, after=before if self.one_after_another else None)
            yield before

    def pod(self, template: PodTemplate, index: int, *, after: Pod | None = None) -> Pod:
        name = f"{self.name}-{index}"
        claims, missing = self.objects.claims_of(self.spec, name, self.namespace)
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
    return _key(one.kind, namespace_of(one), one.name)


def _key(kind: str, namespace: str, name: str) -> str:
    return f"{kind} {namespace}/{name}"


def is_placed(one: KubernetesObject) -> bool:
    """Whether an object is a workload whose pods are placed.

    A damaged one is, too, so that reading it says what is wrong; a Rollout may refer to the
    template of a Deployment instead of having one.
    """
    return one.kind in _KINDS and (one.kind != ROLLOUT or one.pod_template is not None)


def workloads(objects: Iterable[KubernetesObject]) -> list[AppliedWorkload]:
    known = list(objects)
    index = ClusterObjects.of(known)
    scalers = pod_autoscalers(known)
    found = []
    for one in known:
        if is_placed(one):
            with reading(f"{one.kind} {one.name} in stack {one.stack}"):
                scaler = next((scaler for scaler in scalers if scaler.owns(one)), None)
                found.append(_workload(one, index, scaler))
    return found


def _workload(
    one: KubernetesObject, objects: ClusterObjects, scaler: PodAutoscaler | None
) -> AppliedWorkload:
    spec = one.workload
    minimum = maximum = _pods(one, spec)
    update = update_of(one.kind, spec)
    if one.kind in (CRON_JOB, STEP) or isinstance(update, Once):
        minimum = 0
    elif scaler:
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
    return AppliedWorkload(
        kind=one.kind,
        namespace=namespace_of(one),
        name=one.name,
        service=one.service,
        minimum=minimum,
        maximum=maximum,
        update=update,
        one_after_another=one.kind == STATEFUL_SET
        and spec.get("podManagementPolicy") != "Parallel",
        is_add_on=one.resource.type != MANIFEST,
        running=templates[0],
        released=templates[1],
        document=one.document,
        spec=spec,
        objects=objects,
    )


_REVISION = {
    DEPLOYMENT: "pod-template-hash",
    ROLLOUT: "rollouts-pod-template-hash",
    STATEFUL_SET: "controller-revision-hash",
    DAEMON_SET: "controller-revision-hash",
}
"""The label by which controllers tell the pods of a revision."""


def _owner(kind: str, spec: Document, revision: str) -> Selector | None:
    """Select the pods of a ReplicaSet or StatefulSet; others are not spread by default."""
    selector = label_selector(spec.get("selector"))
    if selector is None or kind not in (DEPLOYMENT, ROLLOUT, STATEFUL_SET):
        return None
    return selector.also({_REVISION[kind]: revision}) if kind != STATEFUL_SET else selector


def _pods(one: KubernetesObject, spec: Document) -> int:
    if one.kind in (JOB, CRON_JOB):
        if one.document["spec"].get("suspend"):
            return 0
        parallelism = int(spec.get("parallelism", 1))
        return min(parallelism, int(spec.get("completions", parallelism)))
    if one.kind == STEP:
        return int(spec["pods"])
    return 1 if one.kind == DAEMON_SET else int(spec.get("replicas", 1))


def update_of(kind: str, spec: Document) -> Update | None:
    """Read how a workload replaces its pods; None if it does not, or never has others."""
    strategy = spec.get("updateStrategy") or spec.get("strategy") or {}
    match kind, strategy.get("type", "RollingUpdate"):
        case "Deployment", "Recreate":
            return Recreate()
        case "Deployment", _:
            return _rolling(strategy.get("rollingUpdate") or {})
        case "Rollout", _:
            return _of_rollout(strategy)
        case "StatefulSet", "RollingUpdate":
            return InPlace(first=(strategy.get("rollingUpdate") or {}).get("partition") or 0)
        case "Job", _ if spec.get("activeDeadlineSeconds"):
            return Once()
    return None


def _of_rollout(strategy: Document) -> Update:
    """Read Argo's strategies.

    Canaries among which a router divides the traffic need the room of blue-green, unless told
    otherwise.
    """
    canary = strategy.get("canary") or {}
    if "blueGreen" in strategy:
        return BlueGreen()
    if canary.get("trafficRouting") and not canary.get("dynamicStableScale"):
        return Rolling(surge="100%", unavailable=0)
    return _rolling(canary)


def _rolling(figures: Document) -> Rolling:
    default = Rolling()
    return Rolling(
        surge=figures.get("maxSurge", default.surge),
        unavailable=figures.get("maxUnavailable", default.unavailable),
    )


def _share(figure: int | str, pods: int, rounded: Callable[[float], int]) -> int:
    if isinstance(figure, str):
        return rounded(int(figure.rstrip("%")) * pods / 100)
    return figure
