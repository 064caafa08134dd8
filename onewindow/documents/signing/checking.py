"""Checking the signature in a PDF against the instance's certificate authority."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec
from django.conf import settings

from onewindow.documents.signing import certificates


class Verdict(msgspec.Struct, frozen=True):
    """What the signature says: ``is_good`` when it is ours, or of an authority that the operator trusts, and nothing
    was changed behind it."""

    is_good: bool
    is_whole: bool
    is_ours: bool
    serial: str | None = None
    signed_at: datetime | None = None
    stamped_at: datetime | None = None


NOTHING = Verdict(False, False, False)


def check(pdf: bytes, *, now: datetime) -> Verdict:
    """The verdict on a file; one without a signature, or that is no PDF, is not good."""
    from asn1crypto import x509
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.errors import SignatureValidationError
    from pyhanko_certvalidator import ValidationContext

    try:
        reader = PdfFileReader(BytesIO(pdf), strict=False)
        if not reader.embedded_regular_signatures:
            return NOTHING
        root = x509.Certificate.load(certificates.der(certificates.authority(now).certificate))
        trust = ValidationContext(trust_roots=[root, *_others()], allow_fetching=False, moment=now)
        status = validate_pdf_signature(reader.embedded_regular_signatures[0], trust)
        stamped_at = _stamped_at(status.timestamp_validity, reader, trust)
    except (PdfError, SignatureValidationError, ValueError, KeyError, TypeError, RecursionError):
        return NOTHING
    is_whole = status.intact and status.valid and status.docmdp_ok
    return Verdict(
        is_good=bool(is_whole and status.trusted),
        is_whole=bool(is_whole),
        is_ours=bool(status.trusted),
        serial=f"{status.signing_cert.serial_number:016X}",
        signed_at=status.signer_reported_dt,
        stamped_at=stamped_at,
    )


def _others() -> list[Any]:
    """The authorities whose licences the operator trusts beside our own (``ONEWINDOW_TRUSTED_SIGNERS``)."""
    from asn1crypto import pem, x509

    place = settings.ONEWINDOW_TRUSTED_SIGNERS
    if not place:
        return []
    found = pem.unarmor(Path(place).read_bytes(), multiple=True)
    return [x509.Certificate.load(content) for _, _, content in found]


def _stamped_at(inside: Any, reader: Any, trust: Any) -> datetime | None:
    """The instant of the stamp in the signature, or of the one that was added behind it."""
    from pyhanko.sign.validation import validate_pdf_timestamp

    found = inside
    if found is None and reader.embedded_timestamp_signatures:
        found = validate_pdf_timestamp(reader.embedded_timestamp_signatures[0], trust)
    if found is None or not (found.intact and found.valid):
        return None
    at: datetime = found.timestamp
    return at
