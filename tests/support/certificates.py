"""Certificates for tests: an authority of our own, and what it signs."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Authority:
    """Signs certificates for a year from now, unless told otherwise.

    Now is the machine's own: TLS asks no other clock.
    """

    def __init__(self, name: str = "Cơ quan thử") -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        basics = x509.BasicConstraints(ca=True, path_length=None)
        made = self._begun(self._name, self._key, days=365).add_extension(basics, critical=True)
        self._certificate = made.sign(self._key, hashes.SHA256())

    def bundle(self, path: Path) -> Path:
        """A file that makes whoever reads it trust this authority."""
        path.write_bytes(self._certificate.public_bytes(serialization.Encoding.PEM))
        return path

    def signs(self, path: Path, *, address: str = "127.0.0.1", days: int = 365) -> Path:
        """A file with key and certificate for an address, which end after so many days."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, address)])
        names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))])
        made = self._begun(subject, key, days=days).add_extension(names, critical=False)
        certificate = made.sign(self._key, hashes.SHA256())
        secret = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        path.write_bytes(secret + certificate.public_bytes(serialization.Encoding.PEM))
        return path

    def _begun(
        self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, *, days: int
    ) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=30))
            .not_valid_after(now + timedelta(days=days))
        )
