"""The certificates of a control plane: its authorities, the server, the administrator."""

from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import rsa

from rehearsal.cluster.authority import Authority, KeyPair, write_key

FRONT_PROXY = "front-proxy-client"
"""As whom the API server calls the servers of APIs that others bring."""

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
        """Signs nothing but the front proxy, whose word on a caller's name counts."""
        return KeyPair.at(self.directory, "front-proxy-ca")

    @property
    def front_proxy(self) -> KeyPair:
        """Shown by the API server to the servers of APIs that others bring."""
        return KeyPair.at(self.directory, FRONT_PROXY)

    @property
    def service_account_key(self) -> Path:
        """Signs the tokens of service accounts."""
        return self.directory / "service-account.key"

    def write(self) -> None:
        """Make new keys and certificates."""
        authority = self.signer()
        authority.write()
        authority.issue_server(self.server, "kube-apiserver", _SERVER_HOSTS)
        authority.issue_client(self.admin, "admin", organization="system:masters")
        proxies = Authority(pair=self.front_proxy_authority, name="rehearsal-front-proxy-ca")
        proxies.write()
        proxies.issue_client(self.front_proxy, FRONT_PROXY)
        write_key(
            self.service_account_key, rsa.generate_private_key(public_exponent=65537, key_size=2048)
        )

    def signer(self) -> Authority:
        """Return the cluster's authority, which can sign for what joins it."""
        return Authority(pair=self.authority, name="rehearsal-ca")
