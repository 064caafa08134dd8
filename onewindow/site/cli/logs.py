"""Commands for event logs: count those of other systems, write our own facts for process mining."""

import argparse
import os
from datetime import date
from pathlib import Path
from typing import Any

from onewindow.kernel.errors import Refusal
from onewindow.site.cli import Failure, group
from onewindow.site.cli.export import opened


def register(commands: Any) -> None:
    """`logs report`, `logs export`."""
    logs = group(commands, "logs", "event logs: records of other systems, our own for process mining")
    _register_report(logs)
    _register_export(logs)


def _register_report(logs: Any) -> None:
    one = logs.add_parser(
        "report", help="count an event log (XES or CSV, also gzip): overdue, ways, dirty rows"
    )
    one.add_argument("files", metavar="FILE", nargs="+", type=Path, help="several files are also compared")
    one.add_argument("--format", choices=("auto", "xes", "csv"), default="auto", help="default: by content")
    one.add_argument(
        "--encoding", help="for example gb18030 (default: what the file says, else UTF-8 or GB18030)"
    )
    one.add_argument(
        "--zone", default="Asia/Shanghai", help="zone of times that tell none (default Asia/Shanghai)"
    )
    one.add_argument(
        "--map", metavar="ROLE=NAME", action="append", default=[], help="what an attribute or column means"
    )
    one.add_argument(
        "--mapping", metavar="FILE", type=Path, help='the same as JSON: {"deadline": "限办日期", …}'
    )
    one.add_argument("--top", type=int, default=20, metavar="N", help="entries of each list (default 20)")
    one.add_argument("--all", action="store_true", help="every dirty record, not only the first 50")
    one.add_argument("--json", action="store_true", help="the report as JSON; a list for several files")
    one.add_argument("--out", metavar="FILE", type=Path, help="where to write (default: standard output)")
    one.add_argument("--language", choices=("zh", "en"), help="default: as the environment says")
    one.set_defaults(run=_report, needs="django")


def _report(options: argparse.Namespace) -> int:
    from django.utils import translation

    from onewindow.supervision.logs import mapping, reading

    with translation.override(_language(options.language)):
        try:
            content = options.mapping.read_bytes() if options.mapping else None
            names = mapping.parse(options.map, content)
            reports = [_read(reading.report, path, names, options) for path in options.files]
        except Refusal as refusal:
            raise Failure(_sentence(refusal)) from None
        text = _json(reports) if options.json else _text(reports, options)
    if options.out is None:
        print(text)
    else:
        options.out.write_text(text + "\n", encoding="utf-8")
    return 0


def _read(read: Any, path: Path, names: Any, options: argparse.Namespace) -> Any:
    try:
        return read(
            path,
            format=options.format,
            encoding=options.encoding,
            zone=options.zone,
            names=names,
            top=max(1, options.top),
        )
    except Refusal as refusal:
        raise Failure(f"{path}: {_sentence(refusal)}") from None


def _sentence(refusal: Refusal) -> str:
    from django.utils.translation import gettext

    from onewindow.supervision.logs.printing import printable

    params = {
        name: gettext(value) if isinstance(value, str) and value else value
        for name, value in refusal.params.items()
    }
    return printable(gettext(refusal.message) % params if params else gettext(refusal.message))


def _json(reports: list[Any]) -> str:
    import msgspec

    found: Any = reports[0] if len(reports) == 1 else reports
    return msgspec.json.format(msgspec.json.encode(found)).decode()


def _text(reports: list[Any], options: argparse.Namespace) -> str:
    from onewindow.supervision.logs import printing

    told = ["\n".join(printing.lines(one, whole=options.all)) for one in reports]
    if len(reports) > 1:
        told.append("\n".join(printing.comparison(reports)))
    return "\n\n".join(told)


def _language(said: str | None) -> str:
    """The language asked for, else that of the environment; Chinese where it tells none."""
    found = said or next(
        (value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), ""
    )
    return "en" if found.lower().startswith("en") else "zh-hans"


def _register_export(logs: Any) -> None:
    one = logs.add_parser(
        "export", help="write our own cases as XES or OCEL 2.0 (JSON), without personal data"
    )
    one.add_argument(
        "--format", choices=("xes", "ocel"), required=True, help="xes, or ocel: OCEL 2.0 in JSON"
    )
    one.add_argument("--since", type=_day, metavar="DAY", help="only cases received from this day")
    one.add_argument("--until", type=_day, metavar="DAY", help="only cases received to this day")
    one.add_argument("--organ", metavar="NAME", help="only cases of this organ, by name or code")
    one.add_argument("--out", type=Path, metavar="FILE", help="where to write (default: standard output)")
    one.set_defaults(run=_export, needs="database")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"not a day like 2026-01-31: {text}") from None


def _export(options: argparse.Namespace) -> None:
    from onewindow.org import queries as org
    from onewindow.supervision.logs import ocel_writing, told, xes_writing

    organ_id = None
    if options.organ:
        organ = org.find_organ(name=options.organ, code=options.organ)
        if organ is None:
            raise Failure(f"no such organ: {options.organ}")
        organ_id = organ.id
    write = xes_writing.write if options.format == "xes" else ocel_writing.write
    with opened(options.out) as out:
        found = told.cases(since=options.since, until=options.until, organ_id=organ_id)
        cases, events = write(out, found)
    if options.out is not None:
        print(f"{cases} cases with {events} events in {options.out}")
