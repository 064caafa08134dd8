"""Pure rules of custody: numbers, who stands on which side, what a count says, what may be kept for how long."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Literal

import msgspec

from onewindow.kernel.actor import Actor

Direction = Literal["out", "back"]
HALL = ("clerk", "issuer")
DEPARTMENT = ("examiner", "approver", "head")
WATCHERS = ("supervisor", "manager")
MOST_BUNDLES = 200
MOST_DAYS = 90  # an original is lent to be looked at or copied, not to be kept
MOST_SHEETS = 999
PEOPLE = ("applicant", "agent", "other")
# Why a case may end although an original is still here.
REASONS = ("archive", "evidence", "later", "waived")
_NUMBER = re.compile(r"JJ(\d{4})(\d{6,12})")
_SLIP = re.compile(r"YJ(\d{4})(\d{6,12})")


def number_of(key: int, opened_on: date) -> str:
    """The number of a list as it stands in its bar code: JJ, the year, the serial."""
    return f"JJ{opened_on.year}{key:06d}"


def key_of(text: str) -> int | None:
    """The key of the list that a scanned number means, None when it is no number of a list."""
    found = _NUMBER.fullmatch(text.strip().upper())
    return int(found[2]) if found else None


def slip_of(key: int, taken_on: date) -> str:
    """The number of an original's slip: YJ, the year, the serial."""
    return f"YJ{taken_on.year}{key:06d}"


def slip_key(text: str) -> int | None:
    """The key of the original that a scanned slip means, None when it is no number of a slip."""
    found = _SLIP.fullmatch(text.strip().upper())
    return int(found[2]) if found else None


def loan_problems(*, sheets: int, days: int, lender: str, name: str) -> list[str]:
    """The fields of a loan that cannot be taken."""
    checks = {
        "sheets": 1 <= sheets <= MOST_SHEETS,
        "days": 1 <= days <= MOST_DAYS,
        "person": lender in PEOPLE,
        "name": lender != "other" or bool(name.strip()),
    }
    return [field for field, is_right in checks.items() if not is_right]


def may_give(actor: Actor, direction: Direction, organ_id: int) -> bool:
    """The hall hands out, the department hands back its own."""
    return actor.has(*HALL) if direction == "out" else _is_of(actor, organ_id)


def may_take(actor: Actor, direction: Direction, organ_id: int) -> bool:
    """The other side signs."""
    return _is_of(actor, organ_id) if direction == "out" else actor.has(*HALL)


def may_see(actor: Actor, organ_id: int) -> bool:
    """Both sides, and those who watch."""
    return actor.has(*HALL, *WATCHERS) or _is_of(actor, organ_id)


def _is_of(actor: Actor, organ_id: int) -> bool:
    return actor.has(*DEPARTMENT) and (actor.organ_id == organ_id or organ_id in actor.organ_ids)


class Count(msgspec.Struct, frozen=True):
    """What was found of what was listed: case numbers."""

    there: tuple[str, ...]
    missing: tuple[str, ...]
    extra: tuple[str, ...]

    @property
    def is_right(self) -> bool:
        """Nothing is missing and nothing came along unasked."""
        return not self.missing and not self.extra


def counted(bundles: Iterable[tuple[str, str]], *, all_there: bool = False) -> Count:
    """The count of (case number, state); ``all_there``: what was listed and not scanned is there all the same."""
    rows = [(case_no, "there" if all_there and state == "listed" else state) for case_no, state in bundles]
    return Count(
        there=tuple(case_no for case_no, state in rows if state == "there"),
        missing=tuple(case_no for case_no, state in rows if state in ("listed", "missing")),
        extra=tuple(case_no for case_no, state in rows if state == "extra"),
    )
