"""What Dubbing is watched for: budgets, and from which figure on somebody is told."""

# ruff: noqa: RUF009 - `Levels` is frozen, which ruff sees of its own file only

from dataclasses import dataclass

from settings.checks import require, require_name, require_unique
from settings.watching import Levels


@dataclass(frozen=True, kw_only=True)
class Limit:
    """A figure, and for how many minutes it must hold before somebody is told."""

    value: float
    minutes: int

    def __post_init__(self) -> None:
        require(self.value > 0, "limit value", self.value, "must be above 0")
        require(self.minutes > 0, "limit minutes", self.minutes, "must be at least 1")


@dataclass(frozen=True, kw_only=True)
class WatchedService:
    """A model service as its series name it: label `service`, label `queue`, and its budget."""

    name: str
    queue: str
    jobs_per_pod: int
    usd_per_month: int

    def __post_init__(self) -> None:
        require_name("watched service name", self.name)
        require_name(f"watched service {self.name} queue", self.queue)
        require(
            self.jobs_per_pod > 0,
            f"watched service {self.name} jobs_per_pod",
            self.jobs_per_pod,
            "must be at least 1",
        )
        require(
            self.usd_per_month > 0,
            f"watched service {self.name} usd_per_month",
            self.usd_per_month,
            "must be at least 1",
        )


@dataclass(frozen=True, kw_only=True)
class CostLimits:
    """From when on money is worth a message."""

    budget_ratio: Limit = Limit(value=0.8, minutes=10)
    gpu_usd_per_hour: Limit = Limit(value=50, minutes=30)
    usd_per_job: Limit = Limit(value=0.5, minutes=30)
    low_gpu_percent: Limit = Limit(value=30, minutes=60)
    """Of a service, on average of its GPUs."""
    idle_gpu_percent: Limit = Limit(value=10, minutes=30)
    """Of one running pod."""


@dataclass(frozen=True, kw_only=True)
class DeploymentLimits:
    """How long a release, a pod or an autoscaler may be in a bad state, in minutes."""

    failed: int = 5
    replicas_mismatch: int = 10
    crash_looping: int = 5
    not_ready: int = 10
    image_pull: int = 5
    stuck: int = 15
    scaling_disabled: int = 10
    at_maximum: int = 15
    scaler_errors: int = 10
    error_ratio: Limit = Limit(value=0.05, minutes=5)
    p95_seconds: Limit = Limit(value=2, minutes=5)
    memory_ratio: Limit = Limit(value=0.9, minutes=5)
    cpu_ratio: Limit = Limit(value=0.9, minutes=5)


@dataclass(frozen=True, kw_only=True)
class RollBackLimits:
    """From when on the last release is to be taken back."""

    error_ratio: Limit = Limit(value=0.1, minutes=5)
    p95_seconds: Limit = Limit(value=5, minutes=5)
    restarts_per_pod: Limit = Limit(value=0.5, minutes=5)
    """Within ten minutes; a rate of 0.5 a second, as the original has it, no pod can reach."""
    store_away: int = 3
    """Minutes for which the queues' store may not answer."""
    memory_ratio: Limit = Limit(value=0.95, minutes=5)
    queue_jobs: Limit = Limit(value=10_000, minutes=10)


@dataclass(frozen=True, kw_only=True)
class ModelLimits:
    """From when on a model, its GPU or its queue is worth a message."""

    queue_jobs: Limit = Limit(value=200, minutes=10)
    failed_job_ratio: Limit = Limit(value=0.1, minutes=5)
    job_p95_seconds: Limit = Limit(value=10, minutes=10)
    busy_gpu_percent: Limit = Limit(value=90, minutes=5)
    warm_celsius: Limit = Limit(value=80, minutes=5)
    hot_celsius: Limit = Limit(value=85, minutes=5)
    not_loaded: int = 15
    """Minutes for which a model may be loading: above what a start is given."""


@dataclass(frozen=True, kw_only=True)
class SilenceLimits:
    """For how many minutes something that reports may be silent."""

    service: int = 10
    exporter: int = 10
    target: int = 10
    cost: int = 15
    gpu: int = 15
    """Longer than a machine with GPUs takes from joining to its first series."""


@dataclass(frozen=True, kw_only=True)
class PanelLevels:
    """Where the panels turn yellow and red."""

    projected_usd: Levels = Levels(warning=15_000, critical=20_000)
    budget_ratio: Levels = Levels(warning=0.7, critical=0.9)
    failed_jobs_a_day: Levels = Levels(warning=10, critical=50)
    success_ratio: Levels = Levels(warning=0.95, critical=0.9)
    queue_jobs: Levels = Levels(warning=50, critical=100)
    queue_jobs_by_stage: Levels = Levels(warning=100, critical=200)
    failed_job_ratio: Levels = Levels(warning=0.05, critical=0.1)
    model_error_ratio: Levels = Levels(warning=0.01, critical=0.05)
    gpu_celsius: Levels = Levels(warning=80, critical=85)
    uptime_ratio: Levels = Levels(warning=0.99, critical=0.95)
    request_p95_seconds: Levels = Levels(warning=2, critical=5)
    of_limit_ratio: Levels = Levels(warning=0.9, critical=0.95)


@dataclass(frozen=True, kw_only=True)
class Watching:
    """Everything that rules, alerts and dashboards are drawn from."""

    namespace: str
    """Where the model services run."""
    services: tuple[WatchedService, ...]
    cost: CostLimits = CostLimits()
    deployment: DeploymentLimits = DeploymentLimits()
    roll_back: RollBackLimits = RollBackLimits()
    models: ModelLimits = ModelLimits()
    silence: SilenceLimits = SilenceLimits()
    levels: PanelLevels = PanelLevels()

    def __post_init__(self) -> None:
        require_name("watching namespace", self.namespace)
        require(self.services, "watching services", self.services, "there must be at least one")
        require_unique("watched service", [service.name for service in self.services])
        require_unique("watched queue", [service.queue for service in self.services])
        for name, message, call in (
            ("error_ratio", self.deployment.error_ratio, self.roll_back.error_ratio),
            ("p95_seconds", self.deployment.p95_seconds, self.roll_back.p95_seconds),
            ("memory_ratio", self.deployment.memory_ratio, self.roll_back.memory_ratio),
        ):
            require(
                message.value < call.value,
                f"watching roll_back {name}",
                call.value,
                f"must exceed the deployment's {message.value}, which comes first",
            )
