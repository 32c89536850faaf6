"""Certificate authorities of this machine, kept in files so that other processes can use them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import trustme

_UNUSED = ("localhost",)
"""Go refuses the empty list of names that trustme would give to a client's certificate."""


@dataclass(frozen=True, kw_only=True)
class KeyPair:
    """Where a certificate and its key are, both PEM."""

    certificate: Path
    key: Path

    @classmethod
    def at(cls, directory: Path, name: str) -> "KeyPair":
        return cls(certificate=directory / f"{name}.crt", key=directory / f"{name}.key")


@dataclass(frozen=True, kw_only=True)
class Authority:
    """Signs certificates, for clients and servers alike; all it is lies in its two files."""

    pair: KeyPair

    def write(self) -> None:
        self.pair.key.parent.mkdir(parents=True, exist_ok=True)
        authority = trustme.CA(path_length=0)
        _write(self.pair, authority.cert_pem, authority.private_key_pem)

    def issue(
        self, pair: KeyPair, name: str, hosts: Sequence[str] = (), organization: str | None = None
    ) -> None:
        """Sign for a subject; `hosts` are names and addresses that a server is reached under."""
        files = self.pair.certificate.read_bytes(), self.pair.key.read_bytes()
        issued = trustme.CA.from_pem(*files).issue_cert(
            *(hosts or _UNUSED), common_name=name, organization_name=organization
        )
        _write(pair, issued.cert_chain_pems[0], issued.private_key_pem)


def _write(pair: KeyPair, certificate: trustme.Blob, key: trustme.Blob) -> None:
    certificate.write_to_path(pair.certificate)
    pair.key.touch(mode=0o600)
    key.write_to_path(pair.key)
