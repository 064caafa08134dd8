"""Hearings (行政许可法 art. 45-48): right told, asked for in five days, held in twenty, decided on its record."""

from __future__ import annotations

from datetime import date
from typing import Any

from onewindow.cases.rules import commands, recusal
from onewindow.cases.rules.acting import (
    ARTICLE_45,
    ARTICLE_47,
    ARTICLE_48,
    Act,
    Context,
    invalid,
)
from onewindow.cases.rules.clocks import day_of
from onewindow.cases.rules.parties import HANDLED, OPEN, speaks_for
from onewindow.cases.rules.state import CaseState, Fact, Hearing
from onewindow.kernel.errors import N_, FieldError, Invalid, Refusal, RuleBroken

REQUEST_DAYS = 5  # art. 47, working days (art. 82)
ORGANISE_DAYS = 20  # art. 47
NOTICE_DAYS = 7  # art. 48(1)
APPLY_DAYS = 5  # for the public to ask for a seat; the organ's own term
PROCEDURE = "hearing"


def is_pending(state: CaseState) -> bool:
    """True from the arrangement of a hearing until it was held or called off."""
    found = state.life.hearing
    return found is not None and found.is_pending


def undecidable(state: CaseState, context: Context) -> Refusal | None:
    """Why the hearing keeps a case from its decision: right not told, term runs, not held (art. 47, 48)."""
    found = state.life.hearing
    if state.life.touches_third_party and untold(state):
        return RuleBroken(
            "hearing-untold", N_("直接关系他人重大利益的，作出决定前应当告知听证的权利。"), basis=ARTICLE_47
        )
    if found is None or found.is_withdrawn or found.held_on is not None:
        return None
    if found.requested_on is not None:
        return RuleBroken(
            "hearing-not-held", N_("已经有人要求听证，听证以前不能作出决定。"), basis=ARTICLE_48
        )
    if len(found.waived) <= state.life.parties and _term_runs(found, context.today):
        return RuleBroken("hearing-term-runs", N_("要求听证的期限还没有过，不能作出决定。"), basis=ARTICLE_47)
    return None


def untold(state: CaseState) -> list[int]:
    """The applicant and the third parties whom nobody has told of their right to a hearing."""
    told = state.life.hearing.told if state.life.hearing is not None else ()
    return [no for no in range(state.life.parties + 1) if no not in told]


def _term_runs(found: Hearing, today: date) -> bool:
    return found.request_by is not None and today <= found.request_by


def _tell_guard(state: CaseState, context: Context) -> Refusal | None:
    if not untold(state):
        return RuleBroken("already-told", N_("听证的权利已经告知过。"), basis=ARTICLE_47)
    if state.life.touches_third_party and not state.life.parties:
        return RuleBroken("no-third-party", N_("先登记利害关系人，再告知听证的权利。"), basis=ARTICLE_47)
    return None


def _tell(state: CaseState, body: commands.TellHearingRights, context: Context) -> list[Fact]:
    request_by = context.table.add(context.today, REQUEST_DAYS)
    told = {"matters": body.matters, "facts": body.facts or "", "answer_by_on": request_by}
    return [
        Fact(
            "hearing-rights-told",
            {"party": no, "request_by": request_by.isoformat()},
            (("hearing-rights", {**told, "party": no}),),
        )
        for no in untold(state)
    ]


def _request_guard(state: CaseState, context: Context) -> Refusal | None:
    found = state.life.hearing
    if found is None or found.told_on is None:
        return RuleBroken("hearing-untold", N_("听证的权利还没有告知。"), basis=ARTICLE_47)
    if found.requested_on is not None or found.meets_at is not None:
        return RuleBroken("already-requested", N_("已经有人要求听证。"), basis=ARTICLE_47)
    if not _term_runs(found, context.today):
        return RuleBroken("past-due", N_("要求听证的五个工作日已经过了。"), basis=ARTICLE_47)
    return None


def _request(state: CaseState, body: commands.RequestHearing, context: Context) -> list[Fact]:
    speaks_for(state, body.party, context)
    organise_by = context.table.add(context.today, ORGANISE_DAYS)
    return [Fact("hearing-requested", {"party": body.party, "organise_by": organise_by.isoformat()})]


def _waive(state: CaseState, body: commands.WaiveHearing, context: Context) -> list[Fact]:
    speaks_for(state, body.party, context)
    found = state.life.hearing
    if found is not None and body.party in found.waived:
        raise RuleBroken("already-waived", N_("已经表示不要求听证。"), basis=ARTICLE_47)
    return [Fact("hearing-waived", {"party": body.party})]


def _arrange_guard(state: CaseState, context: Context) -> Refusal | None:
    """Asked for, or held of the organ's own motion in a matter of the public interest (art. 46)."""
    found = state.life.hearing
    if found is not None and found.held_on is not None:
        return RuleBroken("already-held", N_("听证已经举行。"), basis=ARTICLE_48)
    if is_pending(state):
        return RuleBroken("already-arranged", N_("听证已经安排，改期先取消再安排。"), basis=ARTICLE_48)
    if state.state == "paused" and state.life.stops[-1].procedure != PROCEDURE:
        return RuleBroken("other-procedure", N_("别的特别程序还没有结束。"), basis=ARTICLE_45)
    if context.item.kind == "instant":
        return RuleBroken("instant-item", N_("即办件当场办结，没有特别程序。"), basis=ARTICLE_45)
    return None


def _arrange(state: CaseState, body: commands.ArrangeHearing, context: Context) -> list[Fact]:
    found = state.life.hearing or Hearing()
    meets_on = _meeting_day(body, found, context)
    _people(state, body, found, context)
    said = {
        "matters": body.matters,
        "held_at": body.held_at,
        "place": body.place,
        "host_account": body.host,
        "recorder_account": body.recorder,
        "is_public": body.public,
    }
    data = {**said, "held_at": body.held_at.isoformat()}
    announced = {**said, "apply_by_on": context.table.add(context.today, APPLY_DAYS)}
    papers = (("hearing-announcement", announced),) if body.public else ()
    noticed = [
        Fact("hearing-noticed", {"party": no}, (("hearing-notice", {**said, "party": no}),))
        for no in range(state.life.parties + 1)
    ]
    return [Fact("hearing-arranged", data, papers), *noticed, *_pause(state, found, meets_on, context)]


def _meeting_day(body: commands.ArrangeHearing, found: Hearing, context: Context) -> date:
    if body.held_at.tzinfo is None:
        raise invalid("held_at", "no-zone", N_("时间要写明时区。"))
    meets_on = day_of(body.held_at)
    if meets_on < context.table.add(context.today, NOTICE_DAYS):
        raise _against("held_at", "too-early", N_("听证应当在通知七个工作日以后举行。"), ARTICLE_48)
    # Who let the twenty days pass without a hearing holds it as soon as the law lets them.
    latest = max(found.organise_by or date.max, context.table.add(context.today, NOTICE_DAYS))
    if meets_on > latest:
        raise _against("held_at", "too-late", N_("听证应当在要求听证之日起二十个工作日内举行。"), ARTICLE_47)
    return meets_on


def _people(state: CaseState, body: commands.ArrangeHearing, found: Hearing, context: Context) -> None:
    """The host is of the organ, no examiner of this case (art. 48(3)), and not the one who writes."""
    for name in ("host", "recorder"):
        if not context.is_colleague(getattr(body, name), state):
            raise invalid(name, "unknown-person", N_("只能指定本单位有权办理的人。"))
        if getattr(body, name) in recusal.gone(state):
            raise invalid(name, "recused", N_("这个人已经回避。"))
    if body.host in (*state.life.examiners, found.told_by):
        raise _against("host", "same-person", N_("审查这件事的人不能主持听证。"), ARTICLE_48)
    if body.host == body.recorder:
        raise _against("recorder", "same-person", N_("主持人和记录人应当是两个人。"), ARTICLE_48)


def _against(field: str, code: str, message: str, basis: str) -> Invalid:
    return Invalid(
        "invalid-fields",
        N_("有的内容不符合要求，请改正后再提交。"),
        basis=basis,
        fields=[FieldError(field, code, message)],
    )


def _pause(state: CaseState, found: Hearing, meets_on: date, context: Context) -> list[Fact]:
    """The time of the hearing is not counted (art. 45), from its arrangement to its record."""
    if state.state == "paused":
        return []
    told: dict[str, Any] = {
        "procedure": PROCEDURE,
        "reason": "举行听证",
        "expected_days": max(1, context.table.count(context.today, meets_on)),
        "basis": ARTICLE_48,
    }
    data = {
        "to": "paused",
        **told,
        "start": context.today.isoformat(),
        "expected_on": meets_on.isoformat(),
        "proposed_by": found.told_by or context.actor.username,
    }
    paper = {**told, "start": context.today, "expected_on": meets_on}
    return [Fact("paused", data, (("special-procedure", paper),))]


def _record_guard(state: CaseState, context: Context) -> Refusal | None:
    found = state.life.hearing
    if found is None or not is_pending(state):
        return RuleBroken("no-hearing", N_("没有安排听证。"), basis=ARTICLE_48)
    if context.actor.username not in (found.host, found.recorder):
        return RuleBroken("not-the-host", N_("听证笔录由主持人或者记录人提交。"), basis=ARTICLE_48)
    if found.meets_at is not None and context.now < found.meets_at:
        return RuleBroken("not-yet", N_("听证还没有开始。"), basis=ARTICLE_48)
    return recusal.unhearable(state)


def _record(state: CaseState, body: commands.RecordHearing, context: Context) -> list[Fact]:
    found = state.life.hearing
    assert found is not None and found.meets_at is not None
    if body.ended_at.tzinfo is None or not found.meets_at < body.ended_at <= context.now:
        raise invalid("ended_at", "out-of-range", N_("结束时间应在听证开始以后、现在以前，并写明时区。"))
    # Who came and what they said stands in the record, which is sealed; the fact tells how many.
    data = {
        "result": body.result,
        "attendees": len(body.attendees),
        "statements": len(body.statements),
        "ended_at": body.ended_at.isoformat(),
    }
    paper = {
        "matters": found.matters,
        "held_at": found.meets_at,
        "place": found.place,
        "host_account": found.host,
        "recorder_account": found.recorder,
        "is_public": found.is_public,
        "ended_at": body.ended_at,
        "attendees": [{"name": one.name, "role": one.role} for one in body.attendees],
        "statements": [{"by": one.by, "text": one.text} for one in body.statements],
    }
    return [Fact("hearing-held", data, (("hearing-record", paper),)), _resumed(body.result)]


def _resumed(result: str) -> Fact:
    return Fact("resumed", {"to": "in_review", "result": result, "procedure": PROCEDURE, "name": "听证"})


def _cancel_guard(state: CaseState, context: Context) -> Refusal | None:
    if not is_pending(state):
        return RuleBroken("no-hearing", N_("没有安排听证。"), basis=ARTICLE_48)
    return None


def _cancel(state: CaseState, body: commands.CancelHearing, context: Context) -> list[Fact]:
    told = {"reason": body.reason, "withdrawn": body.withdrawn}
    return [Fact("hearing-cancelled", told), _resumed(body.reason)]


_OFFICE_AND_APPLICANT = ("applicant", "clerk", "examiner")
_BENCH = ("examiner", "approver", "head")
_PAUSED = frozenset({"paused"})

ACTS = (
    Act(
        "tell-hearing-rights",
        HANDLED,
        ("examiner",),
        commands.TellHearingRights,
        _tell,
        _tell_guard,
        basis=ARTICLE_47,
    ),
    Act(
        "request-hearing",
        OPEN,
        _OFFICE_AND_APPLICANT,
        commands.RequestHearing,
        _request,
        _request_guard,
        basis=ARTICLE_47,
    ),
    Act(
        "waive-hearing",
        OPEN,
        _OFFICE_AND_APPLICANT,
        commands.WaiveHearing,
        _waive,
        _request_guard,
        basis=ARTICLE_47,
    ),
    Act(
        "arrange-hearing",
        OPEN,
        ("head",),
        commands.ArrangeHearing,
        _arrange,
        _arrange_guard,
        basis=ARTICLE_48,
    ),
    Act("record-hearing", _PAUSED, _BENCH, commands.RecordHearing, _record, _record_guard, basis=ARTICLE_48),
    Act(
        "cancel-hearing", _PAUSED, ("head",), commands.CancelHearing, _cancel, _cancel_guard, basis=ARTICLE_48
    ),
)
