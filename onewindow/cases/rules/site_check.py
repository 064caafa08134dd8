"""Checks on the spot (行政许可法 art. 34(3)): two or more go, the applicant knows, the record says what was found.

The law lists what is not counted (art. 45), and this is not among it: the clocks run on meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from onewindow.cases.rules import commands, recusal
from onewindow.cases.rules.acting import ARTICLE_34, Act, Context, same_person, wrong_state
from onewindow.cases.rules.parties import HANDLED, OPEN
from onewindow.cases.rules.state import GRANTED, CaseState, Fact, SiteCheck
from onewindow.kernel.errors import N_, FieldError, Invalid, Refusal, RuleBroken

LEAST_CHECKERS = 2
LONGEST_DAYS = 7  # a check that took longer was more than one


def pending(state: CaseState) -> SiteCheck | None:
    """The check that was arranged and neither recorded nor called off."""
    last = state.life.site_checks[-1] if state.life.site_checks else None
    return last if last is not None and last.checked_at is None and not last.is_cancelled else None


def checkers(state: CaseState) -> frozenset[str]:
    """Who has been on the spot in this case."""
    return frozenset(one for check in state.life.site_checks if check.checked_at for one in check.checkers)


def undecidable(state: CaseState, context: Context) -> Refusal | None:
    """Why a check keeps a case from its decision; and who looked at the substance does not decide on it."""
    if pending(state) is not None:
        return RuleBroken(
            "site-check-pending",
            N_("现场核查已经安排；提交记录或者取消以后才能作出决定。"),
            basis=ARTICLE_34,
        )
    if context.item.kind != "instant" and context.actor.username in checkers(state):
        return same_person(N_("到现场核查的人不能作出决定。"))
    return None


def _afterwards(name: str, state: CaseState) -> Refusal | None:
    """After the grant somebody goes only to check a promise (``rules/pledge.py``)."""
    pledge = state.life.pledge
    if state.state in GRANTED and (pledge is None or pledge.standing not in ("due", "rectifying")):
        return wrong_state(_BY_NAME[name], state.state)
    return None


def _arrange_guard(state: CaseState, context: Context) -> Refusal | None:
    if (blocked := _afterwards("arrange-site-check", state)) is not None:
        return blocked
    if pending(state) is not None:
        return RuleBroken("already-arranged", N_("现场核查已经安排，改期先取消再安排。"), basis=ARTICLE_34)
    if context.item.kind == "instant":
        return RuleBroken("instant-item", N_("即办件当场办结，不作现场核查。"), basis=ARTICLE_34)
    return None


def _arrange(state: CaseState, body: commands.ArrangeSiteCheck, context: Context) -> list[Fact]:
    _refuse(_faults_of_arranging(state, body, context))
    data: dict[str, Any] = {
        "no": len(state.life.site_checks) + 1,
        "meets_at": body.meets_at.isoformat(),
        "checkers": list(body.checkers),
        "points": len(body.points),
        **context.new,
    }
    told = {
        "checked_at": body.meets_at,
        "place": body.place,
        "points": body.points,
        "checkers_accounts": body.checkers,
        "how": "需要改期的，请提前与本机关联系",
    }
    return [Fact("site-check-arranged", data, (("site-check-notice", told),))]


def _faults_of_arranging(
    state: CaseState, body: commands.ArrangeSiteCheck, context: Context
) -> Iterator[FieldError]:
    if body.meets_at.tzinfo is None:
        yield FieldError("meets_at", "no-zone", N_("时间要写明时区。"))
    elif body.meets_at <= context.now:
        yield FieldError("meets_at", "out-of-range", N_("核查的时间应在现在以后，先通知申请人。"))
    if len(set(body.checkers)) != len(body.checkers):
        yield FieldError("checkers", "same-person", N_("同一个人不能算两个人。"))
    elif len(body.checkers) < LEAST_CHECKERS:
        yield FieldError("checkers", "two-needed", N_("现场核查应当指派两名以上工作人员。"))
    elif not all(context.is_colleague(one, state) for one in body.checkers):
        yield FieldError("checkers", "unknown-person", N_("只能指定本单位有权办理的人。"))
    elif not recusal.out(state).isdisjoint(body.checkers):
        yield FieldError("checkers", "recused", N_("这个人已经回避。"))


def _record_guard(state: CaseState, context: Context) -> Refusal | None:
    if (blocked := _afterwards("record-site-check", state)) is not None:
        return blocked
    found = pending(state)
    if found is None:
        return RuleBroken("no-site-check", N_("没有安排现场核查。"), basis=ARTICLE_34)
    if context.actor.username not in found.checkers:
        return RuleBroken("not-a-checker", N_("核查记录由到现场的人提交。"), basis=ARTICLE_34)
    if context.now < found.meets_at:
        return RuleBroken("not-yet", N_("还没有到核查的时间。"), basis=ARTICLE_34)
    return None


def _record(state: CaseState, body: commands.RecordSiteCheck, context: Context) -> list[Fact]:
    found = pending(state)
    assert found is not None
    _refuse(_faults_of_record(found, body, context))
    # Who was there and what was found stands in the record, which is sealed; the fact tells how many.
    data = {
        "no": len(state.life.site_checks),
        "checked_at": body.checked_at.isoformat(),
        "ended_at": body.ended_at.isoformat(),
        "verdict": body.result,
        "findings": len(body.findings),
        "failed": sum(not one.conforms for one in body.findings),
        "signature": body.signature,
        "photos": [one.file_id for one in body.photos],
    }
    paper = {
        "check": len(state.life.site_checks),
        "checked_at": body.checked_at,
        "ended_at": body.ended_at,
        "checkers_accounts": found.checkers,
        "findings": [
            {"point": one.point, "finding": one.finding, "conforms": one.conforms} for one in body.findings
        ],
        "result": body.result,
        "opinion": body.opinion,
        "photos": [one.caption for one in body.photos],
        "present": body.present or "",
        "present_as": body.present_as or "",
        "signature": body.signature,
        "remark": body.remark or "",
    }
    return [Fact("site-checked", data, (("site-check", paper),))]


def _faults_of_record(
    found: SiteCheck, body: commands.RecordSiteCheck, context: Context
) -> Iterator[FieldError]:
    """Times in their order, every point of the form answered, the one who was there or why nobody signed."""
    if body.checked_at.tzinfo is None or body.ended_at.tzinfo is None:
        yield FieldError("checked_at", "no-zone", N_("时间要写明时区。"))
    elif not found.meets_at <= body.checked_at < body.ended_at <= context.now:
        yield FieldError("checked_at", "out-of-range", N_("开始和结束的时间应在通知的时间以后、现在以前。"))
    elif (body.ended_at - body.checked_at).days >= LONGEST_DAYS:
        yield FieldError("ended_at", "out-of-range", N_("一次核查不会超过七天。"))
    if len(body.findings) < found.points:
        yield FieldError("findings", "points-open", N_("还有核查项目没有写明情况。"))
    if body.signature != "absent" and body.present is None:
        yield FieldError("present", "required", N_("写明在场的人；没有人在场的，选“没有人在场”。"))
    if body.signature != "signed" and body.remark is None:
        yield FieldError("remark", "required", N_("没有人签名的，写明情况。"))
    if body.result == "conforms" and any(not one.conforms for one in body.findings):
        yield FieldError("result", "contrary", N_("有不符合的项目，结论不能是“符合”。"))


def _refuse(faults: Iterator[FieldError]) -> None:
    fields = list(faults)
    if fields:
        raise Invalid(
            "invalid-fields",
            N_("有的内容不符合要求，请改正后再提交。"),
            basis=ARTICLE_34,
            fields=fields,
        )


def _cancel_guard(state: CaseState, context: Context) -> Refusal | None:
    if (blocked := _afterwards("cancel-site-check", state)) is not None:
        return blocked
    if pending(state) is None:
        return RuleBroken("no-site-check", N_("没有安排现场核查。"), basis=ARTICLE_34)
    return None


def _cancel(state: CaseState, body: commands.CancelSiteCheck, context: Context) -> list[Fact]:
    return [Fact("site-check-cancelled", {"no": len(state.life.site_checks), "reason": body.reason})]


_BENCH = ("examiner", "approver", "head")

ACTS = (
    Act(
        "arrange-site-check",
        HANDLED | GRANTED,
        ("examiner", "head"),
        commands.ArrangeSiteCheck,
        _arrange,
        _arrange_guard,
        basis=ARTICLE_34,
    ),
    Act(
        "record-site-check",
        OPEN | GRANTED,
        _BENCH,
        commands.RecordSiteCheck,
        _record,
        _record_guard,
        basis=ARTICLE_34,
    ),
    Act(
        "cancel-site-check",
        OPEN | GRANTED,
        ("examiner", "head"),
        commands.CancelSiteCheck,
        _cancel,
        _cancel_guard,
        basis=ARTICLE_34,
    ),
)
_BY_NAME = {act.name: act for act in ACTS}
