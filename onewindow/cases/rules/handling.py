"""Between acceptance and decision: review, pause, resume, extension, forwarding, deferred materials."""

from __future__ import annotations

from datetime import date
from typing import Any

from msgspec.structs import replace

from onewindow.cases.rules import commands, hearing
from onewindow.cases.rules.acceptance import changed_rows, rows_data
from onewindow.cases.rules.acting import (
    ARTICLE_42,
    ARTICLE_45,
    ARTICLE_48,
    Act,
    Context,
    invalid,
    same_person,
)
from onewindow.cases.rules.clocks import examiner_steps, read, spans
from onewindow.cases.rules.state import PROCEDURES, CaseState, Fact, Row
from onewindow.kernel.errors import N_, FieldError, Invalid, NotAllowed, Refusal, RuleBroken

_HANDLED = frozenset({"accepted", "in_review"})


def _is_instant(context: Context) -> bool:
    return context.item.kind == "instant"


def _review_guard(state: CaseState, context: Context) -> Refusal | None:
    if state.life.accepted_by == context.actor.username and not _is_instant(context):
        return same_person(N_("受理的人不能再审查同一件事。"))
    if state.life.forwarded_on is not None and not state.life.is_answered:
        return RuleBroken("awaits-superior", N_("已上报，等上级答复后再办。"))
    if state.life.hearing is not None and state.life.hearing.host == context.actor.username:
        return RuleBroken("same-person", N_("主持听证的人不能再审查同一件事。"), basis=ARTICLE_48)
    return None


def _review(state: CaseState, body: commands.Review, context: Context) -> list[Fact]:
    steps = [step.name for step in context.item.steps if step.role == "examiner"]
    done = state.life.steps_done
    _right_step(body.step, steps, done)
    # A negative opinion ends the examination: what is left is the decision.
    after = min(done + 1, examiner_steps(context.item)) if body.passed else examiner_steps(context.item)
    data = {
        "to": "in_review",
        "opinion": body.opinion,
        "pass": body.passed,
        "step": steps[done] if done < len(steps) else None,
        "steps_done": max(after, 1),
    }
    return [Fact("reviewed", data)]


def _right_step(asked: str | int | None, steps: list[str], done: int) -> None:
    if asked is None:
        return
    expected = steps[done] if done < len(steps) else None
    if asked not in (expected, done + 1):
        raise invalid("step", "wrong-step", N_("现在应走的步骤是：%(step)s。"), step=expected or "—")


def _pause_guard(state: CaseState, context: Context) -> Refusal | None:
    if _is_instant(context):
        return RuleBroken("instant-item", N_("即办件当场办结，没有特别程序。"), basis=ARTICLE_45)
    return None


def _pause(state: CaseState, body: commands.Pause, context: Context) -> list[Fact]:
    proposal = state.life.proposal
    if proposal is None:
        return [_propose_pause(body, context)]
    told: dict[str, Any] = dict(proposal.body)
    expected_on = context.table.add(context.today, told["expected_days"])
    data = {
        "to": "paused",
        **told,
        "start": context.today.isoformat(),
        "expected_on": expected_on.isoformat(),
        "proposed_by": proposal.by,
    }
    paper = {**told, "start": context.today, "expected_on": expected_on}
    return [Fact("paused", data, (("special-procedure", paper),))]


def _propose_pause(body: commands.Pause, context: Context) -> Fact:
    lacking = [name for name in ("procedure", "reason", "expected_days") if getattr(body, name) is None]
    listed = next((one for one in context.item.special_procedures if one.kind == body.procedure), None)
    if listed is None and body.procedure is not None and body.basis is None:
        lacking.append("basis")
    if lacking:
        raise Invalid(
            "invalid-fields",
            N_("有的内容不符合要求，请改正后再提交。"),
            basis=ARTICLE_45,
            fields=[FieldError(name, "required", N_("必须填写。")) for name in lacking],
        )
    basis = body.basis or (listed.basis if listed is not None else "")
    told = {
        "procedure": body.procedure,
        "reason": body.reason,
        "expected_days": body.expected_days,
        "basis": basis,
    }
    return Fact("pause-proposed", {"action": "pause", "body": told})


def _resume_guard(state: CaseState, context: Context) -> Refusal | None:
    if hearing.is_pending(state):
        return RuleBroken(
            "hearing-pending", N_("听证已经安排；提交笔录或者取消听证后，时钟才恢复。"), basis=ARTICLE_48
        )
    return None


def _resume(state: CaseState, body: commands.Resume, context: Context) -> list[Fact]:
    procedure = state.life.stops[-1].procedure
    data = {"to": "in_review", "result": body.result, "procedure": procedure, "name": PROCEDURES[procedure]}
    return [Fact("resumed", data)]


def _extend_guard(state: CaseState, context: Context) -> Refusal | None:
    """行政许可法 art. 42: once, before the limit ends, by the head (joint handling: of the government)."""
    if state.life.extended_on is not None:
        return RuleBroken("already-extended", N_("期限只能延长一次，这件事已经延长过。"), basis=ARTICLE_42)
    if state.kind == "joint" and "leader" not in context.actor.roles:
        return NotAllowed(
            "needs-leader", N_("联办件的延期由本级人民政府负责人批准。"), basis=ARTICLE_42 + "第二款"
        )
    if state.kind != "joint" and "head" not in context.actor.roles:
        return NotAllowed("needs-head", N_("延期由本行政机关负责人批准。"), basis=ARTICLE_42 + "第一款")
    legal = spans(state, context.item).get("legal")
    if legal is None:
        return RuleBroken("no-legal-limit", N_("这件事没有法定时限，无须延期。"), basis=ARTICLE_42)
    if legal.ended_on is not None:
        return RuleBroken("clock-ended", N_("办理时限已经停止，不能延期。"), basis=ARTICLE_42)
    if context.today > read(legal, context.today, context.table).due_on:
        return RuleBroken("past-due", N_("法定期限已过，不能再延长。"), basis=ARTICLE_42)
    if most_extension(state, context) < 1:
        return RuleBroken("not-extendable", N_("这件事的时限不能延长。"), basis=ARTICLE_42)
    return None


def most_extension(state: CaseState, context: Context) -> int:
    """The most days by which the legal limit may be extended."""
    if context.item.legal_extension is not None:
        return context.item.legal_extension.days
    rules = context.item.type_rules
    return rules.joint_extension_days if state.kind == "joint" else rules.extension_days


def _extend(state: CaseState, body: commands.Extend, context: Context) -> list[Fact]:
    most = most_extension(state, context)
    if body.days > most:
        raise invalid("days", "out-of-range", N_("最多延长 %(most)s 日。"), most=most)
    legal = spans(state, context.item)["legal"]
    before = read(legal, context.today, context.table).due_on
    after = read(replace(legal, extension=legal.extension + body.days), context.today, context.table).due_on
    data = {"days": body.days, "reason": body.reason, "from": before.isoformat(), "until": after.isoformat()}
    paper = {"days": body.days, "reason": body.reason, "from": before, "until": after}
    return [Fact("extended", data, (("extension", paper),))]


def _forward_guard(state: CaseState, context: Context) -> Refusal | None:
    if state.life.forwarded_on is not None:
        return RuleBroken("already-forwarded", N_("已经上报过。"))
    return None


def _forward(state: CaseState, body: commands.Forward, context: Context) -> list[Fact]:
    return [Fact("forwarded", {"to": body.to, "reason": body.reason})]


def _answer_guard(state: CaseState, context: Context) -> Refusal | None:
    if state.life.forwarded_on is None or state.life.is_answered:
        return RuleBroken("nothing-forwarded", N_("没有等待答复的上报。"))
    return None


def _answer(state: CaseState, body: commands.Answer, context: Context) -> list[Fact]:
    return [Fact("forward-answered", {"result": body.result})]


def _supply_guard(state: CaseState, context: Context) -> Refusal | None:
    if not any(_may_come_later(state, row) for row in state.materials):
        return RuleBroken("nothing-deferred", N_("这件事没有待补的容缺材料。"))
    return None


def _supply(state: CaseState, body: commands.SupplyDeferred, context: Context) -> list[Fact]:
    for place, one in enumerate(body.materials):
        row = state.row(one.code)
        if row is None or not _may_come_later(state, row):
            raise invalid(f"materials.{place}.code", "not-deferred", N_("这份材料不在容缺后补之列。"))
    rows = changed_rows(state, body.materials)
    late = [one.code for one in body.materials if _is_late(state, one.code, context.today)]
    return [Fact("deferred-supplied", {"materials": rows_data(rows), "late": late})]


def _may_come_later(state: CaseState, row: Row) -> bool:
    """What was deferred; and what silence let lack: nobody told the applicant in time, who may still bring it."""
    return row.state == "deferred" or (state.is_deemed and row.state == "missing")


def _is_late(state: CaseState, code: str, today: date) -> bool:
    row = state.row(code)
    return row is not None and row.promised_on is not None and today > row.promised_on


ACTS = (
    Act(
        "supply-deferred",
        frozenset({"accepted", "in_review", "paused"}),
        ("applicant", "clerk"),
        commands.SupplyDeferred,
        _supply,
        _supply_guard,
    ),
    Act("review", _HANDLED, ("examiner",), commands.Review, _review, _review_guard),
    Act(
        "pause",
        _HANDLED,
        ("examiner",),
        commands.Pause,
        _pause,
        _pause_guard,
        confirmers=("approver", "head"),
        basis=ARTICLE_45,
    ),
    Act(
        "resume",
        frozenset({"paused"}),
        ("examiner",),
        commands.Resume,
        _resume,
        _resume_guard,
        basis=ARTICLE_45,
    ),
    Act("extend", _HANDLED, ("head", "leader"), commands.Extend, _extend, _extend_guard, basis=ARTICLE_42),
    Act("forward", _HANDLED, ("clerk", "examiner"), commands.Forward, _forward, _forward_guard),
    Act("answer", _HANDLED, ("clerk", "examiner"), commands.Answer, _answer, _answer_guard),
)
