"""Commands for administrative divisions: import a published list, show a part of the tree."""

import argparse
import json
from pathlib import Path
from typing import Any

from onewindow.site.cli import group


def register(commands: Any) -> None:
    """`regions import|show`."""
    regions = group(commands, "regions", help="administrative divisions")

    load = regions.add_parser(
        "import", help="load a list of divisions (CSV or CSV.gz with columns code and name)"
    )
    load.add_argument("file", type=Path, metavar="FILE")
    load.add_argument("--dry-run", action="store_true", help="report only, write nothing")
    load.add_argument("--json", action="store_true", help="report as JSON")
    load.set_defaults(run=_import)

    show = regions.add_parser("show", help="print what lies directly below a division")
    show.add_argument("code", nargs="?", help="division code (without: the provinces)")
    show.set_defaults(run=_show)


def _import(options: argparse.Namespace) -> int:
    from onewindow.base import clock
    from onewindow.org import services

    report = services.import_regions(options.file, dry_run=options.dry_run, now=clock.now())
    if options.json:
        rows = [{"line": line, "reason": reason} for line, reason in report.rejected]
        counts = {name: getattr(report, name) for name in ("read", "new", "changed", "unchanged")}
        print(json.dumps({**counts, "rejected": rows, "dry_run": options.dry_run}, ensure_ascii=False))
        return 0
    print(
        f"read {report.read}, new {report.new}, changed {report.changed}, unchanged {report.unchanged},"
        f" rejected {report.rejected_count}" + (" (dry run: nothing written)" if options.dry_run else "")
    )
    for line, reason in report.rejected:
        print(f"  line {line}: {reason}")
    if report.rejected_count > len(report.rejected):
        print(f"  … and {report.rejected_count - len(report.rejected)} more")
    return 0


def _show(options: argparse.Namespace) -> None:
    from onewindow.org import queries

    top = queries.region(options.code).code if options.code else None
    for one in queries.regions_under(top):
        print(f"{one.code}\t{one.name}\t{one.level}")
