"""A certificate authority as EKS makes one, and a server certificate for 127.0.0.1."""

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

LOCALHOST = ipaddress.ip_address("127.0.0.1")


@dataclass(frozen=True, kw_only=True)
class ServerCertificate:
    """PEM texts: a server's key with its certificate, and the authority that signed it."""

    key_and_certificate: bytes
    authority: bytes


def issue() -> ServerCertificate:
    """Issue a server certificate by an authority without key identifiers, as that of EKS."""
    root_key, server_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root_name = _name("kubernetes")
    root = _builder(root_name, root_name, root_key.public_key()).add_extension(
        x509.BasicConstraints(ca=True, path_length=None), critical=True
    )
    server = _builder(_name("server"), root_name, server_key.public_key()).add_extension(
        x509.SubjectAlternativeName([x509.IPAddress(LOCALHOST)]), critical=False
    )
    key = server_key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    pem = serialization.Encoding.PEM
    return ServerCertificate(
        key_and_certificate=key + server.sign(root_key, hashes.SHA256()).public_bytes(pem),
        authority=root.sign(root_key, hashes.SHA256()).public_bytes(pem),
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return x509.CertificateBuilder(
        subject_name=subject,
        issuer_name=issuer,
        public_key=key,
        serial_number=x509.random_serial_number(),
        not_valid_before=now - timedelta(minutes=1),
        not_valid_after=now + timedelta(hours=1),
    )
