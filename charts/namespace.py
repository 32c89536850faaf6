"""The namespace of a system: closed, until a workload opens what it needs."""

from collections.abc import Mapping

import cdk8s
from constructs import Construct
from lightkube.models.core_v1 import Namespace
from lightkube.models.meta_v1 import LabelSelector, ObjectMeta

from charts import network_policy
from charts.objects import add, common_labels


class NamespaceChart(cdk8s.Chart):
    """A namespace that admits unprivileged pods only, and no connection but to the DNS.

    `kubernetes` is the cluster's version, as 1.36: by its rules pods are judged.
    """

    def __init__(
        self,
        scope: Construct,
        *,
        system: str,
        namespace: str,
        kubernetes: str,
        labels: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(scope, namespace)
        security = {
            f"pod-security.kubernetes.io/{mode}{suffix}": value
            for mode in ("enforce", "audit", "warn")
            for suffix, value in (("", "restricted"), ("-version", f"v{kubernetes}"))
        }
        add(
            self,
            Namespace(
                apiVersion="v1",
                kind="Namespace",
                metadata=ObjectMeta(
                    name=namespace,
                    labels={
                        **common_labels(system),
                        **security,
                        **(labels or {}),
                    },
                ),
            ),
        )
        add(self, network_policy.nothing(_metadata("default-deny", system, namespace)))
        add(
            self,
            network_policy.policy(
                _metadata("name-service", system, namespace),
                LabelSelector(),
                egress=[network_policy.to_name_service()],
            ),
        )


def _metadata(name: str, system: str, namespace: str) -> ObjectMeta:
    return ObjectMeta(name=name, namespace=namespace, labels=common_labels(system))
