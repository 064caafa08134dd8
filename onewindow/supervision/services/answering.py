"""Deeds on cards: what the organ and the supervisor say to each other, and cards that are issued by hand."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from django.db import transaction
from msgspec import Meta

from onewindow.base import calendars, facts
from onewindow.cases.queries.histories import histories
from onewindow.cases.services import checking
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, FieldError, Invalid, NotAllowed, NotFound, Refusal
from onewindow.supervision import cardstore, conventions, store
from onewindow.supervision.rules import answering
from onewindow.supervision.rules.answering import WATCHERS, Act, Body, Context, Text
from onewindow.supervision.rules.cards import Card, Evidence
from onewindow.supervision.rules.matters import Matter
from onewindow.supervision.rules.watching import Hit
from onewindow.supervision.services import carding

_DEGREES = {"reminder": "near", "yellow": "over", "red": "grave"}


def context(actor: Actor, *, now: datetime) -> Context:
    """What decisions about cards look at now."""
    return Context(now, actor, conventions.current(), calendars.table())


def see(actor: Actor, card_no: str, *, is_locked: bool = False) -> Card:
    """The card, or ``NotFound``: what is not there and what is not the actor's look the same."""
    fits = "\0" not in card_no and len(card_no) < 40
    found = cardstore.read("card_no = %s", [card_no], then="FOR UPDATE" if is_locked else "") if fits else []
    if not found or not answering.may_see(actor, found[0].organ_id):
        raise NotFound("no-such-card", N_("没有找到这张卡，请核对编号。"))
    return found[0]


def act(actor: Actor, card_no: str, action: str, body: dict[str, Any], *, now: datetime) -> Card:
    """Take an action on a card; the card after it. The same said twice by the same person is said once.

    Raises ``NotFound`` (card or action), ``Invalid``, ``NotAllowed``, ``Stale``, ``RuleBroken``.
    """
    taken = answering.act_named(action)
    asked: Body = checking.read(body, taken.body)
    with transaction.atomic():
        card = see(actor, card_no, is_locked=True)
        try:
            fact = answering.decide(card, taken, asked, context(actor, now=max(now, card.last_at)))
        except Refusal:
            if _is_repeat(card, taken, asked, actor):
                return card
            raise
        batch = carding.Batch(actor=actor, role=_role(actor, taken))
        after = batch.tell(card, fact.type, fact.data, id=card.id, at=now)
        batch.write()
    return after


def _is_repeat(card: Card, act: Act, asked: Body, actor: Actor) -> bool:
    """Whether the last thing that happened to the card is this very deed."""
    _, type, _, who, _, data = facts.of_subject("card", card.id)[-1]
    return (type, who, data.get("text")) == (act.fact, actor.username, asked.reason.strip())


def _role(actor: Actor, act: Act) -> str:
    return next(role for role in act.roles if actor.has(role))


class CardIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A card issued by hand (rule 8): the case, what was found, and the facts of the case that show it."""

    case_no: Annotated[str, Meta(min_length=1, max_length=64)]
    level: Literal["reminder", "yellow", "red"]
    reason: Text
    evidence: Annotated[tuple[Annotated[int, Meta(ge=1, le=1_000_000)], ...], Meta(max_length=50)] = ()
    person: Annotated[str, Meta(max_length=150)] = ""


def issue_by_hand(actor: Actor, body: dict[str, Any], *, now: datetime) -> Card:
    """Issue a card for another breach; the same finding on the same case gives the same card.

    Raises ``NotAllowed`` for who does not watch, ``NotFound`` for a case that supervision does not know,
    ``Invalid`` for evidence that is no fact of the case.
    """
    if not actor.has(*WATCHERS):
        raise NotAllowed("role-lacks-it", N_("您的岗位不能发卡。"))
    asked = checking.read(body, CardIn)
    with transaction.atomic():
        matter = _matter(asked.case_no)
        evidence = _evidence(matter, asked)
        mark = f"hand:{hashlib.sha256(asked.reason.strip().encode()).hexdigest()[:16]}"
        standing = cardstore.read(
            "case_id = %s AND rule = '8' AND mark = %s", [matter.case_id, mark], then="FOR UPDATE"
        )
        if standing:
            return standing[0]
        hit = Hit(
            rule="8",
            mark=mark,
            degree=_DEGREES[asked.level],
            at=now,
            why="%(finding)s",
            person=asked.person.strip(),
            params={"finding": asked.reason.strip()},
        )
        made = carding.charged(carding.Struck(matter, hit, evidence), asked.level, conventions.current(), now)
        batch = carding.Batch(actor=actor, role=next(role for role in WATCHERS if actor.has(role)))
        card = batch.tell(None, "issued", made, id=made.pop("id"), at=now)
        batch.write()
    return card


def _matter(case_no: str) -> Matter:
    found = store.matter_of(case_no.strip())
    if found is None:
        raise NotFound("no-such-case", N_("没有找到这件事，请核对办件编号。"))
    return found


def _evidence(matter: Matter, asked: CardIn) -> tuple[Evidence, ...]:
    events = {one.seq: one for one in histories([matter.case_id]).get(matter.case_id, [])}
    strange = [place for place, seq in enumerate(asked.evidence) if seq not in events]
    if strange:
        message = N_("办件没有这条记录。")
        fields = [FieldError(f"evidence.{place}", "no-such-event", message) for place in strange]
        raise Invalid("invalid-fields", N_("有的内容不符合要求，请改正后再提交。"), fields=fields)
    chosen = [events[seq] for seq in dict.fromkeys(asked.evidence)]
    return tuple(Evidence(one.seq, one.type, facts.micros_of(one.at)) for one in chosen)
