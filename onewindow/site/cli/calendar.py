"""Commands for the working calendar: import a notice, show a year."""

import argparse
from pathlib import Path
from typing import Any

from onewindow.site.cli import Failure, group


def register(commands: Any) -> None:
    """`calendar import`, `calendar show`."""
    calendar = group(commands, "calendar", "working days and notices")
    importing = calendar.add_parser("import", help="take in a holiday notice (JSON or CSV)")
    importing.add_argument("file", metavar="FILE", type=Path)
    importing.add_argument("--dry-run", action="store_true", help="only report, write nothing")
    importing.set_defaults(run=_import, needs="database")
    show = calendar.add_parser("show", help="print the working days of a year")
    show.add_argument("year", metavar="YEAR", type=int)
    show.set_defaults(run=_show, needs="database")


def _import(options: argparse.Namespace) -> None:
    from onewindow.base import calendars, clock
    from onewindow.kernel.actor import SYSTEM
    from onewindow.kernel.notice import parse_notice

    notice = parse_notice(options.file.read_bytes(), options.file.name)
    report = calendars.import_notice(notice, now=clock.now(), actor=SYSTEM, is_dry_run=options.dry_run)
    print(f"read {report.read}")
    print(f"new {report.new}")
    print(f"changed {report.changed}")
    print(f"unchanged {report.unchanged}")
    print(f"rejected {len(report.rejected)}")
    for error in report.rejected:
        print(f"  line {error.line}: {error.reason}")
    if report.rejected:
        raise Failure("nothing was imported: a day left out would move due dates; mend the lines above")


def _show(options: argparse.Namespace) -> None:
    from onewindow.base import calendars
    from onewindow.kernel.calendar import FIRST_DAY, LAST_YEAR

    if not FIRST_DAY.year <= options.year <= LAST_YEAR:
        raise Failure(f"the calendar holds the years {FIRST_DAY.year} to {LAST_YEAR}")
    table = calendars.table()
    days = table.workdays(options.year)
    state = "provisional" if table.is_provisional(options.year) else "announced"
    print(f"{options.year}: {len(days)} working days, {state} ({calendars.source(options.year)})")
    for month in range(1, 13):
        print(f"{month:2d}: " + " ".join(f"{day.day:2d}" for day in days if day.month == month))
