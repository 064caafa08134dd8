"""A change is examined by two offices side by side and then decided by the leader: four persons, none twice."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.db import transaction

from onewindow.catalog import publishing
from onewindow.catalog.changes import acting, checking, force, reads, store
from onewindow.catalog.models import Change
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, FieldError, Invalid

Verdict = Literal["agree", "disagree", "return"]
_FACTS = {"agree": "change-examined", "disagree": "change-rejected", "return": "change-returned"}
LONGEST = 4000


def examine(
    actor: Actor,
    number: str,
    *,
    version: int,
    verdict: Verdict,
    text: str = "",
    seat: str | None = None,
    now: datetime,
) -> dict[str, Any]:
    """The establishment office or the legal office says what it thinks, in any order.

    ``agree`` leaves it to the others; ``return`` sends it back to its author for a new round; ``disagree`` ends
    it: nothing comes into force against one of the offices. The last two need ``text``. An opinion of the other
    office given meanwhile does not make ``version`` stale. Raises ``NotAllowed``, ``RuleBroken`` (``same-person``,
    ``wrong-state``, ``already-said``), ``Stale``, ``Invalid``.
    """
    _require_text(verdict, text)
    with transaction.atomic():
        change = store.locked(actor, number)
        said = change.opinions.filter(round=change.round).count()
        if not change.version - said <= version <= change.version:
            raise store.stale()
        refused = acting.refusal("examine", change, actor, seat=seat)
        if refused is not None:
            raise refused
        chosen = seat or acting.seats_of(change, actor)[0]
        _say(change, actor, chosen, verdict, text, now)
        return reads.shape(actor, change)


def approve(actor: Actor, number: str, *, version: int, text: str = "", now: datetime) -> dict[str, Any]:
    """The leader approves what both offices agreed to; what is due comes into force in the same transaction.

    Raises ``NotAllowed``, ``RuleBroken`` (``opinions-missing``, ``same-person``, ``wrong-state``), ``Stale``
    when the change or one of its bases has moved.
    """
    _require_text("agree", text)
    with transaction.atomic():
        change = _for_leader(actor, number, version, "approve")
        publishing.lock()
        refused = checking.refusal(change.kind, store.targets_of(change))
        if refused is not None:
            raise refused
        change.leader_id = actor.account_id
        store.put_opinion(change, actor, "leader", "agree", text.strip(), now=now)
        change.state, change.decided_at = "passed", now
        store.save(change, now=now)
        store.tell(
            change,
            "change-approved",
            actor,
            now=now,
            role="leader",
            text=store.text_digest(text.strip()),
            targets=store.summary(store.targets_of(change)),
        )
        if force.is_due(change, now):
            force.put_into_force(change, actor=actor, now=now)
        return reads.shape(actor, change)


def reject(actor: Actor, number: str, *, version: int, text: str, now: datetime) -> dict[str, Any]:
    """The leader turns a change down, with the reason; it ends there. Raises what ``approve`` raises."""
    _require_text("disagree", text)
    with transaction.atomic():
        change = _for_leader(actor, number, version, "reject")
        _say(change, actor, "leader", "disagree", text, now)
        return reads.shape(actor, change)


def _for_leader(actor: Actor, number: str, version: int, action: str) -> Change:
    change = store.locked(actor, number, version=version)
    refused = acting.refusal(action, change, actor)
    if refused is not None:
        raise refused
    return change


def _say(change: Change, actor: Actor, seat: str, verdict: str, text: str, now: datetime) -> None:
    store.put_opinion(change, actor, seat, verdict, text.strip(), now=now)
    data = {"seat": seat, "verdict": verdict, "text": store.text_digest(text.strip())}
    store.tell(change, _FACTS[verdict], actor, now=now, role=seat, **data)
    setattr(change, f"{seat}_id", actor.account_id)
    if verdict == "disagree":
        change.state, change.decided_at = "rejected", now
    elif verdict == "return":
        store.back_to_draft(change)
    store.save(change, now=now)


def _require_text(verdict: str, text: str) -> None:
    if verdict not in _FACTS:
        problem = FieldError("verdict", "not-an-option", N_("意见应当是同意、不同意或退回"))
    elif verdict != "agree" and not text.strip():
        problem = FieldError("text", "required", N_("不同意或退回要写明理由"))
    elif len(text) > LONGEST or "\x00" in text:
        problem = FieldError("text", "invalid", N_("意见过长或含有不能保存的字符"))
    else:
        return
    raise Invalid("invalid-fields", N_("意见有误"), fields=[problem])
