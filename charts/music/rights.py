"""What pods of Music may do in Kubernetes."""

from collections.abc import Mapping, Sequence

from lightkube.models.meta_v1 import ObjectMeta
from lightkube.models.rbac_v1 import PolicyRule, Role, RoleBinding, RoleRef, Subject

from charts.objects import Manifest

_RBAC = "rbac.authorization.k8s.io"


def allowed(
    metadata: ObjectMeta, rule: PolicyRule, accounts: Mapping[str, str]
) -> Sequence[Manifest]:
    """Allow one thing to service accounts, given by name with their namespaces."""
    name = str(metadata.name)
    return (
        Role(apiVersion=f"{_RBAC}/v1", kind="Role", metadata=metadata, rules=[rule]),
        RoleBinding(
            apiVersion=f"{_RBAC}/v1",
            kind="RoleBinding",
            metadata=metadata,
            roleRef=RoleRef(apiGroup=_RBAC, kind="Role", name=name),
            subjects=[
                Subject(kind="ServiceAccount", name=account, namespace=namespace)
                for account, namespace in accounts.items()
            ],
        ),
    )
