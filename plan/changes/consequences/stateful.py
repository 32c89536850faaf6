"""Something that holds data is replaced or removed."""

from collections.abc import Iterator

from plan.changes.consequences.values import at
from plan.changes.nouns import Change, Finding, Removed, Replaced, Severity, Topic, about, subject
from plan.changes.sides import Sides
from plan.model.assembly import Resource
from plan.model.kubernetes import KubernetesObject

_SNAPSHOTS_BY_ITSELF = {"AWS::RDS::DBInstance", "AWS::RDS::DBCluster"}
"""Types that CloudFormation takes a last snapshot of where the template sets no policy."""
_ONLY_LOGS = {"AWS::Logs::LogGroup"}
STATEFUL = frozenset(
    {
        "AWS::DocDB::DBCluster",
        "AWS::DynamoDB::Table",
        "AWS::EC2::Volume",
        "AWS::ECR::Repository",
        "AWS::EKS::Cluster",
        "AWS::EFS::FileSystem",
        "AWS::ElastiCache::CacheCluster",
        "AWS::ElastiCache::ReplicationGroup",
        "AWS::ElastiCache::ServerlessCache",
        "AWS::FSx::FileSystem",
        "AWS::KMS::Key",
        "AWS::Kinesis::Stream",
        "AWS::OpenSearchService::Domain",
        "AWS::RDS::DBCluster",
        "AWS::RDS::DBInstance",
        "AWS::S3::Bucket",
        "AWS::SQS::Queue",
        "AWS::SecretsManager::Secret",
        *_ONLY_LOGS,
    }
)
"""Types whose content is lost with them."""


def look(change: Change, _: Sides) -> Iterator[Finding]:
    """Yield what becomes of the data of a thing that goes."""
    match change:
        case Replaced(item=Resource() as item) if item.type in STATEFUL:
            yield about(item, Topic.STATEFUL, loss(item), _replaced(change))
        case Removed(Resource() as item) if item.type in STATEFUL:
            yield _removed(item)
        case Removed(KubernetesObject() as item):
            yield from _removed_object(item)


def _replaced(change: Replaced) -> str:
    because = ", ".join(change.because)
    if change.follows:
        why = f"is replaced, since its {because} names {subject(change.follows)}, which is replaced"
    else:
        why = f"is replaced, since {because} cannot change in place"
    # Which of the two templates counts is not documented: the worse one is shown.
    policies = {_policy(r, r.update_replace_policy) for r in (change.before, change.item)}
    if "Delete" in policies:
        return f"{why}: the new one is empty, and the old one is deleted with its data"
    if "Snapshot" in policies:
        return f"{why}: the new one is empty, and the data is left only in a snapshot"
    return f"{why}: the new one is empty, and the old one stays, with the data, outside the stack"


def _removed(item: Resource) -> Finding:
    match _policy(item, item.deletion_policy):
        case "Delete" if item.type == "AWS::KMS::Key":
            sentence = "will be deleted: what it encrypted can then never be read again"
        case "Delete":
            sentence = "is deleted with its data"
        case "Snapshot":
            sentence = "is deleted: its data is left only in a snapshot"
        case _:
            sentence = "stays, with its data, but outside the stack: nothing manages it any more"
            return about(item, Topic.STATEFUL, Severity.NOTICE, sentence)
    return about(item, Topic.STATEFUL, loss(item), sentence)


def _removed_object(item: KubernetesObject) -> Iterator[Finding]:
    match item.kind:
        case "Namespace":
            sentence = "is deleted with all that is in it, also what no stack knows of"
            yield about(item, Topic.STATEFUL, Severity.RISKY, sentence)
        case "PersistentVolumeClaim":
            sentence = "is deleted, and with it the volume, unless its storage class retains it"
            yield about(item, Topic.STATEFUL, Severity.RISKY, sentence)
        case "StatefulSet" if at(item.document, "spec.volumeClaimTemplates"):
            policy = "spec.persistentVolumeClaimRetentionPolicy.whenDeleted"
            if at(item.document, policy) == "Delete":
                sentence = "is deleted, and with it the volumes of its pods"
                yield about(item, Topic.STATEFUL, Severity.RISKY, sentence)
            else:
                sentence = "leaves the volumes of its pods: billed until their claims are deleted"
                yield about(item, Topic.LEFT_BEHIND, Severity.NOTICE, sentence)


def _policy(resource: Resource, written: str | None) -> str:
    by_default = "Snapshot" if resource.type in _SNAPSHOTS_BY_ITSELF else "Delete"
    return "Retain" if written == "RetainExceptOnCreate" else written or by_default


def loss(item: Resource) -> Severity:
    """Return how bad it is to lose what a stateful resource holds."""
    return Severity.NOTICE if item.type in _ONLY_LOGS else Severity.RISKY
