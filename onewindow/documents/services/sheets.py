"""Sheets: pages that were photographed or scanned one by one, bound to one PDF like any other upload."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.db import transaction

from onewindow.base import disk
from onewindow.documents import messages, scanning, storage
from onewindow.documents.inspection import client, sheet
from onewindow.documents.models import File
from onewindow.documents.queries import UNTIED
from onewindow.documents.services.erasing import erase_file
from onewindow.documents.services.files import store_upload, told
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import Invalid


class Leaf(msgspec.Struct, frozen=True):
    """A page: of which file, which page of it (from 0), turned clockwise by 0, 90, 180 or 270 degrees."""

    file_id: str
    leaf: int = 0
    turn: int = 0


def bind(actor: Actor, name: str, leaves: Sequence[Leaf], *, now: datetime) -> dict[str, Any]:
    """One PDF of A4 pages, taken like any upload: told as ``store_upload`` tells it.

    A PDF whose pages all stand as they came stays that very file: it may be signed. Raises ``Invalid`` for a
    page that is not the actor's, and what ``store_upload`` raises.
    """
    files = _files(actor, leaves)
    whole = _untouched(leaves, files)
    if whole is not None:
        return told(whole)
    disk.require_room()
    order = list(files)
    bundle = sheet.Bundle(
        [sheet.Sheet(order.index(one.file_id), one.leaf, one.turn) for one in leaves],
        [files[file_id].size for file_id in order],
    )
    with storage.draft() as listed, storage.draft() as made:
        sheet.write(bundle, (_content(files[file_id]) for file_id in order), listed)
        verdict = client.inspect(listed, made, asked=client.BIND)
        if verdict.refusal:
            raise Invalid(f"file-{verdict.refusal}", messages.MESSAGES[verdict.refusal])
        made.seek(0)
        return store_upload(actor, name, made, now=now)  # type: ignore[arg-type]


def _files(actor: Actor, leaves: Sequence[Leaf]) -> dict[str, File]:
    wanted = {one.file_id for one in leaves}
    rows = File.objects.filter(file_id__in=wanted, owner_id=actor.account_id, erased_at=None)
    rows = rows.exclude(scan=scanning.INFECTED)
    found = {row.file_id: row for row in rows}
    if not wanted or len(found) < len(wanted):
        raise Invalid("unknown-file", messages.UNKNOWN_FILE)
    return found


def _content(file: File) -> bytes:
    return storage.Stored(bytes(file.sha256)).read_bytes()


def _untouched(leaves: Sequence[Leaf], files: dict[str, File]) -> File | None:
    """The PDF that the pages are, all of them in order and none turned; None when they are anything else."""
    first = files[leaves[0].file_id]
    is_whole = first.media_type == "application/pdf" and list(leaves) == [
        Leaf(first.file_id, leaf) for leaf in range(first.pages)
    ]
    return first if is_whole else None


def digests(file_ids: Sequence[str]) -> dict[str, str]:
    """file_id -> SHA-256 (hex) of these files."""
    rows = File.objects.filter(file_id__in=list(file_ids)).values_list("file_id", "sha256")
    return {file_id: bytes(sha256).hex() for file_id, sha256 in rows}


def pdfs(file_ids: Collection[str]) -> frozenset[str]:
    """Those of these files that are PDFs."""
    rows = File.objects.filter(file_id__in=file_ids, media_type="application/pdf")
    return frozenset(rows.values_list("file_id", flat=True))


def weight(file_ids: Sequence[str]) -> int:
    """Bytes of these files together."""
    return sum(File.objects.filter(file_id__in=set(file_ids)).values_list("size", flat=True))


def pages_of(file_id: str) -> int:
    """How many pages a file has."""
    return File.objects.values_list("pages", flat=True).get(file_id=file_id)


def erase_pages(file_ids: Sequence[str], *, actor: Actor, role: str, now: datetime) -> int:
    """Erase page files that belong to no case and no paper, a fact each, in the caller's transaction; how many."""
    with transaction.atomic():
        rows = File.objects.select_for_update().filter(UNTIED, file_id__in=set(file_ids)).order_by("pk")
        found = list(rows)
        for file in found:
            erase_file(file, actor=actor, role=role, now=now)
    return len(found)
