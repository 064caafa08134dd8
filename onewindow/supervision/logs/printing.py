"""The report of a log as lines for a person, in the language that is active."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onewindow.supervision.logs.lines import Dirty
from onewindow.supervision.logs.report import LogReport, Punctuality
from onewindow.supervision.logs.spread import Quantiles
from onewindow.supervision.logs.tally import FURTHER

_SHOWN = 50
_WIDEST = 46
_FIGURES = frozenset("0123456789≈")


def lines(report: LogReport, *, whole: bool = False) -> Iterator[str]:
    """The whole report; ``whole`` tells every dirty record that was kept, not only the first 50.

    Without control characters: a log must not steer the terminal.
    """
    yield from map(printable, _lines(report, whole=whole))


def _lines(report: LogReport, *, whole: bool) -> Iterator[str]:
    yield f"{report.file}  {report.format.upper()}  {report.encoding}"
    yield from _table(_figures(report))
    for title, heads, rows in _sections(report):
        if rows:
            yield ""
            yield title
            yield from _table(_without_empty([heads, *rows]))
    yield from _notes(report)
    yield from _dirty(report, whole=whole)
    if report.is_cut:
        yield ""
        yield _("名称或路径种类超过上限，其余合并计入“%(name)s”或未列出") % {"name": FURTHER}


def comparison(reports: Sequence[LogReport]) -> Iterator[str]:
    """The main figures of several logs side by side."""
    tables = [_figures(one) for one in reports]
    yield _("对照")
    heads = ["", *(one.file for one in reports)]
    yield from _table(
        [heads, *([row[0][0], *(cells[1] for cells in row)] for row in zip(*tables, strict=True))]
    )


def _figures(report: LogReport) -> list[list[str]]:
    period = f"{report.first_at} – {report.last_at}" if report.first_at else _("无数据")
    return [
        [_("办件"), _number(report.cases)],
        [_("事件数"), _number(report.events)],
        [_("起止"), period],
        [_("活动种类"), _number(report.activities)],
        [_("办理路径种类"), _number(report.variants)],
        [_("经办资源"), _number(report.resources)],
        [_("未办结"), _number(report.open)],
        [_("有期限的办件"), _number(report.with_deadline)],
        [_("超过期限办结"), _number(report.ended_after_deadline)],
        [_("超过计划办结日办结"), _number(report.ended_after_planned)],
        [_("有自身期限的事件"), _number(report.events_with_due)],
        [_("超过自身期限完成的事件"), _number(report.events_finished_after_due)],
        [_("办件用时（中位 / 九成）"), _pair(report.case_duration)],
        [_("首末事件间隔（中位 / 九成）"), _pair(report.event_span)],
        [_("未写时区的时间"), _number(report.times_without_zone)],
        [_("存疑数据"), _number(report.dirty_count)],
    ]


def _sections(report: LogReport) -> Iterator[tuple[str, list[str], list[list[str]]]]:
    step = [_("次数"), _("办件"), _("距上一步（中位）"), _("九成"), _("办理用时（中位）"), _("九成")]
    yield (
        _("活动"),
        [_("活动名称"), *step],
        [
            [
                one.name or _("（未填）"),
                _number(one.events),
                _number(one.cases),
                *_both(one.waited),
                *_both(one.worked),
            ]
            for one in report.by_activity
        ],
    )
    yield (
        _("最常见的办理路径"),
        [_("办件"), _("步数"), _("路径")],
        [[_number(one.cases), _number(one.length), _way(one.steps)] for one in report.by_variant[:10]],
    )
    yield (
        _("经办资源"),
        [_("资源名称"), _("次数"), _("办件")],
        [[one.name, _number(one.events), _number(one.cases)] for one in report.by_resource],
    )
    kept = [_("办件"), _("未办结"), _("有期限"), _("超期限"), _("超计划")]
    yield _("各单位超期"), [_("单位名称"), *kept], _groups(report.by_organ)
    yield _("各责任人超期"), [_("责任人名称"), *kept], _groups(report.by_responsible)


def _groups(groups: Iterable[Punctuality]) -> list[list[str]]:
    return [
        [
            one.name,
            *map(
                _number,
                (
                    one.cases,
                    one.open,
                    one.with_deadline,
                    one.ended_after_deadline,
                    one.ended_after_planned,
                ),
            ),
        ]
        for one in groups
    ]


def _notes(report: LogReport) -> Iterator[str]:
    sentences = {
        "events-after-end": _("有事件晚于办结时间的办件"),
        "events-before-start": _("有事件早于开始时间的办件"),
        "out-of-order": _("事件未按时间排列的办件（已按时间重排）"),
        "without-events": _("没有事件的办件"),
    }
    if report.notes:
        yield ""
        yield _("其他情况")
    for note in report.notes:
        more = " …" if note.count > len(note.cases[:5]) else ""
        yield f"  {sentences[note.code]}  {note.count}  {', '.join(note.cases[:5])}{more}"


def problems() -> dict[str, str]:
    """What each kind of dirty record is called, in the active language."""
    return {
        "ends-before-start": _("办结早于开始"),
        "no-case": _("没有办件编号"),
        "no-activity": _("没有活动名称"),
        "no-time": _("没有时间"),
        "bad-time": _("时间无法识别"),
        "unknown-zone": _("时区无法识别，按当地时间计"),
        "case-again": _("办件编号重复"),
        "case-differs": _("同一办件各行的值不一致，取第一个"),
        "event-outside-case": _("事件不属于任何办件，未计入"),
        "too-many-events": _("办件的事件过多，其余只计数"),
        "wrong-columns": _("列数与表头不符，未计入"),
        "broken-row": _("行已损坏，未计入"),
        "bad-encoding": _("有无法解码的字节"),
    }


def _dirty(report: LogReport, *, whole: bool) -> Iterator[str]:
    yield ""
    yield _("存疑数据") if report.dirty else _("没有存疑数据")
    named = problems()
    shown = report.dirty if whole else report.dirty[:_SHOWN]
    for one in shown:
        yield "  " + _told(one, named)
    if report.dirty_count > len(shown):
        for code, count in report.dirty_problems.items():
            yield f"  {named[code]}  {_number(count)}"
        yield "  " + _("共 %(count)d 条；用 --all 列出前 %(kept)d 条") % {
            "count": report.dirty_count,
            "kept": len(report.dirty),
        }


def _told(one: Dirty, named: dict[str, str]) -> str:
    place = _("第 %(line)d 行") % {"line": one.line}
    return "  ".join(part for part in (place, one.case or "", named[one.problem], one.value) if part)


def _way(steps: Sequence[str]) -> str:
    shown = " → ".join(step or _("（未填）") for step in steps[:12])
    return shown + (" …" if len(steps) > 12 else "")


def _number(value: int | None) -> str:
    return _("无数据") if value is None else f"{value:,}"


def _both(found: Quantiles | None) -> list[str]:
    if found is None:
        return ["", ""]
    mark = "" if found.is_exact else "≈ "
    return [mark + duration(found.median_seconds), mark + duration(found.p90_seconds)]


def _pair(found: Quantiles | None) -> str:
    return _("无数据") if found is None else " / ".join(_both(found))


def duration(seconds: int) -> str:
    """A length of time in the unit that suits it: 46 秒, 1.2 天."""
    if seconds < 120:
        return ngettext("%(count)d 秒", "%(count)d 秒", seconds) % {"count": seconds}
    if seconds < 7_200:
        minutes = round(seconds / 60)
        return ngettext("%(count)d 分钟", "%(count)d 分钟", minutes) % {"count": minutes}
    if seconds < 172_800:
        return _("%(count).1f 小时") % {"count": seconds / 3_600}
    return _("%(count).1f 天") % {"count": seconds / 86_400}


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Rows with their columns under each other: names to the left, figures to the right."""
    cells = [[printable(cell) for cell in row] for row in rows]
    widths = [min(_WIDEST, max(map(_width, column))) for column in zip(*cells, strict=True)]
    last = len(widths) - 1
    for row in cells:
        told = []
        for place, (cell, width) in enumerate(zip(row, widths, strict=True)):
            space = " " * max(0, width - _width(cell))
            is_figure = place > 0 and cell[:1] in _FIGURES
            told.append(
                space + cell if is_figure and len(row) > 2 else cell if place == last else cell + space
            )
        yield "  " + "  ".join(told).rstrip()


def _without_empty(rows: list[list[str]]) -> list[list[str]]:
    """The table without columns that hold nothing but their head."""
    kept = [place for place in range(len(rows[0])) if any(row[place] for row in rows[1:])]
    return [[row[place] for place in kept] for row in rows]


def printable(text: str) -> str:
    """One line without control characters."""
    return text if text.isprintable() else "".join(char if char.isprintable() else " " for char in text)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
