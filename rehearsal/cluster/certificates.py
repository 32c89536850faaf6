"""The certificates of a control plane: its authorities, the server, the administrator."""

from dataclasses import dataclass
from pathlib import Path

from rehearsal.cluster.authority import Authority, KeyPair

FRONT_PROXY = "front-proxy-client"
"""Common name of the API server when it calls an aggregated API server."""

_SERVER_HOSTS = (
    "localhost",
    "kubernetes",
    "kubernetes.default.svc",
    "127.0.0.1",
    "10.100.0.1",  # the first address of the service network, where pods would find the server
)


@dataclass(frozen=True, kw_only=True)
class Certificates:
    """All key files of one control plane."""

    directory: Path

    @property
    def authority(self) -> KeyPair:
        """Signs the other certificates and those the cluster signs."""
        return KeyPair.at(self.directory, "ca")

    @property
    def server(self) -> KeyPair:
        """Serves on 127.0.0.1."""
        return KeyPair.at(self.directory, "server")

    @property
    def admin(self) -> KeyPair:
        """Belongs to system:masters."""
        return KeyPair.at(self.directory, "admin")

    @property
    def front_proxy_authority(self) -> KeyPair:
        """Signs the front proxy alone, whose X-Remote-User header is believed."""
        return KeyPair.at(self.directory, "front-proxy-ca")

    @property
    def front_proxy(self) -> KeyPair:
        """Client certificate of the API server for aggregated API servers."""
        return KeyPair.at(self.directory, FRONT_PROXY)

    @property
    def service_account_key(self) -> Path:
        """Signs the tokens of service accounts; its certificate is not used."""
        return self._service_accounts.key

    @property
    def _service_accounts(self) -> KeyPair:
        return KeyPair.at(self.directory, "service-account")

    def write(self) -> None:
        authority = self.signer()
        authority.write()
        authority.issue(self.server, "kube-apiserver", _SERVER_HOSTS)
        authority.issue(self.admin, "admin", organization="system:masters")
        authority.issue(self._service_accounts, "service-accounts")
        proxies = Authority(pair=self.front_proxy_authority)
        proxies.write()
        proxies.issue(self.front_proxy, FRONT_PROXY)

    def signer(self) -> Authority:
        """Return the cluster's authority, which can sign for what joins it."""
        return Authority(pair=self.authority)
