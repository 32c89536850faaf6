"""The programs of a rehearsal: a control plane built from source, and the CDK's own tools."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from rehearsal.toolchain.charts import CHARTS
from rehearsal.toolchain.layers import aws_cli_beside, extract_tools
from rehearsal.toolchain.monitoring import prepare_promtool
from rehearsal.toolchain.programs import DEFAULT_KUBERNETES, KUBERNETES, PROGRAMS, build
from rehearsal.toolchain.steps import ToolchainError, one_builder

__all__ = [
    "CHARTS",
    "DEFAULT_KUBERNETES",
    "KUBERNETES",
    "PROGRAMS",
    "Toolchain",
    "ToolchainError",
    "kubernetes_release",
    "prepare",
    "prepare_all",
    "prepare_charts",
    "prepare_kubernetes",
    "prepare_promtool",
]


@dataclass(frozen=True, kw_only=True)
class Toolchain:
    """Programs that are ready to run."""

    bin: Path
    """The directory that belongs on the PATH."""

    @property
    def aws_cli(self) -> Path:
        """The packages of the AWS CLI."""
        return aws_cli_beside(self.bin)

    def kubernetes(self, version: str) -> Path:
        """Return the directory with the programs of a control plane of this version."""
        kubernetes_release(version)
        if version == DEFAULT_KUBERNETES:
            return self.bin
        return self.bin.parent / f"kubernetes-{version}" / "bin"

    def shipped(self, chart: str) -> Path:
        """Return where the folders lie that the Go module of a chart's programs ships."""
        return self.bin.parent / "charts" / "shipped" / chart


def prepare(directory: Path, say: Callable[[str], None]) -> Toolchain:
    """Build and extract what `directory` lacks, telling `say` what takes time.

    A first build takes four to five minutes on two cores, a check of what is there a few
    milliseconds. Raises `ToolchainError`, whose message is one sentence for the user.
    """
    toolchain = Toolchain(bin=directory.resolve() / "bin")
    toolchain.bin.mkdir(parents=True, exist_ok=True)
    with one_builder(directory):
        extract_tools(toolchain.bin, say)
        for program in PROGRAMS:
            build(program, toolchain.bin, say)
    return toolchain


def prepare_all(directory: Path, say: Callable[[str], None]) -> None:
    """Build all that any rehearsal or test may need, and `directory` lacks.

    A first build takes more than twenty minutes on two cores. Raises `ToolchainError`.
    """
    toolchain = prepare(directory, say)
    prepare_kubernetes(toolchain, KUBERNETES, say)
    prepare_charts(toolchain, CHARTS, say)
    prepare_promtool(directory, say)


def kubernetes_release(version: str) -> str:
    """Return the release that is built for a version; raise `ToolchainError` if none is."""
    if version not in KUBERNETES:
        message = f"Kubernetes {version} is not rehearsed: there are {' and '.join(KUBERNETES)}"
        raise ToolchainError(message)
    return KUBERNETES[version][0].version


def prepare_kubernetes(
    toolchain: Toolchain, versions: Iterable[str], say: Callable[[str], None]
) -> None:
    """Build the control planes of these versions, unless they are there.

    One that is not always built takes four to five minutes on two cores.
    """
    for version in sorted(versions):
        directory = toolchain.kubernetes(version)
        directory.mkdir(parents=True, exist_ok=True)
        # A lock of its own: who needs another version does not wait for this one.
        with one_builder(directory.parent):
            for program in KUBERNETES[version]:
                build(program, directory, say)


def prepare_charts(toolchain: Toolchain, charts: Iterable[str], say: Callable[[str], None]) -> None:
    """Build the programs of those charts that have any, unless they are there.

    KEDA's three take four to five minutes on two cores.
    """
    with one_builder(toolchain.bin.parent):
        for chart in sorted(CHARTS.keys() & set(charts)):
            for program in CHARTS[chart].programs:
                build(program, toolchain.bin, say)
            CHARTS[chart].copy_shipped(toolchain.shipped(chart))
