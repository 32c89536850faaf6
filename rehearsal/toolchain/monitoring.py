"""Prometheus' programs: built for the charts that bring them, promtool by itself."""

from collections.abc import Callable
from pathlib import Path

from rehearsal.toolchain.programs import GoProgram, build
from rehearsal.toolchain.steps import one_builder

PROMETHEUS_VERSION = "3.14.0"
"""Its Go module calls it v0.314.0."""
ALERTMANAGER_VERSION = "0.31.1"

_LEFT_OUT = ("remove_all_sd", "enable_kubernetes_sd")
"""Of all ways to discover targets only that of Kubernetes, which spares 200 packages."""
# Without it the program reports no version.
_VERSION = f"github.com/prometheus/common/version.Version={PROMETHEUS_VERSION}"


def _of_prometheus(name: str) -> GoProgram:
    return GoProgram(
        name=name,
        version=PROMETHEUS_VERSION,
        module=name,
        package=f"github.com/prometheus/prometheus/cmd/{name}",
        variables=(_VERSION,),
        tags=_LEFT_OUT,
    )


PROMETHEUS, PROMTOOL = _of_prometheus("prometheus"), _of_prometheus("promtool")
ALERTMANAGER = GoProgram(
    name="alertmanager",
    version=ALERTMANAGER_VERSION,
    module="alertmanager",
    package="github.com/prometheus/alertmanager/cmd/alertmanager",
    variables=(f"github.com/prometheus/common/version.Version={ALERTMANAGER_VERSION}",),
)


def prepare_promtool(directory: Path, say: Callable[[str], None]) -> Path:
    """Build promtool in `directory` unless it is there, and return the program.

    A first build takes one to two minutes on two cores. Raises `ToolchainError`.
    """
    bin_ = directory.resolve() / "bin"
    bin_.mkdir(parents=True, exist_ok=True)
    with one_builder(directory):
        build(PROMTOOL, bin_, say)
    return bin_ / PROMTOOL.name
