"""An exporter: one pod that shows figures to Prometheus, and what belongs to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lightkube.models.apps_v1 import Deployment, DeploymentStrategy
from lightkube.models.core_v1 import (
    Container,
    ContainerPort,
    PodSpec,
    PodTemplateSpec,
    Volume,
    VolumeMount,
)
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.models.networking_v1 import NetworkPolicyEgressRule

from charts import ingress, network_policy
from charts.deployment import deployment_of
from charts.monitoring import PROMETHEUS, ServiceMonitor
from charts.objects import Identity, Manifest
from charts.pod import (
    CONTAINER_SECURITY,
    confined,
    environment,
    requirements,
    tolerations_of,
)
from charts.probes import web_probes
from settings.workloads import Workload

_PORT_NAME = "metrics"


@dataclass(frozen=True, kw_only=True)
class Exporter:
    """What one exporter needs that another does not."""

    port: int
    variables: Mapping[str, str]
    volume: Volume
    mount: VolumeMount
    egress: Sequence[NetworkPolicyEgressRule]
    """Beside the name service."""
    annotations: Mapping[str, str] = field(default_factory=dict)
    """Of the pod; whatever changes in them, the pod is replaced."""
    asks_api: bool = False
    """Whether the pod gets its account's token for the Kubernetes API."""
    speaks_about_others: bool = False
    """Whether its own labels `namespace` and `service` are to stay."""


def exporter_objects(
    exporter: Exporter, identity: Identity, workload: Workload, *, image: str
) -> list[Manifest]:
    """Run the exporter, and let Prometheus' pods scrape it and nobody else."""
    return [
        identity.service_account(),
        ingress.service(identity, name=_PORT_NAME, port=exporter.port),
        network_policy.policy(
            identity.metadata(),
            identity.pods,
            ingress=[network_policy.from_workload(PROMETHEUS, exporter.port)],
            egress=[network_policy.to_name_service(), *exporter.egress],
        ),
        _deployment(exporter, identity, workload, image),
        ServiceMonitor(
            metadata=identity.metadata(),
            services=identity.selector,
            port=_PORT_NAME,
            honor_labels=exporter.speaks_about_others,
        ),
    ]


def _deployment(
    exporter: Exporter, identity: Identity, workload: Workload, image: str
) -> Deployment:
    """Run one pod, never two: whatever both show would be added up."""
    pod = confined(
        PodSpec(
            serviceAccountName=identity.name,
            terminationGracePeriodSeconds=workload.termination_grace,
            nodeSelector=dict(workload.placement.node_selector) or None,
            tolerations=tolerations_of(workload.placement) or None,
            containers=[_container(exporter, identity, workload, image)],
            volumes=[exporter.volume],
        )
    )
    pod.automountServiceAccountToken = exporter.asks_api
    metadata = ObjectMeta(labels=identity.labels, annotations=dict(exporter.annotations) or None)
    return deployment_of(
        identity,
        PodTemplateSpec(metadata=metadata, spec=pod),
        workload.rollout,
        replicas=1,
        strategy=DeploymentStrategy(type="Recreate"),
    )


def _container(exporter: Exporter, identity: Identity, workload: Workload, image: str) -> Container:
    probes = web_probes(exporter.port, workload.rollout)
    return Container(
        name=identity.name,
        image=image,
        env=environment(exporter.variables),
        ports=[ContainerPort(name=_PORT_NAME, containerPort=exporter.port)],
        resources=requirements(workload.resources),
        securityContext=CONTAINER_SECURITY,
        volumeMounts=[exporter.mount],
        # What a program said last is the reason that the release gate gives.
        terminationMessagePolicy="FallbackToLogsOnError",
        startupProbe=probes.startup,
        readinessProbe=probes.readiness,
        livenessProbe=probes.liveness,
    )
