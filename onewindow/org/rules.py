"""Who may do what, who must not be the same person, and who stands in for whom: pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from datetime import date

import msgspec

from onewindow.kernel.actor import ADMINISTRATORS

POWERS = ("accept", "examine", "decide", "extend")
ROLE_OF_POWER = {"accept": "clerk", "examine": "examiner", "decide": "approver", "extend": "head"}
# The roles whose duty always names one organ: what they decide is that organ's act.
ORGAN_ROLES = ("examiner", "approver", "head")


class Duty(msgspec.Struct, frozen=True):
    """A role from a day to a day; ``organ_id`` None means every organ, ``region`` None every region."""

    role: str
    organ_id: int | None
    region: str | None
    from_on: date
    until_on: date | None = None

    def holds(self, on: date) -> bool:
        """True on the days of the duty, the last one included."""
        return self.from_on <= on and (self.until_on is None or on <= self.until_on)


class Authority(msgspec.Struct, frozen=True):
    """Powers of one person for one organ; ``items`` empty means all of its items."""

    organ_id: int
    powers: tuple[str, ...]
    items: frozenset[str]
    is_chief: bool
    from_on: date
    until_on: date | None = None

    def holds(self, on: date) -> bool:
        """True on the days of the authority, the last one included."""
        return self.from_on <= on and (self.until_on is None or on <= self.until_on)


class Away(msgspec.Struct, frozen=True):
    """An absence of one person, both days included."""

    staff_id: int
    from_on: date
    until_on: date


class StandIn(msgspec.Struct, frozen=True):
    """``deputy_id`` takes over when ``staff_id`` is away."""

    staff_id: int
    deputy_id: int
    from_on: date
    until_on: date | None = None


def may(
    power: str,
    *,
    duties: Iterable[Duty],
    authorities: Iterable[Authority] = (),
    organ_id: int,
    task_code: str | None = None,
    region: str | None = None,
    on: date,
) -> bool:
    """Whether somebody may ``accept``, ``examine``, ``decide`` or ``extend`` for an organ on a day.

    By duty (clerk accepts, examiner examines, approver decides, head extends), or by an authority that
    covers the item: the chief representative exercises the department's full authority at the window
    within its scope (handbook 1.1).
    """
    role = ROLE_OF_POWER[power]
    by_duty = any(duty.role == role and duty.holds(on) and _covers(duty, organ_id, region) for duty in duties)
    return by_duty or any(
        power in one.powers
        and one.organ_id == organ_id
        and one.holds(on)
        and (not one.items or task_code in one.items)
        for one in authorities
    )


def roles_on(day: date, *, duties: Iterable[Duty], authorities: Iterable[Authority] = ()) -> frozenset[str]:
    """The roles held on a day; an authority over all items of an organ brings the role of each power."""
    by_duty = {duty.role for duty in duties if duty.holds(day)}
    by_authority = {
        ROLE_OF_POWER[power]
        for one in authorities
        if one.holds(day) and not one.items
        for power in one.powers
    }
    return frozenset(by_duty | by_authority)


def organs_on(
    day: date, *, duties: Iterable[Duty], authorities: Iterable[Authority] = (), every: Set[int]
) -> frozenset[int]:
    """The organs somebody acts for on a day; a duty without an organ reaches ``every`` organ."""
    found: set[int] = {one.organ_id for one in authorities if one.holds(day)}
    for duty in duties:
        if duty.holds(day):
            found |= every if duty.organ_id is None else {duty.organ_id}
    return frozenset(found)


def clash(role: str, held: Iterable[str]) -> str | None:
    """The role already held that forbids another one, or None.

    The administrators are three people: nobody holds two of sysadmin, secadmin and auditor, and an
    administrator does no business. E-supervision watches those who handle cases and handles none.
    """
    others = set(held) - {role}
    if role in ADMINISTRATORS:
        return min(others, default=None)
    administrators = others & set(ADMINISTRATORS)
    if administrators:
        return min(administrators)
    handling = {"clerk", "examiner", "approver", "head", "issuer"}
    if role == "supervisor":
        return min(others & handling, default=None)
    return "supervisor" if role in handling and "supervisor" in others else None


def is_same_person(
    power: str, username: str, *, examined_by: Iterable[str], proposed_by: str | None = None
) -> bool:
    """Whether separation of duties forbids this person: the decider is never an examiner of the case, and
    who confirms an act of two people is never the one who proposed it."""
    if power == "decide":
        return username in set(examined_by)
    return power == "confirm" and username == proposed_by


def is_away(staff_id: int, absences: Iterable[Away], *, on: date) -> bool:
    """True on the days of an absence, both ends included."""
    return any(one.staff_id == staff_id and one.from_on <= on <= one.until_on for one in absences)


def stands_in_for(
    staff_id: int, *, stand_ins: Iterable[StandIn], absences: Iterable[Away], on: date
) -> frozenset[int]:
    """For whom this person stands in on a day.

    When the deputy is away too, the work passes on to the deputy's deputy. Who is away stands in for
    nobody; nobody stands in for himself.
    """
    away = {one.staff_id for one in absences if one.from_on <= on <= one.until_on}
    if staff_id in away:
        return frozenset()
    followers: dict[int, set[int]] = {}
    for one in stand_ins:
        if one.staff_id in away and one.from_on <= on and (one.until_on is None or on <= one.until_on):
            followers.setdefault(one.deputy_id, set()).add(one.staff_id)
    return frozenset(_reach(staff_id, followers) - {staff_id})


def _reach(start: int, followers: Mapping[int, Set[int]]) -> set[int]:
    found: set[int] = set()
    open_ = [start]
    while open_:
        for one in followers.get(open_.pop(), ()):
            if one not in found:
                found.add(one)
                open_.append(one)
    return found


def _covers(duty: Duty, organ_id: int, region: str | None) -> bool:
    if duty.organ_id not in (None, organ_id):
        return False
    return duty.region is None or region is None or is_within(region, duty.region)


def is_within(region: str, area: str) -> bool:
    """Whether a division lies in another, or is it (codes in short form)."""
    return region.startswith(stem(area))


def stem(code: str) -> str:
    """What the codes of all divisions within one begin with."""
    if len(code) != 6:
        return code
    if code.endswith("0000"):
        return code[:2]
    return code[:4] if code.endswith("00") else code
