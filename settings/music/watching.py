"""What Music is watched for: from which figure on somebody is told."""

from dataclasses import dataclass

from settings.checks import require, require_name


@dataclass(frozen=True, kw_only=True)
class Watching:
    """Everything that alerts and the dashboard are drawn from."""

    namespace: str
    template: str
    """The WorkflowTemplate of the runs."""
    steps: tuple[str, ...]
    """By the names of their pods."""
    run_seconds: int
    """What a run takes at most before somebody is told: the deadline is what ends it."""
    waiting_minutes: int = 20
    """For how long a step may wait for a machine."""
    failed_runs: int = 3
    """Failures within an hour that are no longer a matter of single videos."""

    def __post_init__(self) -> None:
        require_name("watching namespace", self.namespace)
        for field in ("run_seconds", "waiting_minutes", "failed_runs"):
            value = getattr(self, field)
            require(value > 0, f"watching {field}", value, "must be at least 1")
