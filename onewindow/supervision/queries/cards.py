"""Reads of cards: lists, one card with its evidence and its life, the clock as it stood, letters."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from onewindow.base import calendars, facts
from onewindow.base.clock import day_of
from onewindow.base.ledger import proof
from onewindow.cases.queries.histories import histories
from onewindow.catalog import queries as catalog
from onewindow.kernel.actor import Actor
from onewindow.kernel.deadlines import explain
from onewindow.kernel.errors import N_, FieldError, Invalid, NotAllowed
from onewindow.org import queries as org
from onewindow.reviews import cursors
from onewindow.supervision.models import Card as Row
from onewindow.supervision.queries import awaiting
from onewindow.supervision.rules import answering
from onewindow.supervision.rules.answering import WATCHED, WATCHERS
from onewindow.supervision.rules.cards import Card, Evidence, Said, instant
from onewindow.supervision.rules.history import history
from onewindow.supervision.rules.shipped import HIDES_CASE, NUMBERS, RULES
from onewindow.supervision.services.answering import context, see

Json = dict[str, Any]


def listing(
    actor: Actor,
    *,
    level: str | None = None,
    state: str | None = None,
    organ: str | None = None,
    rule: str | None = None,
    case_no: str | None = None,
    person: str | None = None,
    is_overdue: bool = False,
    is_awaiting: bool = False,
    cursor: str | None = None,
    limit: int = 20,
) -> Json:
    """Cards that the actor may see, newest first: ``{"results": [...], "next"}``; ``organ`` by name or code.

    ``is_overdue``: the organ owes an explanation whose term has passed; ``is_awaiting``: it owes an explanation or
    the answer to a letter. Raises ``NotAllowed`` for who sees none,
    ``Invalid`` for an unknown organ, rule or cursor.
    """
    rows = _visible(actor)
    if organ:
        found = org.find_organ(name=organ) or org.find_organ(code=organ)
        if found is None:
            raise _unknown("organ", N_("没有这个部门。"))
        rows = rows.filter(organ_id=found.id)
    if rule and rule not in NUMBERS:
        raise _unknown("rule", N_("没有这条规则。"))
    if case_no and not actor.has(*WATCHERS):
        rows = rows.exclude(rule__in=HIDES_CASE)
    given = {"level": level, "state": state, "rule": rule, "case_no": case_no, "person": person}
    rows = rows.filter(**{name: value for name, value in given.items() if value})
    if is_overdue:
        rows = rows.filter(state="issued", life__missed__contains=["explanation"])
    if is_awaiting:
        rows = rows.filter(card_no__in=[number for number, _ in awaiting.owed(_organs(actor))])
    page, following = cursors.cut(rows, cursor, limit)
    names = org.staff_names([row.person for row in page])
    lines = [line(actor, row) | {"person_name": names.get(row.person)} for row in page]
    return {"results": lines, "next": following}


def organs(actor: Actor) -> list[str]:
    """Names of the organs that ever got a card, in the order they were made."""
    ids = set(_visible(actor).order_by().values_list("organ_id", flat=True).distinct())
    return [org.organ(id).name for id in sorted(ids)]


def _unknown(name: str, message: str) -> Invalid:
    return Invalid("invalid-filter", message, fields=[FieldError(name, "unknown-value", message)])


def _visible(actor: Actor) -> QuerySet[Row]:
    if actor.has(*WATCHERS):
        return Row.objects.all()
    if not actor.has(*WATCHED):
        raise NotAllowed("role-lacks-it", N_("您的岗位不能查看监察卡。"))
    return Row.objects.filter(Q(organ_id__in=_organs(actor)))


def _organs(actor: Actor) -> list[int] | None:
    """Whose cards the actor sees; None for all."""
    return None if actor.has(*WATCHERS) else awaiting.organs_of(actor)


def line(actor: Actor, card: Any) -> Json:
    """A card as lists show it (contract section 3), with what a page needs beside it."""
    rule = RULES.by_number.get(card.rule)
    hides = card.rule in HIDES_CASE and not actor.has(*WATCHERS)
    return {
        "card_no": card.card_no,
        "version": card.version,
        "rule": card.rule,
        "rule_name": rule.name if rule else "",
        "level": card.level,
        "case_no": None if hides else card.case_no,
        "organ": org.organ(card.organ_id).name,
        "person": card.person or None,
        "raised_at": card.raised_at,
        "reply_due": card.reply_due_on,
        "state": card.state,
        "evidence": [{"seq": one.seq, "type": one.type, "at": instant(one.at)} for one in _evidence(card)],
        "reason": card.why % card.params if card.params else card.why,
        "why": card.why,
        "params": card.params,
    }


def _evidence(card: Any) -> list[Any]:
    return [one if isinstance(one, Evidence) else Evidence(**one) for one in card.evidence]


def one(actor: Actor, card_no: str, *, now: datetime) -> Json:
    """A card whole: its line, basis, what both sides said, letters, its life, and what may be done to it."""
    return whole(actor, see(actor, card_no), now=now)


def whole(actor: Actor, card: Card, *, now: datetime) -> Json:
    """``one`` of a card that is at hand; raises nothing."""
    rule = RULES.by_number[card.rule]
    names = org.staff_names(_people(card))
    hashes = proof.leaf_hashes("case", card.case_id, [one.seq for one in card.evidence])
    told = line(actor, card)
    for row in told["evidence"]:
        row["leaf_hash"] = hashes.get(row["seq"])
    said = {
        name: _said(getattr(card.life, name), names) for name in ("explanation", "ruling", "appeal", "final")
    }
    return told | said | {
        "sentence": rule.sentence,
        "basis": rule.basis,
        "degree": card.degree,
        "issued_by": card.issued_by,
        "person_name": names.get(card.person),
        "is_overdue": card.is_overdue,
        "letters": [
            {
                "no": letter.no,
                "by": names.get(letter.by, letter.by),
                "at": letter.at,
                "text": letter.text,
                "answer_by": letter.answer_by,
                "is_missed": f"letter:{letter.no}" in card.life.missed,
                "answer": _said(letter.answer, names),
            }
            for letter in card.life.letters
        ],
        "events": _events(card),
        "actions": [
            {
                "name": offer.name,
                "allowed": offer.allowed,
                "reason": _filled(offer),
                "message": offer.reason,
                "params": offer.params,
            }
            for offer in answering.offers(card, context(actor, now=now))
        ],
    }  # fmt: skip


def _filled(offer: answering.Offer) -> str | None:
    return offer.reason % offer.params if offer.reason and offer.params else offer.reason


def _said(said: Said | None, names: dict[str, str]) -> Json | None:
    if said is None:
        return None
    return {"by": names.get(said.by, said.by), "at": said.at, "text": said.text, "is_late": said.is_late}


def _people(card: Card) -> list[str]:
    life = card.life
    said = [one.by for one in (life.explanation, life.ruling, life.appeal, life.final) if one is not None]
    answers = [letter.answer.by for letter in life.letters if letter.answer is not None]
    return [card.person, card.issued_by, *said, *answers, *(letter.by for letter in life.letters)]


def _events(card: Card) -> list[Json]:
    """The life of the card, oldest first; nothing that ever happened to it is left out."""
    life = facts.of_subject("card", card.id)
    names = org.staff_names([actor for _, _, _, actor, _, _ in life])
    return [
        {
            "seq": seq,
            "type": type,
            "at": at,
            "by": names.get(actor, actor),
            "level": data.get("level"),
            "text": data.get("text"),
        }
        for seq, type, at, actor, _, data in life
    ]


def clocks_then(card: Card) -> Json:
    """The clocks of the case as they stood when the card was raised, day by day; empty when none ran."""
    events = [one for one in histories([card.case_id]).get(card.case_id, []) if one.at <= card.raised_at]
    if not events:
        return {}
    item = catalog.definition(events[0].data["item_version_id"])
    table = calendars.table()
    life = history(events, item, table, id=card.case_id)
    today = day_of(card.raised_at)
    found: Json = {}
    for name, span in life.spans.items():
        reading = life.read(name, today)
        assert reading is not None
        found[name] = {
            "limit": span.limit + span.extension,
            "unit": span.unit,
            "due_on": reading.due_on,
            "state": reading.state,
            "light": reading.light,
            "used": reading.used,
            "remaining": reading.remaining,
            "explain": [{"date": note.date, "why": note.why} for note in explain(span, today, table)],
        }
    return found


def counts(actor: Actor) -> dict[str, int]:
    """Cards that stand, by level (withdrawn ones apart), for the head of the list; one statement."""
    rows = _visible(actor).exclude(state="withdrawn").values_list("level").annotate(Count("id"))
    return dict.fromkeys(("reminder", "yellow", "red"), 0) | {level: int(count) for level, count in rows}
