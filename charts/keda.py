"""KEDA's objects: how many pods the length of a queue asks for, none included."""

from dataclasses import dataclass
from typing import Any

from lightkube.models.meta_v1 import ObjectMeta

from settings.scaling import QueueScaling


@dataclass(frozen=True, kw_only=True)
class TriggerAuthentication:
    """As whom KEDA asks AWS: with the role of its own operator, not with that of the pods."""

    metadata: ObjectMeta

    def to_dict(self) -> dict[str, Any]:
        """Return the object as KEDA reads it."""
        return {
            "apiVersion": "keda.sh/v1alpha1",
            "kind": "TriggerAuthentication",
            "metadata": self.metadata.to_dict(),
            "spec": {"podIdentity": {"provider": "aws", "identityOwner": "keda"}},
        }


@dataclass(frozen=True, kw_only=True)
class ScaledObject:
    """Between how many pods a Deployment moves, by its queue and by its load.

    CPU alone could neither wake the first pod nor let the last one go: KEDA refuses such an object
    where the minimum is zero. The queue's trigger does both, and what is in work counts with it.
    """

    metadata: ObjectMeta
    deployment: str
    authentication: str
    """The name of the `TriggerAuthentication`."""
    queue_url: str
    region: str
    scaling: QueueScaling

    def to_dict(self) -> dict[str, Any]:
        """Return the object as KEDA reads it; values of triggers are texts."""
        scaling = self.scaling
        return {
            "apiVersion": "keda.sh/v1alpha1",
            "kind": "ScaledObject",
            "metadata": self.metadata.to_dict(),
            "spec": {
                "scaleTargetRef": {
                    "apiVersion": "apps/v1",
                    "kind": "Deployment",
                    "name": self.deployment,
                },
                "minReplicaCount": scaling.minimum,
                "maxReplicaCount": scaling.maximum,
                "pollingInterval": scaling.polling,
                "cooldownPeriod": scaling.cooldown,
                "triggers": [
                    {
                        "type": "aws-sqs-queue",
                        "metadata": {
                            "queueURL": self.queue_url,
                            "awsRegion": self.region,
                            "queueLength": str(scaling.messages_per_pod),
                            "activationQueueLength": "0",
                            "scaleOnInFlight": "true",
                        },
                        "authenticationRef": {"name": self.authentication},
                    },
                    {
                        "type": "cpu",
                        "metricType": "Utilization",
                        "metadata": {"value": str(scaling.cpu_percent)},
                    },
                ],
            },
        }
