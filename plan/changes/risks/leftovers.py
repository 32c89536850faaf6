"""Objects and stacks that remain unmanaged, or are deleted though another manifest has them."""

from collections.abc import Iterator

from plan.changes.nouns import Change, Removed, Risk, Severity, Topic, subject
from plan.changes.sides import Sides
from plan.changes.values import some
from plan.model.assembly import Resource
from plan.model.kubernetes import KubernetesObject

_PRUNED = {
    ("", "ConfigMap"),
    ("", "Endpoints"),
    ("", "Namespace"),
    ("", "PersistentVolume"),
    ("", "PersistentVolumeClaim"),
    ("", "Pod"),
    ("", "ReplicationController"),
    ("", "Secret"),
    ("", "Service"),
    ("apps", "DaemonSet"),
    ("apps", "Deployment"),
    ("apps", "ReplicaSet"),
    ("apps", "StatefulSet"),
    ("batch", "CronJob"),
    ("batch", "Job"),
    ("networking.k8s.io", "Ingress"),
}
"""What `kubectl apply --prune` deletes: pkg/util/prune/prune.go of kubectl 0.36."""


def check(change: Change, sides: Sides) -> Iterator[Risk]:
    """Yield a removed object that kubectl does not prune when its manifest is updated."""
    match change:
        case Removed(KubernetesObject() as item) if is_left_behind(item, sides):
            where = f"-n {item.namespace} " if item.namespace else ""
            sentence = (
                f"stays in the cluster, as kubectl prunes no {item.kind}: remove it with "
                f"`kubectl {where}delete {item.kind.lower()} {item.name}`"
            )
            yield Risk.of(item, Topic.LEFT_BEHIND, Severity.NOTICE, sentence)


def is_left_behind(item: KubernetesObject, sides: Sides) -> bool:
    """Whether an object of before is in no manifest any more, and in the cluster nevertheless."""
    return _leaves_its_manifest(item, sides) and not _is_pruned(item)


def is_deleted_at_once(item: KubernetesObject, sides: Sides) -> bool:
    """Whether an object of before is deleted right when the rest of its manifest is applied.

    CloudFormation deletes what was in a manifest that goes as a whole, but last of all.
    """
    return _leaves_its_manifest(item, sides) and _is_pruned(item)


def _leaves_its_manifest(item: KubernetesObject, sides: Sides) -> bool:
    """Whether an object goes from a manifest that stays, as does its namespace."""
    return (
        sides.after.twin(item) is None
        and not sides.goes_with_its_namespace(item)
        and sides.after.resource(item.stack, item.resource.logical_id) is not None
    )


def moved_objects(sides: Sides) -> Iterator[Risk]:
    """Yield the objects that move to another manifest, once for each manifest that loses them."""
    moved: dict[tuple[str, str], list[KubernetesObject]] = {}
    for item in sides.after.objects:
        match sides.before.twin(item):
            case KubernetesObject(resource=old) if _owner(old) != _owner(item.resource):
                if sides.after.resource(*_owner(old)) and not _is_pruned(item):
                    continue
                moved.setdefault(_owner(old), []).append(item)
    for (stack, logical_id), items in moved.items():
        names = some(subject(item) for item in items)
        if sides.after.resource(stack, logical_id):
            severity = Severity.NOTICE
            sentence = (
                f"{names} move to another manifest: they are deleted and created again if "
                f"CloudFormation updates {logical_id} before it"
            )
        else:
            severity = Severity.RISKY
            sentence = (
                f"{names} are missing after the deploy: another manifest applies them first, and "
                f"then CloudFormation deletes all that was in {logical_id}"
            )
        yield Risk.of(items[0], Topic.LEFT_BEHIND, severity, sentence)


def dropped_stacks(sides: Sides) -> Iterator[Risk]:
    """Yield the stacks that the app no longer defines."""
    for stack in sides.dropped:
        sentence = (
            "stays deployed and billed, though the app no longer defines it: "
            f"`cdk destroy {stack.name}` of a version that defines it removes it"
        )
        yield Risk.of_stack(stack.name, Topic.LEFT_BEHIND, Severity.NOTICE, sentence)


def _is_pruned(item: KubernetesObject) -> bool:
    return (item.api_version.rpartition("/")[0], item.kind) in _PRUNED


def _owner(resource: Resource) -> tuple[str, str]:
    return (resource.stack, resource.logical_id)
