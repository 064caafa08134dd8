"""A bulletin as PDF. It is an official paper and therefore Chinese, whatever language its reader uses."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from onewindow.base.clock import day_of
from onewindow.documents import presentation, rendering
from onewindow.documents.services import making
from onewindow.org import queries as org
from onewindow.supervision.bulletin.composing import LEAST_TO_RANK
from onewindow.supervision.bulletin.content import Content, Figure, Flow, Handled, Measure, Place, Voices
from onewindow.supervision.bulletin.published import Bulletins
from onewindow.supervision.rules.profile import LEVEL_LABELS

# What a state of a card is called on paper, in the order of the table.
STATES = {
    "issued": "待说明",
    "explained": "已说明",
    "upheld": "已维持",
    "withdrawn": "已撤销",
    "appealed": "申诉中",
}
MOST_LINES = 60  # cards that the paper names; the rest is in the list
REMARKS = (
    "收件、受理、办结分别按收件、受理、作出决定的日期计入本期；受理之前退回的不计入受理和办结。",
    "比率四舍五入到两位小数；分母为零的记“无数据”。",
    "“去年同期”和“上期”按编制之日的记录计算；平台当时还没有记录的，以“—”表示。",
    "卡按发到该级别的日期计入本期，状态为编制之日的状态；撤销的卡留有记录，单独列出。只写部门和卡号，不写申请人。",
    "评价只计有效评价，不含误评和恶意评价；没有评价的办件不按好评计。",
    "发布后的数字不再改变；更正另出一版，写明理由，以前各版仍可查。",
)


def pdf(found: Bulletins, *, now: datetime) -> bytes:
    """The bulletin as PDF: a published edition always the same, what is not published marked as a draft."""
    at = found.edition.at if found.edition else now
    return rendering.bulletin(words(found, at=at), at=at)


def words(found: Bulletins, *, at: datetime) -> dict[str, Any]:
    """All that stands on the paper."""
    told, edition = found.content, found.edition
    is_year, office = len(told.period) == 4, _office()
    issue = f"{told.period}年" if is_year else f"{told.period[:4]}年第{int(told.period[5:])}期"
    standing = f"第{edition.number}版　{presentation.in_words(day_of(at))}发布" if edition else "未发布"
    return {
        "head": "政务服务效能监察" + ("年报" if is_year else "通报"),
        "title": f"{told.organ or ''}{_name(told.period)}政务服务运行情况",
        "standing": f"{issue}　{standing}",
        "is_draft": edition is None,
        "is_sample": making.is_sample(),
        "reason": edition.reason if edition else "",
        "digest": edition.digest if edition else "",
        "footer": f"{_name(told.period)}通报　{told.organ}".strip(),
        "before": "上年" if is_year else "上月",
        "columns": 3 if is_year else 4,
        "summary": summary(told),
        "flows": _flows(told),
        "months": [
            {"label": one.name[:4] if one.name[5:] == "01" else f"{int(one.name[5:])}月",
             "received": one.received, "closed": one.closed}
            for one in told.months
        ],
        "measures": [_measure(one) for one in told.measures],
        "overdue": _overdue(told),
        "cards": [
            [LEVEL_LABELS[one.level], str(one.raised), *(str(getattr(one, state)) for state in STATES)]
            for one in told.cards
        ],
        "card_lines": [
            [one.card_no, one.organ, one.rule_label, LEVEL_LABELS[one.level], STATES[one.state]]
            for one in told.card_lines[:MOST_LINES]
        ],
        "cards_left": sum(one.raised for one in told.cards) - min(MOST_LINES, len(told.card_lines)),
        "voices": _voices(told),
        "organs": [_organ(one) for one in told.organs],
        "windows": [_place(one) for one in told.windows],
        "items": [[one.name, str(one.received), str(one.closed)] for one in told.items],
        "least_to_rank": LEAST_TO_RANK,
        "remarks": list(REMARKS),
        "definitions": [[one.label, one.formula, one.population, one.unit] for one in told.measures],
        "by": office,
        "on": presentation.in_words(day_of(at)),
    }  # fmt: skip


def summary(told: Content) -> str:
    """The paragraph that opens the paper: only what has data."""
    values = {one.name: one.now for one in told.measures}
    whose = told.organ or "全市"
    parts = [
        f"{_name(told.period)}，{whose}共收件{told.flow.received}件，受理{told.flow.accepted}件，"
        f"办结{told.flow.closed}件"
    ]
    for name, label in (
        ("on_time_rate", "按时办结率"),
        ("same_day_closure_rate", "日结率"),
        ("good_rating_rate", "好评率"),
    ):
        one = values.get(name)
        if one is not None and one.value is not None:
            parts.append(f"{label}{one.value}%")
    late = told.overdue
    parts.append(f"期内超承诺时限办结{late.closed_over_promise}件、超法定时限办结{late.closed_over_law}件")
    raised = {one.level: one.raised for one in told.cards}
    parts.append(f"发出预警提醒{raised['reminder']}张、黄牌{raised['yellow']}张、红牌{raised['red']}张")
    return "，".join(parts) + "。"


def _office() -> str:
    return next((one.name for one in org.organs() if one.model == "office"), "")


def _name(period: str) -> str:
    return f"{period}年" if len(period) == 4 else f"{period[:4]}年{int(period[5:])}月"


def _text(one: Figure | None, unit: str = "%") -> str:
    if one is None:
        return "—"
    if one.value is None:
        return "无数据"
    return f"{one.value}{unit}"


def _count(value: int | None) -> str:
    return "—" if value is None else str(value)


def _flows(told: Content) -> list[list[str]]:
    def of(flow: Flow | None, name: str) -> str:
        return "—" if flow is None else str(getattr(flow, name))

    labels = {"received": "收件", "accepted": "受理", "closed": "办结", "granted": "其中准予"}
    return [
        [label, *(of(flow, name) for flow in (told.flow, told.previous, told.last_year))]
        for name, label in labels.items()
    ]


def _measure(one: Measure) -> list[str]:
    return [
        one.label, _text(one.now, one.unit), _count(one.now.numerator), _count(one.now.denominator),
        _text(one.previous, one.unit), _text(one.last_year, one.unit),
    ]  # fmt: skip


def _overdue(told: Content) -> list[list[str]]:
    late, on = told.overdue, presentation.in_words(date.fromisoformat(told.overdue.as_of))
    return [
        ["期内办结的", str(late.closed_over_promise), str(late.closed_over_law)],
        [f"{on}在办的（在办共{late.on_hand}件）", str(late.open_over_promise), str(late.open_over_law)],
    ]


def _voices(told: Content) -> list[list[str]]:
    rated, tickets, complaints = told.ratings, told.tickets, told.complaints
    return [
        ["有效评价", _count(rated.count), "样本量"],
        ["好评率", _rate(rated.good_rate), "基本满意及以上的评价 ÷ 有效评价"],
        ["平均分 / 收缩平均分", _means(rated), "5 分为非常满意"],
        ["差评整改单", _count(tickets.count), _upheld(tickets)],
        ["差评按时整改率", _text(tickets.in_term), _of(tickets.in_term, "到期或已整改的属实差评")],
        ["效能投诉", _count(complaints.count), _upheld(complaints)],
        ["投诉按期办理率", _text(complaints.in_term), _of(complaints.in_term, "已办结或已超期的投诉")],
    ]


def _rate(value: str | None) -> str:
    return "无数据" if value is None else f"{value}%"


def _means(one: Voices) -> str:
    return "无数据" if one.mean is None else f"{one.mean} / {one.shrunk_mean}"


def _upheld(one: Handled) -> str:
    return f"其中属实{_count(one.upheld)}件"


def _of(one: Figure, what: str) -> str:
    return f"{_count(one.numerator)} ÷ {_count(one.denominator)}（{what}）"


def _place(one: Place) -> list[Any]:
    percent = None if one.on_time.value is None else float(one.on_time.value)
    return [
        "—" if one.rank is None else str(one.rank), one.name, str(one.flow.received), str(one.flow.closed),
        _text(one.on_time), percent,
    ]  # fmt: skip


def _organ(one: Place) -> list[Any]:
    spoken = one.ratings
    assert spoken is not None
    return [
        *_place(one), str(one.cards.get("yellow", 0)), str(one.cards.get("red", 0)), _count(spoken.count),
        spoken.shrunk_mean or "无数据",
    ]  # fmt: skip
