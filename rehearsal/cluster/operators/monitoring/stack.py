"""Installs kube-prometheus-stack: the operator runs, and for its pods their own programs do."""

import shutil
from pathlib import Path

from rehearsal.cluster.control_plane import ClusterError
from rehearsal.cluster.data_plane.load_balancer import PROGRAM as LOAD_BALANCER
from rehearsal.cluster.data_plane.site import Site
from rehearsal.cluster.operators.monitoring import objects
from rehearsal.cluster.operators.release import WITHOUT_KEYS, Manifest, Release
from rehearsal.cluster.ports import free_ports, is_free
from rehearsal.cluster.waiting import answers

_OPERATOR = "prometheus-operator"
_DATA_PLANE = "data-plane"
_DEFINITIONS = "example/prometheus-operator-crd"
_ROLES = "example/rbac/prometheus-operator"
_OF_ACCOUNT = ("ServiceAccount", "ClusterRole", "ClusterRoleBinding")
_KUBELETS = "kube-system/kube-prometheus-stack-kubelet"


class KubePrometheusStack:
    """The operator with the rights of its service account, and a data plane for what it makes."""

    rehearsed = (
        "its operator runs, and for the pods of Prometheus and Alertmanager their own programs; "
        "kube-state-metrics is played, Grafana is only a pod"
    )

    def install(self, release: Release) -> None:
        self._stop(release)
        release.make_namespace()
        release.define(release.shipped(_DEFINITIONS))
        release.apply(_account_and_roles(release))
        made = list(objects.of_stack(release.namespace, release.values))
        accounts = [one for one in made if one["kind"] in _OF_ACCOUNT]
        release.apply(accounts)
        (port,) = free_ports(1)
        self._start_data_plane(release, port)
        operator = release.start(
            _OPERATOR,
            [
                f"--web.listen-address=127.0.0.1:{port}",
                f"--kubelet-service={_KUBELETS}",
                "--kubelet-endpointslice=true",
            ],
            {"KUBECONFIG": str(release.kubeconfig(_OPERATOR))},
        )
        release.await_serving(operator, lambda: answers(f"http://127.0.0.1:{port}/healthz"))
        release.apply([one for one in made if one not in accounts])

    def remove(self, release: Release) -> None:
        """Uninstall it as helm does, which leaves the definitions where they are."""
        release.delete(objects.of_stack(release.namespace, release.values))
        release.delete(_account_and_roles(release))
        self._stop(release)
        shutil.rmtree(_data(release), ignore_errors=True)

    def _stop(self, release: Release) -> None:
        release.plane.stop_beside(_DATA_PLANE)
        release.stop()

    def _start_data_plane(self, release: Release, operator_port: int) -> None:
        values, plane = release.values["kube-state-metrics"], release.plane
        identity = release.identity(objects.ALERTMANAGER)
        _data(release).mkdir(parents=True, exist_ok=True)
        (load_balancer_port,) = free_ports(1)
        site = Site(
            port=plane.data_plane_port,
            kubeconfig=str(plane.kubeconfig),
            programs=str(plane.toolchain.bin),
            directory=str(release.directory),
            data=str(_data(release)),
            namespace=release.namespace,
            prometheus_kubeconfig=str(release.kubeconfig(objects.PROMETHEUS)),
            state_metrics_kubeconfig=str(release.kubeconfig(objects.STATE_METRICS)),
            alertmanager_environment={**WITHOUT_KEYS, **identity},
            credentials=identity["AWS_CONTAINER_CREDENTIALS_FULL_URI"],
            collectors=values["collectors"],
            label_allow_list=values["metricLabelsAllowlist"],
            operator_port=operator_port,
            load_balancer_port=load_balancer_port,
        )
        file = release.directory / "site.json"
        site.write(file)
        process = plane.start_module_beside(_DATA_PLANE, "rehearsal.cluster.data_plane", str(file))
        release.await_serving(process, lambda: not is_free(load_balancer_port))
        plane.layout.keep_port(LOAD_BALANCER, load_balancer_port)


def _account_and_roles(release: Release) -> list[Manifest]:
    """Return the service account of the operator, and what it may do."""
    found = [one for one in release.read(_ROLES) if one["kind"] in _OF_ACCOUNT]
    if len(found) != len(_OF_ACCOUNT):
        message = f"{_ROLES} of the operator's module has other objects than it had"
        raise ClusterError(message)
    return found


def _data(release: Release) -> Path:
    """Return where Prometheus and Alertmanager keep what they know, also over an update."""
    return release.plane.layout.directory / f"{release.chart}-data"
