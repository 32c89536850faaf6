"""Pods that get secrets as files ask for what is not there, or as nobody."""

from collections.abc import Iterator, Mapping
from typing import Any

from plan.changes.nouns import Added, Change, Changed, Risk, Severity, Topic, subject
from plan.changes.sides import Side, Sides
from plan.changes.values import as_list, at, is_true, some
from plan.model.assembly import Resource
from plan.model.kubernetes import KubernetesObject, cluster_of, in_cluster

_CLASS = "csi.volumeAttributes.secretProviderClass"
_ASSOCIATION = "AWS::EKS::PodIdentityAssociation"
_ROLE = "eks.amazonaws.com/role-arn"
_MANAGED_BY_RDS = frozenset({"username", "password"})
"""In the secret that RDS makes for a master user (RDS User Guide, rds-secrets-manager)."""
_TELLS_WHERE = frozenset({"engine", "host", "port", "dbname", "dbInstanceIdentifier"})
"""What an AWS::SecretsManager::SecretTargetAttachment adds to a secret."""


def check(change: Change, sides: Sides) -> Iterator[Risk]:
    """Yield what keeps pods from mounting a SecretProviderClass, and did not before."""
    match change:
        case Changed(before=KubernetesObject() as before, item=KubernetesObject() as after):
            known = set(_failures(before, sides.before))
            yield from _risks(after, sides.after, known)
        case Added(KubernetesObject() as item):
            yield from _risks(item, sides.after, set())


def _risks(item: KubernetesObject, side: Side, known: set[str]) -> Iterator[Risk]:
    for failure in _failures(item, side):
        if failure not in known:
            yield Risk.of(item, Topic.REFUSED, Severity.RISKY, failure)


def _failures(item: KubernetesObject, side: Side) -> Iterator[str]:
    if item.kind == "SecretProviderClass" and at(item.document, "spec.provider") == "aws":
        yield from _unknown_fields(item, side)
        yield from _nobody(item, side)


def _unknown_fields(item: KubernetesObject, side: Side) -> Iterator[str]:
    for wanted in as_list(_parsed(at(item.document, "spec.parameters.objects"))):
        has = _fields(str(wanted.get("objectName")), item, side)
        asked = {str(one.get("path")).strip('"') for one in as_list(wanted.get("jmesPath"))}
        if has and (lost := sorted(asked - has)):
            yield (
                f"asks for {some(lost)} of a secret that has {some(sorted(has), most=9)}: no pod "
                "that mounts it starts; name one of these"
            )


def _fields(reference: str, item: KubernetesObject, side: Side) -> frozenset[str]:
    """Return the fields of a secret; nothing, where a template does not say."""
    target = side.assembly.target(item.stack, reference)
    match target:
        case Resource(type="AWS::RDS::DBInstance" | "AWS::RDS::DBCluster"):
            return _MANAGED_BY_RDS if ".MasterUserSecret." in reference else frozenset()
        case Resource(type="AWS::SecretsManager::SecretTargetAttachment", properties=given):
            secret = side.assembly.target(target.stack, str(given.get("SecretId")))
            found = _generated(secret.properties if secret else {})
            return found | _TELLS_WHERE if found else found
        case Resource(type="AWS::SecretsManager::Secret", properties=given):
            return _generated(given)
        case _:
            return frozenset()


def _generated(secret: Mapping[str, Any]) -> frozenset[str]:
    rule = secret.get("GenerateSecretString") or {}
    key = rule.get("GenerateStringKey")
    template = _parsed(rule.get("SecretStringTemplate")) or {}
    return frozenset({str(key), *template}) if key else frozenset()


def _parsed(text: str | None) -> Any:  # noqa: ANN401 - YAML documents are Any
    """Read YAML, as the provider of AWS does."""
    import yaml  # noqa: PLC0415 - it is rarely needed, and loading it costs the plan 20 ms

    return yaml.safe_load(text or "")


def _nobody(item: KubernetesObject, side: Side) -> Iterator[str]:
    """Yield that pods have no role by which the provider could fetch anything for them."""
    by_association = is_true(at(item.document, "spec.parameters.usePodIdentity"))
    assembly, cluster = side.assembly, cluster_of(side.assembly, item)
    here = in_cluster(assembly, cluster, side.objects)
    if by_association:
        given = in_cluster(assembly, cluster, assembly.of_type(_ASSOCIATION))
        accounts = {
            (at(one.properties, "Namespace"), at(one.properties, "ServiceAccount")) for one in given
        }
    else:
        accounts = {(one.namespace, one.name) for one in here if _has_role(one)}
    pods = [one for one in here if _mounts(one, item) and _own(one) not in accounts]
    if pods:
        how = "a pod identity association" if by_association else f"the annotation {_ROLE}"
        sentence = (
            f"is fetched by a role of {how}, which the service account of "
            f"{some(map(subject, pods))} has not: no pod of theirs starts"
        )
        other = "false" if by_association else "true"
        yield f"{sentence}; with `usePodIdentity: {other}` by the other of both"


def _has_role(item: KubernetesObject) -> bool:
    annotations = item.document["metadata"].get("annotations") or {}
    return item.kind == "ServiceAccount" and _ROLE in annotations


def _own(pods: KubernetesObject) -> tuple[object, object]:
    return pods.namespace, at(pods.pod_template, "spec.serviceAccountName") or "default"


def _mounts(pods: KubernetesObject, item: KubernetesObject) -> bool:
    volumes = as_list(at(pods.pod_template, "spec.volumes"))
    is_here = pods.namespace == item.namespace
    return is_here and any(at(volume, _CLASS) == item.name for volume in volumes)
