"""Commands for the catalogue: import a list of items, check what stands in the catalogue."""

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import Any

SHOWN = 50  # notes printed of each sort; --all prints every one


def register(commands: Any) -> None:
    """`items import`, `items export`, `items check`."""
    group = commands.add_parser("items", help="the catalogue of service items")
    inside = group.add_subparsers(metavar="COMMAND", required=True)
    group.set_defaults(group=inside)

    load = inside.add_parser("import", help="read a list of items, publish what is new or changed in it")
    load.add_argument(
        "file", metavar="FILE", help="xlsx, JSON lines, JSON array or CSV; gzip of the latter is unpacked"
    )
    load.add_argument("--format", default="auto", help="the layout; auto looks at the content (default)")
    load.add_argument("--dry-run", action="store_true", help="report only, write nothing")
    load.add_argument(
        "--all", action="store_true", help="print every note, not only the first 50 of each sort"
    )
    load.add_argument(
        "--report",
        type=Path,
        metavar="FILE",
        help="write every rejected or flagged row to FILE (.xlsx or .csv)",
    )
    load.set_defaults(run=_import, needs="database")

    out = inside.add_parser("export", help="write items in force as a workbook that can be imported again")
    out.add_argument("file", metavar="FILE", type=Path, help="the workbook to write (.xlsx)")
    out.add_argument("--layout", default="workbook", help="workbook (default, for editors) or exchange")
    out.add_argument("--organ", help="only items of this organ, by name")
    out.add_argument("--code", action="append", metavar="CODE", help="only this item; may be repeated")
    out.set_defaults(run=_export, needs="database")

    check = inside.add_parser(
        "check", help="report what items lack, repeat or get wrong, and what to mend first"
    )
    check.add_argument(
        "--all", action="store_true", help="print every finding, not only the first 50 of each sort"
    )
    check.add_argument("--organ", metavar="NAME", help="only items of organs whose name contains this")
    check.add_argument("--top", type=int, default=20, metavar="N", help="items to mend first (default 20)")
    check.add_argument("--json", action="store_true", help="the whole report as JSON")
    check.set_defaults(run=_check, needs="database")


def _import(options: argparse.Namespace) -> int:
    from onewindow.base import clock
    from onewindow.catalog import services
    from onewindow.catalog.sheets import peek, taking

    path = Path(options.file)
    with path.open("rb") as file:
        is_workbook = peek.is_binary(file.read(8))
    if is_workbook or options.format in taking.layouts():
        return _import_workbook(options, path)
    report = services.import_file(
        Path(options.file), now=clock.now(), format=options.format, dry_run=options.dry_run
    )
    mode = "试运行，未写入" if report.dry_run else "已写入"
    print(f"格式 {report.format}，编码 {report.encoding}，{mode}")
    print(
        f"读取 {report.read}，新增 {report.new}，变更 {report.changed}，未变 {report.unchanged}，"
        f"拒绝 {len(report.rejected)}，标记 {len(report.flagged)}"
    )
    if report.lacks:
        print("来源缺少：" + "，".join(f"{name} {count} 行" for name, count in report.lacks.items()))
    rows = [("拒绝", report.rejected), ("标记", report.flagged)]
    lines = ((sort, note.line, note.code, note.text) for sort, notes in rows for note in notes)
    _write_report(options.report, ("类别", "行", "事项编码", "原因"), lines)
    _notes("拒绝", report.rejected, whole=options.all)
    _notes("标记", report.flagged, whole=options.all)
    return 0


def _import_workbook(options: argparse.Namespace, path: Path) -> int:
    from onewindow.base import clock
    from onewindow.catalog.sheets import operating
    from onewindow.kernel.actor import SYSTEM

    report = operating.take_over(
        path, now=clock.now(), layout=options.format, dry_run=options.dry_run, actor=SYSTEM
    )
    mode = "未读入" if report.refused else "试运行，未写入" if report.dry_run else "已写入"
    print(f"格式 {report.layout or '不明'}，{mode}")
    print(
        f"读取 {report.read}，新增 {report.new}，变更 {report.changed}，未变 {report.unchanged}，"
        f"拒绝 {report.rejected}"
    )
    lines = ((_LEVELS[one.level], one.sheet, one.cell, one.item, one.message) for one in report.notes)
    _write_report(options.report, ("级别", "工作表", "单元格", "事项编码", "说明"), lines)
    shown = report.notes if options.all else report.notes[:SHOWN]
    for note in shown:
        print(f"{_LEVELS[note.level]} {note.text()} [{note.code}] {note.item}".rstrip())
    hidden = len(report.notes) - len(shown)
    if hidden or report.dropped:
        print(f"还有 {hidden} 条，用 --all 全部列出；另有 {report.dropped} 条只计数")
    return 1 if report.refused else 0


def _table_file(text: str) -> Path:
    if not text.endswith((".xlsx", ".csv")):
        raise argparse.ArgumentTypeError("must end in .xlsx or .csv")
    return Path(text)


def _write_report(path: Path | None, heads: tuple[str, ...], lines: Iterable[tuple[Any, ...]]) -> None:
    """Every row that was rejected or flagged, with its place and reason, as a table to read."""
    from onewindow.base import tables

    if path is None:
        return
    with path.open("wb") as out:
        if path.suffix == ".csv":
            tables.write_csv(out, heads, lines, is_marked=True)
        else:
            tables.write_xlsx(out, "导入报告", heads, lines)


_LEVELS = {"error": "错误", "warning": "注意", "info": "说明"}


def _export(options: argparse.Namespace) -> int:
    from onewindow.catalog.sheets import taking, writing
    from onewindow.site.cli import Failure

    layout = taking.layouts().get(options.layout)
    if layout is None:
        raise Failure(f"no such layout: {options.layout}; there are: {', '.join(sorted(taking.layouts()))}")
    items = taking.in_force(options.code)
    if options.organ:
        items = (item for item in items if item.organ_name == options.organ)
    count = writing.write_file(options.file, items, layout)
    print(f"{count} items in {options.file}")
    return 0


def _notes(title: str, notes: list[Any], *, whole: bool) -> None:
    shown = notes if whole else notes[:SHOWN]
    for note in shown:
        print(f"{title} 第 {note.line} 行 {note.code or '（无编码）'}：{note.text}")
    if len(notes) > len(shown):
        print(f"{title} 还有 {len(notes) - len(shown)} 条，用 --all 全部列出")


def _check(options: argparse.Namespace) -> int:
    import msgspec

    from onewindow.cases.queries import usage
    from onewindow.catalog import quality

    kept = None if options.all else SHOWN
    report = quality.check(
        organ=options.organ, kept=kept, top=max(0, options.top), cases=usage.counts_by_version()
    )
    if options.json:
        print(msgspec.json.format(msgspec.json.encode(report)).decode())
        return 0
    for line in quality.lines(report):
        print(line)
    return 0
