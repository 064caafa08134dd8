"""Looking again at files that came while the virus scanner was away; what is found then is locked."""

from __future__ import annotations

import logging
from datetime import datetime

import msgspec
from django.db import transaction

from onewindow.base import facts
from onewindow.documents import scanning, storage
from onewindow.documents.models import File
from onewindow.kernel.actor import SYSTEM

_log = logging.getLogger(__name__)
AT_ONCE = 200


class Rescanned(msgspec.Struct, frozen=True):
    """How many files were found clean and infected, and whether the scanner went away again."""

    clean: int = 0
    infected: int = 0
    is_away: bool = False


def rescan(*, now: datetime) -> Rescanned:
    """Look at the ``AT_ONCE`` oldest unscanned files; done again it goes on where it stopped.

    The fact ("file", key, "locked") names the virus; whoever hears of it tells those concerned.
    """
    clean, infected = 0, 0
    for file in File.objects.filter(scan=scanning.UNSCANNED, erased_at=None).order_by("pk")[:AT_ONCE]:
        try:
            found = _look(bytes(file.sha256))
        except FileNotFoundError:
            continue  # the verification of files tells it
        except scanning.ScannerAway:
            _log.warning("the virus scanner gives no answer")
            return Rescanned(clean, infected, is_away=True)
        if found is None:
            return Rescanned(clean, infected)  # no scanner is set any more
        if found:
            infected += _lock(bytes(file.sha256), found, now)
        else:
            clean += File.objects.filter(pk=file.pk, scan=scanning.UNSCANNED).update(scan=scanning.CLEAN)
    return Rescanned(clean, infected)


def _look(sha256: bytes) -> str | None:
    """The virus's name, "" when there is none, None when no scanner is set."""
    try:
        with storage.Stored(sha256).open() as content:
            return "" if scanning.scan(content) == scanning.CLEAN else None
    except scanning.Infected as error:
        return error.name


def _lock(sha256: bytes, virus: str, now: datetime) -> int:
    """Lock every file of this content, each with its fact; how many."""
    with transaction.atomic():
        rows = File.objects.select_for_update().filter(sha256=sha256, erased_at=None)
        found = list(rows.exclude(scan=scanning.INFECTED).order_by("pk"))
        for file in found:
            data = {"file_id": file.file_id, "sha256": sha256.hex(), "virus": virus}
            facts.record("file", file.pk, "locked", at=now, actor=SYSTEM, role="system", data=data)
        File.objects.filter(pk__in=[file.pk for file in found]).update(scan=scanning.INFECTED)
    _log.warning("files were locked: %s", virus)
    return len(found)
