"""The programs that make up a control plane, each with its arguments and the reasons for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rehearsal.cluster.certificates import FRONT_PROXY, Certificates
from rehearsal.cluster.ports import free_ports

AUDIENCE = "pods.eks.amazonaws.com"
"""Audience of a service account's token for EKS Pod Identity, and principal of the role."""


ETCD = "etcd"
API_SERVER = "kube-apiserver"
CONTROLLER_MANAGER = "kube-controller-manager"
SCHEDULER = "kube-scheduler"
NODES = "kwok"
AGENT = "agent"

KUBERNETES = (SCHEDULER, CONTROLLER_MANAGER, API_SERVER)
"""What another version brings anew, in the order of stopping it."""

STOP_ORDER = (AGENT, NODES, *KUBERNETES, ETCD)
"""An API server whose etcd went first hangs, keeps its port, and misleads the next one."""

RUNNING_KUBELET = ("rehearsal/kubelet", "running")
"""The label of nodes whose kubelet is played; without it its heartbeats stop."""

_STAGES = Path(__file__).parent / "stages"


@dataclass(frozen=True, kw_only=True)
class Endpoints:
    """Where the servers listen, all on 127.0.0.1."""

    api_server: int
    etcd: int
    etcd_peer: int

    @classmethod
    def around(cls, api_server: int) -> "Endpoints":
        """Choose free ports for etcd."""
        etcd, peer = free_ports(2)
        return cls(api_server=api_server, etcd=etcd, etcd_peer=peer)


@dataclass(frozen=True, kw_only=True)
class Layout:
    """The files of one control plane."""

    directory: Path

    @property
    def certificates(self) -> Certificates:
        return Certificates(directory=self.directory / "pki")

    @property
    def kubeconfig(self) -> Path:
        return self.directory / "kubeconfig"

    @property
    def objects(self) -> Path:
        """What etcd held when the control plane was saved."""
        return self.directory / "etcd.pickle"

    def port_file(self, program: str) -> Path:
        """Return where the port stands at which a program answers for its pod."""
        return self.directory / "local-ports" / program

    def keep_port(self, program: str, port: int) -> None:
        """Let the data plane find a program that answers for the pod of this name."""
        self.port_file(program).parent.mkdir(exist_ok=True)
        self.port_file(program).write_text(str(port))


def etcd(layout: Layout, endpoints: Endpoints) -> list[str]:
    client = f"http://127.0.0.1:{endpoints.etcd}"
    peer = f"http://127.0.0.1:{endpoints.etcd_peer}"
    return [
        f"--data-dir={layout.directory / 'etcd'}",
        f"--listen-client-urls={client}",
        f"--advertise-client-urls={client}",
        f"--listen-peer-urls={peer}",
        f"--initial-advertise-peer-urls={peer}",
        f"--initial-cluster=default={peer}",
        "--unsafe-no-fsync",  # a rehearsal that loses power starts afresh
    ]


def api_server(layout: Layout, endpoints: Endpoints, token_webhook: Path | None) -> list[str]:
    """Arguments of the API server; `token_webhook` says who a bearer token belongs to."""
    pki = layout.certificates
    arguments = [
        f"--etcd-servers=http://127.0.0.1:{endpoints.etcd}",
        f"--secure-port={endpoints.api_server}",
        "--bind-address=127.0.0.1",
        "--advertise-address=127.0.0.1",
        f"--tls-cert-file={pki.server.certificate}",
        f"--tls-private-key-file={pki.server.key}",
        f"--client-ca-file={pki.authority.certificate}",
        "--service-account-issuer=https://kubernetes.default.svc",
        f"--service-account-key-file={pki.service_account_key}",
        f"--service-account-signing-key-file={pki.service_account_key}",
        "--service-cluster-ip-range=10.100.0.0/16",
        "--authorization-mode=Node,RBAC",
        "--endpoint-reconciler-type=none",  # 127.0.0.1 may not be an endpoint
        # Five minutes in reality; a drill that loses a zone would only wait.
        "--default-not-ready-toleration-seconds=5",
        "--default-unreachable-toleration-seconds=5",
        *_aggregation(pki),
    ]
    if token_webhook:
        arguments += [
            f"--authentication-token-webhook-config-file={token_webhook}",
            "--authentication-token-webhook-cache-ttl=0s",  # access entries count at once
        ]
    return arguments


def _aggregation(pki: Certificates) -> list[str]:
    """Let the API server pass requests on to servers of other APIs, as external metrics are."""
    return [
        f"--requestheader-client-ca-file={pki.front_proxy_authority.certificate}",
        f"--requestheader-allowed-names={FRONT_PROXY}",
        "--requestheader-username-headers=X-Remote-User",
        "--requestheader-group-headers=X-Remote-Group",
        "--requestheader-extra-headers-prefix=X-Remote-Extra-",
        f"--proxy-client-cert-file={pki.front_proxy.certificate}",
        f"--proxy-client-key-file={pki.front_proxy.key}",
    ]


def controller_manager(layout: Layout) -> list[str]:
    """Arguments of the controller manager, with shortened sync periods and eviction timeouts."""
    pki = layout.certificates
    return [
        f"--kubeconfig={layout.kubeconfig}",
        f"--service-account-private-key-file={pki.service_account_key}",
        "--use-service-account-credentials",
        f"--root-ca-file={pki.authority.certificate}",
        f"--cluster-signing-cert-file={pki.authority.certificate}",
        f"--cluster-signing-key-file={pki.authority.key}",
        "--leader-elect=false",
        "--secure-port=0",  # its metrics are not read, and the default port may be taken
        # An autoscaler decides every 2 s on a window of 10 s, not every 15 s on 5 min.
        "--horizontal-pod-autoscaler-sync-period=2s",
        "--horizontal-pod-autoscaler-downscale-stabilization=10s",
        "--horizontal-pod-autoscaler-initial-readiness-delay=2s",
        "--horizontal-pod-autoscaler-cpu-initialization-period=5s",
        # A node is NotReady after 20 s instead of 50 s: four heartbeats of ours.
        "--node-monitor-period=2s",
        "--node-monitor-grace-period=20s",
        "--node-eviction-rate=10",  # all nodes of a zone at once, not one in ten seconds
    ]


def scheduler(layout: Layout) -> list[str]:
    return [f"--kubeconfig={layout.kubeconfig}", "--leader-elect=false", "--secure-port=0"]


def nodes(layout: Layout) -> list[str]:
    """Arguments of kwok, which keeps the nodes alive; pods are the agent's."""
    return [
        f"--kubeconfig={layout.kubeconfig}",
        f"--config={_STAGES / 'node.yaml'}",
        f"--manage-nodes-with-label-selector={'='.join(RUNNING_KUBELET)}",
        "--node-lease-duration-seconds=20",  # renewed every 5 s
    ]


def agent(layout: Layout) -> Sequence[str]:
    """Return the module of the agent, which plays kubelets and controllers, and its arguments."""
    return [
        "rehearsal.cluster.agent",
        f"--kubeconfig={layout.kubeconfig}",
        f"--steps={layout.directory / 'steps'}",
        f"--cluster={layout.directory.name}",
    ]
