"""Uploads in pieces: begun with a size, carried on where the line broke, looked at like any other when whole."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Sum

from onewindow.base import disk
from onewindow.documents import messages, names, storage
from onewindow.documents.models import File, PartialFile
from onewindow.documents.services.files import LARGEST, store_upload, told
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import FieldError, Invalid, NotFound, RuleBroken, Stale, TooLarge, WrongMedia

LARGEST_PIECE = 2_000_000  # bytes; the client sends about one million at a time
MOST_OPEN = 20  # of one account
MOST_BYTES = 6 * LARGEST  # of one account, as announced
KEPT = timedelta(hours=24)  # since the last piece
_LONGEST_PURPOSE = 200
_AT_ONCE = 50


def begin(actor: Actor, *, name: str, size: int, now: datetime, purpose: str = "") -> dict[str, Any]:
    """A place for ``size`` bytes: {"upload_id", "offset", "size", "expires_at", "file": None}.

    Raises ``Invalid`` (size), ``TooLarge``, ``RuleBroken`` (quota of the account), ``Full``.
    """
    if size > LARGEST:
        raise TooLarge("file-too-large", messages.TOO_LARGE)
    if size < 1 or len(purpose) > _LONGEST_PURPOSE or "\0" in purpose:
        fault = FieldError("size", "out-of-range", messages.BAD_SIZE)
        raise Invalid("invalid-fields", messages.BAD_SIZE, fields=[fault])
    disk.require_room()
    key = secrets.token_urlsafe(16)
    with transaction.atomic():
        _check_quota(actor, size)
        row = PartialFile.objects.create(
            key=key,
            owner_id=actor.account_id,
            purpose=purpose,
            place=storage.new_place(),
            name_sealed=names.seal(name[:500].replace("\0", ""), file_id=key),
            size=size,
            touched_at=now,
        )
    return _told(row)


def _check_quota(actor: Actor, size: int) -> None:
    waiting = PartialFile.objects.filter(owner_id=actor.account_id, file=None)
    announced = waiting.aggregate(total=Sum("size"))["total"] or 0
    if announced + size > MOST_BYTES or waiting.count() >= MOST_OPEN:
        raise RuleBroken("too-many-uploads", messages.TOO_MUCH_OPEN)


def look(actor: Actor, key: str) -> dict[str, Any]:
    """How far an upload is; only for its owner, else ``NotFound``."""
    return _told(_own(actor, key))


def carry_on(actor: Actor, key: str, *, offset: int, piece: bytes, now: datetime) -> dict[str, Any]:
    """Take the piece at ``offset``; with the last one ``file`` is told as ``store_upload`` tells it.

    Safe to repeat: a piece that came already raises ``Stale`` (the asker looks how far it is and goes on), an
    empty one at the end asks for the file again. What the inspection refuses is gone, pieces and all.
    """
    if len(piece) > LARGEST_PIECE:
        raise TooLarge("piece-too-large", messages.PIECE_TOO_LARGE)
    with transaction.atomic():
        row = _own(actor, key, for_update=True)
        if offset != row.got or offset + len(piece) > row.size:
            raise Stale("other-offset", messages.OTHER_OFFSET)
        if piece:
            disk.require_room()
            storage.write_at(row.place, offset, piece)
            row.got, row.touched_at = offset + len(piece), now
            row.save(update_fields=["got", "touched_at"])
    return _finish(actor, key, now=now) if row.got == row.size else _told(row)


def _finish(actor: Actor, key: str, *, now: datetime) -> dict[str, Any]:
    """Once: the row stays locked while the inspecting child looks, so that two who end it get one file."""
    try:
        with transaction.atomic():
            row = _own(actor, key, for_update=True)
            if row.file_id is None:
                with storage.partial(row.place).open("rb") as whole:
                    name = names.unseal(bytes(row.name_sealed), file_id=row.key)
                    kept = store_upload(actor, name, whole, now=now)
                row.file = File.objects.get(file_id=kept["file_id"])
                row.save(update_fields=["file"])
    except (Invalid, TooLarge, WrongMedia):
        cancel(actor, key)
        raise
    storage.drop(row.place)
    return _told(row)


def take(actor: Actor, key: str, *, purpose: str) -> dict[str, Any]:
    """The file of a finished upload that was begun for this purpose, as ``store_upload`` tells it."""
    row = _own(actor, key)
    if row.purpose != purpose:
        raise NotFound("no-upload", messages.NO_UPLOAD)
    if row.file is None:
        raise RuleBroken("upload-not-finished", messages.NOT_FINISHED)
    return told(row.file)


def cancel(actor: Actor, key: str) -> None:
    """Forget an upload; a file that was made of it stays."""
    with transaction.atomic():
        row = _own(actor, key, for_update=True)
        row.delete()
    storage.drop(row.place)


def sweep(now: datetime) -> int:
    """Take away what nobody has carried on for a day; how many went."""
    with transaction.atomic():
        rows = PartialFile.objects.select_for_update(skip_locked=True).filter(touched_at__lt=now - KEPT)
        gone = list(rows.order_by("touched_at")[:_AT_ONCE])
        if gone:
            PartialFile.objects.filter(pk__in=[one.pk for one in gone]).delete()
    for one in gone:
        storage.drop(one.place)
    return len(gone)


def _own(actor: Actor, key: str, *, for_update: bool = False) -> PartialFile:
    rows = PartialFile.objects.select_for_update() if for_update else PartialFile.objects
    row = rows.filter(key=key, owner_id=actor.account_id).first() if "\0" not in key else None
    if row is None:
        raise NotFound("no-upload", messages.NO_UPLOAD)
    return row


def _told(row: PartialFile) -> dict[str, Any]:
    return {
        "upload_id": row.key,
        "offset": row.got,
        "size": row.size,
        "expires_at": row.touched_at + KEPT,
        "file": told(row.file) if row.file else None,
    }
