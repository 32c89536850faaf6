"""Installs KEDA as its chart does, with the three programs as processes of this machine."""

import json
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence

from rehearsal.cluster.components import AUDIENCE
from rehearsal.cluster.control_plane import ClusterError, ControlPlane
from rehearsal.cluster.keda import objects
from rehearsal.cluster.keda.layout import ADAPTER, OPERATOR, WEBHOOKS, Files, Ports
from rehearsal.cluster.keda.objects import Manifest
from rehearsal.cluster.waiting import answers, in_time

_SECONDS_TO_START = 90.0
_SECONDS_BETWEEN_LOOKS = 0.2

IdentityOf = Callable[[str], Mapping[str, str]]
"""Which variables give a process the IAM role of a pod, by the file with the pod's token."""


def install(plane: ControlPlane, namespace: str, identity_of: IdentityOf) -> None:
    """Install KEDA, or renew what an earlier release has left; return when all of it serves.

    The programs act in Kubernetes as administrators: the chart, which holds their roles, is not
    here. In AWS they have their pod's role and nothing more.
    """
    if not (plane.toolchain.bin / OPERATOR).exists():
        message = "KEDA is not built: `make up` builds it for an assembly that installs its chart"
        raise ClusterError(message)
    _stop(plane)
    files, ports = Files(directory=plane.layout.directory / "keda"), Ports.free()
    pki = plane.layout.certificates
    files.write_certificates(pki, namespace)
    authority = pki.authority.certificate.read_bytes()
    _apply(plane, objects.namespace_and_accounts(namespace))
    _define(plane)
    token = ("create", "token", OPERATOR, "--namespace", namespace, "--duration=24h")
    files.token.write_text(plane.kubectl(*token, f"--audience={AUDIENCE}"))

    _start(plane, namespace, files, ports, identity_of(str(files.token)))
    _apply(plane, objects.external_metrics(namespace, ports, authority))
    _apply(plane, [objects.admission(plane.toolchain.keda / "webhooks", ports, authority)])
    _await(plane, ADAPTER, lambda: _serves_metrics(plane))


def remove(plane: ControlPlane, namespace: str) -> None:
    """Uninstall KEDA with its definitions, which takes what they define, as the chart does."""
    for kind, name in (
        ("validatingwebhookconfiguration", objects.WEBHOOKS),
        ("apiservice", objects.EXTERNAL_METRICS),
    ):
        plane.kubectl("delete", kind, name, "--ignore-not-found")
    # As helm: it does not wait for what a finalizer holds back.
    definitions = str(plane.toolchain.keda / "crd")
    plane.kubectl("delete", "--wait=false", "--ignore-not-found", "--filename", definitions)
    accounts = ("delete", "serviceaccount", *objects.ACCOUNTS, "--namespace", namespace)
    plane.kubectl(*accounts, "--ignore-not-found")
    _stop(plane)


def _stop(plane: ControlPlane) -> None:
    plane.stop_beside(WEBHOOKS, ADAPTER, OPERATOR)
    shutil.rmtree(plane.layout.directory / "keda", ignore_errors=True)


def _define(plane: ControlPlane) -> None:
    definitions = str(plane.toolchain.keda / "crd")
    # On the client's side the definitions are too large for the annotation that kubectl keeps.
    plane.kubectl("apply", "--server-side", "--force-conflicts", "--filename", definitions)
    plane.kubectl("wait", "--for=condition=Established", "--timeout=30s", "--filename", definitions)


def _start(
    plane: ControlPlane, namespace: str, files: Files, ports: Ports, identity: Mapping[str, str]
) -> None:
    kubeconfig = str(plane.kubeconfig)
    environment = {
        "KUBECONFIG": kubeconfig,
        "POD_NAMESPACE": namespace,
        "WATCH_NAMESPACE": "",
        "KEDA_CLUSTER_OBJECT_NAMESPACE": namespace,
        # What the emulator's own process may do in AWS, KEDA may not.
        "AWS_ACCESS_KEY_ID": "",
        "AWS_SECRET_ACCESS_KEY": "",
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
    plane.start_beside(OPERATOR, operator, {**environment, **identity})
    plane.start_beside(ADAPTER, _adapter(plane, files, ports, metrics), environment)
    plane.start_beside(WEBHOOKS, webhooks, environment)
    _await(plane, OPERATOR, lambda: _is_ready(ports.operator_probe))
    _await(plane, WEBHOOKS, lambda: _is_ready(ports.webhooks_probe))


def _adapter(plane: ControlPlane, files: Files, ports: Ports, metrics: str) -> Sequence[str]:
    pair = files.certificates / "tls"
    return [
        "--bind-address=127.0.0.1",
        f"--secure-port={ports.adapter}",
        f"--cert-dir={files.certificates}",
        f"--tls-cert-file={pair.with_suffix('.crt')}",
        f"--tls-private-key-file={pair.with_suffix('.key')}",
        f"--metrics-service-address={metrics}",
        f"--lister-kubeconfig={plane.kubeconfig}",
        f"--authentication-kubeconfig={plane.kubeconfig}",
        f"--authorization-kubeconfig={plane.kubeconfig}",
    ]


def _apply(plane: ControlPlane, manifests: Iterable[Manifest]) -> None:
    items = {"apiVersion": "v1", "kind": "List", "items": list(manifests)}
    plane.kubectl("apply", "--filename", "-", standard_input=json.dumps(items))


def _await(plane: ControlPlane, program: str, serves: Callable[[], bool]) -> None:
    if not in_time(serves, _SECONDS_TO_START, look_every=_SECONDS_BETWEEN_LOOKS):
        message = f"{program} does not serve: {plane.last_words(program)}"
        raise ClusterError(message)


def _serves_metrics(plane: ControlPlane) -> bool:
    try:
        plane.kubectl("get", "--raw", "/apis/external.metrics.k8s.io/v1beta1")
    except ClusterError:
        return False
    return True


def _is_ready(port: int) -> bool:
    return answers(f"http://127.0.0.1:{port}/readyz")
