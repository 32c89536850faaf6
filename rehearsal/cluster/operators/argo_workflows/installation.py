"""Installs Argo Workflows as its chart does, with the controller as a process of this machine."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rehearsal.cluster.control_plane import ClusterError
from rehearsal.cluster.operators.argo_workflows import objects
from rehearsal.cluster.operators.monitoring.manifests import MONITORING
from rehearsal.cluster.operators.release import Manifest, Release
from rehearsal.cluster.ports import free_ports
from rehearsal.cluster.waiting import answers

_ACCOUNT = "argo"
_PROGRAM = "workflow-controller"
_DEFINITIONS = "manifests/base/crds/minimal"
_OF_CLUSTER = "manifests/cluster-install-no-crds/workflow-controller-rbac"
_OF_NAMESPACE = "manifests/namespace-install/workflow-controller-rbac"
_RIGHTS = ("ServiceAccount", "Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding")
_SHORTENED = {"DEFAULT_REQUEUE_TIME": "1s"}
"""After 10 s in reality the controller looks again at a workflow that has changed."""
_PASSED_ON = ("--managed-namespace", "--workflow-workers")


class ArgoWorkflows:
    """The controller of Workflows, with the rights of its service account; no server, no archive.

    What it makes is pods; their steps are the played kubelet's.
    """

    rehearsed = "its controller runs, built from its module; the executor in its pods is played"

    def install(self, release: Release) -> None:
        release.stop()
        release.make_namespace()
        release.define(release.shipped(_DEFINITIONS))
        made = objects.of_release(release.namespace, release.values)
        release.apply([*_account_and_roles(release), *made])
        if _is_watched(release):
            release.apply([objects.monitor(release.namespace, release.values)])
        _start(release)

    def remove(self, release: Release) -> None:
        """Uninstall the controller; as the chart does, keep definitions and what they define."""
        release.stop()
        if _is_watched(release):
            release.delete([objects.monitor(release.namespace, release.values)])
        made = objects.of_release(release.namespace, release.values)
        release.delete([*made, *_account_and_roles(release)])


def _account_and_roles(release: Release) -> Iterator[Manifest]:
    """Yield the controller's account with what it may do, in all namespaces or in its own."""
    rights = _OF_NAMESPACE if release.values.get("singleNamespace") else _OF_CLUSTER
    for folder in ("manifests/base/workflow-controller", rights):
        yield from (one for one in release.read(folder) if one["kind"] in _RIGHTS)


def _is_watched(release: Release) -> bool:
    """Whether there is to be a ServiceMonitor; the chart makes none before its kind is known."""
    controller = release.values.get("controller", {})
    asked = controller.get("serviceMonitor", {}).get("enabled")
    if not asked or not controller.get("metricsConfig", {}).get("enabled"):
        return False
    return MONITORING in release.plane.kubectl("api-versions").split()


def _start(release: Release) -> None:
    (port,) = free_ports(1)
    environment = {
        **_SHORTENED,
        **_variables(release.values.get("controller", {})),
        "KUBECONFIG": str(release.kubeconfig(_ACCOUNT)),
    }
    controller = release.start(_PROGRAM, _arguments(release, port), environment)
    release.await_serving(controller, lambda: answers(f"http://127.0.0.1:{port}/healthz"))
    release.plane.layout.keep_port(objects.CONTROLLER, port)


def _arguments(release: Release, port: int) -> Sequence[str]:
    values = release.values
    given = [str(one) for one in values.get("controller", {}).get("extraArgs", ())]
    for argument in given:
        if argument.partition("=")[0] not in ("--namespaced", *_PASSED_ON):
            message = f"argument {argument} of the workflow controller is not known here"
            raise ClusterError(message)
    if values.get("singleNamespace"):
        given.append(f"--managed-namespace={release.namespace}")
    return [
        f"--address=127.0.0.1:{port}",
        f"--namespace={release.namespace}",
        f"--configmap={objects.CONFIG_MAP}",
        f"--executor-image={objects.executor_image(values)}",
        *(one for one in given if one != "--namespaced"),
    ]


def _variables(controller: Mapping[str, Any]) -> Mapping[str, str]:
    return {one["name"]: one["value"] for one in controller.get("extraEnv", ()) if "value" in one}
