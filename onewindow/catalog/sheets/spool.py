"""Where workbooks lie on their way in or out: a folder each under a random name, only while they are needed."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterable
from pathlib import Path

import msgspec
from django.conf import settings

from onewindow.catalog.sheets.taking import SheetReport
from onewindow.kernel.errors import N_, TooLarge

_SHEET, _REPORT = "sheet.xlsx", "report.json"


def receive(token: str, chunks: Iterable[bytes], *, most: int) -> int:
    """Keep a workbook that is sent and give its bytes; raises ``TooLarge`` beyond ``most`` and keeps nothing."""
    size = 0
    _folder(token).mkdir(parents=True, mode=0o700)
    try:
        with path_of(token).open("wb") as file:
            for chunk in chunks:
                size += len(chunk)
                if size > most:
                    raise TooLarge(
                        "file-too-large",
                        N_("单个文件不能超过 %(most)s MB。"),
                        params={"most": most // 1_000_000},
                    )
                file.write(chunk)
    except BaseException:
        remove(token)
        raise
    return size


def prepare(token: str) -> None:
    """Make the folder for a workbook on its way out."""
    _folder(token).mkdir(parents=True, exist_ok=True, mode=0o700)


def path_of(token: str) -> Path:
    """The place of the workbook, whether it is there or not."""
    return _folder(token) / _SHEET


def put_report(token: str, report: SheetReport) -> None:
    """Keep what was said about the workbook; the file is there only when it is whole."""
    part = _folder(token) / f".{secrets.token_hex(4)}"
    part.write_bytes(msgspec.json.encode(report))
    part.replace(_folder(token) / _REPORT)


def report_of(token: str) -> SheetReport:
    """What was said about the workbook; raises ``OSError`` when there is none."""
    return msgspec.json.decode((_folder(token) / _REPORT).read_bytes(), type=SheetReport)


def remove(token: str) -> None:
    """Throw everything of it away; safe to repeat."""
    shutil.rmtree(_folder(token), ignore_errors=True)


def remove_before(edge: float) -> None:
    """Throw away folders untouched since the instant ``edge`` (seconds since 1970), whoever left them behind."""
    for folder in _root().glob("*"):
        if folder.stat().st_mtime < edge:
            shutil.rmtree(folder, ignore_errors=True)


def _folder(token: str) -> Path:
    return _root() / token


def _root() -> Path:
    return Path(settings.ONEWINDOW_DATA_DIR) / "sheets"
