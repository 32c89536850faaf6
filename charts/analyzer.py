"""An analyser: everything that one of the programs on spot machines consists of."""

import cdk8s
from constructs import Construct
from lightkube.models.core_v1 import Service, ServicePort, ServiceSpec
from lightkube.models.meta_v1 import LabelSelector
from lightkube.models.networking_v1 import NetworkPolicy

from charts import traffic
from charts.analyzer_deployment import PORT_NAME, deployment
from charts.keda import ScaledObject, TriggerAuthentication
from charts.objects import Identity, add
from charts.surroundings import Work
from settings.analyzers import Analyzer
from settings.nodes import NodeGroup


class AnalyzerChart(cdk8s.Chart):
    """The pods of one analyser, their address, and what brings them when there is work.

    `nodes` is the group that is kept for them.
    """

    def __init__(
        self,
        scope: Construct,
        *,
        analyzer: Analyzer,
        system: str,
        namespace: str,
        work: Work,
        nodes: NodeGroup,
    ) -> None:
        super().__init__(scope, analyzer.name)
        identity = Identity(
            system=system,
            namespace=namespace,
            name=analyzer.name,
            component=analyzer.name,
            version=work.images.version(analyzer.image),
        )
        add(self, identity.service_account())
        add(self, _service(identity, analyzer))
        add(self, _traffic(identity, analyzer))
        # Before its scaler: KEDA looks into the Deployment for the requests that CPU load is of.
        add(self, deployment(identity, analyzer, work, nodes))
        authentication = TriggerAuthentication(metadata=identity.metadata())
        add(self, authentication)
        add(
            self,
            ScaledObject(
                metadata=identity.metadata(f"{identity.name}-scaler"),
                deployment=identity.name,
                authentication=identity.name,
                queue_url=work.queue_url,
                region=work.region,
                scaling=analyzer.scaling,
            ),
        )


def _service(identity: Identity, analyzer: Analyzer) -> Service:
    return Service(
        apiVersion="v1",
        kind="Service",
        metadata=identity.metadata(),
        spec=ServiceSpec(
            type="ClusterIP",
            selector=identity.selector,
            ports=[ServicePort(name=PORT_NAME, port=analyzer.port, targetPort=PORT_NAME)],
        ),
    )


def _traffic(identity: Identity, analyzer: Analyzer) -> NetworkPolicy:
    """Let the namespace ask, and the analyser out to AWS with its role's credentials."""
    return traffic.policy(
        identity.metadata(),
        identity.pods,
        ingress=[traffic.from_pods(LabelSelector(), analyzer.port)],
        egress=[traffic.to_internet(), traffic.to_pod_identity_agent()],
    )
