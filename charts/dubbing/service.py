"""A model service: everything that one model behind HTTP consists of."""

import cdk8s
from constructs import Construct
from lightkube.models.core_v1 import ConfigMap
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.models.networking_v1 import NetworkPolicy

from charts import network_policy
from charts.analysis import AnalysisTemplate, MetricLimit, WebAnswer, error_rate, p95
from charts.deployment import disruption_budget
from charts.dubbing.context import ModelContext
from charts.dubbing.credentials import HUGGING_FACE
from charts.dubbing.pods import PORT_NAME, configuration_digest, configuration_name, pods
from charts.dubbing.scaling import authentication, scaler
from charts.monitoring import PROMETHEUS, PROMETHEUS_URL, PodMonitor
from charts.objects import Digest, Identity, add
from charts.rollout import BlueGreen, active_service, preview_service, preview_url
from charts.secret_files import SecretProviderClass
from settings.dubbing.services import ModelService, ReleaseLimits

_REQUESTS = "model_http_requests_total"
_SECONDS = "model_http_request_seconds"
_BEFORE, _AFTER = 3, 4
"""How many measurements have to be good."""


class ModelServiceChart(cdk8s.Chart):
    """One model service: its pods, who may ask them, how many there are, and how it is released."""

    def __init__(
        self,
        scope: Construct,
        *,
        service: ModelService,
        limits: ReleaseLimits,
        context: ModelContext,
        digest: Digest,
    ) -> None:
        super().__init__(scope, service.name)
        identity = context.identity(service.name, service.image)
        add(self, identity.service_account())
        add(self, _configuration(identity, service))
        if service.needs_hugging_face:
            add(
                self,
                SecretProviderClass(
                    metadata=identity.metadata(),
                    store=context.secrets,
                    credentials=(HUGGING_FACE,),
                ),
            )
        for address in (active_service, preview_service):
            add(self, address(identity, name=PORT_NAME, port=service.port))
        add(self, _allowed_connections(identity, service, context))
        before, after = _before(identity, service, limits), _after(identity, limits)
        add(self, before)
        add(self, after)
        # Before its scaler: KEDA looks into it for the requests that loads are shares of.
        add(
            self,
            BlueGreen(
                identity=identity,
                pods=pods(
                    identity,
                    service,
                    context,
                    configuration=configuration_digest(service, digest),
                ),
                rollout=service.rollout,
                replicas=None,
                fewest=service.fewest,
                before=before,
                after=after,
            ),
        )
        add(self, disruption_budget(identity))
        add(
            self,
            PodMonitor(
                metadata=identity.metadata(),
                pods=identity.selector,
                port=PORT_NAME,
                interval=limits.read_every,
            ),
        )
        add(self, authentication(identity, context))
        add(self, scaler(identity, service, context))


def _configuration(identity: Identity, service: ModelService) -> ConfigMap:
    return ConfigMap(
        apiVersion="v1",
        kind="ConfigMap",
        metadata=identity.metadata(configuration_name(identity)),
        data=dict(service.configuration),
    )


def _allowed_connections(
    identity: Identity, service: ModelService, context: ModelContext
) -> NetworkPolicy:
    """Let workers, Prometheus and releases ask, and the pods out to S3 with their own role."""
    return network_policy.policy(
        identity.metadata(),
        identity.pods,
        ingress=[
            network_policy.from_namespaces([context.callers, context.releasing], service.port),
            network_policy.from_workload(PROMETHEUS, service.port),
        ],
        egress=[network_policy.to_internet(), network_policy.to_pod_identity_agent()],
    )


def _before(identity: Identity, service: ModelService, limits: ReleaseLimits) -> AnalysisTemplate:
    """Look whether a new version answers and has loaded its model, before it gets requests."""
    answers = [
        WebAnswer(name=path, url=preview_url(identity, port=service.port, path=f"/{path}"))
        for path in ("health", "ready")
    ]
    return AnalysisTemplate(
        metadata=_named(identity, "before"),
        metrics=[*answers, *_measures(identity, limits)],
        initial_delay=limits.window,
        interval=limits.read_every,
        count=_BEFORE,
    )


def _after(identity: Identity, limits: ReleaseLimits) -> AnalysisTemplate:
    """Measure what a new version does with its first requests, while the old one could be back."""
    return AnalysisTemplate(
        metadata=_named(identity, "after"),
        metrics=_measures(identity, limits),
        initial_delay=limits.window,
        interval=limits.read_every,
        count=_AFTER,
    )


def _measures(identity: Identity, limits: ReleaseLimits) -> list[MetricLimit]:
    queries = {
        "error-rate": (error_rate(identity, _REQUESTS, window=limits.window), limits.error_rate),
        "p95-seconds": (p95(identity, _SECONDS, window=limits.window), limits.p95_seconds),
    }
    return [
        MetricLimit(name=name, query=query, most=most, prometheus=PROMETHEUS_URL)
        for name, (query, most) in queries.items()
    ]


def _named(identity: Identity, when: str) -> ObjectMeta:
    return identity.metadata(f"{identity.name}-{when}")
