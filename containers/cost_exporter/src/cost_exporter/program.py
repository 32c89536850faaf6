"""What the cost exporter is."""

from collections.abc import Mapping
from pathlib import Path

from cost_exporter.collector import CostCollector
from cost_exporter.jobs import JobReader
from cost_exporter.kubernetes import ClusterReader
from cost_exporter.prices import Prices, read_budgets
from exporter.cli import ExporterProgram
from exporter.variables import url_of

_PRICES_FILE = "/config/prices.json"
_BUDGETS_FILE = "/config/budgets.json"


def collector(environment: Mapping[str, str]) -> CostCollector:
    """Read the files and what the environment says; ask nobody yet."""
    return CostCollector(
        jobs=JobReader(url_of(environment, "PROMETHEUS_URL")),
        prices=Prices.read(Path(environment.get("PRICES_FILE") or _PRICES_FILE)),
        budgets=read_budgets(Path(environment.get("BUDGETS_FILE") or _BUDGETS_FILE)),
        clusters=ClusterReader.of_this_process(),
    )


PROGRAM = ExporterProgram(
    name="cost-exporter",
    purpose="Shows Prometheus what each service costs: by the hour, so far, in a month, for a job.",
    port=9091,
    collector=collector,
)
