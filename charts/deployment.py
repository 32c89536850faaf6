"""Deployments: how pods are kept running, replaced, scaled and evicted."""

from lightkube.models.apps_v1 import (
    Deployment,
    DeploymentSpec,
    DeploymentStrategy,
    RollingUpdateDeployment,
)
from lightkube.models.autoscaling_v2 import (
    CrossVersionObjectReference,
    HorizontalPodAutoscaler,
    HorizontalPodAutoscalerSpec,
    MetricSpec,
    MetricTarget,
    ResourceMetricSource,
)
from lightkube.models.core_v1 import PodTemplateSpec
from lightkube.models.policy_v1 import PodDisruptionBudget, PodDisruptionBudgetSpec

from charts.objects import Identity
from charts.pod import EVICT_UNHEALTHY
from settings.scaling import CpuScaling
from settings.workloads import Rollout

_ROLLING = DeploymentStrategy(
    type="RollingUpdate", rollingUpdate=RollingUpdateDeployment(maxSurge=1, maxUnavailable=0)
)


def deployment_of(
    identity: Identity,
    pods: PodTemplateSpec,
    rollout: Rollout,
    *,
    replicas: int | None,
    strategy: DeploymentStrategy = _ROLLING,
) -> Deployment:
    """Keep a workload's pods running; unless told otherwise, never fewer while they are replaced.

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
            strategy=strategy,
            progressDeadlineSeconds=rollout.limit,
            template=pods,
        ),
    )


def horizontal_autoscaler(identity: Identity, scaling: CpuScaling) -> HorizontalPodAutoscaler:
    return HorizontalPodAutoscaler(
        apiVersion="autoscaling/v2",
        kind="HorizontalPodAutoscaler",
        metadata=identity.metadata(),
        spec=HorizontalPodAutoscalerSpec(
            scaleTargetRef=CrossVersionObjectReference(
                apiVersion="apps/v1", kind="Deployment", name=identity.name
            ),
            minReplicas=scaling.minimum,
            maxReplicas=scaling.maximum,
            metrics=[
                MetricSpec(
                    type="Resource",
                    resource=ResourceMetricSource(
                        name="cpu",
                        target=MetricTarget(
                            type="Utilization", averageUtilization=scaling.cpu_percent
                        ),
                    ),
                )
            ],
        ),
    )


def disruption_budget(identity: Identity) -> PodDisruptionBudget:
    """Let pods go one by one.

    `minAvailable: 1` would let three of four go at once, and block every drain at one pod.
    """
    return PodDisruptionBudget(
        apiVersion="policy/v1",
        kind="PodDisruptionBudget",
        metadata=identity.metadata(),
        spec=PodDisruptionBudgetSpec(
            maxUnavailable=1, selector=identity.pods, unhealthyPodEvictionPolicy=EVICT_UNHEALTHY
        ),
    )
