"""What a figure of an appraisal rests on: the cases, cards, ratings, shifts and notes, line by line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from onewindow.base.clock import start_of
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, NotAllowed, NotFound
from onewindow.org import queries as org
from onewindow.reviews.queries import ratings
from onewindow.reviews.rules import figures as rating_figures
from onewindow.supervision.staff import conduct, figures, publishing, sheets
from onewindow.supervision.staff.models import Note

MOST = 2_000
_COLUMNS = {
    "window": "window_id::text = %s",
    "person": "coalesce(nullif(decided_by, ''), accepted_by) = %s",
    "organ": "organ_id::text = %s",
    "town": "region LIKE %s",
}
_CASES = """
SELECT case_no, decided_on, coalesce(promised_used_days, used_days), coalesce(promised_days, legal_days)
FROM supervision_matter WHERE decided_on BETWEEN %s AND %s AND {where} ORDER BY decided_on, case_no LIMIT {most}"""
_CARDS = """
SELECT c.card_no, c.level, c.state, c.raised_at FROM supervision_card c
LEFT JOIN supervision_matter m ON m.case_id = c.case_id
WHERE c.raised_at >= %s AND c.raised_at < %s AND {where} ORDER BY c.raised_at LIMIT {most}"""
Table = tuple[list[str], list[list[Any]]]


def of_figure(actor: Actor, kind: str, key: str, figure: str, period: str, *, now: datetime) -> Table:
    """(heads, lines) behind a figure; watchers see all, heads their organ, others themselves.

    Of ratings only grade counts are told: who rated stays hidden from those who were rated.
    """
    reader = _READERS.get(figure)
    if reader is None or kind not in publishing.scheme.KINDS:
        raise NotFound("no-figure", N_("没有这个考核项目。"))
    _refuse_other(actor, kind, key)
    since, until = figures.days_of(period)
    return reader(kind, key, since, until, now)


def _refuse_other(actor: Actor, kind: str, key: str) -> None:
    if actor.has(*publishing.WATCHERS) or publishing.may_appeal(actor, kind, key):
        return
    one = org.staff_by_username(key) if kind == "person" else None
    if (
        actor.has("head")
        and one is not None
        and one.organ_id in (actor.organ_ids | {actor.organ_id} - {None})
    ):
        return
    raise NotAllowed("not-yours", N_("只能查看自己或本部门的考核依据。"))


def _cases(kind: str, key: str, since: date, until: date, now: datetime) -> Table:
    where = _COLUMNS[kind]
    lines = _read(_CASES.format(where=where, most=MOST), [since, until, f"{key}%" if kind == "town" else key])
    return [N_("办件编号"), N_("决定日期"), N_("实际用时"), N_("时限")], lines


def _cards(kind: str, key: str, since: date, until: date, now: datetime) -> Table:
    column = figures.CARD_COLUMNS[kind]
    where = f"{column} LIKE %s" if kind == "town" else f"{column} = %s"
    given = [start_of(since), start_of(until + timedelta(days=1)), f"{key}%" if kind == "town" else key]
    return [N_("监察牌编号"), N_("级别"), N_("状态"), N_("时间")], _read(
        _CARDS.format(where=where, most=MOST), given
    )


def _read(sql: str, given: list[Any]) -> list[list[Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return [list(row) for row in cursor.fetchall()]


def _ratings(kind: str, key: str, since: date, until: date, now: datetime) -> Table:
    tallies = ratings.tallies_by(figures.CUTS[kind], since=since, until=until)
    own = [one for name, one in tallies.items() if (name.startswith(key) if kind == "town" else name == key)]
    lines = [
        [one.count, one.good, rating_figures.rounded(one.total / one.count) if one.count else None]
        for one in own
    ]
    return [N_("有效评价"), N_("好评"), N_("平均分")], lines


def _attendance(kind: str, key: str, since: date, until: date, now: datetime) -> Table:
    people = {one.id: one for one in org.staff() if _belongs(kind, key, one)}
    names = {one.id: one.name for one in org.staff()}
    found = sheets.presences(
        since, min(until, now.date()), now=now, staff_ids=None if kind == "window" else set(people)
    )
    lines = [
        [
            one.day,
            names.get(one.staff_id, ""),
            one.shift,
            one.status,
            one.in_at,
            one.out_at,
            one.corrected_by,
        ]
        for one in found
        if kind != "window" or str(one.window or getattr(people.get(one.staff_id), "window_id", None)) == key
    ]
    heads = [N_("日期"), N_("姓名"), N_("班次"), N_("情况"), N_("到岗"), N_("离岗"), N_("更正人")]
    return heads, lines[:MOST]


def _belongs(kind: str, key: str, one: org.StaffInfo) -> bool:
    return key == {"person": one.username, "organ": str(one.organ_id), "window": str(one.window_id)}.get(kind)


def _notes(kind: str, key: str, since: date, until: date, now: datetime) -> Table:
    heads = [N_("编号"), N_("时间"), N_("地点"), N_("违反"), N_("扣分"), N_("结论")]
    if kind == "town":
        return heads, []
    rows = Note.objects.filter(
        observed_at__gte=start_of(since), observed_at__lt=start_of(until + timedelta(days=1))
    )
    if kind == "person":
        rows = rows.filter(staff__account__username=key)
    else:
        rows = rows.filter(
            **{"window" if kind == "window" else "organ_id": int(key) if key.isdigit() else -1}
        )
    return heads, [
        [
            one.number, one.observed_at, one.place, _label(one.kind),
            one.points, next((step.deed for step in one.steps.all() if step.place == 2), ""),
        ]
        for one in rows.prefetch_related("steps").order_by("observed_at")[:MOST]
    ]  # fmt: skip


def _label(kind: str) -> str:
    return conduct.KINDS[kind].label if kind in conduct.KINDS else kind


_READERS: dict[str, Callable[[str, str, date, date, datetime], Table]] = {
    "on_time": _cases,
    "early": _cases,
    "cards": _cards,
    "ratings": _ratings,
    "attendance": _attendance,
    "conduct": _notes,
}
