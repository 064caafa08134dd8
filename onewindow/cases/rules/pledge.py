"""告知承诺 (handbook 3.7, 国办发〔2020〕42号): granted on a promise, checked afterwards, and what comes of it.

No 承诺件: that is the ``kind`` of a case that promises a day. What is promised and until when it is checked stands in
``Life.pledge``; an unrepaired breach there is the applicant's entry in the credit record.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from onewindow.cases.rules import commands, site_check
from onewindow.cases.rules.acting import Act, Context, same_person
from onewindow.cases.rules.state import GRANTED, CaseState, Fact, Pledge
from onewindow.kernel.errors import N_, FieldError, Invalid, Refusal, RuleBroken

GUIDANCE = "《国务院办公厅关于全面推行证明事项和涉企经营许可事项告知承诺制的指导意见》（国办发〔2020〕42号）"
MOST_TERM_DAYS = 90  # calendar days to correct
_CONSEQUENCES = "逾期不改正的，本机关将依法撤销上述决定，并记入信用记录；修复以前不再适用告知承诺。"


def found(state: CaseState) -> Pledge:
    """The promise that the case was granted on; the guards have seen that there is one."""
    assert state.life.pledge is not None
    return state.life.pledge


def is_open(state: CaseState) -> bool:
    """True from the grant until the promise was found kept or broken."""
    return state.life.pledge is not None and state.life.pledge.standing in ("due", "rectifying")


def is_breach(state: CaseState) -> bool:
    """True while a broken promise stands in the credit record."""
    pledge = state.life.pledge
    return pledge is not None and pledge.standing == "breached" and pledge.repaired_on is None


def checked_since(state: CaseState) -> bool:
    """Whether somebody was on the spot since the last word on the promise (the grant, or the order to correct)."""
    visits = [one for one in state.life.site_checks if not one.is_cancelled and one.checked_at is not None]
    return len(visits) > found(state).visits


def _guard(state: CaseState, context: Context) -> Refusal | None:
    if state.life.pledge is None:
        return RuleBroken("no-pledge", N_("这件事不是以告知承诺办理的。"), basis=GUIDANCE)
    if not is_open(state):
        return RuleBroken("already-checked", N_("承诺已经核查完毕。"), basis=GUIDANCE)
    if context.is_erased:
        return RuleBroken("erased", N_("这件事的个人信息已经依法删除，不能再制作文书。"))
    if state.life.licence.standing != "valid":
        return RuleBroken("not-valid", N_("这个许可已经失效。"), basis=GUIDANCE)
    if context.actor.username == state.life.decided_by:
        return same_person(N_("作出决定的人不能核查承诺。"))
    if site_check.pending(state) is not None:
        return RuleBroken("site-check-pending", N_("现场核查已经安排；先提交记录或者取消。"), basis=GUIDANCE)
    return None


def _check(state: CaseState, body: commands.CheckPledge, context: Context) -> list[Fact]:
    pledge = found(state)
    if body.result == "unmet" and pledge.standing == "rectifying" and context.today <= pledge.due_on:
        raise RuleBroken("term-runs", N_("改正的期限还没有过，期满再下结论。"), basis=GUIDANCE)
    _refuse(_faults(state, body, context))
    told: dict[str, Any] = {"method": body.method, "findings": body.findings}
    if body.result == "kept":
        return [Fact("pledge-kept", told)]
    if body.result == "unmet" and pledge.standing == "due":
        assert body.correct_by is not None
        paper = {
            "facts": body.findings,
            "requirements": list(body.requirements),
            "correct_by_on": body.correct_by,
            "consequences": _CONSEQUENCES,
        }
        told |= {"requirements": list(body.requirements), "correct_by": body.correct_by.isoformat()}
        return [Fact("rectification-ordered", told, (("rectification", paper),))]
    return [Fact("pledge-breached", told | {"breach": body.result})]


def _faults(state: CaseState, body: commands.CheckPledge, context: Context) -> Iterator[FieldError]:
    """What a check must tell, and that it does not contradict what was found on the spot."""
    if body.method == "site" and not checked_since(state):
        yield FieldError("method", "no-site-check", N_("还没有现场核查的记录，先安排现场核查。"))
    elif body.method == "site" and body.result == "kept" and state.life.site_checks[-1].result == "fails":
        yield FieldError("result", "contrary", N_("现场核查的结论是不符合，不能写“承诺属实”。"))
    if body.result == "unmet" and found(state).standing == "due":
        if not body.requirements:
            yield FieldError("requirements", "required", N_("写明要改正什么。"))
        latest = context.today + timedelta(days=MOST_TERM_DAYS)
        if body.correct_by is None:
            yield FieldError("correct_by", "required", N_("必须填写。"))
        elif not context.today < body.correct_by <= latest:
            yield FieldError("correct_by", "out-of-range", N_("期限应在明天以后、90 日以内。"))


def _refuse(faults: Iterator[FieldError]) -> None:
    fields = list(faults)
    if fields:
        raise Invalid(
            "invalid-fields", N_("有的内容不符合要求，请改正后再提交。"), basis=GUIDANCE, fields=fields
        )


def _repair_guard(state: CaseState, context: Context) -> Refusal | None:
    if not is_breach(state):
        return RuleBroken("no-breach", N_("没有需要修复的失信记录。"), basis=GUIDANCE)
    if context.actor.username in found(state).checked_by:
        return same_person(N_("核查的人不能自己修复，须由另一人办理。"))
    return None


def _repair(state: CaseState, body: commands.RepairCredit, context: Context) -> list[Fact]:
    return [Fact("credit-repaired", {"reason": body.reason})]


ACTS = (
    Act("check-pledge", GRANTED, ("examiner", "head"), commands.CheckPledge, _check, _guard, basis=GUIDANCE),
    Act("repair-credit", GRANTED, ("head",), commands.RepairCredit, _repair, _repair_guard, basis=GUIDANCE),
)
NAMES = frozenset(act.name for act in ACTS)
