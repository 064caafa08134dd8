"""What may become of a licence: revoked (行政许可法 art. 69), withdrawn (art. 8), cancelled (art. 70).

An examiner proposes with facts and reasons; before a licence is taken away its holder is told and may speak, and so are
the third parties of the case (art. 7, 36: whom it touches directly states and defends); another person carries it out,
and everybody who was told learns what came of it. The state of the case stays: what became of the licence stands in
``Life.licence``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

from msgspec.structs import asdict

from onewindow.cases.rules import commands
from onewindow.cases.rules.acting import (
    ARTICLE_7,
    ARTICLE_8,
    ARTICLE_36,
    ARTICLE_69,
    ARTICLE_70,
    Act,
    Context,
)
from onewindow.cases.rules.labels import CANCELLATION_GROUNDS, REVOCATION_GROUNDS, WITHDRAWAL_GROUNDS
from onewindow.cases.rules.parties import MOST_TERM_DAYS
from onewindow.cases.rules.state import GRANTED, CaseState, Fact, Proposal
from onewindow.kernel.errors import N_, FieldError, Invalid, Refusal, RuleBroken

LICENCE = "01"
# Taken away against the holder's will: told before (art. 7: right to state and defend).
TOLD_BEFORE = frozenset({"revoke-licence", "withdraw-licence"})
ENDINGS = TOLD_BEFORE | {"cancel-licence"}
# 69(1) first paragraph nos. 1-5, second paragraph: as the paper names its basis.
_REVOKED_BY = {
    "abuse": "第一款第（一）项",
    "beyond-power": "第一款第（二）项",
    "against-procedure": "第一款第（三）项",
    "unqualified": "第一款第（四）项",
    "otherwise-unlawful": "第一款第（五）项",
    "fraud": "第二款",
}
_CANCELLED_BY = dict(zip(CANCELLATION_GROUNDS, "一二三四五六", strict=True))
_UNPROTECTED = "基于该行政许可取得的利益不受保护（" + ARTICLE_69 + "第四款）。"


def until(validity: str) -> date | None:
    """The last day of a validity that names one (``2031-09-14``, or ``…至2031-09-14``); None when it does not."""
    try:
        return date.fromisoformat(validity.strip()[-10:])
    except ValueError:
        return None


def proposed(state: CaseState) -> Proposal | None:
    """What is proposed to become of the licence, None when nothing is."""
    found = state.life.proposal
    return found if found is not None and found.action in ENDINGS else None


def _standing(state: CaseState, context: Context) -> Refusal | None:
    if state.life.outcome != "grant":
        return RuleBroken("no-licence", N_("这件事没有准予，没有许可可以处理。"))
    if context.item.type != LICENCE:
        return RuleBroken("not-a-licence", N_("这个事项不是行政许可，依它自己的规定处理。"))
    if context.is_erased:
        return RuleBroken("erased", N_("这件事的个人信息已经依法删除，不能再制作文书。"))
    return None


def _taking_guard(basis: str) -> Callable[[CaseState, Context], Refusal | None]:
    def guard(state: CaseState, context: Context) -> Refusal | None:
        found = _standing(state, context)
        if found is None and state.life.licence.standing != "valid":
            return RuleBroken("not-valid", N_("这个许可已经失效。"), basis=basis)
        return found or _term_runs(state, context)

    return guard


def _term_runs(state: CaseState, context: Context) -> Refusal | None:
    """Who was told of a proposal is listened to, or lets the term pass, before it is carried out."""
    found = proposed(state)
    if found is None or found.by == context.actor.username or found.action not in TOLD_BEFORE:
        return None
    if not unheard(state) or context.today > date.fromisoformat(found.body["answer_by"]):
        return None
    if state.life.licence.is_heard:
        return RuleBroken(
            "statement-term-runs",
            N_("陈述申辩的期限还没有过，还有利害关系人没有表示意见。"),
            basis=ARTICLE_36,
        )
    return RuleBroken(
        "statement-term-runs", N_("陈述申辩的期限还没有过，被许可人也还没有表示意见。"), basis=ARTICLE_7
    )


def unheard(state: CaseState) -> list[int]:
    """Who has not spoken to what is proposed: 0 the holder, 1… the third parties."""
    found = state.life.licence
    spoken = {*found.heard, *((0,) if found.is_heard else ())}
    return [no for no in range(state.life.parties + 1) if no not in spoken]


def _cancel_guard(state: CaseState, context: Context) -> Refusal | None:
    found = _standing(state, context)
    if found is None and state.life.licence.standing == "cancelled":
        return RuleBroken("not-valid", N_("这个许可已经注销。"), basis=ARTICLE_70)
    return found


def _revoke(state: CaseState, body: commands.RevokeLicence, context: Context) -> list[Fact]:
    if state.life.proposal is None:
        _refuse(_faults_of_revoking(body, context), ARTICLE_69)
        return _propose(state, "revoke-licence", "revocation-proposed", body, REVOCATION_GROUNDS, ARTICLE_69)
    told = _told(state.life.proposal)
    is_fraud = told["ground"] == "fraud"
    paper = {
        "facts": told["facts"],
        "reason": _sentence(REVOCATION_GROUNDS[told["ground"]], told["reason"], told["public_interest"]),
        "basis": [ARTICLE_69 + _REVOKED_BY[told["ground"]]],
        "consequences": "".join(
            filter(None, (_UNPROTECTED if is_fraud else told["compensation"], told["consequences"]))
        ),
        "decided_on": context.today,
    }
    return _done(state, "licence-revoked", "revocation", paper)


def _faults_of_revoking(body: commands.RevokeLicence, context: Context) -> Iterator[FieldError]:
    yield from _lacking(body, "ground", "facts", "reason", "public_interest", "answer_by")
    if body.ground == "fraud" and body.compensation is not None:
        yield FieldError("compensation", "unprotected", N_("以欺骗、贿赂取得的利益不受保护，没有赔偿。"))
    if body.ground not in (None, "fraud") and body.compensation is None:
        yield FieldError("compensation", "required", N_("写明被许可人合法权益受到损害的，怎样赔偿。"))
    yield from _term(body.answer_by, context)


def _withdraw(state: CaseState, body: commands.WithdrawLicence, context: Context) -> list[Fact]:
    if state.life.proposal is None:
        lacking = _lacking(body, "ground", "reason", "compensation", "answer_by")
        _refuse([*lacking, *_term(body.answer_by, context)], ARTICLE_8)
        return _propose(
            state, "withdraw-licence", "licence-withdrawal-proposed", body, WITHDRAWAL_GROUNDS, ARTICLE_8
        )
    told = _told(state.life.proposal)
    paper = {
        "reason": _sentence(WITHDRAWAL_GROUNDS[told["ground"]], told["reason"]),
        "compensation": told["compensation"],
        "decided_on": context.today,
    }
    return _done(state, "licence-withdrawn", "licence-withdrawal", paper)


def _cancel(state: CaseState, body: commands.CancelLicence, context: Context) -> list[Fact]:
    if state.life.proposal is None:
        _refuse(_faults_of_cancelling(state, body, context), ARTICLE_70)
        told = _body(body)
        return [Fact("cancellation-proposed", {"action": "cancel-licence", "body": told})]
    told = _told(state.life.proposal)
    paper = {
        "ground": CANCELLATION_GROUNDS[told["ground"]],
        "reason": told["reason"],
        "basis": [f"{ARTICLE_70}第（{_CANCELLED_BY[told['ground']]}）项"],
        "return_by_on": told["return_by"],
        "decided_on": context.today,
    }
    return _done(state, "licence-cancelled", "cancellation", paper)


def _faults_of_cancelling(
    state: CaseState, body: commands.CancelLicence, context: Context
) -> Iterator[FieldError]:
    yield from _lacking(body, "ground", "reason")
    last = until(state.life.licence.validity)
    if body.ground == "expired" and last is not None and context.today <= last:
        yield FieldError(
            "ground", "not-expired", N_("有效期到 %(day)s，还没有届满。"), {"day": last.isoformat()}
        )
    if state.life.licence.standing != "valid" and body.ground not in (None, "revoked"):
        yield FieldError("ground", "already-ended", N_("许可已经撤销或者撤回，按这个情形注销。"))
    if body.return_by is not None and body.return_by <= context.today:
        yield FieldError("return_by", "out-of-range", N_("交回证件的日期应在明天以后。"))


def _lacking(body: commands.Body, *names: str) -> Iterator[FieldError]:
    for name in names:
        if getattr(body, name) is None:
            yield FieldError(name, "required", N_("必须填写。"))


def _term(answer_by: date | None, context: Context) -> Iterator[FieldError]:
    latest = context.table.add(context.today, MOST_TERM_DAYS)
    if answer_by is not None and not context.today < answer_by <= latest:
        yield FieldError("answer_by", "out-of-range", N_("期限应在明天以后、30 个工作日以内。"))


def _refuse(faults: Iterator[FieldError] | Sequence[FieldError], basis: str) -> None:
    fields = list(faults)
    if fields:
        raise Invalid(
            "invalid-fields", N_("有的内容不符合要求，请改正后再提交。"), basis=basis, fields=fields
        )


def _body(body: commands.Body) -> dict[str, Any]:
    """What was proposed, as a fact holds it: every field, dates as texts."""
    told = {name: value for name, value in asdict(body).items() if name != "version"}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in told.items()}


def _propose(
    state: CaseState, action: str, type: str, body: commands.Body, grounds: dict[str, str], basis: str
) -> list[Fact]:
    """A proposal against the holder: with the notices that tell each of it and of the right to speak."""
    told = _body(body)
    notice = {
        "matters": _sentence(grounds[told["ground"]], told["reason"]),
        "facts": told.get("facts") or "",
        "answer_by_on": told["answer_by"],
        "basis": [ARTICLE_7, basis],
        "ending": action,
    }
    proposal = Fact(type, {"action": action, "body": told}, (("statement-notice", notice),))
    return [
        proposal,
        *_each(state, "ending-noticed", "statement-notice", notice | {"basis": [ARTICLE_36, basis]}),
    ]


def _each(state: CaseState, type: str, kind: str, told: dict[str, Any]) -> list[Fact]:
    """A paper of ``kind`` to each third party of the case, with a fact of its own."""
    return [
        Fact(type, {"party": no, "action": told["ending"]}, ((kind, told | {"party": no}),))
        for no in range(1, state.life.parties + 1)
    ]


def _told(proposal: Proposal) -> dict[str, Any]:
    return proposal.body


def _sentence(*parts: str | None) -> str:
    return "".join(part if part.endswith(("。", "；", "！", "？")) else f"{part}。" for part in parts if part)


def _done(state: CaseState, type: str, kind: str, paper: dict[str, Any]) -> list[Fact]:
    """The decision to the holder, and to each third party what was decided and what they may do against it."""
    proposal = state.life.proposal
    assert proposal is not None
    data = {**proposal.body, "proposed_by": proposal.by}
    told = {"ending": proposal.action, "reason": paper["reason"], "decided_on": paper["decided_on"]}
    told["basis"] = paper.get("basis") or [ARTICLE_8]
    return [Fact(type, data, ((kind, paper),)), *_each(state, "ending-told", "licence-ended", told)]


def _drop_guard(state: CaseState, context: Context) -> Refusal | None:
    if proposed(state) is None:
        return RuleBroken("not-proposed", N_("没有等待决定的提议。"))
    return None


def _drop(state: CaseState, body: commands.DropProposal, context: Context) -> list[Fact]:
    found = proposed(state)
    assert found is not None
    return [Fact("proposal-dropped", {"action": found.action, "reason": body.reason})]


_CONFIRMERS = ("approver", "head")

ACTS = (
    Act(
        "revoke-licence",
        GRANTED,
        ("examiner",),
        commands.RevokeLicence,
        _revoke,
        _taking_guard(ARTICLE_69),
        confirmers=_CONFIRMERS,
        basis=ARTICLE_69,
    ),
    Act(
        "withdraw-licence",
        GRANTED,
        ("examiner",),
        commands.WithdrawLicence,
        _withdraw,
        _taking_guard(ARTICLE_8),
        confirmers=_CONFIRMERS,
        basis=ARTICLE_8,
    ),
    Act(
        "cancel-licence",
        GRANTED,
        ("examiner",),
        commands.CancelLicence,
        _cancel,
        _cancel_guard,
        confirmers=_CONFIRMERS,
        basis=ARTICLE_70,
    ),
    Act("drop-proposal", GRANTED, (*_CONFIRMERS, "examiner"), commands.DropProposal, _drop, _drop_guard),
)
