"""Workbooks that editors sent, kept for a day between the dry run and the change request; each sees only his own."""

from __future__ import annotations

import re
import secrets
import shutil
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from django.conf import settings

from onewindow.base import clock
from onewindow.catalog.sheets import proposing
from onewindow.catalog.sheets.taking import SheetReport
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, NotFound, TooLarge

KEPT_FOR = timedelta(days=1)
MOST = 5  # of one editor; the oldest goes
_TOKEN = re.compile(r"[0-9a-f]{32}")


class KeptSheet(msgspec.Struct, frozen=True):
    """A workbook as it was sent and what its dry run said; ``token`` finds it again."""

    token: str
    name: str
    layout: str
    kept_at: datetime
    report: SheetReport


def keep(
    actor: Actor, name: str, chunks: Iterable[bytes], *, layout: str = "auto", now: datetime
) -> KeptSheet:
    """Keep the workbook and try it: nothing of it counts yet. What stands in the file never raises.

    Raises ``TooLarge`` beyond ``proposing.LIMITS``, ``NotAllowed`` for who is no editor.
    """
    token = secrets.token_hex(16)
    folder = _folder(actor) / token
    _forget_old(folder.parent)
    folder.mkdir(parents=True)
    try:
        _write(folder / "sheet.xlsx", chunks)
        tried = proposing.propose_file(
            folder / "sheet.xlsx", actor, title="", reason="", layout=layout, dry_run=True, now=now
        )
        kept = KeptSheet(token, name[-200:], layout, now, tried.report)
        (folder / "kept.json").write_bytes(msgspec.json.encode(kept))
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return kept


def found(actor: Actor, token: str) -> KeptSheet:
    """The actor's workbook of this token; raises ``NotFound``."""
    try:
        return msgspec.json.decode((_place(actor, token) / "kept.json").read_bytes(), type=KeptSheet)
    except OSError:
        raise _gone() from None


def path_of(actor: Actor, token: str) -> Path:
    """Where the workbook lies; raises ``NotFound``."""
    path = _place(actor, token) / "sheet.xlsx"
    if not path.exists():
        raise _gone()
    return path


def forget(actor: Actor, token: str) -> None:
    """Throw the workbook away; safe to repeat."""
    shutil.rmtree(_place(actor, token), ignore_errors=True)


def _gone() -> NotFound:
    return NotFound("no-sheet", N_("没有找到这份工作簿：导入的文件只保留一天，请重新上传。"))


def _place(actor: Actor, token: str) -> Path:
    if not _TOKEN.fullmatch(token):
        raise _gone()
    return _folder(actor) / token


def _folder(actor: Actor) -> Path:
    return Path(settings.ONEWINDOW_DATA_DIR) / "sheets" / str(actor.account_id)


def _write(path: Path, chunks: Iterable[bytes]) -> None:
    size, most = 0, proposing.LIMITS.file_bytes
    with path.open("wb") as file:
        for chunk in chunks:
            size += len(chunk)
            if size > most:
                raise TooLarge("file-too-large", N_("单个文件不能超过 50 MB。"))
            file.write(chunk)


def _forget_old(folder: Path) -> None:
    """By the clock of the machine: the demonstration's clock may stand or leap."""
    kept = sorted(folder.glob("*"), key=lambda one: one.stat().st_mtime, reverse=True)
    edge = (clock.real_now() - KEPT_FOR).timestamp()
    for place, one in enumerate(kept):
        if place >= MOST - 1 or one.stat().st_mtime < edge:
            shutil.rmtree(one, ignore_errors=True)
