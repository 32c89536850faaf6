"""Certificate authorities of this machine, and what they sign."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_LIFETIME = timedelta(days=365)
_BOTH_ENDS = x509.ExtendedKeyUsage(
    [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
)


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
class Authority:
    """Signs certificates; all it is lies in its two files."""

    pair: KeyPair
    name: str

    def write(self) -> None:
        """Make a new key and certificate of the authority itself."""
        self.pair.key.parent.mkdir(parents=True, exist_ok=True)
        key = ec.generate_private_key(ec.SECP256R1())
        subject = _subject(self.name)
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
            _builder(subject, subject, key)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)  # noqa: FBT003
            .sign(key, hashes.SHA256())
        )
        _write(self.pair, certificate, key)

    def issue_server(self, pair: KeyPair, name: str, hosts: Sequence[str]) -> None:
        """Sign for a server that is reached under these names and addresses."""
        self._issue(pair, name, [_hosts(hosts)], None)

    def issue_client(self, pair: KeyPair, name: str, organization: str | None = None) -> None:
        """Sign for somebody who calls servers."""
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])
        self._issue(pair, name, [usage], organization)

    def issue_peer(self, pair: KeyPair, name: str, hosts: Sequence[str]) -> None:
        """Sign for one who serves and calls with the same certificate."""
        self._issue(pair, name, [_hosts(hosts), _BOTH_ENDS], None)

    def _issue(
        self,
        pair: KeyPair,
        name: str,
        extensions: Sequence[x509.ExtensionType],
        organization: str | None,
    ) -> None:
        authority = serialization.load_pem_private_key(self.pair.key.read_bytes(), None)
        assert isinstance(authority, ec.EllipticCurvePrivateKey)  # noqa: S101 - `write` made it
        key = ec.generate_private_key(ec.SECP256R1())
        builder = _builder(_subject(name, organization), _subject(self.name), key)
        for extension in extensions:
            builder = builder.add_extension(extension, critical=False)
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key())
        builder = builder.add_extension(issuer, critical=False)
        _write(pair, builder.sign(authority, hashes.SHA256()), key)


def write_key(path: Path, key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> None:
    """Keep a private key, readable by nobody else."""
    path.touch(mode=0o600)
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
    )


def _write(pair: KeyPair, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> None:
    pair.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    write_key(pair.key, key)


def _hosts(hosts: Sequence[str]) -> x509.SubjectAlternativeName:
    return x509.SubjectAlternativeName([_general_name(host) for host in hosts])


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)


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
