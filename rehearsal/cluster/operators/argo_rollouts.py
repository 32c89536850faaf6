"""Argo Rollouts' own controller, beside a control plane."""

from collections.abc import Iterator

from rehearsal.cluster.operators.release import Manifest, Release

_ACCOUNT = "argo-rollouts"
_PROGRAM = "rollouts-controller"
_FOLDERS = ("manifests/base", "manifests/role", "manifests/cluster-install")
_OF_PODS = ("Deployment", "Service")
"""What only the controller's pods need."""


class ArgoRollouts:
    """The controller of Rollouts and AnalysisRuns, with the rights of its service account."""

    rehearsed = "its controller runs, built from its module"

    def install(self, release: Release) -> None:
        release.stop()
        release.make_namespace()
        release.define(release.shipped("manifests/crds"))
        release.apply(_account_and_roles(release))
        _start(release)

    def remove(self, release: Release) -> None:
        """Uninstall the controller; as the chart does, keep definitions and what they define."""
        release.stop()
        release.delete(_account_and_roles(release))


def _account_and_roles(release: Release) -> Iterator[Manifest]:
    """Yield what its module installs for a whole cluster, the settings that it reads included."""
    for folder in _FOLDERS:
        yield from (one for one in release.read(folder) if one["kind"] not in _OF_PODS)


def _start(release: Release) -> None:
    log = release.plane.log(_PROGRAM)
    begun = log.stat().st_size if log.exists() else 0
    arguments = [
        f"--kubeconfig={release.kubeconfig(_ACCOUNT)}",
        "--leader-elect=false",
        # It would listen on all addresses: with no valid port it does not listen at all.
        "--metricsPort=-1",
        "--healthzPort=-1",
    ]
    controller = release.start(_PROGRAM, arguments, {"POD_NAMESPACE": release.namespace})
    # Without a port nothing else tells that its caches are filled.
    release.await_serving(controller, lambda: b"Started controller" in log.read_bytes()[begun:])
