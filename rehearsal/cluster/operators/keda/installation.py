"""Installs KEDA as its chart does, with the three programs as processes of this machine."""

from collections.abc import Sequence

from rehearsal.cluster.control_plane import ClusterError, ControlPlane
from rehearsal.cluster.operators.keda import objects
from rehearsal.cluster.operators.keda.layout import ADAPTER, OPERATOR, WEBHOOKS, Files, Ports
from rehearsal.cluster.operators.release import Release
from rehearsal.cluster.waiting import answers

_DEFINITIONS = "config/crd/bases"


class Keda:
    """KEDA's three programs, with the rights of the operator's service account."""

    rehearsed = "its operator, metrics adapter and admission webhooks run, built from their module"

    def install(self, release: Release) -> None:
        release.stop()
        files, ports = Files(directory=release.directory), Ports.free()
        pki = release.plane.layout.certificates
        files.write_certificates(pki, release.namespace)
        authority = pki.authority.certificate.read_bytes()
        release.make_namespace()
        release.define(release.shipped(_DEFINITIONS))
        release.apply(objects.account_and_roles(release))
        # Here, because the adapter counts as serving only once the API server finds it.
        release.apply(objects.external_metrics(release.namespace, ports, authority))
        _start(release, files, ports)
        release.apply([objects.admission(release, ports, authority)])

    def remove(self, release: Release) -> None:
        """Uninstall KEDA with its definitions, which takes what they define, as the chart does."""
        ports = Ports.free()
        release.delete([objects.admission(release, ports, b"")])
        release.delete(objects.external_metrics(release.namespace, ports, b""))
        release.delete(release.shipped(_DEFINITIONS))
        release.delete(objects.account_and_roles(release))
        release.stop()


def _start(release: Release, files: Files, ports: Ports) -> None:
    kubeconfig = str(release.kubeconfig(objects.ACCOUNT))
    environment = {
        "KUBECONFIG": kubeconfig,
        "POD_NAMESPACE": release.namespace,
        "WATCH_NAMESPACE": "",
        "KEDA_CLUSTER_OBJECT_NAMESPACE": release.namespace,
        # Its 3 s are not enough where several clusters share two processors.
        "KEDA_HTTP_DEFAULT_TIMEOUT": "30000",
    }
    metrics = f"127.0.0.1:{ports.operator_metrics}"
    certificates = f"--cert-dir={files.certificates}"
    operator = [
        "--metrics-bind-address=0",
        f"--health-probe-bind-address=127.0.0.1:{ports.operator_probe}",
        f"--metrics-service-bind-address={metrics}",
        certificates,
    ]
    webhooks = [
        f"--port={ports.webhooks}",
        f"--health-probe-bind-address=127.0.0.1:{ports.webhooks_probe}",
        certificates,
    ]
    identity = release.identity(objects.ACCOUNT)
    operating = release.start(OPERATOR, operator, {**environment, **identity})
    adapter = _adapter(files, ports, metrics, kubeconfig)
    adapting = release.start(ADAPTER, adapter, environment)
    admitting = release.start(WEBHOOKS, webhooks, environment)
    release.await_serving(operating, lambda: _is_ready(ports.operator_probe))
    release.await_serving(admitting, lambda: _is_ready(ports.webhooks_probe))
    release.await_serving(adapting, lambda: _serves_metrics(release.plane))


def _adapter(files: Files, ports: Ports, metrics: str, kubeconfig: str) -> Sequence[str]:
    pair = files.certificates / "tls"
    return [
        "--bind-address=127.0.0.1",
        f"--secure-port={ports.adapter}",
        f"--cert-dir={files.certificates}",
        f"--tls-cert-file={pair.with_suffix('.crt')}",
        f"--tls-private-key-file={pair.with_suffix('.key')}",
        f"--metrics-service-address={metrics}",
        f"--lister-kubeconfig={kubeconfig}",
        f"--authentication-kubeconfig={kubeconfig}",
        f"--authorization-kubeconfig={kubeconfig}",
    ]


def _serves_metrics(plane: ControlPlane) -> bool:
    try:
        plane.kubectl("get", "--raw", "/apis/external.metrics.k8s.io/v1beta1")
    except ClusterError:
        return False
    return True


def _is_ready(port: int) -> bool:
    return answers(f"http://127.0.0.1:{port}/readyz")
