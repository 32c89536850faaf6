"""A node group goes sooner than the pods on it can move: EKS waits five minutes for them."""

from collections.abc import Iterator, Sequence

from catalog.durations import step_duration
from plan.changes.machines import admits, gpu_of, label_of, machines_in
from plan.changes.nouns import Change, Removed, Replaced, Risk, Severity, Topic
from plan.changes.sides import Sides
from plan.model.assembly import Resource
from plan.model.kubernetes import cluster_of, in_cluster
from plan.model.pod_times import PodSpec, grace, image_step, runs, start_limit
from plan.model.workloads import DAEMON_SET, AppliedWorkload, workloads

_EKS_SECONDS = 300
"""Then the machines of a deleted group end with whatever still runs on them
(amazon-eks-user-guide#1128, terraform-aws-eks#2905)."""


def check(change: Change, sides: Sides) -> Iterator[Risk]:
    """Yield the workloads whose pods cannot move before the machines under them end."""
    match change:
        case Replaced(before=Resource(type="AWS::EKS::Nodegroup") as before, because=because):
            yield from _hurried(before, sides, because)
        case Removed(Resource(type="AWS::EKS::Nodegroup") as before):
            yield from _hurried(before, sides, ())
        case _:
            pass


def _hurried(group: Resource, sides: Sides, because: Sequence[str]) -> Iterator[Risk]:
    cluster = cluster_of(sides.before.assembly, group)
    old, new = (machines_in(side, cluster) for side in (sides.before, sides.after))
    here = in_cluster(sides.before.assembly, cluster, sides.before.objects)
    for workload in workloads(here):
        pod = workload.spec["template"]["spec"]
        if workload.kind == DAEMON_SET or not workload.minimum or not admits(group, pod):
            continue
        others = [one for one in new if admits(one, pod)]
        steps = _steps(pod, is_another_gpu=any(gpu_of(one) != gpu_of(group) for one in others))
        if workload.spec.get("volumeClaimTemplates"):
            steps["volume"] = step_duration("volume").high
        # One after another, as a disruption budget has it; the last one has only to end.
        needed = (workload.minimum - 1) * sum(steps.values()) + grace(pod)
        if others and needed > _EKS_SECONDS:
            is_alone = not any(admits(one, pod) for one in old if one != group)
            first = _successor(group, because) if because or is_alone else ""
            sentence = (
                f"{_late(workload, steps, needed)}; without a gap: {first}"
                f"`kubectl drain -l {_label(group)} --ignore-daemonsets --delete-emptydir-data`, "
                "which waits for each, and then remove the group"
            )
            yield Risk.of(group, Topic.NODES, Severity.RISKY, sentence)


def _successor(group: Resource, because: Sequence[str]) -> str:
    zones = " (with the `zones` that it has)" if "Subnets" in because else ""
    return (
        f"leave this group as it is{zones}, add the new machines as another node group and "
        f"`cdk deploy {group.stack}`, then "
    )


def _steps(pod: PodSpec, *, is_another_gpu: bool) -> dict[str, int]:
    """Return the longest times of a move to another machine, in seconds."""
    steps = {"end": grace(pod), image_step(pod): step_duration(image_step(pod)).high}
    if runs(pod, "engine"):
        build = "engine build" if is_another_gpu else "engine load"
        steps[build] = step_duration(build).high
    # A startup probe begins when all init containers have ended.
    steps["start"] = start_limit(pod) or step_duration("pod").high
    return steps


def _late(workload: AppliedWorkload, steps: dict[str, int], needed: int) -> str:
    listed = ", ".join(f"{name} {seconds} s" for name, seconds in steps.items())
    return (
        f"ends {_EKS_SECONDS // 60} min after its pods are told to go, and the {workload.minimum} "
        f"of {workload.kind} {workload.name} may take {needed} s to move one after another "
        f"(each up to {listed}): it may have none that is ready meanwhile"
    )


def _label(group: Resource) -> str:
    return label_of(group) or "eks.amazonaws.com/nodegroup=NAME"
