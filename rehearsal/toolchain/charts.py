"""The programs of Helm charts that run beside a control plane, and what their modules ship.

They take minutes to build, so each is built only for an assembly that installs its chart.
"""

import json
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rehearsal.toolchain.go import environment, go
from rehearsal.toolchain.monitoring import ALERTMANAGER, PROMETHEUS
from rehearsal.toolchain.programs import MODULES, GoProgram
from rehearsal.toolchain.steps import Stamp, ToolchainError, fingerprint


@dataclass(frozen=True, kw_only=True)
class GoModule:
    """A Go module that one of our go.mod files requires."""

    folder: str
    """The folder with our go.mod."""
    path: str
    """The path under which the module is published."""

    @property
    def version(self) -> str:
        """The version that our go.mod pins."""
        required = f"{self.path} v"
        lines = (MODULES / self.folder / "go.mod").read_text().splitlines()
        (line,) = (line for line in lines if line.strip().startswith(required))
        return line.partition(required)[2].split()[0]

    def program(self, name: str, package: str) -> GoProgram:
        """Return a program of this module: a package of it, or one of ours as `./package`."""
        package = package if package.startswith(".") else f"{self.path}/{package}"
        return GoProgram(name=name, version=self.version, module=self.folder, package=package)


@dataclass(frozen=True, kw_only=True)
class ChartPrograms:
    """What stands for one version of a chart: programs, and the objects that the module ships."""

    version: str
    """Of the chart, which need not be that of the programs."""
    programs: tuple[GoProgram, ...]
    """In the order of their start."""
    module: GoModule
    folders: tuple[str, ...]
    """Of the module: its definitions, roles and whatever else the programs need."""

    @property
    def _fingerprint(self) -> str:
        return fingerprint([self.module.path, self.module.version, *self.folders])

    def copy_shipped(self, directory: Path) -> None:
        """Copy the module's folders, once: Go's cache may be emptied later."""
        stamp = Stamp(file=directory, fingerprint=self._fingerprint)
        if stamp.is_current:
            return
        fetched = _fetched(self.module)
        shutil.rmtree(directory, ignore_errors=True)
        for folder in self.folders:
            # Files of Go's cache may not be written, nor could their copies be deleted.
            shutil.copytree(fetched / folder, directory / folder, copy_function=shutil.copyfile)
            for copied in (directory / folder, *(directory / folder).rglob("*")):
                copied.chmod(0o755 if copied.is_dir() else 0o644)
        stamp.write()


_ARGO_WORKFLOWS = GoModule(folder="argo-workflows", path="github.com/argoproj/argo-workflows/v4")
_KARPENTER = GoModule(folder="karpenter", path="github.com/aws/karpenter-provider-aws")
_KEDA = GoModule(folder="keda", path="github.com/kedacore/keda/v2")
_ROLLOUTS = GoModule(folder="rollouts", path="github.com/argoproj/argo-rollouts")
_PROMETHEUS_OPERATOR = GoModule(
    folder="prometheus-operator", path="github.com/prometheus-operator/prometheus-operator"
)

CHARTS: Mapping[str, ChartPrograms] = {
    "karpenter": ChartPrograms(
        version=_KARPENTER.version,
        programs=(_KARPENTER.program("karpenter", "./controller"),),
        module=_KARPENTER,
        folders=("charts/karpenter",),
    ),
    "karpenter-crd": ChartPrograms(
        version=_KARPENTER.version,
        programs=(),
        module=_KARPENTER,
        folders=("charts/karpenter-crd",),
    ),
    "keda": ChartPrograms(
        version=_KEDA.version,
        programs=(
            _KEDA.program("keda-operator", "cmd/operator"),
            _KEDA.program("keda-adapter", "./adapter"),
            _KEDA.program("keda-webhooks", "./webhooks"),
        ),
        module=_KEDA,
        folders=("config",),
    ),
    "argo-rollouts": ChartPrograms(
        version="2.43.1",
        programs=(_ROLLOUTS.program("rollouts-controller", "cmd/rollouts-controller"),),
        module=_ROLLOUTS,
        folders=("manifests/crds", "manifests/base", "manifests/role", "manifests/cluster-install"),
    ),
    "argo-workflows": ChartPrograms(
        # The chart brings 4.0.6, which the module proxy does not have.
        version="1.0.18",
        programs=(_ARGO_WORKFLOWS.program("workflow-controller", "./controller"),),
        module=_ARGO_WORKFLOWS,
        folders=(
            # The full definitions have 11 MB, and make the API server 400 MB larger.
            "manifests/base/crds/minimal",
            "manifests/base/workflow-controller",
            "manifests/cluster-install-no-crds/workflow-controller-rbac",
            "manifests/namespace-install/workflow-controller-rbac",
        ),
    ),
    "kube-prometheus-stack": ChartPrograms(
        version="92.9.0",
        programs=(
            _PROMETHEUS_OPERATOR.program("prometheus-operator", "cmd/operator"),
            PROMETHEUS,
            ALERTMANAGER,
        ),
        module=_PROMETHEUS_OPERATOR,
        folders=("example/prometheus-operator-crd", "example/rbac/prometheus-operator"),
    ),
}
"""By the names of the charts."""


def _fetched(module: GoModule) -> Path:
    """Find a module where Go keeps it, and fetch it first if it is not there."""
    ended = subprocess.run(
        [go(), "mod", "download", "-json", module.path],
        cwd=MODULES / module.folder,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        reason = json.loads(ended.stdout or "{}").get("Error") or ended.stderr.strip()
        message = f"{module.path} could not be fetched: {reason}"
        raise ToolchainError(message)
    return Path(json.loads(ended.stdout)["Dir"])
