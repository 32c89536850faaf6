"""The certificates of a control plane: an authority, the server, the administrator."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_LIFETIME = timedelta(days=365)
_SERVER_NAMES = ("localhost", "kubernetes", "kubernetes.default.svc")
_SERVER_ADDRESSES = ("127.0.0.1", "10.100.0.1")
"""Loopback, and the first address of the service network, where pods would find the server."""


@dataclass(frozen=True, kw_only=True)
class KeyPair:
    """Where a certificate and its key are, both PEM."""

    certificate: Path
    key: Path

    @classmethod
    def at(cls, directory: Path, name: str) -> "KeyPair":
        """Name the two files of a subject."""
        return cls(certificate=directory / f"{name}.crt", key=directory / f"{name}.key")


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
    def service_account_key(self) -> Path:
        """Signs the tokens of service accounts."""
        return self.directory / "service-account.key"

    def write(self) -> None:
        """Make new keys and certificates."""
        self.directory.mkdir(parents=True, exist_ok=True)
        key = ec.generate_private_key(ec.SECP256R1())
        authority = _subject("rehearsal-ca")
        usage = x509.KeyUsage(
            digital_signature=True,
            key_cert_sign=True,
            crl_sign=True,
            content_commitment=False,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            encipher_only=False,
            decipher_only=False,
        )
        certificate = (
            _builder(authority, authority, key)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(usage, critical=True)
            .sign(key, hashes.SHA256())
        )
        _write_certificate(self.authority, certificate, key)
        names = [x509.DNSName(name) for name in _SERVER_NAMES]
        addresses = [x509.IPAddress(IPv4Address(address)) for address in _SERVER_ADDRESSES]
        self._issue(
            self.server, "kube-apiserver", x509.SubjectAlternativeName([*names, *addresses]), key
        )
        client = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])
        self._issue(self.admin, "admin", client, key, organization="system:masters")
        _write_key(
            self.service_account_key, rsa.generate_private_key(public_exponent=65537, key_size=2048)
        )

    def _issue(
        self,
        pair: KeyPair,
        name: str,
        extension: x509.ExtensionType,
        authority: ec.EllipticCurvePrivateKey,
        organization: str | None = None,
    ) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = (
            _builder(_subject(name, organization), _subject("rehearsal-ca"), key)
            .add_extension(extension, critical=False)
            .sign(authority, hashes.SHA256())
        )
        _write_certificate(pair, certificate, key)


def _subject(name: str, organization: str | None = None) -> x509.Name:
    attributes = [x509.NameAttribute(NameOID.COMMON_NAME, name)]
    if organization:
        attributes.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization))
    return x509.Name(attributes)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + _LIFETIME)
    )


def _write_certificate(
    pair: KeyPair, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey
) -> None:
    pair.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    _write_key(pair.key, key)


def _write_key(path: Path, key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> None:
    path.touch(mode=0o600)
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
    )
