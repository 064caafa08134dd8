"""Taking files: bounded, looked into, cleaned, stored by content; and tying them to a case."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence
from datetime import date, datetime
from typing import IO, Any, BinaryIO

from django.conf import settings
from django.db import connection

from onewindow.base import clock, disk
from onewindow.documents import messages, names, scanning, storage
from onewindow.documents.inspection import client
from onewindow.documents.inspection.verdict import Verdict
from onewindow.documents.models import Attachment, File
from onewindow.documents.signing import checking
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import Away, FieldError, Invalid, TooLarge, WrongMedia

_log = logging.getLogger(__name__)

LARGEST = 50 * 1024 * 1024
LARGEST_SIGNED = 20 * 1024 * 1024  # electronic licences are small
PDF = "application/pdf"


def store_upload(
    actor: Actor, name: str, stream: BinaryIO, *, now: datetime, is_page: bool = False
) -> dict[str, Any]:
    """Take a PDF, OFD, JPEG or PNG of at most 50 MB: {"file_id", "name", "media_type", "size", "sha256"}.

    Images are written anew without metadata, so size and hash are those of what is kept. Raises
    ``TooLarge``, ``WrongMedia`` or ``Invalid`` (damaged, encrypted, active, beyond a bound), ``Full``
    before the last room on the disk is gone, and ``Away`` while the virus scanner is. ``is_page``: for a
    sheet; pictures become JPEGs of at most A4 at 200 dpi, OFD is not taken.
    """
    disk.require_room()
    with storage.draft() as given, storage.draft() as clean:
        try:
            size = storage.receive(stream, given, limit=LARGEST)
        except storage.TooMuch as error:
            raise TooLarge("file-too-large", messages.TOO_LARGE) from error
        if not size:
            raise _refusal(Verdict(refusal="empty"))
        verdict = client.inspect(given, clean, asked=client.PAGE if is_page else client.FILE)
        if verdict.refusal:
            raise _refusal(verdict)
        scan = _scan(given)
        kept = clean if verdict.rewritten else given
        return _keep(actor, name, kept, verdict, now, scan=scan, signature=_signature(kept, verdict, size))


def _signature(source: IO[bytes], verdict: Verdict, size: int) -> str:
    """``valid`` when an authority that this instance trusts has signed the file as it is."""
    if verdict.media_type != PDF or verdict.rewritten or size > LARGEST_SIGNED:
        return ""
    source.seek(0)
    content = source.read()
    if b"/ByteRange" not in content:
        return ""
    return "valid" if checking.check(content, now=clock.real_now()).is_good else ""


def _scan(given: IO[bytes]) -> str:
    """What the scanner says; while it is away ``ONEWINDOW_CLAMD_AWAY`` decides."""
    try:
        return scanning.scan(given)
    except scanning.Infected as error:
        _log.warning("an upload was refused: %s", error.name)
        fault = FieldError("file", "infected", messages.INFECTED)
        raise Invalid("file-infected", messages.INFECTED, fields=[fault]) from error
    except scanning.ScannerAway as error:
        _log.warning("the virus scanner gives no answer")
        if settings.ONEWINDOW_CLAMD_AWAY == "refuse":
            raise Away("scanner-away", messages.SCANNER_AWAY, retry_after=30) from error
        return scanning.UNSCANNED


def _refusal(verdict: Verdict) -> Exception:
    message = messages.MESSAGES[verdict.refusal]
    if verdict.kind == "media":
        return WrongMedia("unsupported-media", message)
    code = f"file-{verdict.refusal}"
    return Invalid(code, message, fields=[FieldError("file", verdict.refusal, message)])


def _keep(
    actor: Actor, name: str, source: IO[bytes], verdict: Verdict, now: datetime, *, scan: str, signature: str
) -> dict[str, Any]:
    sha256, size = storage.keep(source)
    if size > LARGEST:  # a picture can grow when it is written anew
        raise TooLarge("file-too-large", messages.TOO_LARGE)
    row = add(
        name=names.clean(name, media_type=verdict.media_type),
        media_type=verdict.media_type,
        sha256=sha256,
        size=size,
        pages=verdict.pages,
        owner_id=actor.account_id or None,
        now=now,
        title=verdict.title,
        created_on=verdict.created_on,
        scan=scan,
        signature=signature,
    )
    return told(row)


def told(file: File) -> dict[str, Any]:
    """A file as whoever uploaded it is told of it."""
    return {
        "file_id": file.file_id,
        "name": names.unseal(bytes(file.name_sealed), file_id=file.file_id),
        "media_type": file.media_type,
        "size": file.size,
        "sha256": bytes(file.sha256).hex(),
    }


def add(
    *,
    name: str,
    media_type: str,
    sha256: bytes,
    size: int,
    pages: int,
    owner_id: int | None,
    now: datetime,
    title: str = "",
    created_on: date | None = None,
    scan: str = "",
    signature: str = "",
) -> File:
    """Write the row of a stored content under a new random name."""
    file_id = secrets.token_urlsafe(16)
    return File.objects.create(
        file_id=file_id,
        sha256=sha256,
        name_sealed=names.seal(name, file_id=file_id),
        media_type=media_type,
        size=size,
        pages=pages,
        owner_id=owner_id,
        uploaded_at=now,
        title_sealed=names.seal(title, file_id=file_id) if title else None,
        created_on=created_on,
        scan=scan,
        signature=signature,
    )


def tie(file: File, subject: str) -> None:
    """Attach a file that the platform made itself."""
    Attachment.objects.get_or_create(file=file, subject=subject)


# Who uploaded it may attach it; what is attached to the subject already stays so, whoever acts.
_ATTACH = """
WITH wanted AS (
  SELECT f.id, f.file_id, f.sha256, f.signature, o.kind FROM documents_file f
  LEFT JOIN base_account o ON o.id = f.owner_id
  WHERE f.file_id = ANY(%(file_ids)s::text[])
    AND f.erased_at IS NULL AND f.scan <> 'infected'
    AND (f.owner_id = %(owner)s::bigint OR EXISTS (
      SELECT 1 FROM documents_attachment a WHERE a.file_id = f.id AND a.subject = %(subject)s::text))),
linked AS (
  INSERT INTO documents_attachment (file_id, subject)
  SELECT id, %(subject)s::text FROM wanted ON CONFLICT DO NOTHING)
SELECT file_id, sha256, CASE WHEN signature <> '' THEN 'signed' WHEN kind = 'staff' THEN 'counter' ELSE 'upload' END
FROM wanted
"""


def attach(
    file_ids: Sequence[str], subject: str, *, actor: Actor, field: str = "materials"
) -> list[dict[str, str]]:
    """Tie files to a case in the caller's transaction: [{"file_id", "sha256", "came": "signed|counter|upload"}] in
    the order asked.

    One statement, none without files. Raises ``Invalid`` (naming ``field``) when a file does not exist or is
    neither the actor's nor of this case already.
    """
    asked = list(dict.fromkeys(file_ids))
    if not asked:
        return []
    if any("\0" in file_id for file_id in asked):
        raise _unknown(field)
    with connection.cursor() as cursor:
        cursor.execute(_ATTACH, {"file_ids": asked, "owner": actor.account_id, "subject": subject})
        found = {file_id: (bytes(sha256).hex(), came) for file_id, sha256, came in cursor.fetchall()}
    if len(found) < len(asked):
        raise _unknown(field)
    return [{"file_id": one, "sha256": found[one][0], "came": found[one][1]} for one in asked]


def _unknown(field: str) -> Invalid:
    fault = FieldError(field, "unknown-file", messages.UNKNOWN_FILE)
    return Invalid("unknown-file", messages.UNKNOWN_FILE, fields=[fault])
