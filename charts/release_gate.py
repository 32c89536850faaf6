"""What a release gate may do in a namespace: read, and delete a pod that blocks a rollback."""

from collections.abc import Sequence

import cdk8s
from constructs import Construct
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.models.rbac_v1 import PolicyRule, Role, RoleBinding, RoleRef, Subject

from charts.objects import add, common_labels

GROUP = "release-gate"
"""The Kubernetes group that the IAM role of a system's gate is mapped to."""
CLUSTER_GROUP = "release-gate-cluster"
"""That of the cluster's own gate, which only reads: a DaemonSet replaces its pods by itself."""

_ARGO = ("rollouts", "analysisruns")
_ROLLOUTS = ("deployments", "statefulsets", "daemonsets", "replicasets")


class ReleaseGateChart(cdk8s.Chart):
    """A Role for the gate, bound to its group; `rollouts` of Argo it reads only where told."""

    def __init__(
        self,
        scope: Construct,
        *,
        system: str,
        namespace: str,
        group: str = GROUP,
        rollouts: bool = False,
    ) -> None:
        super().__init__(scope, group)
        metadata = ObjectMeta(name=group, namespace=namespace, labels=common_labels(system))
        read = ["get", "list"]
        add(
            self,
            Role(
                apiVersion="rbac.authorization.k8s.io/v1",
                kind="Role",
                metadata=metadata,
                rules=[
                    *([_rule("argoproj.io", _ARGO, read)] if rollouts else []),
                    _rule("apps", _ROLLOUTS, read),
                    _rule("batch", ["jobs"], read),
                    _rule("", ["events", "services"], read),
                    _rule("discovery.k8s.io", ["endpointslices"], read),
                    # kubernetes#67250: a rolled-back StatefulSet waits for its broken pod for ever.
                    _rule("", ["pods"], [*read, "delete"] if group == GROUP else read),
                ],
            ),
        )
        add(
            self,
            RoleBinding(
                apiVersion="rbac.authorization.k8s.io/v1",
                kind="RoleBinding",
                metadata=metadata,
                roleRef=RoleRef(apiGroup="rbac.authorization.k8s.io", kind="Role", name=group),
                subjects=[Subject(apiGroup="rbac.authorization.k8s.io", kind="Group", name=group)],
            ),
        )


def _rule(group: str, resources: Sequence[str], verbs: Sequence[str]) -> PolicyRule:
    return PolicyRule(apiGroups=[group], resources=list(resources), verbs=list(verbs))
