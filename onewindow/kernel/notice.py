"""Reading an imported holiday notice: JSON of the holiday-cn shape, or CSV; bad lines are reported."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

import msgspec

from onewindow.kernel.calendar import FIRST_DAY, LAST_YEAR, DayException

MOST_ERRORS: Final = 200
_LONGEST_NAME: Final = 60
_DATE: Final = re.compile(
    r"([0-9]{4})(?:-([0-9]{1,2})-|/([0-9]{1,2})/|年([0-9]{1,2})月|([0-9]{2}))([0-9]{1,2})日?"
)
_TRUE: Final = frozenset({"1", "true", "yes", "是", "班", "上班", "工作日"})
_FALSE: Final = frozenset({"0", "false", "no", "否", "休", "放假", "休息"})
_HEADERS: Final = {"date": "date", "日期": "date", "is_workday": "is_workday", "是否工作日": "is_workday"}
_NAME_HEADERS: Final = {"name": "name", "名称": "name", "节日": "name"}


class LineError(msgspec.Struct, frozen=True):
    """One refused line (of a CSV), day (of a JSON file, from 1), or the whole file (0), with the reason."""

    line: int
    reason: str


class Notice(msgspec.Struct, frozen=True):
    """What a file says: the years it settles, and the days that differ from their weekday.

    `year` is the main year, 0 when nothing could be read. A file that has errors should be shown
    to a person before its good lines are used.
    """

    year: int
    years: tuple[int, ...]
    exceptions: tuple[DayException, ...]
    source: str
    errors: tuple[LineError, ...]
    read: int = 0


class _Gathering:
    """Days and errors while a file is read."""

    def __init__(self) -> None:
        self.days: dict[date, DayException] = {}
        self.errors: list[LineError] = []
        self.read = 0

    def fail(self, line: int, reason: str) -> None:
        if len(self.errors) < MOST_ERRORS:
            self.errors.append(LineError(line, reason))
        elif len(self.errors) == MOST_ERRORS:
            self.errors.append(LineError(line, "错误过多，其余不再列出"))

    def put(self, line: int, day: date | str, is_workday: bool, name: str) -> None:
        if isinstance(day, str):
            self.fail(line, day)
            return
        known = self.days.get(day)
        if known is not None and known.is_workday != is_workday:
            self.fail(line, f"{day} 出现两次且互相矛盾")
        elif known is None or not known.name:
            self.days[day] = DayException(day=day, is_workday=is_workday, name=name)


def parse_notice(text: str | bytes, filename: str) -> Notice:
    """Read a notice; never raises on bad content, the errors say what is wrong and where."""
    content = _decoded(text)
    if content is None:
        return _failed(filename, "文件编码无法识别，请使用 UTF-8")
    gathering = _Gathering()
    if content.lstrip()[:1] in ("{", "["):
        return _from_json(content, filename, gathering)
    return _from_csv(content, filename, gathering)


def _decoded(text: str | bytes) -> str | None:
    if isinstance(text, str):
        return text.removeprefix("\ufeff")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return text.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _failed(filename: str, reason: str) -> Notice:
    return Notice(0, (), (), filename, (LineError(0, reason),))


def _from_json(content: str, filename: str, gathering: _Gathering) -> Notice:
    try:
        document = msgspec.json.decode(content)
    except (msgspec.DecodeError, RecursionError, ValueError):
        return _failed(filename, "不是有效的 JSON")
    papers: list[str] = []
    years: list[int] = []
    for notice in document if isinstance(document, list) else [document]:
        year, days = (notice.get("year"), notice.get("days")) if isinstance(notice, dict) else (None, None)
        if type(year) is not int or not FIRST_DAY.year <= year <= LAST_YEAR:
            gathering.fail(0, f"缺少 year，或不在 {FIRST_DAY.year} 至 {LAST_YEAR} 之间")
            continue
        if not isinstance(days, list) or not days:
            gathering.fail(0, f"{year} 年缺少 days")
            continue
        years.append(year)
        papers += _strings(notice.get("papers"))
        for number, entry in enumerate(days, start=1):
            _json_day(gathering, number, entry, year)
    if not years and not gathering.errors:
        gathering.fail(0, "文件中没有内容")
    return _finished(gathering, years, "；".join(papers) or filename)


def _strings(value: Any) -> list[str]:
    return [paper for paper in value if isinstance(paper, str)] if isinstance(value, list) else []


def _json_day(gathering: _Gathering, number: int, entry: Any, year: int) -> None:
    gathering.read += 1
    if not isinstance(entry, dict) or not isinstance(entry.get("isOffDay"), bool):
        gathering.fail(number, "每一天应有 name、date、isOffDay（true 或 false）")
        return
    name = _name(entry.get("name"))
    day = _day(entry.get("date"))
    if name is None:
        gathering.fail(number, f"名称应为不超过 {_LONGEST_NAME} 字的文字")
    elif isinstance(day, date) and abs(day.year - year) > 1:
        gathering.fail(number, f"{day} 不属于 {year} 年的通知")
    else:
        gathering.put(number, day, not entry["isOffDay"], name)


def _from_csv(content: str, filename: str, gathering: _Gathering) -> Notice:
    rows = _rows(content, gathering)
    header = next(rows, None)
    if header is None:
        return _failed(filename, "文件中没有内容")
    known = _HEADERS | _NAME_HEADERS
    place = {known[c.strip().lower()]: i for i, c in enumerate(header[1]) if c.strip().lower() in known}
    if not {"date", "is_workday"} <= place.keys():
        return _failed(filename, "第一行应为表头，至少包含 date 和 is_workday 两列")
    for line, row in rows:
        gathering.read += 1
        _csv_day(gathering, line, row, place)
    return _finished(gathering, _announced(gathering.days), filename)


def _rows(content: str, gathering: _Gathering) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not blank, each with its line number; stops at what is no CSV."""
    reader = csv.reader(io.StringIO(content, newline=""))
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield reader.line_num, row
    except csv.Error:
        gathering.fail(reader.line_num, "不是有效的 CSV")


def _csv_day(gathering: _Gathering, line: int, row: list[str], place: dict[str, int]) -> None:
    if max(place["date"], place["is_workday"]) >= len(row):
        gathering.fail(line, "列数不足")
        return
    flag = row[place["is_workday"]].strip().lower()
    name = _name(row[place["name"]] if place.get("name", len(row)) < len(row) else "")
    if flag not in _TRUE and flag not in _FALSE:
        gathering.fail(line, "is_workday 应为 1 或 0")
    elif name is None:
        gathering.fail(line, f"名称应为不超过 {_LONGEST_NAME} 字的文字")
    else:
        gathering.put(line, _day(row[place["date"]]), flag in _TRUE, name)


def _announced(days: dict[date, DayException]) -> list[int]:
    """The years a list of days settles: those whose National Day it holds, else the commonest one.

    A notice reaches into its neighbours (31 December, 1 January) without settling them.
    """
    years = sorted({day.year for day in days if (day.month, day.day) == (10, 1)})
    return years or [year for year, _ in Counter(day.year for day in days).most_common(1)]


def _finished(gathering: _Gathering, years: list[int], source: str) -> Notice:
    counts = Counter(day.year for day in gathering.days)
    year = max(years, key=lambda each: (counts[each], each), default=0)
    exceptions = tuple(
        exception
        for day, exception in sorted(gathering.days.items())
        if exception.name or exception.is_workday != (day.weekday() < 5)
    )
    unique = tuple(sorted(set(years)))
    return Notice(year, unique, exceptions, source, tuple(gathering.errors), gathering.read)


def _name(value: Any) -> str | None:
    if not isinstance(value, str):
        return "" if value is None else None
    name = value.strip()
    return name if len(name) <= _LONGEST_NAME and name.isprintable() else None


def _day(value: Any) -> date | str:
    """The date, or why there is none."""
    match = _DATE.fullmatch(value.strip()) if isinstance(value, str) else None
    if not match:
        return "日期应为 YYYY-MM-DD"
    year, day = int(match[1]), int(match[6])
    month = int(match[2] or match[3] or match[4] or match[5])
    try:
        found = date(year, month, day)
    except ValueError:
        return "日期不存在"
    return (
        found if FIRST_DAY.year <= year <= LAST_YEAR else f"日期不在 {FIRST_DAY.year} 至 {LAST_YEAR} 年之间"
    )
