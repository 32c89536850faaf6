"""Silver Guardian's deployment context."""

from dataclasses import dataclass

from charts.context import Context


@dataclass(frozen=True, kw_only=True)
class AnalyzerContext(Context):
    """Where an analyser finds its messages and the uploads that they name."""

    region: str
    queue_url: str
    bucket: str
    prefix: str
