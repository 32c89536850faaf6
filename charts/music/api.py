"""The API with the page: its pods, who may reach it, and what it may do with Workflows."""

import cdk8s
from constructs import Construct
from lightkube.models.apps_v1 import Deployment
from lightkube.models.core_v1 import Container, ContainerPort, PodSpec, PodTemplateSpec
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.models.networking_v1 import NetworkPolicy
from lightkube.models.rbac_v1 import PolicyRule

from charts import ingress, network_policy, secret_files
from charts.deployment import deployment_of, disruption_budget, horizontal_autoscaler
from charts.ingress import OpenIdConnect
from charts.monitoring import PROMETHEUS, ServiceMonitor
from charts.music.context import ApiContext
from charts.music.rights import allowed
from charts.objects import Identity, Manifest, add
from charts.pod import (
    CONTAINER_SECURITY,
    SCRATCH_MOUNT,
    confined,
    environment,
    pre_stop,
    requirements,
    scratch_volume,
    spread,
)
from charts.probes import model_probes
from charts.secret_files import Credential, SecretProviderClass
from settings.music.api import Api, Login, Uploads
from settings.music.pipeline import TEMPLATE

_PORT_NAME = "http"
_API_PORT = 443
_SCRATCH_MIB = 128
LOGIN = "login"
"""The secret with the client of the provider, in AWS' Secrets Manager and in Kubernetes."""
_CLIENT = tuple(
    Credential(variable="", file=field, source=LOGIN, field=field)
    for field in ("clientID", "clientSecret")
)
"""As the load balancer controller reads them."""
_CONTROLLER, _CONTROLLERS_NAMESPACE = "aws-load-balancer-controller", "kube-system"
_RUNS = PolicyRule(
    apiGroups=["argoproj.io"], resources=["workflows"], verbs=["create", "get", "delete"]
)


class ApiChart(cdk8s.Chart):
    """The Deployment behind the load balancer, which asks everybody who they are."""

    def __init__(
        self, scope: Construct, *, api: Api, login: Login, uploads: Uploads, context: ApiContext
    ) -> None:
        super().__init__(scope, api.name)
        identity = context.identity(api.name, api.image)
        add(self, identity.service_account())
        for manifest in (
            *allowed(identity.metadata(), _RUNS, {identity.name: identity.namespace}),
            *_shown_to_the_load_balancer(identity),
        ):
            add(self, manifest)
        add(
            self,
            SecretProviderClass(
                metadata=identity.metadata(),
                store=context.secrets,
                credentials=_CLIENT,
                secret=LOGIN,
            ),
        )
        add(self, _allowed_connections(identity, api, context))
        add(self, ingress.service(identity, name=_PORT_NAME, port=api.port))
        add(
            self,
            ingress.web_ingress(
                identity,
                port=api.port,
                sticky=False,
                shutdown=api.shutdown,
                exposure=context.exposure,
                login=_provider(login),
            ),
        )
        add(self, _deployment(identity, api, login, uploads, context))
        add(self, disruption_budget(identity))
        add(self, horizontal_autoscaler(identity, api.scaling))
        add(
            self,
            ServiceMonitor(
                metadata=identity.metadata(), services=identity.selector, port=_PORT_NAME
            ),
        )


def _provider(login: Login) -> OpenIdConnect:
    return OpenIdConnect(
        issuer=login.issuer,
        authorization_endpoint=login.authorization_endpoint,
        token_endpoint=login.token_endpoint,
        user_info_endpoint=login.user_info_endpoint,
        secret=LOGIN,
        scope=login.scope,
        session_seconds=login.session_seconds,
    )


def _shown_to_the_load_balancer(identity: Identity) -> tuple[Manifest, ...]:
    """Let the controller read the one Secret that its rule needs, and no other."""
    rule = PolicyRule(
        apiGroups=[""], resources=["secrets"], resourceNames=[LOGIN], verbs=["get", "list", "watch"]
    )
    return tuple(allowed(identity.metadata(LOGIN), rule, {_CONTROLLER: _CONTROLLERS_NAMESPACE}))


def _allowed_connections(identity: Identity, api: Api, context: ApiContext) -> NetworkPolicy:
    """Let load balancer and Prometheus in, and the API out to S3, its queue and the cluster's API.

    By the same way out it asks for the keys by which the load balancer signs who somebody is.
    """
    return network_policy.policy(
        identity.metadata(),
        identity.pods,
        ingress=[
            network_policy.from_clients(context.exposure, api.port),
            network_policy.from_workload(PROMETHEUS, api.port),
        ],
        egress=[
            network_policy.to_internet(),
            network_policy.to_pod_identity_agent(),
            network_policy.to(context.api, _API_PORT),
        ],
    )


def _deployment(
    identity: Identity, api: Api, login: Login, uploads: Uploads, context: ApiContext
) -> Deployment:
    pod = confined(
        PodSpec(
            serviceAccountName=identity.name,
            terminationGracePeriodSeconds=api.termination_grace,
            topologySpreadConstraints=spread(identity),
            containers=[_container(identity, api, login, uploads, context)],
            # Nothing reads the files: while they are mounted, the driver keeps the Secret as well.
            volumes=[
                scratch_volume(_SCRATCH_MIB),
                secret_files.volume(identity.name, _CLIENT, context.secrets),
            ],
        )
    )
    pod.automountServiceAccountToken = True
    template = PodTemplateSpec(metadata=ObjectMeta(labels=identity.labels), spec=pod)
    return deployment_of(identity, template, api.rollout, replicas=None)


def _container(
    identity: Identity, api: Api, login: Login, uploads: Uploads, context: ApiContext
) -> Container:
    # Ready is who reaches S3, the queue and the cluster: a release without these rights fails.
    probes = model_probes(api.port, api.rollout)
    return Container(
        name=api.name,
        image=context.images.reference(api.image),
        env=environment(
            {
                "PORT": str(api.port),
                "AWS_REGION": context.region,
                "BUCKET": context.bucket,
                "QUEUE_URL": context.queue_url,
                "NAMESPACE": identity.namespace,
                "WORKFLOW_TEMPLATE": TEMPLATE,
                "IDENTITY_ISSUER": login.issuer,
                "IDENTITY_SIGNER": context.load_balancer,
                "MOST_BYTES": str(uploads.largest_bytes),
                "OPEN_RUNS": str(uploads.open_runs),
            }
        ),
        ports=[ContainerPort(name=_PORT_NAME, containerPort=api.port)],
        resources=requirements(api.resources),
        securityContext=CONTAINER_SECURITY,
        volumeMounts=[SCRATCH_MOUNT, secret_files.mount(context.system)],
        lifecycle=pre_stop(api.shutdown),
        # What a program said last is the reason that the release gate gives.
        terminationMessagePolicy="FallbackToLogsOnError",
        startupProbe=probes.startup,
        readinessProbe=probes.readiness,
        livenessProbe=probes.liveness,
    )
