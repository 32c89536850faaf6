"""A network policy allows more or less traffic, or other pods are selected by it."""

from collections.abc import Iterable, Iterator, Sequence

from plan.changes.connections import (
    POLICY,
    AllowedPeer,
    allowed,
    allowed_together,
    selected,
    selects,
    types,
    uncovered,
)
from plan.changes.nouns import Added, Change, Changed, Risk, Severity, Topic, subject
from plan.changes.risks.leftovers import is_left_behind
from plan.changes.sides import Sides, key
from plan.changes.values import some
from plan.model.failure import reading
from plan.model.kubernetes import KubernetesObject

Policies = Sequence[KubernetesObject]
Who = tuple[str, str]
"""What the first policy does with pods, and what the others do."""
Difference = tuple[Topic, Severity, str]
"""What is allowed more or less, without who allows it."""
Found = tuple[KubernetesObject, Who, Difference]


def check(change: Change, sides: Sides) -> Iterator[Risk]:
    """Yield traffic that a network policy allows after a change and not before, or no longer."""
    match change:
        case Changed(before=KubernetesObject() as before, item=KubernetesObject() as after):
            if after.kind == POLICY:
                for topic, severity, what in _differing(allowed(before), allowed(after)):
                    verb = "now also allows" if topic is Topic.EXPOSURE else "no longer allows"
                    yield Risk.of(after, topic, severity, f"{verb} {what}")
                yield from _of_strangers(before, after, sides)
        case Added(KubernetesObject(kind="NetworkPolicy") as item) if "Ingress" in types(item):
            inbound = [one for one in allowed(item) if one.direction == "Ingress"]
            if world := [one for one in inbound if one.is_of_the_world]:
                sentence = f"allows ingress {some(world)}"
                yield Risk.of(item, Topic.EXPOSURE, Severity.NOTICE, sentence)


def selected_otherwise(sides: Sides) -> Iterator[Risk]:
    """Yield what the pods of workloads may do more or less, as other policies select them.

    By labels or selectors that change, or by policies that come or go.
    """
    found: dict[Found, list[str]] = {}
    known = _policies(sides.before.objects)
    left = [one for one in known if is_left_behind(one, sides)]
    there = [*_policies(sides.after.objects), *left]
    for pods in sides.after.objects:
        was = sides.before.twin(pods)
        if pods.pod_template and isinstance(was, KubernetesObject):
            with reading(f"{subject(pods)}, or a network policy of its namespace,"):
                old = [one for one in known if selects(one, was)]
                new = [one for one in there if selects(one, pods)]
                ends = list(_of_workload(old, new))
                # Those of before are behind the new policies until they are replaced.
                meanwhile = [one for one in there if selects(one, was)]
                for one in (*ends, *_only_meanwhile(_of_workload(old, meanwhile), ends)):
                    found.setdefault(one, []).append(subject(pods))
    for (item, (verb, others), (topic, severity, what)), workloads in found.items():
        allow = "now also allow" if topic is Topic.EXPOSURE else "no longer allow"
        sentence = f"{verb} {some(workloads)}{others}: together its policies {allow} {what}"
        yield Risk.of(item, topic, severity, sentence)


def _only_meanwhile(begins: Iterable[Found], ends: Iterable[Found]) -> Iterator[Found]:
    """Yield what pods of before lose until they are replaced, and new ones do not."""
    lost = {what for _, _, (_, _, what) in ends}
    for item, who, (topic, severity, what) in begins:
        if topic is Topic.LOST and what not in lost:
            sentence = (
                f"{what}, those of pods that run until new ones are ready; let it select both for "
                "one deploy, by `matchExpressions`, and only the new ones in the next"
            )
            yield item, who, (Topic.MEANWHILE, severity, sentence)


def _of_workload(old: Policies, new: Policies) -> Iterator[Found]:
    """Yield what differs as policies select the pods of a workload on one side only.

    What those allow that select them on both sides is said of themselves.
    """
    before, after = ({key(one) for one in side} for side in (old, new))
    come = [(one, "selects") for one in new if key(one) not in before]
    gone = [(one, "no longer selects") for one in old if key(one) not in after]
    kept = [one for one in new if key(one) in before]
    if come or gone:
        (first, verb), *rest = *come, *gone
        others = "".join(f", which {subject(one)} {verb}" for one, verb in rest)
        was, now = ([*(one for one, _ in some_), *kept] for some_ in (gone, come))
        for difference in _differing(allowed_together(was), allowed_together(now)):
            yield first, (verb, others), difference


def _differing(old: Iterable[AllowedPeer], new: Iterable[AllowedPeer]) -> Iterator[Difference]:
    was, now = list(old), list(new)
    for direction, more in uncovered(now, was):
        is_wide = direction == "Ingress" or any(one.is_anybody for one in more)
        severity = Severity.RISKY if is_wide else Severity.NOTICE
        yield Topic.EXPOSURE, severity, f"{direction.lower()} {some(more)}"
    for direction, lost in uncovered(was, now):
        what = f"{direction.lower()} {some(lost)}: unless another policy does, these connections"
        yield Topic.LOST, Severity.RISKY, f"{what} time out"


def _of_strangers(
    before: KubernetesObject, after: KubernetesObject, sides: Sides
) -> Iterator[Risk]:
    """Yield that a policy leaves pods that are in no manifest."""
    old, new = selected(before), selected(after)
    known = [one for one in sides.before.objects if selects(before, one)]
    is_about_known = bool(known) and bool(old.requirements)
    if not (new.covers(old) or is_about_known) and all(selects(after, one) for one in known):
        sentence = "selects other pods: those that it no longer selects lose its protection"
        yield Risk.of(after, Topic.EXPOSURE, Severity.RISKY, sentence)


def _policies(objects: Iterable[KubernetesObject]) -> list[KubernetesObject]:
    return [one for one in objects if one.kind == POLICY]
