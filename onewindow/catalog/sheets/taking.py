"""Taking a workbook: read, laid over what stands, compared, reported; then published or proposed, or neither."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from itertools import islice
from pathlib import Path

import msgspec
from django.db import connection

from onewindow.catalog import adapters, rules
from onewindow.catalog.definition import ItemDefinition
from onewindow.catalog.sheets.assembly import Assembler, Unfit
from onewindow.catalog.sheets.layout import Layout, Sheet
from onewindow.catalog.sheets.notes import CellNote, Notes
from onewindow.catalog.sheets.package import Limits, NotTaken
from onewindow.catalog.sheets.parts import Parts
from onewindow.catalog.sheets.reading import SCHEMES_SHEET, Header, Line, SheetReader, declared_schemes
from onewindow.catalog.sheets.workbook import SheetInfo, Workbook
from onewindow.catalog.sheets.writing import OWN_SHEETS

CHUNK = 500


class Standing(msgspec.Struct, frozen=True):
    """What stands under a task code: the last version, and whether and how it is in force."""

    definition: ItemDefinition
    version: int
    is_current: bool
    handled: bool
    state: str
    source_digest: str = ""


class Taken(msgspec.Struct, frozen=True):
    """One item of the workbook that is new or changed: ``before`` is None for a new one."""

    definition: ItemDefinition
    before: Standing | None
    row: int


class SheetReport(msgspec.Struct):
    """What an import of a workbook did or would do; every item row read is in one of the four counts.

    ``notes`` name sheet, cell, code and message; ``counts`` how many there were of each code, also of those
    beyond what ``notes`` keeps. ``refused``: nothing was taken, for the file or its headers are wrong.
    """

    layout: str
    dry_run: bool = False
    read: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0
    refused: bool = False
    notes: list[CellNote] = []
    counts: dict[str, int] = {}
    dropped: int = 0


Deed = Callable[[Sequence[Taken]], None]
# What the caller says about an item before it counts: itself (perhaps completed), or (code, why it is refused).
Check = Callable[[Taken], "Taken | tuple[str, str]"]
# Told now and then while rows are read: how many of all sheets, of how many.
Progress = Callable[[int, "int | None"], None]


def take(
    path: Path,
    *,
    layout: str = "auto",
    dry_run: bool = True,
    deed: Deed | None = None,
    check: Check | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> SheetReport:
    """Read the workbook at ``path`` and hand what is new or changed to ``deed``, 500 items at a time.

    Never raises for what stands in the file: whatever it is, there is a report. ``check`` may refuse an
    item that is new or changed. Under ``dry_run`` no deed is done. ``progress`` may raise ``NotTaken`` to stop.
    """
    notes = Notes()
    report = SheetReport("", dry_run, notes=notes.kept, counts={})
    try:
        with Workbook(path, limits) as book:
            _take_book(book, layout, report, notes, None if dry_run else deed, check, progress)
    except NotTaken as refused:
        notes.add("", "", refused.code, refused.message)
        report.refused = True
    except OSError as error:
        notes.add("", "", "no-file", f"无法读取文件：{error.strerror or ''}")
        report.refused = True
    report.counts = dict(notes.counts.most_common())
    report.dropped = notes.dropped
    return report


def layouts() -> dict[str, Layout]:
    """All layouts of workbooks by name."""
    found = (getattr(adapter, "LAYOUT", None) for adapter in adapters.adapters().values())
    return {layout.name: layout for layout in found if layout is not None}


def _choose(book: Workbook, name: str, notes: Notes) -> Layout | None:
    known = layouts()
    if name != "auto":
        return known.get(name)
    for layout in known.values():
        if any(layout.sheet(info.name) is layout.items for info in book.sheets):
            return layout
    wanted = "或".join(f"“{layout.items.title}”" for layout in known.values())
    there = "、".join(info.name for info in book.sheets[:20])
    notes.add("", "", "unknown-layout", f"认不出工作簿的格式：应有名为{wanted}的工作表，现有：{there}")
    return None


def _take_book(
    book: Workbook,
    name: str,
    report: SheetReport,
    notes: Notes,
    deed: Deed | None,
    check: Check | None,
    progress: Progress | None,
) -> None:
    for code, message in book.remarks:
        notes.add("", "", code, message, level="warning")
    layout = _choose(book, name, notes)
    if layout is None:
        report.refused = True
        return
    report.layout = layout.name
    sheets = _sheets_of(book, layout, notes)
    if layout.items.title not in sheets:
        notes.add("", "", "missing-sheet", f"缺少工作表“{layout.items.title}”")
    if notes.errors:
        report.refused = True
        return
    with ExitStack() as stack:
        _Taking(book, layout, sheets, report, notes, stack, check, progress).run(deed)


def _sheets_of(book: Workbook, layout: Layout, notes: Notes) -> dict[str, SheetInfo]:
    found: dict[str, SheetInfo] = {}
    for info in book.sheets:
        sheet = layout.sheet(info.name)
        if sheet is None:
            if info.name not in OWN_SHEETS and info.name != SCHEMES_SHEET:
                hidden = "隐藏的" if info.is_hidden else ""
                notes.add(
                    info.name, "", "unknown-sheet", f"{hidden}工作表不属于本格式，未读入", level="warning"
                )
        elif sheet.title in found:
            notes.add(
                info.name,
                "",
                "duplicate-sheet",
                f"与“{found[sheet.title].name}”是同一张表，无法确定以哪张为准",
            )
        else:
            found[sheet.title] = info
            if info.is_hidden:
                notes.add(info.name, "", "hidden-sheet", "工作表是隐藏的，内容仍已读入", level="warning")
    return found


class _Taking:
    """One run over one workbook."""

    def __init__(
        self,
        book: Workbook,
        layout: Layout,
        infos: dict[str, SheetInfo],
        report: SheetReport,
        notes: Notes,
        stack: ExitStack,
        check: Check | None,
        progress: Progress | None,
    ) -> None:
        self.book, self.layout, self.infos = book, layout, infos
        self.report, self.notes, self.stack = report, notes, stack
        self.check = check
        self.progress, self.rows, self.total = progress, 0, 0
        self.schemes = declared_schemes(book, notes)
        self.headers: dict[str, Header] = {}
        self.parts: dict[str, Parts] = {}
        self.spoilt: dict[str, tuple[str, int]] = {}
        self.seen: dict[str, int] = {}
        self.is_first = True

    def run(self, deed: Deed | None) -> None:
        readers = [
            (sheet, self._reader(sheet, self.book.limits.rows))
            for sheet in self.layout.sheets[1:]
            if sheet.title in self.infos
        ]
        reader = self._reader(self.layout.items, self.book.limits.items)
        self.total = reader.shape.rows + sum(other.shape.rows for _, other in readers)
        for sheet, other in readers:
            self._gather(sheet, other)
        lines = reader.lines()
        first = next(lines, None)
        if reader.header is None or not reader.header.is_sound or self.report.refused:
            self.report.refused = True
            return
        self.headers[self.layout.items.title] = reader.header
        names = {title: info.name for title, info in self.infos.items()}
        self.assembler = Assembler(self.layout, self.headers, names, self.notes)
        if first is not None:
            self._chunk([first], deed)
        while chunk := list(islice(lines, CHUNK)):
            self._chunk(chunk, deed)
        self._tell_orphans()

    def _reader(self, sheet: Sheet, most: int) -> SheetReader:
        return SheetReader(
            self.book,
            self.infos[sheet.title],
            sheet,
            self.layout,
            self.notes,
            schemes=self.schemes,
            most=most,
        )

    def _tell(self, rows: int) -> None:
        self.rows += rows
        if self.progress is not None:
            self.progress(min(self.rows, self.total), self.total)

    def _gather(self, sheet: Sheet, reader: SheetReader) -> None:
        parts = Parts()
        self.stack.callback(parts.close)
        self.parts[sheet.title] = parts
        for count, line in enumerate(reader.lines(), 1):
            if count % CHUNK == 0:
                self._tell(CHUNK)
            if line.is_bad:
                self.spoilt.setdefault(line.code, (self.infos[sheet.title].name, line.row))
            if line.code:
                parts.add(line)
        # Items whose rows were not all read would lose the rest: then nothing is taken.
        if reader.header is None or not reader.header.is_sound or reader.is_cut:
            self.report.refused = True
            return
        self.headers[sheet.title] = reader.header

    def _chunk(self, lines: list[Line], deed: Deed | None) -> None:
        standing = standing_of([line.code for line in lines if line.code])
        wanted = []
        for line in lines:
            self.report.read += 1
            taken = self._one(line, standing.get(line.code))
            if taken is not None:
                wanted.append(taken)
        if wanted and deed is not None:
            deed(wanted)
        self._tell(len(lines))

    def _one(self, line: Line, before: Standing | None) -> Taken | None:
        """What is to be done about one item row; None when nothing, counted and noted."""
        parts = {title: parts.take(line.code) if line.code else [] for title, parts in self.parts.items()}
        reason = self._reason_before(line)
        if reason is not None:
            self._reject(line, *reason)
            return None
        self.seen[line.code] = line.row
        base = before.definition if before else None
        try:
            made = self.assembler.item(line, base, parts)
        except Unfit as unfit:
            self.notes.add(unfit.sheet, unfit.cell, unfit.code, unfit.message, item=line.code)
            self.report.rejected += 1
            return None
        if before is not None and made == base and before.is_current:
            self.report.unchanged += 1
            return None
        refusal = self._reason_after(line, before) or _broken(made)
        if refusal is not None:
            self._reject(line, *refusal)
            return None
        taken = Taken(made, before, line.row)
        checked = self.check(taken) if self.check else taken
        if isinstance(checked, tuple):
            self._reject(line, *checked)
            return None
        self.report.new += before is None
        self.report.changed += before is not None
        return checked

    def _reject(self, line: Line, code: str, message: str) -> None:
        if code:
            name = self.infos[self.layout.items.title].name
            self.notes.add(name, f"A{line.row}", code, message, item=line.code)
        self.report.rejected += 1

    def _reason_before(self, line: Line) -> tuple[str, str] | None:
        if line.is_bad or not line.code:
            return ("", "")  # its cells have been told already
        if line.code in self.seen:
            return ("duplicate-code", f"事项编码与第 {self.seen[line.code]} 行重复")
        if line.code in self.spoilt:
            sheet, row = self.spoilt[line.code]
            return ("part-rejected", f"“{sheet}”第 {row} 行有误，该事项整项不予导入")
        if not is_item_code(line.code):
            return ("wrong-code", f"事项编码“{line.code[:40]}”含有不允许的字符")
        return None

    def _reason_after(self, line: Line, before: Standing | None) -> tuple[str, str] | None:
        if before is None:
            return None
        if before.state == "cancelled" or not before.is_current:
            return ("cancelled", "该事项已取消或撤下，编码不再使用，不由导入恢复")
        seen = line.values.get(self._version_at())
        if seen is not None and seen != before.version:
            return (
                "stale",
                f"表中为第 {seen} 版，现行为第 {before.version} 版：导出之后已有修改，请重新导出",
            )
        return None

    def _version_at(self) -> int:
        columns = self.layout.items.columns
        return next((at for at, column in enumerate(columns) if column.path == "version"), -1)

    def _tell_orphans(self) -> None:
        for title, parts in self.parts.items():
            for code, row in parts.left():
                text = f"事项编码“{code[:60]}”不在“{self.infos[self.layout.items.title].name}”工作表中，该行未读入"
                if code not in self.seen:
                    self.notes.add(self.infos[title].name, f"A{row}", "orphan", text, item=code)


def _broken(made: ItemDefinition) -> tuple[str, str] | None:
    problems = rules.definition_problems(made)
    return ("rules-broken", "；".join(problems)) if problems else None


def is_item_code(code: str) -> bool:
    """True for letters, digits, points and dashes, at most 100, beginning with a letter or digit."""
    return (
        code.isascii()
        and len(code) <= 100
        and code[0].isalnum()
        and all(character.isalnum() or character in "._-" for character in code)
    )


def standing_of(codes: Sequence[str]) -> dict[str, Standing]:
    """What stands of these items, in one statement; codes never published are left out."""
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, [list(codes)])
        return {
            code: Standing(msgspec.json.decode(content, type=ItemDefinition), *rest)
            for code, content, *rest in cursor.fetchall()
        }


def in_force(codes: Sequence[str] | None = None) -> Iterator[ItemDefinition]:
    """Every item in force, or those of ``codes``, streamed in the order of their first publication."""
    last = -1
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_IN_FORCE, [last, codes is None, list(codes or ()), CHUNK])
            rows = cursor.fetchall()
        if not rows:
            return
        for _, version_id, content in rows:
            found = msgspec.json.decode(content, type=ItemDefinition)
            yield msgspec.structs.replace(found, version_id=version_id)
        last = rows[-1][0]


_STANDING = """
SELECT i.task_code, v.content::text, v.version, v.is_current, v.handled, i.state, v.source_digest
FROM catalog_item i JOIN LATERAL (
  SELECT * FROM catalog_itemversion w WHERE w.item_id = i.id ORDER BY w.version DESC LIMIT 1) v ON true
WHERE i.task_code = ANY(%s)"""

_IN_FORCE = """
SELECT i.id, v.id, v.content::text FROM catalog_item i JOIN catalog_itemversion v ON v.item_id = i.id
WHERE v.is_current AND i.id > %s AND (%s OR i.task_code = ANY(%s)) ORDER BY i.id LIMIT %s"""
