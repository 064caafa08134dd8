"""Bulletins as every face shows them: values in words, tables to read and to take along, bars of months."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import msgspec
from django.http import FileResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from onewindow.base import tables
from onewindow.kernel.errors import N_, NotFound
from onewindow.supervision.bulletin.composing import LEAST_TO_RANK
from onewindow.supervision.bulletin.content import Content, Figure, Handled, Measure, Place, Voices
from onewindow.supervision.bulletin.suppression import LEAST
from onewindow.supervision.rules.profile import LEVEL_LABELS
from onewindow.ui import downloads

STATES = {
    "issued": N_("待说明"),
    "explained": N_("已说明"),
    "upheld": N_("已维持"),
    "withdrawn": N_("已撤销"),
    "appealed": N_("申诉中"),
}
Json = dict[str, Any]
WIDTH, HEIGHT, FOOT, WIDEST = 720, 200, 24, 120


class Bar(msgspec.Struct, frozen=True):
    """One month of the chart: its label and two bars, in the units of the drawing."""

    label: str
    middle: int
    received: tuple[int, int, int, int]
    closed: tuple[int, int, int, int]


def edition_of(text: str) -> int | None:
    """The number of an edition as an address names it; None for anything that is none."""
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 6 else None


def title(period: str) -> str:
    """``2026年9月`` or ``2026年``."""
    if len(period) == 4:
        return _("{year}年").format(year=period)
    return _("{year}年{month}月").format(year=period[:4], month=int(period[5:]))


def text(one: Figure | None, unit: str = "%") -> str:
    """``83.33%``; in words where there is no value."""
    if one is None:
        return "—"
    if one.is_hidden:
        return _("不公布")
    if one.value is None:
        return _("无数据")
    return f"{one.value}%" if unit == "%" else f"{one.value} {_(unit)}"


def shown(told: Content) -> Json:
    """What a page needs of a bulletin, in the reader's language."""
    return {
        "told": told,
        "title": title(told.period),
        "is_year": len(told.period) == 4,
        "measures": [_measure(one) for one in told.measures],
        "standing": [_measure(one) for one in told.standing],
        "flows": _flows(told),
        "cards": [(one, _(LEVEL_LABELS[one.level])) for one in told.cards],
        "card_lines": [
            (one, _(one.rule_label), _(LEVEL_LABELS[one.level]), _(STATES[one.state]))
            for one in told.card_lines
        ],
        "ratings": voices(told.ratings),
        "tickets": _handled(told.tickets),
        "complaints": _handled(told.complaints),
        "organs": [_place(one) for one in told.organs],
        "windows": [_place(one) for one in told.windows],
        "bars": bars(told),
        "chart": {"width": WIDTH, "height": HEIGHT, "floor": HEIGHT - FOOT},
        "least": LEAST,
        "least_to_rank": LEAST_TO_RANK,
    }


def _measure(one: Measure) -> Json:
    return {
        "name": one.name, "label": _(one.label), "formula": _(one.formula), "population": _(one.population),
        "unit": _(one.unit), "source": one.source, "figure": one.now, "now": text(one.now, one.unit),
        "previous": text(one.previous, one.unit), "last_year": text(one.last_year, one.unit),
        "is_told": one.now.value is not None,
    }  # fmt: skip


def _flows(told: Content) -> list[tuple[Any, ...]]:
    """(word, this period, the one before, a year earlier); None where there is no record."""
    words = {
        "received": _("收件"),
        "accepted": pgettext("已", "受理"),
        "closed": _("办结"),
        "granted": _("其中准予"),
    }
    flows = (told.flow, told.previous, told.last_year)
    return [(word, *(one and getattr(one, name) for one in flows)) for name, word in words.items()]


def voices(one: Voices | None) -> Json:
    """Ratings in words: hidden ones say so."""
    if one is None or one.is_hidden:
        return dict.fromkeys(("count", "good_rate", "mean", "shrunk_mean"), _("不公布")) | {"is_hidden": True}
    none = _("无数据")
    return {
        "count": one.count,
        "good_rate": none if one.good_rate is None else f"{one.good_rate}%",
        "mean": one.mean or none,
        "shrunk_mean": one.shrunk_mean or none,
        "is_hidden": False,
    }


def _handled(one: Handled | None) -> Json:
    if one is None or one.is_hidden:
        return {"count": _("不公布"), "upheld": None, "in_term": _("不公布"), "figure": None}
    return {"count": one.count, "upheld": one.upheld, "in_term": text(one.in_term), "figure": one.in_term}


def _place(one: Place) -> Json:
    return {
        "one": one,
        "on_time": text(one.on_time),
        "length": 0 if one.on_time.value is None else round(float(one.on_time.value)),
        "cards": [(level, _(label), one.cards.get(level, 0)) for level, label in LEVEL_LABELS.items()],
        "ratings": voices(one.ratings),
        "complaints": _handled(one.complaints),
    }


def bars(told: Content) -> list[Bar]:
    """The months as pairs of bars from zero at the bottom to the greatest count at the top."""
    top = max((max(one.received, one.closed) for one in told.months), default=0) or 1
    step = min(WIDTH // max(1, len(told.months)), WIDEST)
    wide, floor = step // 3, HEIGHT - FOOT

    def bar(x: int, count: int) -> tuple[int, int, int, int]:
        tall = round((floor - 8) * count / top)
        return x, floor - tall, wide, tall

    return [
        Bar(
            one.name[5:].lstrip("0") if one.name[5:] != "01" else one.name[:4],
            step * place + step // 2,
            bar(step * place + step // 2 - wide, one.received),
            bar(step * place + step // 2 + 1, one.closed),
        )
        for place, one in enumerate(told.months)
    ]


# ---------------------------------------------------------------- to take along


def download(told: Content, *, form: str, name: str, whole: Any = None) -> FileResponse:
    """The bulletin as ``xlsx``, as ``csv`` (one value a line), or what was published as ``json``."""
    out = downloads.temporary()
    if form == "xlsx":
        tables.write_book(out, sheets(told))
    elif form == "csv":
        tables.write_csv(out, [_("表"), _("对象"), _("项目"), _("值")], _long(told), is_marked=True)
    elif form == "json" and whole is not None:
        out.write(msgspec.json.encode(whole))
    else:
        raise NotFound("unknown-form", N_("没有这种格式。"))
    return downloads.sent(out, name, form=form)


Table = tuple[str, list[str], list[list[Any]]]


def sheets(told: Content) -> Iterator[Table]:
    """The tables of a bulletin: (title, heads, lines); a table without lines is left out, definitions come last."""
    yield _measures_table(told)
    yield from (_flow_table(told), _cards_table(told), _voices_table(told))
    for name, places in ((_("部门"), told.organs), (_("窗口"), told.windows)):
        if places:
            yield _places_table(name, places)
    if told.items:
        lines = [[one.name, one.task_code, one.received, one.closed] for one in told.items]
        yield _("事项"), [_("事项"), _("实施编码"), _("收件"), _("办结")], [list(line) for line in lines]
    yield (
        _("逐月"),
        [_("月份"), _("收件"), _("办结")],
        [[one.name, one.received, one.closed] for one in told.months],
    )
    if told.card_lines:
        heads = [_("卡号"), _("部门"), _("规则"), _("级别"), _("状态")]
        yield (
            _("预警卡"),
            heads,
            [
                [one.card_no, one.organ, _(one.rule_label), _(LEVEL_LABELS[one.level]), _(STATES[one.state])]
                for one in told.card_lines
            ],
        )
    heads = [_("指标"), _("算法"), _("统计范围"), _("单位"), _("来源"), _("名称")]
    yield (
        _("定义"),
        heads,
        [
            [_(one.label), _(one.formula), _(one.population), _(one.unit), one.source, one.name]
            for one in (*told.measures, *told.standing)
        ],
    )


def _measures_table(told: Content) -> Table:
    heads = [_("指标"), _("本期"), _("单位"), _("分子"), _("分母"), _("上期"), _("去年同期")]
    lines = [
        [_(one.label), _plain(one.now), _(one.unit), one.now.numerator, one.now.denominator,
         _plain(one.previous), _plain(one.last_year)]
        for one in (*told.measures, *told.standing)
    ]  # fmt: skip
    return _("指标"), heads, lines


def _flow_table(told: Content) -> Table:
    lines: list[list[Any]] = [[word, now, before, year] for word, now, before, year in _flows(told)]
    late = told.overdue
    lines += [
        [_("期内超承诺办结"), late.closed_over_promise, None, None],
        [_("期内超法定办结"), late.closed_over_law, None, None],
        [_("{day} 在办").format(day=late.as_of), late.on_hand, None, None],
        [_("{day} 在办已超承诺").format(day=late.as_of), late.open_over_promise, None, None],
        [_("{day} 在办已超法定").format(day=late.as_of), late.open_over_law, None, None],
    ]
    return _("办件量"), [_("项目"), _("本期"), _("上期"), _("去年同期")], lines


def _cards_table(told: Content) -> Table:
    heads = [_("级别"), _("发出"), *(_(label) for label in STATES.values())]
    lines = [
        [_(LEVEL_LABELS[one.level]), one.raised, *(getattr(one, state) for state in STATES)]
        for one in told.cards
    ]
    return _("发卡"), heads, lines


def _voices_table(told: Content) -> Table:
    spoken, hidden = told.ratings, _("不公布")
    lines: list[list[Any]] = [
        [_("有效评价数"), hidden if spoken.is_hidden else spoken.count],
        [_("好评率（%）"), hidden if spoken.is_hidden else _number(spoken.good_rate)],
        [_("平均分"), hidden if spoken.is_hidden else _number(spoken.mean)],
        [_("收缩平均分"), hidden if spoken.is_hidden else _number(spoken.shrunk_mean)],
    ]
    for word, one in ((_("差评整改单"), told.tickets), (_("效能投诉"), told.complaints)):
        lines.append([word, hidden if one.is_hidden else one.count])
        if one.upheld is not None:
            lines.append([_("{what}：属实").format(what=word), one.upheld])
        lines.append([_("{what}：按期办理率（%）").format(what=word), _plain(one.in_term)])
    return _("评价和投诉"), [_("项目"), _("值")], lines


def _places_table(name: str, places: Sequence[Place]) -> Table:
    has_cards = any(one.ratings is not None for one in places)
    heads = [
        name,
        _("名次"),
        _("收件"),
        pgettext("已", "受理"),
        _("办结"),
        _("按时办结率（%）"),
        _("超承诺"),
        _("超法定"),
    ]
    if has_cards:
        heads += [*(_(label) for label in LEVEL_LABELS.values()), _("撤销的卡")]
        heads += [_("有效评价数"), _("好评率（%）"), _("收缩平均分"), _("效能投诉")]
    return name, heads, [_place_line(one) for one in places]


def _place_line(one: Place) -> list[Any]:
    flow, hidden = one.flow, _("不公布")
    line: list[Any] = [
        one.name, one.rank, flow.received, flow.accepted, flow.closed, _plain(one.on_time), one.over_promise,
        one.over_law,
    ]  # fmt: skip
    if one.ratings is not None and one.complaints is not None:
        line += [*(one.cards.get(level, 0) for level in LEVEL_LABELS), one.withdrawn]
        spoken = one.ratings
        line += (
            [hidden] * 3
            if spoken.is_hidden
            else [spoken.count, _number(spoken.good_rate), _number(spoken.shrunk_mean)]
        )
        line.append(hidden if one.complaints.is_hidden else one.complaints.count)
    return line


def _plain(one: Figure | None) -> Any:
    if one is None:
        return None
    if one.is_hidden:
        return _("不公布")
    return _("无数据") if one.value is None else Decimal(one.value)


def _number(value: str | None) -> Any:
    return _("无数据") if value is None else Decimal(value)


def _long(told: Content) -> Iterator[list[Any]]:
    for name, heads, lines in sheets(told):
        for line in lines:
            for head, value in zip(heads[1:], line[1:], strict=True):
                yield [name, line[0], head, value]
