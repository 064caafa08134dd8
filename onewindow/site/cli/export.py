"""Commands that write lists out: cases, their events, the items in force."""

import argparse
import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from onewindow.site.cli import Failure, group

FORMATS = ("csv", "xlsx", "xes")


def register(commands: Any) -> None:
    """`export cases`, `export events`, `export items`."""
    exports = group(commands, "export", "write cases, events or items out")
    for name, help_text in (
        ("cases", "every case that was received, without personal values but masked names"),
        ("events", "every event of these cases; with --format xes a log for process mining"),
        ("items", "every item in force"),
    ):
        one = exports.add_parser(name, help=help_text)
        one.add_argument(
            "--format", choices=FORMATS, default="csv", help="csv (default), xlsx, xes (events only)"
        )
        one.add_argument("--out", type=Path, metavar="FILE", help="where to write (default: standard output)")
        one.set_defaults(run=_export, needs="database", what=name)


def _export(options: argparse.Namespace) -> None:
    if options.format == "xes" and options.what != "events":
        raise Failure("xes is a format of events: use `export events --format xes`")
    if options.format == "xlsx" and options.out is None and sys.stdout.isatty():
        raise Failure("a workbook is not for a terminal: name a file with --out FILE")
    with opened(options.out) as out:
        count = _write(options.what, options.format, out)
    if options.out is not None:
        print(f"{count} {options.what} in {options.out}")


def _write(what: str, form: str, out: IO[bytes]) -> int:
    from onewindow.base import tables
    from onewindow.cases.queries import export as cases
    from onewindow.catalog import export as catalog
    from onewindow.supervision.logs import told, xes_writing

    heads, lines = {
        "cases": (cases.CaseLine._fields, cases.cases),
        "events": (cases.EventLine._fields, cases.events),
        "items": (catalog.ItemLine._fields, catalog.items),
    }[what]
    if form == "xes":
        return xes_writing.write(out, told.cases())[1]
    if form == "xlsx":
        return tables.write_xlsx(out, what, heads, lines())
    return tables.write_csv(out, heads, lines())


@contextlib.contextmanager
def opened(path: Path | None) -> Iterator[IO[bytes]]:
    """Standard output, or the file, which is there only when it is whole."""
    if path is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    part = path.with_name(path.name + ".part")
    try:
        with part.open("wb") as file:
            yield file
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
