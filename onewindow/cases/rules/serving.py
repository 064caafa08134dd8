"""Service of papers (送达): by which way, with whose consent, from when it counts, and the terms that run from it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from onewindow.cases.rules import commands, hearing
from onewindow.cases.rules.acting import Act, Context, Paper, invalid
from onewindow.cases.rules.state import STATES, CaseState, Fact, Service
from onewindow.kernel.calendar import DayTable
from onewindow.kernel.errors import N_, FieldError, Invalid, RuleBroken

# Where the law of administration says nothing, service follows the Civil Procedure Law (2023).
PROCEDURE_LAW = "参照《中华人民共和国民事诉讼法》"
LEFT = PROCEDURE_LAW + "第八十九条"
ELECTRONIC = PROCEDURE_LAW + "第九十条"
ANNOUNCED = PROCEDURE_LAW + "第九十五条"
ANNOUNCED_DAYS = 30  # calendar days, after which a paper announced to the public counts as served
DELIVERED = frozenset({"grant", "denial"})  # by the delivery of the result
WITH_REMEDIES = frozenset(
    {
        "denial",
        "refusal",
        "return",
        "termination",
        "revocation",
        "licence-withdrawal",
        "cancellation",
        "licence-ended",
    }
)
RECONSIDERATION_DAYS = 60  # 行政复议法 (2023) art. 20
SUIT_MONTHS = 6  # 行政诉讼法 (2017) art. 46


def service_of(state: CaseState, document_no: str) -> Service | None:
    """How a paper was served, None when it was not."""
    return next((one for one in state.life.served if one.document_no == document_no), None)


def is_served(state: CaseState, paper: Paper) -> bool:
    """A decision that was delivered is served, as is what has a service of its own."""
    is_delivered = state.delivered_on is not None and paper.kind in DELIVERED
    return is_delivered or service_of(state, paper.document_no) is not None


def terms(kind: str, served_on: date, table: DayTable) -> list[tuple[str, date]]:
    """The last days of the remedies against a paper of ``kind``: ``reconsideration`` and ``suit``.

    A term that ends on a day off ends with the next working day (民法典 art. 203).
    """
    if kind not in WITH_REMEDIES:
        return []
    return [
        ("reconsideration", _last_day(served_on + timedelta(days=RECONSIDERATION_DAYS), table)),
        ("suit", _last_day(_months_after(served_on, SUIT_MONTHS), table)),
    ]


def _last_day(day: date, table: DayTable) -> date:
    return day if table.is_workday(day) else table.add(day, 1)


def _months_after(day: date, months: int) -> date:
    """The same day so many months on; the last day of a shorter month (民法典 art. 202)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), following - timedelta(days=1))


def _serve(state: CaseState, body: commands.Serve, context: Context) -> list[Fact]:
    paper = _paper(state, body.document_no, context)
    faults = list(_faults(body))
    if faults:
        raise Invalid("invalid-fields", N_("有的内容不符合要求，请改正后再提交。"), fields=faults)
    if body.method == "electronic" and (paper.party or not context.consents()):
        raise without_consent()
    told: dict[str, Any] = {"receipt": body.receipt or "", "remark": body.remark or ""}
    return [served(paper, body.method, context, told | {"witnesses": list(body.witnesses)})]


def without_consent() -> RuleBroken:
    """Why nothing is served by electronic means: whom it is for has not agreed to that."""
    return RuleBroken("no-consent", N_("没有同意电子送达，不能以电子方式送达。"), basis=ELECTRONIC)


def _paper(state: CaseState, document_no: str, context: Context) -> Paper:
    paper = context.paper(document_no)
    if paper is None or paper.kind == "delivery":
        raise invalid("document_no", "unknown-document", N_("这件事没有这份文书。"))
    if is_served(state, paper):
        raise RuleBroken("already-served", N_("这份文书已经送达。"))
    return paper


def _faults(body: commands.Serve) -> Iterator[FieldError]:
    """What each way of service must tell."""
    if body.method in ("courier", "locker") and body.receipt is None:
        yield FieldError("receipt", "required", N_("邮寄和取件柜送达要写明单号。"))
    if body.method in ("left", "public-notice", "entrusted") and body.remark is None:
        yield FieldError("remark", "required", N_("要写明为什么这样送达。"))
    if body.method == "left" and not body.witnesses:
        yield FieldError("witnesses", "required", N_("留置送达要有见证人。"))


def served(paper: Paper, method: str, context: Context, told: dict[str, Any]) -> Fact:
    """The fact of a service with its receipt; who witnessed stands in the receipt alone."""
    days = ANNOUNCED_DAYS if method == "public-notice" else 0
    served_on = context.today + timedelta(days=days)
    data: dict[str, Any] = {
        "document_no": paper.document_no,
        "kind": paper.kind,
        "method": method,
        "served_on": served_on.isoformat(),
        "party": paper.party,
    }
    if (
        paper.kind == "hearing-rights"
    ):  # whoever is told late has the five days from then (行政许可法 art. 47)
        data["request_by"] = context.table.add(served_on, hearing.REQUEST_DAYS).isoformat()
    if "read_at" in told:
        data["read_at"] = told["read_at"]
    content = {**told, "method": method, "party": paper.party, "paper": (paper.document_no, paper.title)}
    return Fact("served", data, (("delivery", content),))


def read(state: CaseState, document_no: str, context: Context) -> Fact | None:
    """The addressee opens a paper for the first time: service by electronic means, where they consented to it."""
    paper = context.paper(document_no)
    if paper is None or paper.kind == "delivery" or paper.party or not context.is_applicant:
        return None
    if is_served(state, paper) or not context.consents():
        return None
    return served(paper, "electronic", context, {"receipt": "", "read_at": context.now.isoformat()})


def brought(state: CaseState, document_no: str, method: str, receipt: str, context: Context) -> Fact | None:
    """A carrier handed a paper over: service on the day of ``context``; nothing for one that is served already."""
    paper = context.paper(document_no)
    if paper is None or paper.kind == "delivery" or is_served(state, paper):
        return None
    return served(paper, method, context, {"receipt": receipt, "remark": ""})


ACTS = (Act("serve", frozenset(STATES) - {"draft"}, ("clerk", "issuer"), commands.Serve, _serve),)
