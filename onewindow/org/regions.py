"""The tree of administrative divisions: reads of it, and the import of the published lists."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
from collections.abc import Hashable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
from django.db import connection, transaction

from onewindow.base import facts, generations
from onewindow.kernel.actor import SYSTEM, Actor
from onewindow.kernel.errors import N_, Invalid, NotFound
from onewindow.kernel.identifiers import division_code
from onewindow.kernel.identifiers.problem import Problem
from onewindow.org.models import LEVELS, Region

_LEVEL = dict(zip(division_code.Level, LEVELS, strict=True))
_BATCH = 5_000
_LONGEST_NAME = 100
_LONGEST_LINE = 10_000
_MOST_REPORTED = 1_000


class RegionInfo(msgspec.Struct, frozen=True):
    """A division: short code, name, level (province, city, district, town, village) and the code above it."""

    code: str
    name: str
    level: str
    parent: str | None


class Report(msgspec.Struct):
    """What an import did, or would do: counts, and the refused lines with their reasons (the first 1,000)."""

    read: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected_count: int = 0
    rejected: list[tuple[int, str]] = []

    def reject(self, line: int, reason: str) -> None:
        """Note a refused line."""
        self.rejected_count += 1
        if len(self.rejected) < _MOST_REPORTED:
            self.rejected.append((line, reason))


_known: dict[str, RegionInfo] = {}
_known_at: Hashable = None


def short_code(text: str) -> str | None:
    """The code as it is kept (6, 9 or 12 digits) of any spelling, `511602000000` or `5116`; None if none."""
    found = division_code.parse(text)
    return None if isinstance(found, Problem) else found.code


def region(code: str) -> RegionInfo:
    """The division of a code in any spelling; raises ``NotFound``. No statement when warm."""
    global _known_at
    version = generations.version("org")
    if version != _known_at:
        _known.clear()
        _known_at = version
    found = _known.get(code)
    if found is None:
        found = _region(code)
        if len(_known) < 50_000:
            _known[code] = found
    return found


def region_path(code: str) -> list[RegionInfo]:
    """From the top down to the division itself: 省, 市, 区, 镇, 村."""
    path = [region(code)]
    while path[0].parent is not None:
        path.insert(0, region(path[0].parent))
    return path


def regions_under(code: str | None) -> list[RegionInfo]:
    """The divisions directly below one (the topmost with None), by code; those abolished are left out."""
    rows = Region.objects.filter(parent=code, valid_until=None).order_by("code")
    return [RegionInfo(*row) for row in rows.values_list("code", "name", "level", "parent_id")]


def region_tree(code: str, *, depth: int = 2) -> dict[str, Any]:
    """A division with what lies below it, ``depth`` levels deep: {"code","name","level","children":[…]}."""
    top = region(code)
    below: dict[str | None, list[RegionInfo]] = {}
    layer = [top.code]
    for _ in range(depth):
        rows = Region.objects.filter(parent__in=layer, valid_until=None).order_by("code")
        found = [RegionInfo(*row) for row in rows.values_list("code", "name", "level", "parent_id")]
        for one in found:
            below.setdefault(one.parent, []).append(one)
        layer = [one.code for one in found]
    return _branch(top, below)


def import_file(path: Path, *, dry_run: bool, now: datetime, by: Actor = SYSTEM) -> Report:
    """Load a published list (CSV or CSV.gz with columns ``code`` and ``name``; others are ignored).

    A code names its own level and parent, so provinces, cities, areas, streets and villages are one layout.
    Loading twice changes nothing; a row whose parent is not there yet is refused. One transaction.
    """
    report = Report()
    digest = hashlib.sha256()
    with transaction.atomic():
        for batch in _batches(_rows(path, digest, report)):
            _take(batch, report, dry_run=dry_run)
        if not dry_run and report.new + report.changed:
            counts = {"new": report.new, "changed": report.changed, "sha256": digest.hexdigest()}
            facts.record("region", 0, "imported", at=now, actor=by, data=counts)
            generations.touch("org")
        transaction.set_rollback(dry_run)
    report.rejected.sort()
    return report


def _region(code: str) -> RegionInfo:
    short = short_code(code)
    row = Region.objects.filter(code=short).values_list("code", "name", "level", "parent_id").first()
    if row is None:
        raise NotFound("no-region", N_("没有这个行政区划"))
    return RegionInfo(*row)


def _branch(top: RegionInfo, below: dict[str | None, list[RegionInfo]]) -> dict[str, Any]:
    children = [_branch(one, below) for one in below.get(top.code, ())]
    return {"code": top.code, "name": top.name, "level": top.level, "children": children}


_Row = tuple[int, division_code.Division, str]


def _rows(path: Path, digest: Any, report: Report) -> Iterator[_Row]:
    """Each row that can be read: (line, division, name); the others go into the report."""
    with _text(path, digest) as text:
        reader = csv.reader(_bounded(text), strict=True)
        try:
            columns = _columns(next(reader, []))
            yield from _read(reader, columns, report)
        except csv.Error as error:
            raise Invalid(
                "bad-csv", N_("第 %(line)s 行不是合法的 CSV"), params={"line": reader.line_num}
            ) from error
        except (EOFError, gzip.BadGzipFile) as error:
            raise Invalid("bad-gzip", N_("压缩文件已损坏")) from error


def _read(reader: Any, columns: tuple[int, int], report: Report) -> Iterator[_Row]:
    at_code, at_name = columns
    for cells in reader:
        if not cells:
            continue
        report.read += 1
        if len(cells) <= max(columns):
            report.reject(reader.line_num, "列数不够")
            continue
        found, name = division_code.parse(cells[at_code]), cells[at_name].strip()
        if isinstance(found, Problem):
            report.reject(reader.line_num, found.message)
        elif not name or len(name) > _LONGEST_NAME or not name.isprintable():
            report.reject(reader.line_num, "名称为空、过长或含有不可见字符")
        else:
            yield reader.line_num, found, name


def _bounded(lines: io.TextIOBase) -> Iterator[str]:
    while line := lines.readline(_LONGEST_LINE):
        if len(line) == _LONGEST_LINE:
            raise Invalid("line-too-long", N_("文件中有过长的行"))
        yield line.replace("\0", "")


def _columns(header: list[str]) -> tuple[int, int]:
    names = [cell.strip().lower() for cell in header]
    if "code" not in names or "name" not in names:
        raise Invalid("bad-header", N_("第一行应含有列名 code 和 name"))
    return names.index("code"), names.index("name")


def _text(path: Path, digest: Any) -> io.TextIOWrapper:
    raw = path.open("rb")
    is_packed = raw.read(2) == b"\x1f\x8b"
    raw.seek(0)
    stream: BinaryIO = gzip.open(raw) if is_packed else raw  # type: ignore[assignment]  # noqa: SIM115
    return io.TextIOWrapper(io.BufferedReader(_Digesting(stream, digest)), encoding="utf-8-sig", newline="")


class _Digesting(io.RawIOBase):
    """Passes bytes on and takes their digest on the way."""

    def __init__(self, stream: BinaryIO, digest: Any) -> None:
        self._stream, self._digest = stream, digest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        content = self._stream.read(len(buffer))
        self._digest.update(content)
        buffer[: len(content)] = content
        return len(content)

    def close(self) -> None:
        self._stream.close()
        super().close()


def _batches(rows: Iterator[_Row]) -> Iterator[list[_Row]]:
    """A batch holds one level only, so that parents are always stored before their children."""
    batch: list[_Row] = []
    for row in rows:
        if batch and (len(batch) == _BATCH or row[1].level != batch[-1][1].level):
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


def _take(batch: list[_Row], report: Report, *, dry_run: bool) -> None:
    wanted: dict[str, tuple[str, str, str | None]] = {}
    codes = [division.code for _, division, _ in batch]
    parents = [division.parent for _, division, _ in batch if division.parent]
    known = dict(Region.objects.filter(code__in={*codes, *parents}).values_list("code", "name"))
    for line, division, name in batch:
        if division.parent and division.parent not in known:
            report.reject(line, f"上级区划 {division.parent} 不存在")
        elif division.code in wanted:
            report.reject(line, f"代码 {division.code} 在文件中重复")
        elif known.get(division.code) == name:
            report.unchanged += 1
        else:
            report.new, report.changed = (
                (report.new, report.changed + 1)
                if division.code in known
                else (report.new + 1, report.changed)
            )
            wanted[division.code] = name, _LEVEL[division.level], division.parent
    _store(wanted)


def _store(wanted: dict[str, tuple[str, str, str | None]]) -> None:
    if not wanted:
        return
    names, levels, parents = zip(*wanted.values(), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO org_region (code, name, level, parent_id)"
            " SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[])"
            " ON CONFLICT (code) DO UPDATE SET name = excluded.name, valid_until = NULL",
            [list(wanted), list(names), list(levels), list(parents)],
        )
