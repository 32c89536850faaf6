"""AnalysisTemplates of Argo Rollouts: by what a new version is found good or bad."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lightkube.models.meta_v1 import ObjectMeta

from charts.objects import Identity
from settings.checks import require

API_VERSION = "argoproj.io/v1alpha1"
VERSION = "version"
"""The argument by which an analysis is told the hash of the version that it measures."""
_ERRORS_IN_A_ROW = 2
"""So many may go wrong one after the other, each tried again after 10 s."""


@dataclass(frozen=True, kw_only=True)
class WebAnswer:
    """An address that has to answer with a status of 200 to 299."""

    name: str
    url: str

    @property
    def metric(self) -> dict[str, Any]:
        """What the template says of it alone."""
        return {"provider": {"web": {"url": self.url, "timeoutSeconds": 10}}}


@dataclass(frozen=True, kw_only=True)
class MetricLimit:
    """A query to Prometheus whose one value must not be above a limit."""

    name: str
    query: str
    most: float
    prometheus: str
    """Its address, as a URL."""

    @property
    def metric(self) -> dict[str, Any]:
        """What the template says of it alone."""
        return {
            # Without a value there is nothing to find good.
            "successCondition": f"len(result) > 0 && result[0] <= {self.most}",
            "provider": {"prometheus": {"address": self.prometheus, "query": self.query}},
        }


@dataclass(frozen=True, kw_only=True)
class AnalysisTemplate:
    """Measurements that all have to be good, each repeated at an interval, times in seconds.

    `initial_delay` must cover the window of the queries and two scrapes.
    """

    metadata: ObjectMeta
    metrics: Sequence[WebAnswer | MetricLimit]
    initial_delay: int
    interval: int
    count: int

    def __post_init__(self) -> None:
        require(self.metrics, "analysis metrics", self.metrics, "measure something")
        require(
            self.initial_delay >= 0,
            "analysis initial_delay",
            self.initial_delay,
            "must not be below 0",
        )
        require(self.interval > 0, "analysis interval", self.interval, "must be at least 1 s")
        require(self.count > 0, "analysis count", self.count, "measure at least once")

    @property
    def name(self) -> str:
        return str(self.metadata.name)

    @property
    def seconds(self) -> int:
        """How long the analysis of a good version takes."""
        return self.initial_delay + (self.count - 1) * self.interval

    def to_dict(self) -> dict[str, Any]:
        """Return the object as Argo's controller reads it."""
        pace = {
            "initialDelay": f"{self.initial_delay}s",
            "interval": f"{self.interval}s",
            "count": self.count,
            "failureLimit": 0,
            "consecutiveErrorLimit": _ERRORS_IN_A_ROW,
        }
        return {
            "apiVersion": API_VERSION,
            "kind": "AnalysisTemplate",
            "metadata": self.metadata.to_dict(),
            "spec": {
                "args": [{"name": VERSION}],
                "metrics": [{"name": one.name, **pace, **one.metric} for one in self.metrics],
            },
        }


def error_rate(identity: Identity, counter: str, *, window: int) -> str:
    """Ask which share of a version's requests failed in the last `window` seconds.

    Where nobody asks anything that is none; where Prometheus reads none of its pods it has no
    value, since `up` has none either.
    """
    pods = _pods(identity)
    failed = f'sum(rate({counter}{{{pods},code=~"5.."}}[{window}s]))'
    asked = f"sum(rate({counter}{{{pods}}}[{window}s]))"
    return f"({failed} or vector(0)) / ({asked} > 0) or {_nothing_from(pods)}"


def p95(identity: Identity, histogram: str, *, window: int) -> str:
    """Ask for the seconds that 95 % of a version's requests took at most; see `error_rate`."""
    pods = _pods(identity)
    buckets = f"sum by (le) (rate({histogram}_bucket{{{pods}}}[{window}s]))"
    # Without requests it is NaN, which no comparison keeps.
    return f"histogram_quantile(0.95, {buckets}) >= 0 or {_nothing_from(pods)}"


def _nothing_from(pods: str) -> str:
    return f"0 * (sum(up{{{pods}}}) > 0)"


def _pods(identity: Identity) -> str:
    version = f"{{{{args.{VERSION}}}}}"
    return f'namespace="{identity.namespace}",pod=~"{identity.name}-{version}-.*"'
