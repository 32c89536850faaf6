"""Frees StatefulSets that wait for ever for a pod that cannot come up (kubernetes#67250)."""

from collections.abc import Iterator

from .look import Look
from .objects import (
    KubeObject,
    condition,
    is_observed,
    is_owned_by,
    is_true,
    moment,
    seconds_since,
    wanted_replicas,
)
from .patience import UNREADY_GRACE
from .release import Release
from .rollout import revision_of

# kubelet writes a pod's first Ready condition when it takes the pod on, give or take this many
# seconds; a change later than that means that the pod was ready once.
FIRST_STATUS_SECONDS = 5


def blocking_pods(release: Release, look: Look) -> Iterator[KubeObject]:
    """Yield pods that keep a StatefulSet of the release from reaching its current revision.

    Such a pod is outdated and unready, and its controller, unless it manages pods in parallel,
    waits for it to become ready before it replaces it. That is what a bad release leaves behind
    when its rollback applies the old template again, and what a good release finds after a bad
    one. Right after the rollback the status still calls the bad revision current; the controller
    has spoken only once it has observed the generation, so nothing is judged before.
    """
    names = {item.name for item in release.workloads if item.kind == "StatefulSet"}
    for stateful_set in look.stateful_sets:
        if stateful_set["metadata"]["name"] not in names or not is_observed(stateful_set):
            continue
        if wanted_replicas(stateful_set) == 0:
            continue  # Scaling down needs no help and should end pods in its own order.
        current = stateful_set["status"]["updateRevision"]
        for pod in look.pods:
            if (
                is_owned_by(pod, stateful_set)
                and revision_of(pod) != current
                and _is_stuck(pod, look)
            ):
                yield pod


def _is_stuck(pod: KubeObject, look: Look) -> bool:
    if pod["metadata"].get("deletionTimestamp") or is_true(pod, "Ready"):
        return False
    changed = moment(condition(pod, "Ready").get("lastTransitionTime"))
    taken_on = moment(pod.get("status", {}).get("startTime"))
    if changed is None or taken_on is None:
        return True  # No node has taken it on.
    was_never_ready = (changed - taken_on).total_seconds() <= FIRST_STATUS_SECONDS
    return was_never_ready or seconds_since(changed, look.at) >= UNREADY_GRACE
