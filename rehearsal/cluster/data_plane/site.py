"""What the process of the data plane is told, in a file."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Site:
    """One cluster: by what it is reached, and what stands in for its pods."""

    port: int
    """Where the data plane listens."""
    kubeconfig: str
    """Of an administrator, to see all pods and Services."""
    programs: str
    """The directory of the programs."""
    directory: str
    """Of the configurations of programs."""
    data: str
    """Of what programs keep; it outlives a pod, as a volume does."""
    namespace: str
    """Of Prometheus and Alertmanager."""
    prometheus_kubeconfig: str
    """With the rights of Prometheus' service account."""
    state_metrics_kubeconfig: str
    """With the rights of the service account of kube-state-metrics."""
    alertmanager_environment: Mapping[str, str]
    """By which Alertmanager has the IAM role of its service account."""
    credentials: str
    """Where a pod's token gives credentials of the pod's IAM role."""
    collectors: Sequence[str]
    """Of kube-state-metrics."""
    label_allow_list: Sequence[str]
    operator_port: int
    """Where the operator shows its metrics."""
    load_balancer_port: int
    """Where people come in."""

    def write(self, file: Path) -> None:
        file.write_text(json.dumps(asdict(self), indent=2))

    @classmethod
    def read(cls, file: Path) -> "Site":
        return cls(**json.loads(file.read_text()))

    @property
    def proxy(self) -> str:
        """What clients are told."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def load_balancer(self) -> str:
        """What browsers are told."""
        return f"http://127.0.0.1:{self.load_balancer_port}"
