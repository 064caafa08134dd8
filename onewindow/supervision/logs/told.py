"""Our own cases as logs tell them: staff under lasting codes, applicants only as such, times with their zone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time

import msgspec

from onewindow.base import crypto
from onewindow.base.clock import SHANGHAI
from onewindow.cases.queries.lives import Life, Step, lives
from onewindow.cases.rules.state import NEVER
from onewindow.catalog import queries as catalog
from onewindow.kernel.errors import NotFound
from onewindow.org import queries as org
from onewindow.org.postings import Postings

APPLICANT = "applicant"
# With these facts the clock of the case stops (办结); what follows, like delivery, is outside the time limit.
ENDING = frozenset({"granted", "denied", "acceptance-refused", "returned", "withdrawn", "terminated"})


class Item(msgspec.Struct, frozen=True):
    """A version of an item."""

    task_code: str
    version: int
    name: str
    type: str
    organ_id: int


class ToldStep(msgspec.Struct, frozen=True):
    """One event; ``who`` is the code of a member of staff, ``applicant`` or ``system``."""

    step: Step
    who: str
    duty: str
    organ: str
    window_id: int | None


class ToldCase(msgspec.Struct, frozen=True):
    """One case; ``deadline`` and ``planned`` are the ends of the legal and of the promised last day."""

    life: Life
    item: Item
    organ: str
    ended_at: datetime | None
    deadline: datetime | None
    planned: datetime | None
    steps: list[ToldStep]


def cases(
    *, since: date | None = None, until: date | None = None, organ_id: int | None = None
) -> Iterator[ToldCase]:
    """Every case received in these days (of one organ), oldest first, streamed."""
    postings = Postings()
    for life in lives(since=since, until=until, organ_id=organ_id):
        steps = [_step(one, postings) for one in life.steps]
        ended = next((one.at for one in life.steps if one.type in ENDING), None)
        yield ToldCase(
            life,
            item(life.item_version_id),
            organ_name(life.organ_id),
            ended,
            _end_of(life.legal_due_on),
            _end_of(life.promised_due_on),
            steps,
        )


def _step(step: Step, postings: Postings) -> ToldStep:
    is_staff = step.role not in (APPLICANT, "system") and bool(step.actor)
    who = staff_code(step.actor) if is_staff else "system" if step.role == "system" else APPLICANT
    organ = organ_name(step.organ_id) if step.organ_id is not None and is_staff else ""
    window_id = postings.window_at(step.actor, step.at) if is_staff else None
    return ToldStep(step, who, step.role, organ, window_id)


def staff_code(username: str) -> str:
    """The code of a member of staff: the same in every export of this platform, a name to nobody outside."""
    return "S" + crypto.lasting_hash("staff-code", username).hex()[:12]


def item(version_id: int) -> Item:
    """What is told of a version of an item."""
    found = catalog.definition(version_id)
    return Item(found.task_code, found.version, found.name, found.type, found.organ_id)


def organ_name(organ_id: int) -> str:
    """The name of an organ, empty for one that is unknown."""
    try:
        return org.organ(organ_id).name
    except NotFound:
        return ""


def _end_of(day: date | None) -> datetime | None:
    return None if day is None or day == NEVER else datetime.combine(day, time(23, 59, 59), SHANGHAI)
