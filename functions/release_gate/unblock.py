"""Finds the pods that block the rolling update of a StatefulSet for ever (kubernetes#67250)."""

from collections.abc import Iterator

from .kube import Snapshot
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
from .release import GatedNamespace
from .rollout import revision_of
from .timeouts import UNREADY_GRACE

# kubelet writes a pod's first Ready condition at its start, give or take this many seconds; a later
# transition means that the pod was ready once.
FIRST_STATUS_SECONDS = 5


def blocking_pods(namespace: GatedNamespace, snapshot: Snapshot) -> Iterator[KubeObject]:
    """Yield pods that keep a StatefulSet of the release from reaching its update revision.

    Such a pod is outdated and unready, and with the OrderedReady policy its controller waits for
    it to become ready before it replaces it. A bad release leaves such pods behind, for its
    rollback and for the next release. Right after a rollback the status still names the bad
    revision, so nothing is done before the controller has observed the generation.
    """
    names = {item.name for item in namespace.workloads if item.kind == "StatefulSet"}
    for stateful_set in snapshot.stateful_sets:
        if stateful_set["metadata"]["name"] not in names or not is_observed(stateful_set):
            continue
        if wanted_replicas(stateful_set) == 0:
            continue  # Scaling down is not blocked, and deletes pods in its own order.
        current = stateful_set["status"]["updateRevision"]
        for pod in snapshot.pods:
            if (
                is_owned_by(pod, stateful_set)
                and revision_of(pod) != current
                and _is_stuck(pod, snapshot)
            ):
                yield pod


def _is_stuck(pod: KubeObject, snapshot: Snapshot) -> bool:
    if pod["metadata"].get("deletionTimestamp") or is_true(pod, "Ready"):
        return False
    transition = moment(condition(pod, "Ready").get("lastTransitionTime"))
    started = moment(pod.get("status", {}).get("startTime"))
    if transition is None or started is None:
        return True  # kubelet has not started it.
    was_never_ready = (transition - started).total_seconds() <= FIRST_STATUS_SECONDS
    return was_never_ready or seconds_since(transition, snapshot.at) >= UNREADY_GRACE
