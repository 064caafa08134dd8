"""What supervision did lately in the demonstration: attendance, conduct notes, a file review, calls, an appraisal.

All of it by the rooms' own deeds, in the order in which it would have happened.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, NamedTuple

from onewindow.base import clock, outbox
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import Refusal
from onewindow.org import queries as org
from onewindow.reviews.queries import files as readings
from onewindow.reviews.queries.rounds import found as round_of
from onewindow.reviews.services import calls, files, rounds
from onewindow.site.simulate import hours
from onewindow.site.simulate.office import Office
from onewindow.supervision.queries import awaiting
from onewindow.supervision.staff import attending, conduct, publishing
from onewindow.supervision.staff.attending import AT_WORK

SEED = "overseeing"
FILES, CALLS = 8, 6


class Seen(NamedTuple):
    """A conduct note: the rule, the person, how many working days ago, what was seen; answer and ruling if any."""

    kind: str
    person: str
    place: str
    ago: int
    text: str
    answer: str = ""
    ruling: str = ""


NOTES = (
    Seen("praised", "clerk1", "一楼综合1号窗口", 6, "帮一位老人填好表格并送到出口，群众当面致谢。"),
    Seen(
        "left-post",
        "clerk3",
        "一楼综合3号窗口",
        5,
        "离岗约二十分钟，没有放置去向牌。",
        "去档案室取件，忘了放去向牌。",
        "情况属实，予以维持。",
    ),
    Seen(
        "told-once",
        "clerk5",
        "一楼综合5号窗口",
        3,
        "第二次来才告知还缺平面图。",
        "第一次已口头告知，没有出具告知书。",
    ),
    Seen("manners", "issuer1", "二楼出件1号窗口", 1, "没有使用文明用语，没有起身递件。"),
)
# What the first and the second reader take off, in turn: alike, far apart (a third reads), not yet read a second time.
SHEETS: tuple[tuple[dict[str, int], ...], ...] = (
    ({}, {}),
    ({"basis": 5}, {"basis": 4}),
    ({"service": 2}, {}),
    ({"basis": 15, "service": 5}, {"basis": 3}, {"basis": 8}),
    ({"notice": 3, "order": 1}, {"notice": 3}),
    ({"papers": 4},),
)
LOOKS = {
    "basis": "决定书没有写到条款的款、项。",
    "service": "送达回证没有写时间。",
    "notice": "受理通知书晚出一天。",
    "order": "页码有一处跳号。",
    "papers": "多收了一份身份证复印件。",
}


def make(end: datetime) -> None:
    """Fill in the last days before ``end``."""
    today = clock.day_of(end)
    office = Office()
    _attendance(today, end)
    _notes(office, today)
    _appraisal(office, today, end)
    drawn_at = hours.at(hours.ago(today, 3), time(9))
    _review(office, drawn_at, end)
    _calls(office, drawn_at + timedelta(hours=1))
    # The number of a card ends with its id.
    owed = [int(number[-8:]) for number, _ in awaiting.owed(None)]
    outbox.order("card-notices", stream="card", begun_by=["system"], now=end, subjects=owed)


def _attendance(today: date, end: datetime) -> None:
    """The last day on which the hall opened, of everybody who keeps hours; a few are late or leave early.

    Attendance begins that day: a longer past of all staff would double the time that the loading takes.
    """
    has_opened = hours.is_workday(today) and end >= hours.at(today, time(9))
    day = today if has_opened else hours.ago(today, 1)
    for one in org.staff():
        actor = org.actor_for(one.id, username=one.username, name=one.name, on=day)
        if actor.has(*AT_WORK):
            _shifts(actor, day, end)
    attending.sweep(min(end, clock.start_of(day + timedelta(days=1))))


def _shifts(actor: Actor, day: date, end: datetime) -> None:
    dice = Random(f"{SEED}:{actor.username}:{day}")
    if dice.random() < 0.02:
        return  # stays away unsaid
    start = clock.start_of(day)
    for came, went in ((9 * 60, 12 * 60), (13 * 60, 17 * 60)):
        late = dice.randrange(4, 25) if dice.random() < 0.03 else -dice.randrange(1, 14)
        after = -dice.randrange(5, 20) if dice.random() < 0.02 else dice.randrange(1, 9)
        has_forgotten = dice.random() < 0.02
        at, until = start + timedelta(minutes=came + late), start + timedelta(minutes=went + after)
        if at <= end:
            _quietly(attending.sign_in, actor, at)
        if until <= end and not has_forgotten:
            _quietly(attending.sign_out, actor, until)


def _quietly(deed: Any, actor: Actor, at: datetime) -> None:
    """An operator's hall may keep other hours: who cannot sign then does not."""
    try:
        deed(actor, now=at)
    except Refusal:
        return


def _notes(office: Office, today: date) -> None:
    for kind, person, place, ago, text, answer, ruling in NOTES:
        at = hours.at(hours.ago(today, ago), time(10))
        watcher, manager = (office.one(name, on=today) for name in ("supervisor1", "manager1"))
        told = {"kind": kind, "person": person, "place": place, "text": text, "observed_at": at.isoformat()}
        number = conduct.write(watcher, told, now=at + timedelta(minutes=20))
        if answer:
            conduct.answer(office.one(person, on=today), number, answer, now=at + timedelta(hours=2))
        if ruling:
            conduct.rule(manager, number, is_upheld=True, text=ruling, now=at + timedelta(hours=5))


def _appraisal(office: Office, today: date, end: datetime) -> None:
    """The result of the last whole month, of organs and persons."""
    month = (today.replace(day=1) - timedelta(days=1)).strftime("%Y-%m")
    at = min(end, hours.at(hours.ago(today, 1), time(16)))
    if clock.day_of(at).strftime("%Y-%m") != month:
        for kind in ("organ", "person"):
            publishing.publish(office.one("manager1", on=today), kind, month, now=at)


def _review(office: Office, at: datetime, end: datetime) -> None:
    day = clock.day_of(at)
    watcher, manager = (office.one(name, on=day) for name in ("supervisor1", "manager1"))
    number = _draw(watcher, "file", FILES, at)
    found = readings.of_round(watcher, round_of(number, "file"))
    for row, sheets in zip(found, SHEETS, strict=False):
        head = next(
            one
            for one in (office.one("head3", on=day), office.one("head4", on=day))
            if one.organ_name != row["organ"]
        )
        for reader, taken, hour in zip((watcher, head, manager), sheets, (1, 5, 9), strict=False):
            body = {"deducted": taken, "reasons": {name: LOOKS[name] for name in taken}}
            files.read(reader, number, row["case_no"], body, now=at + timedelta(hours=hour))
    appealed = next(
        (one for one in found[1:4] if one["organ"] == office.one("head1", on=day).organ_name), None
    )
    if appealed is not None and appealed["case_no"] != found[3]["case_no"]:
        text = "决定书第二页写明了适用的款、项，请复核。"
        files.appeal(
            office.one("head1", on=day),
            number,
            appealed["case_no"],
            text=text,
            now=min(end, at + timedelta(days=1)),
        )


def _calls(office: Office, at: datetime) -> None:
    manager = office.one("manager1", on=clock.day_of(at))
    number = _draw(office.one("supervisor1", on=clock.day_of(at)), "call", CALLS, at)
    said: tuple[dict[str, Any], ...] = (
        {"outcome": "reached", "grade": 5, "text": "一次办成，窗口态度好。"},
        {"outcome": "reached", "grade": 4, "text": "希望停车方便一些。"},
        {"outcome": "unreached"},
        {"outcome": "reached", "grade": 3, "text": "等的时间有点长。"},
    )
    for row, one in zip(readings.calls_of(manager, round_of(number, "call")), said, strict=False):
        at += timedelta(minutes=12)
        calls.note(manager, number, row["case_no"], one | {"version": 1}, now=at)


def _draw(actor: Actor, purpose: str, size: int, at: datetime) -> str:
    until = clock.day_of(at) - timedelta(days=1)
    told = {
        "purpose": purpose,
        "since": until - timedelta(days=29),
        "until": until,
        "size": size,
        "seed": SEED,
    }
    return rounds.draw(
        actor, {name: str(v) if isinstance(v, date) else v for name, v in told.items()}, now=at
    )
