"""Commands for the catalogue: import a list of items, check what stands in the catalogue."""

import argparse
from pathlib import Path
from typing import Any

SHOWN = 50  # notes printed of each sort; --all prints every one


def register(commands: Any) -> None:
    """`items import`, `items check`."""
    group = commands.add_parser("items", help="the catalogue of service items")
    inside = group.add_subparsers(metavar="COMMAND", required=True)
    group.set_defaults(group=inside)

    load = inside.add_parser("import", help="read a list of items, publish what is new or changed in it")
    load.add_argument("file", metavar="FILE", help="JSON lines, JSON array or CSV; gzip is unpacked")
    load.add_argument("--format", default="auto", help="the layout; auto looks at the content (default)")
    load.add_argument("--dry-run", action="store_true", help="report only, write nothing")
    load.add_argument(
        "--all", action="store_true", help="print every note, not only the first 50 of each sort"
    )
    load.set_defaults(run=_import, needs="database")

    check = inside.add_parser("check", help="report what items lack, repeat or get wrong")
    check.add_argument(
        "--all", action="store_true", help="print every finding, not only the first 50 of each sort"
    )
    check.set_defaults(run=_check, needs="database")


def _import(options: argparse.Namespace) -> int:
    from onewindow.base import clock
    from onewindow.catalog import services

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
    _notes("拒绝", report.rejected, whole=options.all)
    _notes("标记", report.flagged, whole=options.all)
    return 0


def _notes(title: str, notes: list[Any], *, whole: bool) -> None:
    shown = notes if whole else notes[:SHOWN]
    for note in shown:
        print(f"{title} 第 {note.line} 行 {note.code or '（无编码）'}：{note.text}")
    if len(notes) > len(shown):
        print(f"{title} 还有 {len(notes) - len(shown)} 条，用 --all 全部列出")


def _check(options: argparse.Namespace) -> int:
    from onewindow.catalog import quality

    report = quality.check()
    print(f"事项 {report.items} 项，其中可办理 {report.handled} 项，部门 {report.organs} 个")
    for name, count in report.lacks.items():
        print(f"缺少 {name}：{count} 项")
    for title, findings in report.findings.items():
        print(f"{title}：{len(findings)} 项")
        for code, text in findings if options.all else findings[:SHOWN]:
            print(f"  {code}：{text}")
    return 0
