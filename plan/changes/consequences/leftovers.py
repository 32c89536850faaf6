"""Something stays that nobody manages any more, or goes that somebody still wants."""

from collections.abc import Iterator

from plan.changes.consequences.values import some
from plan.changes.nouns import (
    Change,
    Finding,
    Removed,
    Severity,
    Topic,
    about,
    subject,
)
from plan.changes.sides import Sides
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
"""What `kubectl apply --prune` looks at: pkg/util/prune/prune.go of kubectl 0.36."""


def look(change: Change, sides: Sides) -> Iterator[Finding]:
    """Yield a removed object that stays in the cluster, since its manifest is only updated."""
    match change:
        case Removed(KubernetesObject() as item) if not _is_pruned(item):
            if sides.after.resource(item.stack, item.resource.logical_id):
                where = f"-n {item.namespace} " if item.namespace else ""
                sentence = (
                    f"stays in the cluster, as kubectl prunes no {item.kind}: remove it with "
                    f"`kubectl {where}delete {item.kind.lower()} {item.name}`"
                )
                yield about(item, Topic.LEFT_BEHIND, Severity.NOTICE, sentence)


def of_manifests(sides: Sides) -> Iterator[Finding]:
    """Yield the objects that another manifest takes over, once by manifest that loses them."""
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
                f"{names} move to another manifest: they go and come back if CloudFormation "
                f"updates {logical_id} before it"
            )
        else:
            severity = Severity.RISKY
            sentence = (
                f"{names} are gone after the deploy: another manifest applies them first, and "
                f"then CloudFormation deletes all that was in {logical_id}"
            )
        yield about(items[0], Topic.LEFT_BEHIND, severity, sentence)


def of_stacks(sides: Sides) -> Iterator[Finding]:
    """Yield the stacks that are no longer in the assembly."""
    for stack in sides.dropped:
        yield Finding(
            topic=Topic.LEFT_BEHIND,
            severity=Severity.NOTICE,
            service=stack.name,
            stack=stack.name,
            subject=f"stack {stack.name}",
            sentence="stays deployed and billed, though the app no longer has it: "
            f"`cdk destroy {stack.name}` of the version that has it removes it",
        )


def _is_pruned(item: KubernetesObject) -> bool:
    return (item.api_version.rpartition("/")[0], item.kind) in _PRUNED


def _owner(resource: Resource) -> tuple[str, str]:
    return (resource.stack, resource.logical_id)
