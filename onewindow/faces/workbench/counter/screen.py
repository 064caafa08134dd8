"""The counter's screen as data: the visit read from the posted form, and what to show for each item."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

import msgspec
from django.http import QueryDict
from django.utils.translation import gettext as _

from onewindow.base import calendars
from onewindow.catalog import queries as catalog
from onewindow.catalog import rules as scenario
from onewindow.catalog.definition import ItemDefinition
from onewindow.faces.workbench import forms
from onewindow.intake import visits
from onewindow.intake import visits_rules as rules
from onewindow.intake.asking import HEAD, Tie, take
from onewindow.intake.visits_rules import Agent, Line, Piece, Row, Visit, Visitor
from onewindow.kernel import deadlines
from onewindow.kernel.errors import Refusal
from onewindow.kernel.identifiers import case_no, id_card, uscc
from onewindow.kernel.identifiers.problem import Problem
from onewindow.ui import fields, words
from onewindow.ui.refusals import field_error

CIRCLES = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫"
Mark = Literal["", "got", "miss", "later"]
MARKS: tuple[Mark, ...] = ("got", "miss", "later")
ANSWER_DAYS = 15


class Asked(msgspec.Struct, frozen=True):
    """A question of the scenario as the screen shows it, with what was chosen."""

    code: str
    text: str
    multiple: bool
    options: tuple[tuple[str, str, bool], ...]


class Shown(msgspec.Struct, frozen=True):
    """One item of the visit on the screen."""

    piece: Piece
    circle: str
    item: ItemDefinition
    lines: tuple[Line, ...]
    counts: rules.Counts
    answered: tuple[Asked, ...]
    question: Asked | None
    rejected: str
    form: tuple[forms.Control, ...]
    obstacle: str
    gaps: tuple[str, ...]
    notice: tuple[str, ...]
    due_on: date | None
    skipped: str
    promised: str

    @property
    def key(self) -> int:
        return self.piece.key

    @property
    def is_done(self) -> bool:
        return bool(self.piece.case_no)

    @property
    def can_notify(self) -> bool:
        """Every row looked at, something missing, the form filled: the notice says everything at once."""
        return bool(self.notice) and not self.counts.open and not self.gaps

    @property
    def can_accept(self) -> bool:
        return not self.is_done and not self.obstacle and not self.rejected


def shown(visit: Visit, today: date, *, more: str = "") -> list[Shown]:
    """Every item of the visit, ready for the template; ``more`` (KEY:FIELD) is a table that wants a line."""
    items = {piece.key: definition_of(piece) for piece in visit.pieces}
    walks = {piece.key: walk(items[piece.key], piece) for piece in visit.pieces}
    lines = rules.lines_of(visit, {key: one.materials for key, one in walks.items()})
    ties = visits.ties_of(visit)
    return [
        _shown(piece, items[piece.key], walks[piece.key], lines[piece.key], today, more, ties)
        for piece in visit.pieces
    ]


def lines_of(visit: Visit, key: int) -> list[Line]:
    """The rows of one item, as the deeds need them."""
    lists = {piece.key: walk(definition_of(piece), piece).materials for piece in visit.pieces}
    return rules.lines_of(visit, lists)[key]


def definition_of(piece: Piece) -> ItemDefinition:
    """The version that the visit began with."""
    return catalog.current(piece.task_code, piece.version)


def walk(item: ItemDefinition, piece: Piece) -> scenario.Checklist:
    """The scenario as far as it is answered; an answer that no longer fits starts it anew."""
    try:
        return scenario.checklist(item, piece.answers)
    except Refusal:
        return scenario.checklist(item, {})


def _shown(
    piece: Piece,
    item: ItemDefinition,
    way: scenario.Checklist,
    lines: list[Line],
    today: date,
    more: str,
    ties: dict[tuple[int, str], Tie],
) -> Shown:
    questions = {one.code: one for one in item.questions}
    answered = tuple(_asked(questions[code], chosen) for code, chosen in way.path)
    blocked = rules.obstacle(lines, complete=way.complete)
    gaps = tuple(error["message"] for error in map(field_error, scenario.form_errors(item, piece.form)))
    obstacle = _(blocked[0]) % blocked[1] if blocked else ""
    if not obstacle and gaps:
        obstacle = _("申请表还没填好")
    due_on, skipped = due(item, today)
    items = rules.notice_items(lines)
    return Shown(
        piece=piece,
        circle=CIRCLES[(piece.key - 1) % len(CIRCLES)],
        item=item,
        lines=tuple(lines),
        counts=rules.counts(lines),
        answered=answered,
        question=_asked(way.next_question, ()) if way.next_question else None,
        rejected=way.rejected or "",
        form=forms.controls(
            item,
            forms.texts_of(item, piece.form),
            prefix=f"f{piece.key}.",
            button="do",
            lead=f"lines:{piece.key}:",
            more=more.removeprefix(f"{piece.key}:"),
            ties={path: _same_as(tie) for (key, path), tie in ties.items() if key == piece.key},
            untied=piece.untied,
        ),
        obstacle=obstacle,
        gaps=gaps,
        notice=tuple(_("%(problem)s；%(standard)s") % one for one in items),
        due_on=due_on,
        skipped=skipped,
        promised=rules.promise_by(item, today=today, due_on=due_on),
    )


def _same_as(tie: Tie) -> str:
    return _("同来客信息") if tie.key == HEAD else _("同%(circle)s") % {"circle": CIRCLES[(tie.key - 1) % 12]}


def _asked(question: Any, chosen: tuple[str, ...]) -> Asked:
    options = tuple((one.code, one.text, one.code in chosen) for one in question.options)
    return Asked(question.code, question.text, question.multiple, options)


def due(item: ItemDefinition, today: date) -> tuple[date | None, str]:
    """The promised due date if accepted today, and which days off lie before it."""
    limit = item.promised_limit or item.legal_limit
    if limit is None:
        return None, ""
    table = calendars.table()
    due_on = deadlines.due_date(today, limit.days, limit.unit, table)
    if limit.unit != "working_day":
        return due_on, ""
    off = [reason for _day, reason in table.skipped(today, due_on)]
    if not off:
        return due_on, ""
    names = "、".join(_(reason) for reason in dict.fromkeys(off))
    return due_on, _("中间%(names)s %(n)s 天不计") % {"names": names, "n": len(off)}


def answer_by(today: date) -> date:
    """The answer date that a notice proposes: 15 working days ahead (at most 30 are allowed)."""
    return calendars.table().add(today, ANSWER_DAYS)


# ------------------------------------------------------------------ reading what was posted


def read(visit: Visit, post: QueryDict, today: date) -> Visit:
    """The visit with everything that the form holds put in."""
    pieces = [piece if piece.case_no else _piece(piece, post) for piece in visit.pieces]
    visitor = visitor_of(post, visit.visitor, today)
    return Visit(visitor=visitor, agent=_agent(post, visit.agent), pieces=pieces)


def typed_over(visit: Visit, post: QueryDict) -> set[tuple[int, str]]:
    """Fields that would follow another, but somebody typed something else into them: (item key, path)."""
    agreed = {piece.key: piece.form for piece in visits.asked_once(visit).pieces}
    forms = {piece.key: piece.form for piece in visit.pieces}
    return {
        (key, path)
        for key, path in visits.ties_of(visit)
        if any(post.getlist(f"f{key}.{path}")) and take(forms[key], path) != take(agreed[key], path)
    }


def visitor_of(post: QueryDict, before: Visitor, today: date) -> Visitor:
    """Who stands at the window. A scanned number finds its kind by itself: 身份证 or 统一社会信用代码."""
    number = post.get("id_number", before.id_number).strip()[:64]
    id_type = post.get("id_type", before.id_type)
    if number != before.id_number:
        id_type = kind_of(number, today) or id_type
    kind: Literal["person", "organisation"] = "organisation" if id_type == "uscc" else "person"
    return Visitor(
        type=kind,
        name=post.get("name", before.name).strip()[:200],
        id_type=id_type if id_type in words.ID_TYPES else "id_card",
        id_number=number.upper(),
        phone=post.get("phone", before.phone).strip()[:40],
    )


def kind_of(number: str, today: date) -> str:
    """``id_card``, ``uscc``, ``case`` or nothing: what a scanned text is."""
    if not isinstance(case_no.parse(number), Problem):
        return "case"
    if id_card.check(number, today=today) is None:
        return "id_card"
    return "uscc" if len(number) == 18 and uscc.check(number) is None else ""


def number_problem(visitor: Visitor | Agent, today: date) -> str:
    """What is wrong with the number, told at once; empty when nothing is or nothing was typed."""
    if not visitor.id_number:
        return ""
    found: Problem | None = None
    if visitor.id_type == "id_card":
        found = id_card.check(visitor.id_number, today=today)
    elif visitor.id_type == "uscc":
        found = uscc.check(visitor.id_number)
    return _(found.message) if found else ""


def _agent(post: QueryDict, before: Agent) -> Agent:
    """Who stands at the window in the applicant's stead."""
    number = post.get("agent_id_number", before.id_number).strip().upper()[:64]
    id_type = post.get("agent_id_type", before.id_type)
    return Agent(
        name=post.get("agent_name", before.name).strip()[:200],
        id_type=id_type if id_type in words.ID_TYPES and id_type != "uscc" else "id_card",
        id_number=number,
        phone=post.get("agent_phone", before.phone).strip()[:40],
        until=post.get("agent_until", before.until).strip()[:10],
        mandate_file_id=before.mandate_file_id,
    )


def _piece(piece: Piece, post: QueryDict) -> Piece:
    item = definition_of(piece)
    answers = _answers(item, piece, post)
    rows = {one.code: _row(piece, one.code, post) for one in item.materials}
    form = _form(item, piece, post)
    day = post.get(f"by-{piece.key}", piece.answer_by)
    return msgspec.structs.replace(
        piece, answers=answers, rows=rows, form=form, answer_by=day, **_pledge(item, piece, post)
    )


def _pledge(item: ItemDefinition, piece: Piece, post: QueryDict) -> dict[str, Any]:
    """Whether the visitor goes by promise; a page without the box leaves it as it was."""
    if f"pledge-shown-{piece.key}" not in post or not item.pledge.is_offered:
        return {}
    return {
        "pledge": f"pledge-{piece.key}" in post,
        "promises": len(item.pledge.promises),
        "covers": list(item.pledge.covers),
    }


def _answers(item: ItemDefinition, piece: Piece, post: QueryDict) -> dict[str, Any]:
    """The answers; one that comes after a changed answer is dropped, for its question may be gone."""
    answers: dict[str, Any] = {}
    for question in item.questions:
        name = f"q-{piece.key}-{question.code}"
        chosen = post.getlist(name) if name in post else piece.answers.get(question.code)
        if chosen:
            several = chosen if isinstance(chosen, list) else [chosen]
            answers[question.code] = several if question.multiple else several[-1]
    try:
        return {code: answers[code] for code, _options in scenario.checklist(item, answers).path}
    except Refusal:
        return dict(piece.answers)


def _row(piece: Piece, code: str, post: QueryDict) -> Row:
    before = piece.rows.get(code, Row())
    mark = post.get(f"m-{piece.key}-{code}", before.mark)
    known: Mark = next((one for one in MARKS if one == mark), "")
    return Row(
        mark=known,
        problem=post.get(f"p-{piece.key}-{code}", before.problem).strip()[:500],
        promised_on=post.get(f"d-{piece.key}-{code}", before.promised_on)[:10],
        medium=before.medium,
        file_ids=before.file_ids,
    )


def _form(item: ItemDefinition, piece: Piece, post: QueryDict) -> dict[str, Any]:
    known = fields.fields_of(item.form_schema)
    ask = post.get("do", "").partition(f"lines:{piece.key}:")[2]
    form, typed = fields.read(known, _Prefixed(post, f"f{piece.key}."), ask=ask)
    return form if any(typed.values()) or not piece.form else piece.form


class _Prefixed:
    """A posted form seen through the prefix of one item: ``f.NAME`` reads ``f2.NAME``."""

    def __init__(self, post: QueryDict, prefix: str) -> None:
        self._post, self._prefix = post, prefix

    def get(self, key: str, default: str = "") -> str:
        return str(self._post.get(self._name(key), default))

    def getlist(self, key: str) -> list[str]:
        return list(self._post.getlist(self._name(key)))

    def _name(self, key: str) -> str:
        return self._prefix + key.removeprefix(fields.PREFIX)


def found_items(query: str) -> list[dict[str, Any]]:
    """Suggestions for the search box, best first; those that can be applied for here come first."""
    found = catalog.search(query, limit=12)[0] if query.strip() else []
    return sorted(found, key=lambda one: not one["handled"])[:8]
