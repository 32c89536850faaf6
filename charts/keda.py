"""KEDA's objects: how many pods a queue, or what pods are doing, asks for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lightkube.models.meta_v1 import ObjectMeta

from settings.scaling import Pace


@dataclass(frozen=True, kw_only=True)
class TriggerAuthentication:
    """As whom KEDA asks: with the AWS role of its own operator, not with that of the pods.

    `secrets` are parameters of a trigger that the operator reads from AWS Secrets Manager.
    """

    metadata: ObjectMeta
    region: str | None = None
    """Where the secrets are."""
    secrets: Mapping[str, str] = field(default_factory=dict)
    """ARN of the secret by the parameter that its whole value is."""

    def to_dict(self) -> dict[str, Any]:
        """Return the object as KEDA reads it."""
        identity = {"provider": "aws", "identityOwner": "keda"}
        return {
            "apiVersion": "keda.sh/v1alpha1",
            "kind": "TriggerAuthentication",
            "metadata": self.metadata.to_dict(),
            "spec": {
                "awsSecretManager": {
                    "region": self.region,
                    "podIdentity": identity,
                    "secrets": [
                        {"parameter": parameter, "name": arn}
                        for parameter, arn in self.secrets.items()
                    ],
                }
            }
            if self.secrets
            else {"podIdentity": identity},
        }


@dataclass(frozen=True, kw_only=True)
class Trigger:
    """One thing that KEDA measures; values of its metadata are texts."""

    type: str
    metadata: Mapping[str, str]
    name: str | None = None
    """By which a formula knows it."""
    metric_type: str | None = None
    authentication: str | None = None
    """The name of a `TriggerAuthentication`."""

    def to_dict(self) -> dict[str, Any]:
        """Return the trigger as KEDA reads it."""
        return {
            "type": self.type,
            **({"name": self.name} if self.name else {}),
            **({"metricType": self.metric_type} if self.metric_type else {}),
            "metadata": dict(self.metadata),
            **({"authenticationRef": {"name": self.authentication}} if self.authentication else {}),
        }


def sqs(queue_url: str, *, region: str, messages_per_pod: int, authentication: str) -> Trigger:
    """Count the messages of an SQS queue; what is in work counts with what waits."""
    return Trigger(
        type="aws-sqs-queue",
        metadata={
            "queueURL": queue_url,
            "awsRegion": region,
            "queueLength": str(messages_per_pod),
            "activationQueueLength": "0",
            "scaleOnInFlight": "true",
        },
        authentication=authentication,
    )


def redis(name: str, *, address: str, key: str, authentication: str) -> Trigger:
    """Count the entries of a list or a set, over TLS."""
    return Trigger(
        type="redis",
        name=name,
        metadata={"address": address, "listName": key, "enableTLS": "true"},
        authentication=authentication,
    )


def prometheus(name: str, *, address: str, query: str) -> Trigger:
    """Ask Prometheus; an answer without a value is a failure and not a zero."""
    return Trigger(
        type="prometheus",
        name=name,
        metadata={
            "serverAddress": address,
            "query": query,
            # Of a formula's triggers only the formula's own target counts.
            "threshold": "1",
            "ignoreNullValues": "false",
        },
    )


def utilization(resource: str, percent: int) -> Trigger:
    """Look at the use of `cpu` or `memory`, in hundredths of what the pods request."""
    return Trigger(type=resource, metric_type="Utilization", metadata={"value": str(percent)})


@dataclass(frozen=True, kw_only=True)
class Behavior:
    """How fast the number of pods may grow and shrink."""

    up: Pace
    down: Pace

    def to_dict(self) -> dict[str, Any]:
        """Return it as the horizontal autoscaler reads it: grow by the most, shrink by the least.

        So it is quick when work comes, and careful when it goes.
        """
        return {"scaleUp": _rules(self.up, "Max"), "scaleDown": _rules(self.down, "Min")}


def _rules(pace: Pace, select: str) -> dict[str, Any]:
    amounts = {"Percent": pace.percent, "Pods": pace.pods}
    return {
        "stabilizationWindowSeconds": pace.stabilization,
        "selectPolicy": select,
        "policies": [
            {"type": kind, "value": value, "periodSeconds": pace.period}
            for kind, value in amounts.items()
            if value is not None
        ],
    }


@dataclass(frozen=True, kw_only=True)
class ScaledObject:
    """Between how many pods a workload moves, and by what.

    CPU alone could neither wake the first pod nor let the last one go: KEDA refuses such an object
    where the minimum is zero.

    There is no `fallback`. What cannot be measured is neither much nor nothing, and Kubernetes'
    autoscaler ends no pod while a metric is missing; KEDA 2.20.2's way to say the same ends its
    operator now and then where several triggers share it (fallback.go, `doFallback`, reads what
    another trigger is just writing; tried).
    """

    metadata: ObjectMeta
    target: Mapping[str, str]
    """`apiVersion`, `kind` and `name` of what has the pods."""
    minimum: int
    maximum: int
    polling: int
    triggers: Sequence[Trigger]
    cooldown: int | None = None
    """Seconds without work after which the last pod goes, where the minimum is zero."""
    pods_by: str | None = None
    """A formula over the triggers' names whose value is the number of pods."""
    behavior: Behavior | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the object as KEDA reads it."""
        advanced: dict[str, Any] = {}
        if self.behavior:
            advanced["horizontalPodAutoscalerConfig"] = {"behavior": self.behavior.to_dict()}
        if self.pods_by:
            advanced["scalingModifiers"] = {
                "formula": self.pods_by,
                "target": "1",
                "metricType": "AverageValue",
            }
        return {
            "apiVersion": "keda.sh/v1alpha1",
            "kind": "ScaledObject",
            "metadata": self.metadata.to_dict(),
            "spec": {
                "scaleTargetRef": dict(self.target),
                "minReplicaCount": self.minimum,
                "maxReplicaCount": self.maximum,
                "pollingInterval": self.polling,
                **({} if self.cooldown is None else {"cooldownPeriod": self.cooldown}),
                **({"advanced": advanced} if advanced else {}),
                "triggers": [trigger.to_dict() for trigger in self.triggers],
            },
        }
