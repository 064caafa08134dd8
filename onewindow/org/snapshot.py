"""The organisation as this process knows it: loaded whole, thrown away when generation "org" moves.

A city has some hundred organs and some thousand staff; asking the database for them on every deed would cost
more than the deed. Regions are not here: see ``regions``.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Hashable, Iterator
from typing import Any

import msgspec

from onewindow.base import generations
from onewindow.org import models, rules


class OrganInfo(msgspec.Struct, frozen=True):
    """An organ as other rooms see it; ``uscc`` is empty and ``region`` None where unknown."""

    id: int
    code: str
    name: str
    short_name: str
    uscc: str
    region: str | None
    model: str
    office_id: int | None = None
    is_active: bool = True
    reconsideration_organ: str = ""
    court: str = ""
    official_name: str = ""


class WindowInfo(msgspec.Struct, frozen=True):
    """A window; ``organ_id`` only for a special one, ``region`` is that of its hall."""

    id: int
    code: str
    name: str
    kind: str
    organ_id: int | None
    center_id: int
    center_name: str
    region: str
    is_active: bool = True


class StaffInfo(msgspec.Struct, frozen=True):
    """A member of staff; ``id`` is the account's."""

    id: int
    username: str
    number: str
    name: str
    title: str
    organ_id: int
    window_id: int | None
    phone: str
    is_active: bool
    duties: tuple[rules.Duty, ...] = ()
    authorities: tuple[rules.Authority, ...] = ()


class Snapshot(msgspec.Struct):
    """Everything at one moment, by the keys that deeds ask with."""

    organs: dict[int, OrganInfo]
    organ_by_name: dict[str, OrganInfo]
    organ_by_code: dict[str, OrganInfo]
    organ_by_uscc: dict[str, OrganInfo]
    windows: dict[int, WindowInfo]
    staff: dict[int, StaffInfo]
    staff_by_username: dict[str, StaffInfo]
    stand_ins: list[rules.StandIn]
    absences: list[rules.Away]


_lock = threading.Lock()
_kept: tuple[Hashable, Snapshot] | None = None


def current() -> Snapshot:
    """The organisation now (7 statements when it has changed, none otherwise)."""
    global _kept
    version = generations.version("org")  # before the rows, so that a change in between is seen next time
    kept = _kept
    if kept is not None and kept[0] == version:
        return kept[1]
    with _lock:
        if _kept is None or _kept[0] != version:
            _kept = version, _load()
        return _kept[1]


def _load() -> Snapshot:
    organs = {row.id: row for row in _organs()}
    windows = {row.id: row for row in _windows()}
    staff = {row.id: row for row in _staff()}
    return Snapshot(
        organs=organs,
        organ_by_name={name: one for one in organs.values() for name in (one.short_name, one.name)},
        organ_by_code={one.code: one for one in organs.values()},
        organ_by_uscc={one.uscc: one for one in reversed(organs.values()) if one.uscc},
        windows=windows,
        staff=staff,
        staff_by_username={one.username: one for one in staff.values()},
        stand_ins=[
            rules.StandIn(*row)
            for row in models.Deputy.objects.filter(is_revoked=False).values_list(
                "staff_id", "deputy_id", "from_on", "until_on"
            )
        ],
        absences=[
            rules.Away(*row)
            for row in models.Absence.objects.filter(is_cancelled=False).values_list(
                "staff_id", "from_on", "until_on"
            )
        ],
    )


_ORGAN = (
    "id",
    "code",
    "name",
    "short_name",
    "uscc",
    "region_id",
    "model",
    "supervising_office_id",
    "is_active",
    "reconsideration_organ",
    "court",
    "official_name",
)
_WINDOW = (
    "id",
    "code",
    "name",
    "kind",
    "organ_id",
    "center_id",
    "center__name",
    "center__region_id",
    "is_active",
)
_STAFF = ("pk", "account__username", "number", "name", "title", "organ_id", "window_id", "phone", "is_active")
_DUTY = ("staff_id", "role", "organ_id", "region_id", "from_on", "until_on")
_AUTHORITY = ("staff_id", "organ_id", "powers", "items", "is_chief", "from_on", "until_on")


def _rows(found: Any, columns: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
    yield from found.values_list(*columns)


def _organs() -> list[OrganInfo]:
    return [OrganInfo(*row) for row in _rows(models.Organ.objects.order_by("id"), _ORGAN)]


def _windows() -> list[WindowInfo]:
    return [WindowInfo(*row) for row in _rows(models.Window.objects.order_by("center", "code"), _WINDOW)]


def _staff() -> list[StaffInfo]:
    duties, authorities = _duties(), _authorities()
    return [
        StaffInfo(*(*row, tuple(duties[row[0]]), tuple(authorities[row[0]])))
        for row in _rows(models.Staff.objects.order_by("pk"), _STAFF)
    ]


def _duties() -> dict[int, list[rules.Duty]]:
    found: dict[int, list[rules.Duty]] = defaultdict(list)
    for staff_id, *rest in _rows(models.Duty.objects.filter(is_revoked=False).order_by("id"), _DUTY):
        found[staff_id].append(rules.Duty(*rest))
    return found


def _authorities() -> dict[int, list[rules.Authority]]:
    found: dict[int, list[rules.Authority]] = defaultdict(list)
    rows = models.Authority.objects.filter(is_revoked=False).order_by("id")
    for staff_id, organ_id, powers, items, *rest in _rows(rows, _AUTHORITY):
        found[staff_id].append(rules.Authority(organ_id, tuple(powers), frozenset(items), *rest))
    return found
