"""Pure rules of a counter visit: rows of the checklist, what is shared, what may be done, the notice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal

import msgspec

from onewindow.catalog.definition import ItemDefinition, Material
from onewindow.kernel.errors import N_

Mark = Literal["", "got", "miss", "later"]
LARGEST_VISIT = 12


class Visitor(msgspec.Struct, omit_defaults=True):
    """Who stands at the window: a person, or a firm through its operator."""

    type: Literal["person", "organisation"] = "person"
    name: str = ""
    id_type: str = "id_card"
    id_number: str = ""
    phone: str = ""


class Agent(msgspec.Struct, omit_defaults=True):
    """Who stands at the window for the applicant; ``until`` (ISO date) is the end of the mandate."""

    name: str = ""
    id_type: str = "id_card"
    id_number: str = ""
    phone: str = ""
    until: str = ""
    mandate_file_id: str = ""

    @property
    def is_named(self) -> bool:
        """Whether there is an agent at all: anything typed counts."""
        return any((self.name, self.id_number, self.phone, self.until, self.mandate_file_id))


class Row(msgspec.Struct, omit_defaults=True):
    """What the clerk ticked for one material; ``promised_on`` an ISO date, for a deferred one."""

    mark: Mark = ""
    problem: str = ""
    promised_on: str = ""
    medium: str = "original"
    file_ids: list[str] = []


class Piece(msgspec.Struct, omit_defaults=True):
    """One item of the visit: answers, form and rows before, ``case_no`` and ``outcome`` after the deed."""

    key: int
    task_code: str
    version: int
    name: str = ""
    answers: dict[str, Any] = {}
    form: dict[str, Any] = {}
    rows: dict[str, Row] = {}
    answer_by: str = ""
    case_no: str = ""
    outcome: Literal["", "received", "accepted", "notified"] = ""
    paper: str = ""
    pledge: bool = False  # the visitor signs the promise (告知承诺)
    promises: int = 0  # how many it has, and the materials that they stand for
    covers: list[str] = []
    untied: list[str] = []  # fields that do not follow the value of the same datum elsewhere in the visit


class Visit(msgspec.Struct, omit_defaults=True):
    """One visitor at one window, and the items of the visit in the order they were added.

    ``last_key`` is the greatest key that an item of this visit ever had, dropped ones among them.
    """

    visitor: Visitor = msgspec.field(default_factory=Visitor)
    agent: Agent = msgspec.field(default_factory=Agent)
    pieces: list[Piece] = []
    last_key: int = 0
    supplements: str = ""  # the case to which something is brought later; nobody is received then

    @property
    def next_key(self) -> int:
        """The key of the next item: what is still on its way for a dropped item never meets another one."""
        return max(self.last_key, *(piece.key for piece in self.pieces), 0) + 1

    def piece(self, key: int) -> Piece | None:
        """The item with this key, if the visit has it."""
        return next((one for one in self.pieces if one.key == key), None)


def held(visit: Visit) -> dict[str, dict[str, str]]:
    """What the visit says of applicant and agent beside the forms, as ``asking`` wants it."""
    who, agent = visit.visitor, visit.agent
    told = {"name": who.name, "id_type": who.id_type, "id_number": who.id_number, "phone": who.phone}
    if not agent.is_named:
        return {who.type: told}
    names = ("name", "id_type", "id_number", "phone", "until")
    return {who.type: told, "agent": {name: getattr(agent, name) for name in names}}


class Line(msgspec.Struct, frozen=True):
    """A row as the screen shows it: the material, its mark, and where it was already given."""

    number: int
    material: Material
    row: Row
    same_as: tuple[int, int] | None = None
    is_promised: bool = False

    @property
    def mark(self) -> Mark:
        return self.row.mark


def shared(lists: Sequence[tuple[int, Sequence[Material]]]) -> dict[tuple[int, str], tuple[int, int]]:
    """Materials given once for several items: (item key, code) -> (item key, row number) of the first.

    Two rows are the same paper when their names are the same, spaces and brackets' width apart.
    """
    first: dict[str, tuple[int, int]] = {}
    found: dict[tuple[int, str], tuple[int, int]] = {}
    for key, materials in lists:
        for number, material in enumerate(materials, 1):
            name = _plain(material.name)
            place = first.setdefault(name, (key, number))
            if place[0] != key:
                found[(key, material.code)] = place
    return found


def _plain(name: str) -> str:
    return "".join(name.split()).replace("(", "（").replace(")", "）")


def lines_of(visit: Visit, lists: Mapping[int, Sequence[Material]]) -> dict[int, list[Line]]:
    """The rows of every item; a row that was already given for an earlier item follows that row's mark."""
    same = shared([(piece.key, lists[piece.key]) for piece in visit.pieces])
    made: dict[int, list[Line]] = {}
    for piece in visit.pieces:
        lines = []
        for number, material in enumerate(lists[piece.key], 1):
            place = same.get((piece.key, material.code))
            row = made[place[0]][place[1] - 1].row if place else piece.rows.get(material.code, Row())
            lines.append(Line(number, material, row, place, piece.pledge and material.code in piece.covers))
        made[piece.key] = lines
    return made


class Counts(msgspec.Struct, frozen=True):
    got: int
    miss: int
    later: int
    open: int


def counts(lines: Sequence[Line]) -> Counts:
    """How many rows are received, missing, deferred, and not looked at yet."""
    marks = [line.mark for line in lines]
    return Counts(marks.count("got"), marks.count("miss"), marks.count("later"), marks.count(""))


def obstacle(lines: Sequence[Line], *, complete: bool) -> tuple[str, dict[str, Any]] | None:
    """Why an item cannot be accepted now (a msgid and its places), or None. 行政许可法 art. 32."""
    if not complete:
        return N_("情形问题还没答完"), {}
    for line in lines:
        if line.material.need == "optional" or line.mark == "got" or line.is_promised:
            continue
        place = {"n": line.number, "name": line.material.name}
        if line.mark == "":
            return N_("第 %(n)s 份《%(name)s》还没核对"), place
        if line.mark == "miss":
            return N_("第 %(n)s 份《%(name)s》是必要材料，还缺"), place
        if line.material.need != "deferrable":
            return N_("第 %(n)s 份《%(name)s》不能容缺"), place
        if not line.row.promised_on:
            return N_("第 %(n)s 份《%(name)s》容缺，还没写承诺补齐的日期"), place
    return None


def notice_items(lines: Sequence[Line]) -> list[dict[str, str]]:
    """The items of the one-time notice, from the rows ticked as missing (art. 32: once, everything)."""
    return [
        {
            "material": line.material.code,
            "problem": line.row.problem.strip() or f"未提交《{line.material.name}》",
            "standard": line.material.standard or _standard(line.material),
        }
        for line in lines
        if line.mark == "miss"
    ]


_FORMS = {"original": "原件", "copy": "复印件", "electronic": "电子件"}


def _standard(material: Material) -> str:
    forms = "或".join(_FORMS.get(form, form) for form in material.forms) or "原件"
    return f"{forms} {material.copies} 份，在有效期内"


def case_body(
    visit: Visit, piece: Piece, lines: Sequence[Line], *, delivery: str = "window"
) -> dict[str, Any]:
    """The contract's body of ``POST /cases`` for one item of the visit."""
    who = visit.visitor
    return (
        _agent_body(visit.agent)
        | _pledge_body(visit, piece)
        | {
            "task_code": piece.task_code,
            "version": piece.version,
            "applicant": {
                "type": who.type,
                "name": who.name,
                "id_type": who.id_type,
                "id_number": who.id_number,
                "phone": who.phone,
            },
            "answers": piece.answers,
            "form": piece.form,
            "materials": [_given(line) for line in lines if line.mark == "got"],
            "delivery": {"method": delivery},
            "channel": "window",
            "submit": True,
        }
    )


def _pledge_body(visit: Visit, piece: Piece) -> dict[str, Any]:
    """All promises confirmed, signed by whoever stands at the window."""
    if not piece.pledge:
        return {}
    signature = visit.agent.name if visit.agent.is_named else visit.visitor.name
    return {"pledge": {"promises": list(range(1, piece.promises + 1)), "signature": signature}}


def _agent_body(agent: Agent) -> dict[str, Any]:
    if not agent.is_named:
        return {}
    given = {"name": agent.name, "id_type": agent.id_type, "id_number": agent.id_number}
    given |= {"phone": agent.phone, "until": agent.until}
    return {"agent": given | ({"mandate_file_id": agent.mandate_file_id} if agent.mandate_file_id else {})}


def _given(line: Line) -> dict[str, Any]:
    given: dict[str, Any] = {"code": line.material.code, "medium": line.row.medium}
    return given | ({"file_ids": line.row.file_ids} if line.row.file_ids else {})


def deferrals(lines: Sequence[Line]) -> list[dict[str, str]]:
    """The ``deferred`` of ``accept``: rows marked 容缺 with the day they are promised for."""
    return [
        {"material": line.material.code, "promised_on": line.row.promised_on}
        for line in lines
        if line.mark == "later"
    ]


def visitor_problems(visitor: Visitor) -> list[str]:
    """The fields that a case needs and that are still empty."""
    return [name for name in ("name", "id_number", "phone") if not getattr(visitor, name).strip()]


def agent_problems(agent: Agent) -> list[str]:
    """The fields of the agent that are still empty; none when nobody acts for the applicant."""
    if not agent.is_named:
        return []
    return [name for name in ("name", "id_number", "phone", "until") if not getattr(agent, name).strip()]


def promise_by(definition: ItemDefinition, *, today: date, due_on: date | None) -> str:
    """The day proposed for a deferred material: the promised due date (contract: not after it)."""
    return (due_on or today).isoformat() if definition.kind else ""
