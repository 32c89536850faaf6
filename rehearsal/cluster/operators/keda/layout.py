"""Ports and files of KEDA's programs, all on this machine."""

from dataclasses import dataclass
from pathlib import Path

from rehearsal.cluster.authority import KeyPair
from rehearsal.cluster.certificates import Certificates
from rehearsal.cluster.ports import free_ports

OPERATOR, ADAPTER, WEBHOOKS = "keda-operator", "keda-adapter", "keda-webhooks"
METRICS_SERVICE = "keda-operator-metrics-apiserver"
"""The name that KEDA's chart gives to the Service before its adapter."""


@dataclass(frozen=True, kw_only=True)
class Ports:
    """The ports of the three programs."""

    operator_probe: int
    operator_metrics: int
    adapter: int
    webhooks: int
    webhooks_probe: int

    @classmethod
    def free(cls) -> "Ports":
        """Choose free ports."""
        first, second, third, fourth, fifth = free_ports(5)
        return cls(
            operator_probe=first,
            operator_metrics=second,
            adapter=third,
            webhooks=fourth,
            webhooks_probe=fifth,
        )


@dataclass(frozen=True, kw_only=True)
class Files:
    """What KEDA's programs read."""

    directory: Path

    @property
    def certificates(self) -> Path:
        """Certificate, key and authority, under the names that KEDA's secret has."""
        return self.directory / "certificates"

    def write_certificates(self, cluster: Certificates, namespace: str) -> None:
        """Let the cluster's authority sign for the three programs, as cert-manager would."""
        self.certificates.mkdir(parents=True, exist_ok=True)
        service = f"{METRICS_SERVICE}.{namespace}.svc"
        pair = KeyPair.at(self.certificates, "tls")
        cluster.signer().issue(pair, "keda", ["127.0.0.1", "localhost", service])
        authority = cluster.authority.certificate.read_bytes()
        (self.certificates / "ca.crt").write_bytes(authority)
