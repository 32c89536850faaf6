"""The systems: everything that is decided about one of them in one environment."""

import re
from dataclasses import dataclass
from typing import ClassVar

from settings import capacity
from settings.analyzers import Analyzer
from settings.checks import require, require_name, require_unique
from settings.cluster import Cluster, Network
from settings.data import ModelStore, MySql, PostgreSql, Valkey
from settings.exposure import Domain, LoadBalancer
from settings.gpu import Audio2Face
from settings.nodes import NodeGroup
from settings.uploads import Uploads
from settings.workflow import Workflow
from settings.workloads import CpuService

_NODE_START_SECONDS = 180
"""Decision of the autoscaler, start of the machine, network plugin: one to three minutes."""
_SPOT_NOTICE_SECONDS = 120
"""What EC2 gives."""


@dataclass(frozen=True, kw_only=True)
class System:
    """What every system has."""

    environment: str
    """`Prod`, `Dev`: ends the names of the stacks."""
    region: str
    namespace: str
    retained: bool
    """Whether data stores survive `cdk destroy`; only throw-away environments say no."""
    network: Network
    cluster: Cluster
    title: ClassVar[str]
    """What people call the system."""

    def __post_init__(self) -> None:
        """Check what no part can check alone."""
        require(
            re.fullmatch(r"[A-Z][A-Za-z0-9]*", self.environment),
            "environment",
            self.environment,
            "use letters and digits after a capital, as Prod",
        )
        require_name("namespace", self.namespace)
        require(
            self.namespace != "default" and not self.namespace.startswith("kube-"),
            "namespace",
            self.namespace,
            "use one of its own, this is Kubernetes'",
        )
        for zone in self.network.zones:
            require(
                re.fullmatch(rf"{re.escape(self.region)}[a-z]", zone),
                "network zone",
                zone,
                f"must be region {self.region} and one letter",
            )

    @property
    def name(self) -> str:
        """The name of the stack that deploys it all."""
        return f"{type(self).__name__}{self.environment}"

    @property
    def label(self) -> str:
        """The system's name on its objects in Kubernetes."""
        return type(self).__name__.lower()


@dataclass(frozen=True, kw_only=True)
class Avadot(System):
    """Avadot: conversation services, and Audio2Face on GPUs."""

    mysql: MySql
    valkey: Valkey
    model_store: ModelStore
    providers: tuple[str, ...]
    """Outside services whose keys are kept in Secrets Manager."""
    services: tuple[CpuService, ...]
    audio2face: Audio2Face
    load_balancer: LoadBalancer
    title: ClassVar[str] = "Avadot"

    def __post_init__(self) -> None:
        """Check what no part can check alone."""
        super().__post_init__()
        require_unique("providers", self.providers)
        self._check_services()
        self._check_certificate()
        capacity.check_services(self.services, self.cluster)
        capacity.check_audio2face(self.audio2face, self.cluster)

    def _check_services(self) -> None:
        require(self.services, "services", self.services, "give at least one")
        require_unique("service name", [service.name for service in self.services])
        require_unique("service component", [service.component for service in self.services])
        for service in self.services:
            require(
                service.name != self.audio2face.name,
                "service name",
                service.name,
                "the Audio2Face server has it, choose another",
            )
            sharing = [other.name for other in self.services if other.port == service.port]
            require(
                service.port is None or len(sharing) == 1,
                "service port",
                service.port,
                f"{' and '.join(sharing)} need one each",
            )
            for provider in service.provider_secrets:
                require(
                    provider in self.providers,
                    f"service {service.name} provider_secrets",
                    provider,
                    f"must be one of the system's providers {', '.join(self.providers)}",
                )

    def _check_certificate(self) -> None:
        match self.load_balancer.names:
            case Domain(certificate_arn=arn):
                require(
                    arn.split(":")[3] == self.region,
                    "domain certificate_arn",
                    arn,
                    f"the load balancer takes certificates of its own region {self.region}",
                )
            case _:
                pass


@dataclass(frozen=True, kw_only=True)
class Guardian(System):
    """Silver Guardian: analysers of uploaded video, and the workflow that asks them."""

    postgresql: PostgreSql
    valkey: Valkey
    uploads: Uploads
    audio: Analyzer
    video: Analyzer
    workflow: Workflow
    title: ClassVar[str] = "Silver Guardian"

    def __post_init__(self) -> None:
        """Check what no part can check alone."""
        super().__post_init__()
        require_unique("analyzer name", [analyzer.name for analyzer in self.analyzers])
        require(
            self.audio.port != self.video.port,
            "analyzer port",
            self.video.port,
            f"{self.audio.name} and {self.video.name} need one each",
        )
        self._check_groups()
        capacity.check_add_ons(self.cluster)
        capacity.check_analyzers(self.analyzers, self.cluster)

    @property
    def analyzers(self) -> tuple[Analyzer, ...]:
        """All analysers."""
        return (self.audio, self.video)

    def machines_of(self, analyzer: Analyzer) -> NodeGroup:
        """Return the group that is kept for an analyser."""
        (group,) = (g for g in self.cluster.dedicated_groups if g.workload == analyzer.workload)
        return group

    def _check_groups(self) -> None:
        for group in self.cluster.dedicated_groups:
            using = [a for a in self.analyzers if a.workload == group.workload]
            require(
                using,
                f"node group {group.name} workload",
                group.workload,
                "no analyzer is of this kind, and nothing else may use its machines",
            )
            for analyzer in using:
                _check_life_on(group, analyzer)


def _check_life_on(group: NodeGroup, analyzer: Analyzer) -> None:
    """Require patience where machines must start first, and haste where they are taken away."""
    require(
        group.minimum > 0 or analyzer.rollout.scheduled_within >= _NODE_START_SECONDS,
        f"analyzer {analyzer.name} rollout scheduled_within",
        analyzer.rollout.scheduled_within,
        f"node group {group.name} may be empty, and a machine takes up to "
        f"{_NODE_START_SECONDS} s to start",
    )
    require(
        not group.spot or analyzer.grace < _SPOT_NOTICE_SECONDS,
        f"analyzer {analyzer.name} grace",
        analyzer.grace,
        f"a spot machine of {group.name} is gone {_SPOT_NOTICE_SECONDS} s after its notice",
    )
