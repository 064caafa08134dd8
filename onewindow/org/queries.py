"""Reads of the organisation: organs, windows, staff, powers, deputies, regions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, NotFound
from onewindow.org import rules, snapshot
from onewindow.org.models import Absence, DutyChange
from onewindow.org.regions import RegionInfo, region, region_path, region_tree, regions_under
from onewindow.org.snapshot import OrganInfo, StaffInfo, WindowInfo

# These see every organ, whatever organ they belong to.
_EVERYWHERE = ("supervisor", "manager", "leader", "auditor", "establishment", "legal")


def organ(organ_id: int) -> OrganInfo:
    """The organ with this id; raises ``NotFound``. No statement when warm."""
    found = snapshot.current().organs.get(organ_id)
    if found is None:
        raise NotFound("no-organ", N_("没有这个部门"))
    return found


def find_organ(
    *, name: str | None = None, uscc: str | None = None, code: str | None = None
) -> OrganInfo | None:
    """The organ by full or short name, else by code, else by credit code; None when there is none."""
    now = snapshot.current()
    return (
        (now.organ_by_name.get(name.strip()) if name else None)
        or (now.organ_by_code.get(code.strip()) if code else None)
        or (now.organ_by_uscc.get(uscc.strip().upper()) if uscc else None)
    )


def organs(*, region: str | None = None, active_only: bool = True) -> list[OrganInfo]:
    """All organs in the order they were made, those of one region with ``region`` (a code in short form)."""
    return [
        one
        for one in snapshot.current().organs.values()
        if (one.is_active or not active_only)
        and (region is None or (one.region is not None and rules.is_within(one.region, region)))
    ]


def windows(*, kind: str | None = None) -> list[WindowInfo]:
    """The windows in use, by hall and code."""
    return [one for one in snapshot.current().windows.values() if one.is_active and kind in (None, one.kind)]


def window(window_id: int) -> WindowInfo:
    """The window with this id; raises ``NotFound``."""
    found = snapshot.current().windows.get(window_id)
    if found is None:
        raise NotFound("no-window", N_("没有这个窗口"))
    return found


def staff_of(account_id: int) -> StaffInfo | None:
    """The member of staff with this account; None for applicants and strangers."""
    return snapshot.current().staff.get(account_id)


def staff_by_username(username: str) -> StaffInfo | None:
    """The member of staff with this user name."""
    return snapshot.current().staff_by_username.get(username)


def staff_names(usernames: Iterable[str]) -> dict[str, str]:
    """User name → the person's name, for those who are staff."""
    known = snapshot.current().staff_by_username
    return {one: known[one].name for one in usernames if one in known}


def staff(*, organ_id: int | None = None) -> list[StaffInfo]:
    """All staff, or those of one organ, in the order of their accounts."""
    return [one for one in snapshot.current().staff.values() if organ_id in (None, one.organ_id)]


def holders(role: str, *, organ_id: int, on: date) -> list[StaffInfo]:
    """Active staff who hold a role for an organ on a day (to whom a case may be assigned)."""
    return [
        one
        for one in snapshot.current().staff.values()
        if one.is_active
        and role
        in rules.roles_on(on, duties=_for_organ(one, organ_id), authorities=_authorities(one, organ_id))
    ]


def may(account_id: int, power: str, *, organ_id: int, task_code: str | None = None, on: date) -> bool:
    """Whether the account may accept, examine, decide or extend for the organ (and item) on a day."""
    one = staff_of(account_id)
    return bool(
        one
        and one.is_active
        and rules.may(
            power,
            duties=one.duties,
            authorities=one.authorities,
            organ_id=organ_id,
            task_code=task_code,
            on=on,
        )
    )


def chief_of(organ_id: int, *, on: date) -> StaffInfo | None:
    """The chief representative of an organ at the window on a day."""
    for one in snapshot.current().staff.values():
        if any(
            power.is_chief and power.organ_id == organ_id and power.holds(on) for power in one.authorities
        ):
            return one
    return None


def stands_in_for(staff_id: int, *, on: date) -> frozenset[int]:
    """The staff (account) ids whose work this person does on a day, because they are away."""
    now = snapshot.current()
    if not now.stand_ins or not now.absences:
        return frozenset()
    return rules.stands_in_for(staff_id, stand_ins=now.stand_ins, absences=now.absences, on=on)


def stands_in_for_usernames(username: str, *, on: date) -> frozenset[str]:
    """As ``stands_in_for``, by user names."""
    now = snapshot.current()
    one = now.staff_by_username.get(username)
    return (
        frozenset(now.staff[found].username for found in stands_in_for(one.id, on=on)) if one else frozenset()
    )


def has_deputy(staff_id: int) -> bool:
    """Whether somebody is named who takes over."""
    return any(one.staff_id == staff_id for one in snapshot.current().stand_ins)


def is_away(staff_id: int, *, on: date) -> bool:
    """Whether the person is absent on a day."""
    return rules.is_away(staff_id, snapshot.current().absences, on=on)


def actor_for(account_id: int, *, username: str, name: str, on: date) -> Actor:
    """The actor of a staff account: roles and organs of that day; none when not staff any more."""
    one = staff_of(account_id)
    if one is None or not one.is_active:
        return Actor(account_id=account_id, username=username, name=name, channel="window")
    now = snapshot.current()
    roles = rules.roles_on(on, duties=one.duties, authorities=one.authorities)
    at = now.windows.get(one.window_id) if one.window_id else None
    home = now.organs[one.organ_id]
    every = frozenset(now.organs)
    reach = rules.organs_on(on, duties=one.duties, authorities=one.authorities, every=every)
    return Actor(
        account_id=account_id,
        username=username,
        name=one.name,
        roles=roles,
        organ_id=home.id,
        organ_name=home.name,
        region=at.region if at else home.region,
        window_id=one.window_id,
        channel="window",
        organ_ids=every if not roles.isdisjoint(_EVERYWHERE) else reach,
    )


def _for_organ(one: StaffInfo, organ_id: int) -> list[rules.Duty]:
    return [duty for duty in one.duties if duty.organ_id in (None, organ_id)]


def _authorities(one: StaffInfo, organ_id: int) -> list[rules.Authority]:
    return [power for power in one.authorities if power.organ_id == organ_id]


__all__ = [
    "OrganInfo",
    "RegionInfo",
    "StaffInfo",
    "WindowInfo",
    "actor_for",
    "chief_of",
    "find_organ",
    "has_deputy",
    "holders",
    "is_away",
    "may",
    "organ",
    "organs",
    "region",
    "region_path",
    "region_tree",
    "regions_under",
    "staff",
    "staff_by_username",
    "staff_names",
    "staff_of",
    "stands_in_for",
    "stands_in_for_usernames",
    "window",
    "windows",
]


def absences_of(staff_id: int, *, on: date) -> list[tuple[date, date]]:
    """The absences of one person that have not passed on a day: (first day, last day), both included."""
    found = [one for one in snapshot.current().absences if one.staff_id == staff_id and one.until_on >= on]
    return sorted((one.from_on, one.until_on) for one in found)


def deputies_of(staff_id: int, *, on: date) -> list[StaffInfo]:
    """Those who take over when the person is away, as named on a day."""
    now = snapshot.current()
    named = [
        one
        for one in now.stand_ins
        if one.staff_id == staff_id and one.until_on in (None, max(on, one.until_on or on))
    ]
    return [now.staff[one.deputy_id] for one in named if one.deputy_id in now.staff]


def absences_between(since: date, until: date) -> list[tuple[int, int, str, date, date]]:
    """Absences that touch these days and stand: (id, staff id, kind, first day, last day); one statement."""
    found = Absence.objects.filter(is_cancelled=False, from_on__lte=until, until_on__gte=since)
    return list(found.order_by("id").values_list("id", "staff_id", "kind", "from_on", "until_on"))


class ChangeLine(msgspec.Struct, frozen=True):
    """A proposed change of duties that waits for its second administrator."""

    id: int
    staff_id: int
    name: str
    username: str
    deed: str
    body: dict[str, Any]
    reason: str
    proposer_id: int
    proposer: str
    proposed_at: datetime


def open_changes(*, now: datetime, staff_id: int | None = None) -> list[ChangeLine]:
    """The changes of duties that can still be confirmed, oldest first; of one person with ``staff_id``."""
    rows = DutyChange.objects.filter(state="proposed", proposed_at__gt=now - timedelta(days=7))
    if staff_id is not None:
        rows = rows.filter(staff=staff_id)
    columns = (
        "id", "staff_id", "staff__name", "staff__account__username", "deed", "body", "reason", "proposer_id",
        "proposer__name", "proposed_at",
    )  # fmt: skip
    return [ChangeLine(*row) for row in rows.order_by("id").values_list(*columns)[:200]]
