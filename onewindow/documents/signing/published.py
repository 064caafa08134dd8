"""What the public is told of the keys that sign papers."""

from __future__ import annotations

from datetime import datetime

import msgspec
from cryptography import x509
from django.conf import settings

from onewindow.base import clock
from onewindow.documents.signing import certificates, sm2, timestamps


class Certificate(msgspec.Struct, frozen=True):
    """A certificate as a page shows it; instants on the real clock."""

    subject: str
    serial: str
    fingerprint: str
    starts_at: datetime
    ends_at: datetime


class Published(msgspec.Struct, frozen=True):
    """Authority, signing certificates (the newest first), SM2 key ("" where it is off), time stamps or not."""

    authority: Certificate
    signers: list[Certificate]
    sm2_pem: str
    has_stamps: bool


def published() -> Published:
    """All of it, as of now."""
    now = clock.real_now()
    return Published(
        authority=_told(certificates.authority(now).certificate),
        signers=[_told(one) for one in certificates.known(now)],
        sm2_pem=_sm2(),
        has_stamps=timestamps.is_wanted(),
    )


def ends_at() -> datetime:
    """When the first of the certificates that sign papers now, authority or signer, ends."""
    now = clock.real_now()
    pair = (certificates.authority(now), certificates.current(now))
    return min(one.certificate.not_valid_after_utc for one in pair)


def authority_file(form: str) -> bytes:
    """The authority's certificate as readers take it: ``cer`` (DER) or ``pem``."""
    certificate = certificates.authority(clock.real_now()).certificate
    return certificates.der(certificate) if form == "cer" else certificates.pem(certificate)


def _sm2() -> str:
    if not settings.ONEWINDOW_PAPERS_SM2:
        return ""
    return sm2.public_pem(sm2.key()).decode()


def _told(certificate: x509.Certificate) -> Certificate:
    names = certificate.subject.rdns
    return Certificate(
        subject="，".join(str(one.value) for name in names[1:] for one in name),
        serial=certificates.printed(certificate),
        fingerprint=certificates.fingerprint(certificate),
        starts_at=certificate.not_valid_before_utc,
        ends_at=certificate.not_valid_after_utc,
    )
