"""Time stamps that come later: papers signed while the authority was away are stamped by the worker."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import BytesIO

from django.db import transaction

from onewindow.base import clock, facts
from onewindow.documents import storage
from onewindow.documents.models import Document, File, Unstamped
from onewindow.documents.services import detached
from onewindow.documents.signing import pades, timestamps
from onewindow.kernel.actor import SYSTEM

_AT_ONCE = 20
_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(hours=1)


def order(document: Document) -> None:
    """Have a paper stamped later; nothing where no authority is set."""
    if timestamps.is_wanted():
        Unstamped.objects.get_or_create(
            document=document, defaults={"next_at": clock.real_now() + _FIRST_WAIT}
        )


def sweep(_now: datetime) -> int:
    """Stamp what waits and is due on the real clock, a few at a time; how many were stamped."""
    if not timestamps.is_wanted():
        return 0
    now = clock.real_now()
    waiting = list(
        Unstamped.objects.filter(next_at__lte=now)
        .order_by("next_at")
        .values_list("document_id", flat=True)[:_AT_ONCE]
    )
    done = 0
    for document_id in waiting:
        if not _stamp(document_id, now):
            break  # the authority is away: the others wait as well
        done += 1
    return done


def _stamp(document_id: int, now: datetime) -> bool:
    authority = timestamps.client()
    document = Document.objects.get(pk=document_id)
    before = storage.Stored(bytes(document.file_sha256 or b"")).read_bytes()
    if authority is None:
        return False
    try:
        after = pades.stamp(before, authority=authority)
    except timestamps.Unstamped:
        _put_off(document_id, now)
        return False
    _replace(document, after, now)
    return True


def _put_off(document_id: int, now: datetime) -> None:
    row = Unstamped.objects.get(document_id=document_id)
    row.tries += 1
    row.next_at = now + min(_FIRST_WAIT * 2 ** min(row.tries, 6), _LONGEST_WAIT)
    row.save(update_fields=["tries", "next_at"])


def _replace(document: Document, after: bytes, now: datetime) -> None:
    """The stamped file takes the place of the signed one, which is its beginning; the fact says so."""
    sha256, size = storage.keep(BytesIO(after))
    was = bytes(document.file_sha256 or b"")
    with transaction.atomic():
        locked = Document.objects.select_for_update().get(document_no=document.document_no)
        if bytes(locked.file_sha256 or b"") != was:
            storage.forget(sha256)
            return
        locked.file_sha256 = sha256
        locked.save(update_fields=["file_sha256"])
        File.objects.filter(document=locked).update(sha256=sha256, size=size)
        told = {"document_no": locked.document_no, "sha256": sha256.hex(), "before": was.hex()}
        facts.record("document", locked.pk, "stamped", at=clock.now(), actor=SYSTEM, role="system", data=told)
        detached.sign_beside(locked, after)
        Unstamped.objects.filter(document=locked).delete()
