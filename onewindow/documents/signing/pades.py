"""The signature in the file of a paper: PAdES baseline B-B, with a time stamp B-T (ETSI EN 319 142-1).

The file is certified without allowed changes: a reader shows any later change, a time stamp excepted. The
signing library is loaded with the first signature: it is 28 MB that a web worker carries only when it must.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING

import msgspec
from cryptography.hazmat.primitives import serialization

from onewindow.documents.signing import certificates, timestamps

if TYPE_CHECKING:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import signers

FIELD = "电子签章"
_STAMP_FIELD = "时间戳"
_HASH = "sha256"
_PLACE = "#seal"  # a link to an address that ends so marks where the template has drawn the block


class Signed(msgspec.Struct, frozen=True):
    """A signed file, and whether it carries a time stamp."""

    content: bytes
    is_stamped: bool


class _Said(msgspec.Struct, frozen=True):
    pair: certificates.Pair
    organ: str
    reason: str
    now: datetime


def sign(pdf: bytes, *, pair: certificates.Pair, organ: str, reason: str, now: datetime) -> Signed:
    """Sign a paper for ``organ``; without a stamp where the authority is away or none is set.

    ``now`` on the real clock. What is seen of the signature is drawn by the template; the field lies over it,
    so that readers lead from there to the certificate.
    """
    from pyhanko.sign.timestamps.common_utils import TimestampRequestError

    said = _Said(pair, organ, reason, now)
    authority = timestamps.client()
    if authority is not None and not authority.is_quiet():
        try:
            return Signed(_sign(pdf, said, authority), True)
        except (timestamps.Unstamped, TimestampRequestError):
            pass
    return Signed(_sign(pdf, said, None), False)


def stamp(pdf: bytes, *, authority: timestamps.Client) -> bytes:
    """The file with a document time stamp added behind its signature; raises ``timestamps.Unstamped``."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import signers
    from pyhanko.sign.timestamps.common_utils import TimestampRequestError

    stamper = signers.PdfTimeStamper(authority.stamper, field_name=_STAMP_FIELD)
    try:
        out = stamper.timestamp_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), _HASH)
    except TimestampRequestError as error:
        raise timestamps.Unstamped(str(error)) from None
    return bytes(out.getvalue())


def _sign(pdf: bytes, said: _Said, authority: timestamps.Client | None) -> bytes:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers
    from pyhanko.stamp import StaticStampStyle

    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    page, box = _place(writer)
    meta = signers.PdfSignatureMetadata(
        field_name=FIELD,
        name=said.organ,
        reason=said.reason,
        md_algorithm=_HASH,
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )
    signer = signers.PdfSigner(
        meta,
        _signer(said.pair, certificates.authority(said.now)),
        timestamper=authority.stamper if authority else None,
        stamp_style=StaticStampStyle(border_width=0, background_opacity=0),  # the template has drawn it
        new_field_spec=fields.SigFieldSpec(FIELD, on_page=page, box=box),
    )
    return bytes(signer.sign_pdf(writer).getvalue())


def _place(writer: IncrementalPdfFileWriter) -> tuple[int, tuple[int, int, int, int] | None]:
    """(page, rectangle in points) of the block that the template drew; no rectangle where it drew none."""
    for number in range(int(writer.root["/Pages"]["/Count"]) - 1, -1, -1):
        page = writer.find_page_for_modification(number)[0].get_object()
        for link in (one.get_object() for one in page.get("/Annots", ())):
            if "/A" in link and str(link["/A"].get("/URI", "")).endswith(_PLACE):
                left, low, right, high = (round(float(value)) for value in link["/Rect"])
                return number, (left, low, right, high)
    return 0, None


@lru_cache(maxsize=4)
def _signer(pair: certificates.Pair, above: certificates.Pair) -> signers.SimpleSigner:
    from asn1crypto import keys, x509
    from pyhanko.sign import signers
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    store = SimpleCertificateStore()
    store.register(x509.Certificate.load(certificates.der(above.certificate)))
    plain = pair.key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return signers.SimpleSigner(
        signing_cert=x509.Certificate.load(certificates.der(pair.certificate)),
        signing_key=keys.PrivateKeyInfo.load(plain),
        cert_registry=store,
    )
