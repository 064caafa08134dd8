"""One log from file to figures."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from onewindow.kernel.errors import N_, Invalid
from onewindow.supervision.logs import source, table, xes
from onewindow.supervision.logs.mapping import Names
from onewindow.supervision.logs.report import LogReport
from onewindow.supervision.logs.source import Limits
from onewindow.supervision.logs.tally import Tally

_READERS = {"xes": xes.read, "csv": table.read}


def report(
    path: Path,
    *,
    format: str = "auto",
    encoding: str | None = None,
    zone: str = "Asia/Shanghai",
    names: Names | None = None,
    top: int = 20,
    limits: Limits | None = None,
) -> LogReport:
    """The figures of a log in XES or CSV, plain or gzip; ``zone`` is assumed where events tell none.

    Raises ``Unreadable`` for a broken or unbounded file, ``Invalid`` for columns or a zone that are not there.
    """
    found = source.look(path, format=format, encoding=encoding, limits=limits)
    tally, roles = Tally(found.limits, zone=_offset(zone)), set[str]()
    for case in _READERS[found.format](found, names or Names(), tally.dirty, roles):
        tally.add(case)
    return tally.report(roles, file=path.name, format=found.format, encoding=found.encoding, top=top)


def _offset(zone: str) -> int:
    """Microseconds east of UTC; that of winter 2026, for it only decides an order within one case."""
    try:
        found = datetime(2026, 1, 1, tzinfo=ZoneInfo(zone)).utcoffset()
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Invalid("unknown-zone", N_("没有这个时区：%(zone)s"), params={"zone": zone[:60]}) from None
    return int(found.total_seconds()) * 1_000_000 if found else 0
