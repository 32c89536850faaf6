"""Deployments: how pods of every kind are kept running and replaced."""

from lightkube.models.apps_v1 import (
    Deployment,
    DeploymentSpec,
    DeploymentStrategy,
    RollingUpdateDeployment,
)
from lightkube.models.core_v1 import PodTemplateSpec

from charts.objects import Identity
from settings.workloads import Rollout


def deployment_of(
    identity: Identity, pods: PodTemplateSpec, rollout: Rollout, *, replicas: int | None
) -> Deployment:
    """Keep a workload's pods running, and replace them without a moment of fewer.

    `replicas` is nothing where an autoscaler owns the number; written here, each release would
    reset it.
    """
    return Deployment(
        apiVersion="apps/v1",
        kind="Deployment",
        metadata=identity.metadata(),
        spec=DeploymentSpec(
            replicas=replicas,
            selector=identity.pods,
            strategy=DeploymentStrategy(
                type="RollingUpdate",
                rollingUpdate=RollingUpdateDeployment(maxSurge=1, maxUnavailable=0),
            ),
            progressDeadlineSeconds=rollout.limit,
            template=pods,
        ),
    )
