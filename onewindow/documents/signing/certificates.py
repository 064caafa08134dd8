"""The instance's own certificate authority and the certificates that sign its papers, kept beside the keys.

ECDSA on P-256 with SHA-256 (RFC 5480, RFC 5758), which common PDF readers check. A signing certificate is
followed by the next one a month before it ends; earlier ones stay, for papers signed with them.
"""

from __future__ import annotations

import re
import secrets
from datetime import datetime, timedelta
from functools import lru_cache

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier
from django.conf import settings

from onewindow.base import crypto

_AUTHORITY = "papers-ca.pem"
_SIGNER = "papers-signer-{}.pem"
_AUTHORITY_YEARS, _SIGNER_YEARS = 20, 3
_RENEWED_BEFORE = timedelta(days=30)
_EARLIER = timedelta(hours=1)  # readers' clocks differ
_DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")  # RFC 9336
_PEM = serialization.Encoding.PEM


class Pair(msgspec.Struct, frozen=True):
    """A certificate and its private key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def serial(self) -> str:
        """The serial number as it is printed: 16 hexadecimal digits."""
        return printed(self.certificate)


def printed(certificate: x509.Certificate) -> str:
    """The serial number of a certificate in 16 hexadecimal digits."""
    return f"{certificate.serial_number:016X}"


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 of the certificate in pairs of digits, as readers show it."""
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()


def authority(now: datetime) -> Pair:
    """The certificate authority; ``now`` on the real clock, used when it is made."""
    return _read(crypto.kept(_AUTHORITY, lambda: _new_authority(now)))


def current(now: datetime) -> Pair:
    """The newest signing certificate; the next one is made when it ends within a month."""
    number = max(_numbers(), default=1)
    newest = _signer(number, now)
    if newest.certificate.not_valid_after_utc - now < _RENEWED_BEFORE:
        return _signer(number + 1, now)
    return newest


def rotate(now: datetime) -> Pair:
    """Make the next signing certificate at once: from now on it signs."""
    return _signer(max(_numbers(), default=0) + 1, now)


def known(now: datetime) -> list[x509.Certificate]:
    """All signing certificates, the newest first."""
    current(now)
    return [_signer(number, now).certificate for number in sorted(_numbers(), reverse=True)]


def pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(_PEM)


def der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.DER)


def _numbers() -> list[int]:
    found = (re.fullmatch(r"papers-signer-(\d+)\.pem", name) for name in crypto.kept_names("papers-signer-*"))
    return [int(one[1]) for one in found if one]


def _signer(number: int, now: datetime) -> Pair:
    return _read(crypto.kept(_SIGNER.format(number), lambda: _new_signer(now)))


@lru_cache(maxsize=16)
def _read(stored: bytes) -> Pair:
    key = serialization.load_pem_private_key(stored, None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return Pair(x509.load_pem_x509_certificate(stored), key)


def _new_authority(now: datetime) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("文书签章根证书")
    built = (
        _builder(name, name, key, now, _AUTHORITY_YEARS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(certifies=True), critical=True)
    )
    return _stored(key, built.sign(key, hashes.SHA256()))


def _new_signer(now: datetime) -> bytes:
    above = authority(now)
    key = ec.generate_private_key(ec.SECP256R1())
    built = (
        _builder(_name("文书签章证书"), above.certificate.subject, key, now, _SIGNER_YEARS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(certifies=False), critical=True)
        # Readers that know no document signing ask for the usage of signed mail.
        .add_extension(
            x509.ExtendedKeyUsage([_DOCUMENT_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False
        )
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(above.key.public_key()), critical=False
        )
    )
    return _stored(key, built.sign(above.key, hashes.SHA256()))


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, now: datetime, years: int
) -> x509.CertificateBuilder:
    start = now - _EARLIER
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(secrets.randbits(62) | 1 << 62)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=365 * years))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, certifies: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not certifies,
        content_commitment=not certifies,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certifies,
        crl_sign=certifies,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common: str) -> x509.Name:
    """Whose certificate it is: an instance for training says so in the name."""
    ours = "一窗政务服务平台" + ("（演示）" if settings.ONEWINDOW_SANDBOX else "")
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, ours),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _stored(key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> bytes:
    private = key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return private + pem(certificate)
