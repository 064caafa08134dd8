"""Making the file of a paper: once, from the content that the deed fixed, and never again."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import Any

import msgspec
from django.conf import settings
from django.db import transaction

from onewindow.base import clock, facts
from onewindow.documents import content, editions, names, presentation, rendering, storage
from onewindow.documents.models import Document, File
from onewindow.documents.services import detached, files, stamping
from onewindow.documents.signing import certificates, pades
from onewindow.kernel.actor import SYSTEM
from onewindow.kernel.errors import N_, NotFound

PDF = "application/pdf"


class Bent(Exception):
    """The stored content no longer has the digest that the deed fixed: no file is made of it."""


def make_file(document_id: int, *, now: datetime) -> str:
    """Make the signed PDF of a paper and give its file_id; a second call gives the first file.

    The fact ("document", id, "made") carries the hash of the bytes and the certificate's serial number. Raises
    ``NotFound`` when the content has been erased, ``Bent`` when it was changed.
    """
    document = Document.objects.select_related("file").get(pk=document_id)
    if document.file is not None:
        return document.file.file_id
    made = _make(document)
    kept = storage.keep(BytesIO(made.content))
    with transaction.atomic():
        # Without a join: after waiting for the lock only the locked row is read afresh, not what is joined.
        locked = Document.objects.select_for_update().get(pk=document_id)
        if locked.file is not None:  # somebody else was first, with a signature of its own
            if bytes(locked.file_sha256 or b"") != kept[0]:
                storage.forget(kept[0])
            return locked.file.file_id
        if locked.content is None:
            storage.forget(kept[0])
            raise _erased()
        return _settle(locked, made, kept, now).file_id


def open_paper(document_no: str, *, now: datetime) -> tuple[str, str, storage.Stored]:
    """(name, media type, content) of a paper's file, made now if it is not there yet.

    The caller has checked that the reader may see the case.
    """
    document = Document.objects.filter(document_no=document_no).first()
    if document is None:
        raise NotFound("document-not-found", N_("没有这份文书。"))
    if document.content is None:
        raise _erased()
    make_file(document.pk, now=now)
    document.refresh_from_db()
    return file_name(document), PDF, storage.Stored(bytes(document.file_sha256 or b""))


def _erased() -> NotFound:
    return NotFound("document-erased", N_("这份文书的内容已依法删除。"))


def preview(
    document_content: dict[str, Any],
    kind: str,
    *,
    version: int,
    at: datetime,
    seal: presentation.Seal | None = None,
) -> bytes:
    """A paper as PDF, not signed, without anything being stored."""
    shown = presentation.view(
        document_content, base_url=base_url(), has_seal=has_seal(), is_sample=is_sample(), seal=seal
    )
    edition = editions.edition(version)
    shown["wording"] = edition.wording
    return rendering.pdf(kind, shown, version=edition.base, at=at, source=edition.source)


def base_url() -> str:
    """Where the public reaches this instance."""
    return str(getattr(settings, "ONEWINDOW_BASE_URL", "") or f"http://127.0.0.1:{settings.ONEWINDOW_PORT}")


def is_sample() -> bool:
    """In a training instance every paper says that it has no legal force."""
    return bool(settings.ONEWINDOW_SANDBOX)


def has_seal() -> bool:
    """Templates of version 1 draw a seal, and only where it is a specimen."""
    return is_sample()


def file_name(document: Document) -> str:
    return names.clean(f"{document.title}-{document.document_no}.pdf", media_type=PDF)


class _Made(msgspec.Struct, frozen=True):
    content: bytes
    serial: str
    is_stamped: bool


def _make(document: Document) -> _Made:
    """Set the paper and sign it; certificates live on the real clock."""
    now = clock.real_now()
    pair = certificates.current(now)
    said = _said(document)
    pdf = _set(said, document, presentation.Seal(pair.serial, now))
    signed = pades.sign(pdf, pair=pair, organ=said["organ"]["name"], reason=f"签发{document.title}", now=now)
    return _Made(signed.content, pair.serial, signed.is_stamped)


def _said(document: Document) -> dict[str, Any]:
    if document.content is None:
        raise _erased()
    plain = content.whole(bytes(document.content), document)
    if content.digest(plain) != bytes(document.digest):
        raise Bent(document.document_no)
    said: dict[str, Any] = msgspec.json.decode(plain)
    return said


def _set(said: dict[str, Any], document: Document, seal: presentation.Seal) -> bytes:
    return preview(said, document.kind, version=document.template_version, at=document.issued_at, seal=seal)


def _settle(document: Document, made: _Made, kept: tuple[bytes, int], now: datetime) -> File:
    sha256, size = kept
    file = files.add(
        name=file_name(document), media_type=PDF, sha256=sha256, size=size, pages=1, owner_id=None, now=now
    )
    files.tie(file, document.case_no)
    document.file = file
    document.file_sha256 = sha256
    document.made_at = now
    document.certificate = made.serial
    document.save(update_fields=["file", "file_sha256", "made_at", "certificate"])
    told = {"document_no": document.document_no, "sha256": sha256.hex(), "certificate": made.serial}
    facts.record("document", document.pk, "made", at=now, actor=SYSTEM, role="system", data=told)
    detached.sign_beside(document, made.content)
    if not made.is_stamped:
        stamping.order(document)
    return file
