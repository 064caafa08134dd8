"""What notices do when something happens to a case: tell the applicant what it means and what to do next."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

import msgspec

from onewindow.base import clock
from onewindow.base.outbox import DeliveredFact
from onewindow.notices import preferences, rules, services, settings
from onewindow.notices.tasks import send
from onewindow.notices.texts import TEXTS
from onewindow.people import consents, purposes


class CaseBrief(msgspec.Struct, frozen=True, kw_only=True):
    """What a message says of a case, and whom it goes to."""

    case_no: str
    item: str
    organ: str
    applicant_name: str = ""
    subject_hash: bytes | None = None
    account_id: int | None = None
    phone: str = ""
    email: str = ""
    due_on: date | None = None
    answer_by: date | None = None
    rate: str = ""  # where the applicant rates how the case was handled


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

# (case id) -> the fields of a CaseBrief (others are left aside), None: tell nobody.
Briefer = Callable[[int], Mapping[str, Any] | None]


def _no_brief(_subject: int) -> Mapping[str, Any] | None:
    raise LookupError("notices.handlers.brief_with was not called")


_brief: Briefer = _no_brief


def brief_with(briefer: Briefer) -> Briefer:
    """Let ``briefer(case id)`` tell about a case (known above, called by site.wiring).

    Gives back who answered before.
    """
    global _brief
    before, _brief = _brief, briefer
    return before


def tell_applicant(fact: DeliveredFact) -> None:
    """Tell the applicant of a fact of their case, once, whatever happens to the delivery.

    Messages and the orders to send them are written in the transaction of the delivery; nothing leaves the
    house here.
    """
    if fact.type not in TEXTS:
        return
    told = _brief(fact.subject)
    if told is None:
        return
    brief = CaseBrief(**{name: told[name] for name in CaseBrief.__struct_fields__ if name in told})
    if brief.subject_hash is None and brief.account_id is None:
        return
    chosen, held = preferences.of(brief.account_id), consents.held(brief.account_id)
    whom = services.Whom(
        brief.account_id,
        brief.subject_hash,
        brief.email if purposes.EMAIL in held and rules.wants(chosen.email, fact.type) else "",
        brief.phone if purposes.SMS in held and rules.wants(chosen.sms, fact.type) else "",
    )
    waiting = services.notify(
        whom,
        template=fact.type,
        params=_params(brief, chosen.language),
        key=f"{fact.stream}:{fact.subject}:{fact.seq}",
        at=fact.at,
        case_no=brief.case_no,
        language=chosen.language,
    )
    wait = rules.wait(chosen, clock.now())
    for message_id in waiting:
        # The hours of quiet end on the platform's clock; the worker lives on the real one.
        order = send.configure(schedule_at=clock.real_now() + wait) if wait else send
        order.defer(message_id=message_id)


def tell_staff(
    people: Iterable[services.Whom],
    *,
    template: str,
    params: Mapping[str, str],
    key: str,
    at: datetime,
    path: str,
) -> None:
    """Tell members of staff of one thing, each once for ``key``, by the ways that the operator set."""
    ways = settings.staff_ways()
    for one in people:
        whom = services.Whom(
            one.account_id,
            email=one.email if "email" in ways else "",
            phone=one.phone if "sms" in ways else "",
        )
        waiting = services.notify(
            whom, template=template, params=params, key=f"{key}:{one.account_id}", at=at, path=path
        )
        for message_id in waiting:
            send.defer(message_id=message_id)


def _params(brief: CaseBrief, language: str) -> dict[str, str]:
    told = {"item": brief.item, "organ": brief.organ, "case_no": brief.case_no}
    return told | (_in_english(brief) if language == "en" else _in_chinese(brief))


def _in_chinese(brief: CaseBrief) -> dict[str, str]:
    def words(day: date) -> str:
        return f"{day.year}年{day.month}月{day.day}日"

    return {
        "rate": brief.rate or "“我的办件”",
        "due": f"最晚{words(brief.due_on)}前" if brief.due_on else "会尽快",
        "answer_by": words(brief.answer_by) if brief.answer_by else "告知书写明的日期",
    }


def _in_english(brief: CaseBrief) -> dict[str, str]:
    def words(day: date) -> str:
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"

    return {
        "rate": brief.rate or "“My cases”",
        "due": f"by {words(brief.due_on)}" if brief.due_on else "as soon as possible",
        "answer_by": words(brief.answer_by) if brief.answer_by else "the day named in the notice",
    }
