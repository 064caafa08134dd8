"""The rule about looks: who opens what is masked does something on the case with it, or explains what it was for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from onewindow.cases.rules.clocks import first_instant_after
from onewindow.kernel.errors import N_
from onewindow.supervision.rules.history import History, Moment
from onewindow.supervision.rules.watching import Hit, Strike

# Watchers look for follow-up calls and inquiries, whose outcome stands elsewhere; they are on the list all the same.
_WATCHERS = ("supervisor", "manager")


def look_without_deed(history: History, moment: Moment) -> Iterator[Strike]:
    """个人信息保护法 art. 6, 51: a look after which the looker did nothing on the case within some working days."""
    for look in _looks(history):
        if look.place > moment.place or _is_followed(history, look, moment):
            continue
        table, profile = moment.table, history.profile
        days = profile.look_days
        tell = partial(_hit, look)
        yield Strike("near", first_instant_after(table.add(look.day, days)), tell)
        yield Strike("over", first_instant_after(table.add(look.day, days + profile.still_days)), tell)


def _looks(history: History) -> tuple[Moment, ...]:
    """The looks of the life, found once: nearly every life has none."""
    found: tuple[Moment, ...] | None = history.__dict__.get("_looks")
    if found is None:
        found = tuple(
            one for one in history.moments if one.event.type == "revealed" and one.event.role not in _WATCHERS
        )
        history.__dict__["_looks"] = found
    return found


def _is_followed(history: History, look: Moment, moment: Moment) -> bool:
    later = history.moments[look.place + 1 : moment.place + 1]
    return any(one.event.actor == look.event.actor and one.event.type != "revealed" for one in later)


def _hit(look: Moment, degree: str, at: datetime) -> Hit:
    return Hit(
        rule="22",
        mark=f"look:{look.event.seq}",
        degree=degree,
        at=at,
        why=N_("%(day)s 打开了申请人的个人信息，此后没有办理记录。"),
        person=look.event.actor,
        evidence=(look.event.seq,),
        params={"day": look.day.isoformat()},
    )
