"""A quota holds fewer pods than a release has at once: those that end, and those that begin."""

from collections import Counter
from collections.abc import Iterator

from plan.changes.nouns import Risk, Severity, Topic, subject
from plan.changes.order import is_first
from plan.changes.sides import Side, Sides
from plan.model.cluster_objects import namespace_of
from plan.model.failure import reading
from plan.model.kubernetes import KubernetesObject, cluster_of, in_cluster
from plan.model.quantities import CPU
from plan.model.requests import quota
from plan.model.workloads import DAEMON_SET, AppliedWorkload, Once, Rolling, workloads


def crowded(sides: Sides) -> Iterator[Risk]:
    """Yield the quotas that are too small for a release of all workloads at their most pods."""
    for item in sides.after.objects:
        if item.kind != "ResourceQuota":
            continue
        with reading(f"{subject(item)}, or a workload of its namespace,"):
            was, now = (_running(item, side) for side in (sides.before, sides.after))
            this = _short(item, was, now)
            # And the next, from then on.
            short = this | _short(item, now, now)
            before = sides.before.twin(item)
            if isinstance(before, KubernetesObject):
                if not _comes_first(item, sides.after):
                    short = _short(before, was, now) | short
                known = _short(before, was, was)
                short = Counter({key: n for key, n in short.items() if key not in known})
        if short:
            needed = ", ".join(_written(key, much) for key, much in sorted(short.items()))
            sentence = (
                "is too small for a release that meets all workloads at their most pods: what "
                "ends counts beside what begins, so that new pods are refused and the release "
                f"fails; set in its `hard` at least {needed}"
            )
            yield Risk.of(item, Topic.PODS, Severity.RISKY, sentence)


def _short(
    rule: KubernetesObject, before: dict[str, AppliedWorkload], after: dict[str, AppliedWorkload]
) -> Counter[str]:
    """Return what a release from some workloads to others needs and a quota holds less of."""
    hard = quota(rule.name, rule.document).hard
    counted = {
        key
        for side in (before, after)
        for key, one in side.items()
        if rule.name in one.running.quota_names
    }
    # A check of an earlier release has ended.
    ending = {
        key: one
        for key, one in before.items()
        if key in counted and not isinstance(one.update, Once)
    }
    needed = _needed(ending, {key: one for key, one in after.items() if key in counted})
    return Counter({key: needed[key] for key, most in hard.items() if needed[key] > most})


def _running(place: KubernetesObject, side: Side) -> dict[str, AppliedWorkload]:
    here = in_cluster(side.assembly, cluster_of(side.assembly, place), side.objects)
    return {
        one.key: one
        for one in workloads(here)
        if one.namespace == namespace_of(place) and one.kind != DAEMON_SET
    }


def _needed(old: dict[str, AppliedWorkload], new: dict[str, AppliedWorkload]) -> Counter[str]:
    total = Counter[str]()
    for key in {**old, **new}:
        was, now = (_charged(side.get(key)) for side in (old, new))
        both = key not in new or isinstance(new[key].update, Rolling)
        total += was + now if both else was | now
    return total


def _charged(workload: AppliedWorkload | None) -> Counter[str]:
    """Return what the pods of a workload take together, at their most."""
    if workload is None:
        return Counter()
    return Counter({key: n * workload.maximum for key, n in workload.running.charged.items()})


def _comes_first(item: KubernetesObject, side: Side) -> bool:
    """Whether a quota has its new size before any workload of its namespace is released."""
    cluster = cluster_of(side.assembly, item)
    others = [
        one.resource
        for one in in_cluster(side.assembly, cluster, side.objects)
        if one.pod_template and namespace_of(one) == namespace_of(item)
    ]
    return all(
        one == item.resource or is_first(item.resource, one, side.assembly) for one in others
    )


def _written(key: str, much: int) -> str:
    return f"{key} {much}m" if key.endswith(f".{CPU}") else f"{key} {much}"
