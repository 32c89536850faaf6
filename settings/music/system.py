"""Music: a pipeline on GPUs that are there while it runs, and the API in front of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from settings.checks import require
from settings.exposure import Domain, LoadBalancer
from settings.music.api import Api, Login, Uploads
from settings.music.pipeline import TEMPLATE, Pipeline
from settings.music.steps import Step
from settings.music.watching import Watching
from settings.system import System
from settings.volumes import Volume
from settings.workloads import Workload


@dataclass(frozen=True, kw_only=True)
class Music(System):
    """One environment of Music."""

    api: Api
    login: Login
    uploads: Uploads
    pipeline: Pipeline
    load_balancer: LoadBalancer
    disk: Volume | None
    """What pods get that ask for a disk."""
    title: ClassVar[str] = "Music"

    def __post_init__(self) -> None:
        super().__post_init__()
        domain = self.load_balancer.names
        require(
            isinstance(domain, Domain),
            "load balancer names",
            domain,
            "give a Domain: an ALB logs people in by HTTPS only, and without it all would be open",
        )
        self.domain.check_region(self.region)

    @property
    def domain(self) -> Domain:
        """The names that it answers to."""
        if not isinstance(self.load_balancer.names, Domain):
            message = "checked when the system was made"
            raise TypeError(message)
        return self.load_balancer.names

    @property
    def page(self) -> str:
        """Where the page comes from, as browsers write it in `Origin`."""
        return f"https://{self.api.name}.{self.domain.name}"

    @property
    def watching(self) -> Watching:
        """What alerts and the dashboard are drawn from."""
        return Watching(
            namespace=self.namespace,
            template=TEMPLATE,
            steps=tuple(step.name for step in self.steps),
            run_seconds=self.pipeline.deadline // 2,
        )

    @property
    def workloads(self) -> tuple[Workload, ...]:
        return (self.api,)

    @property
    def steps(self) -> Sequence[Step]:
        return self.pipeline.steps
