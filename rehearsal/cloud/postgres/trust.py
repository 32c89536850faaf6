"""The certificate authority that a rehearsal's functions trust instead of Amazon RDS'."""

from pathlib import Path

from rehearsal.cluster.authority import Authority, KeyPair


class Trust:
    """An authority of one emulator; its functions find it where SSL_CERT_FILE points."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory / "trust"

    @property
    def certificate(self) -> Path:
        return self._authority.pair.certificate

    def write(self) -> None:
        self._authority.write()

    def issue(self, name: str, address: str) -> KeyPair:
        """Sign for a server at an address."""
        pair = KeyPair.at(self._directory, name)
        self._authority.issue(pair, name, [address])
        return pair

    @property
    def _authority(self) -> Authority:
        return Authority(pair=KeyPair.at(self._directory, "authority"))
