"""Deeds on complaints; who complains is sealed the moment it is said."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from onewindow.base import calendars, clock, crypto, throttle
from onewindow.base.clock import day_of
from onewindow.cases.queries import reviewing
from onewindow.cases.services import checking
from onewindow.documents import codes
from onewindow.kernel.actor import SYSTEM, Actor
from onewindow.kernel.errors import N_, FieldError, Invalid, NotAllowed, NotFound, RuleBroken, Stale
from onewindow.org import queries as org
from onewindow.reviews import store
from onewindow.reviews.models import Complainant, Complaint
from onewindow.reviews.rules import acts, complaints, redaction
from onewindow.reviews.rules.acts import ActIn
from onewindow.reviews.rules.complaints import ComplaintIn

ENTERING = ("clerk", "manager", "supervisor")


def file(body: Any, *, actor: Actor | None = None, address: str = "", now: datetime) -> dict[str, str]:
    """File a complaint (``ComplaintIn``): {"number", "code"}; the query code is told this once.

    Staff write down what they are told by telephone or in person; whoever is complained of cannot. Others are
    counted by account, strangers by ``address``: ``TooFast`` after twenty tries in 15 minutes.
    """
    _count(actor, address)
    told = checking.read(body, ComplaintIn)
    organ = _checked(told, actor)
    today = day_of(now)
    id, code = store.next_id("reviews_complaint"), codes.new()
    found_by = _found_by(told, actor)
    with transaction.atomic():
        row = Complaint.objects.create(
            id=id,
            number=f"TS{today:%Y%m%d}{id:06d}",
            code_hash=_code_hashes(code)[0],
            way=told.way,
            about=told.about,
            text_sealed=store.seal(told.text.strip(), "complaint", id),
            is_anonymous=told.anonymous,
            organ_id=organ,
            person=told.person,
            case_no=told.case_no.strip(),
            card_no=told.card_no.strip(),
            earlier=_earlier(told, found_by),
            entered_by=actor.username if actor is not None and actor.is_staff else "",
            state="filed",
            due_on=calendars.table().add(today, store.terms_now().accept),
            filed_at=now,
        )
        _keep_complainant(row, told, actor, found_by)
        data = {
            "number": row.number, "organ": organ, "about": row.about, "way": row.way, "anonymous": row.is_anonymous,
            "earlier": row.earlier_id, "person": row.person, "text": store.digest(row.text_sealed),
        }  # fmt: skip
        store.leave("complaint", id, "filed", actor=store.COMPLAINANT, at=now, data=data)
    return {"number": row.number, "code": codes.printed(code)}


def _count(actor: Actor | None, address: str) -> None:
    if actor is not None and actor.is_staff:
        return
    who = f"account:{actor.account_id}" if actor is not None else f"address:{address}"
    if who != "address:":
        throttle.refuse_if_flooding(f"complain:{who}", now=clock.real_now())
        throttle.note_guess(f"complain:{who}", now=clock.real_now())


def _is_case(case_no: str, actor: Actor | None) -> bool:
    """True when this number may stand in the complaint, told so that nobody learns which numbers there are.

    Staff name any case, applicants one of their own; of a stranger's number only the form is looked at.
    """
    if actor is not None and actor.is_staff:
        return reviewing.known(case_no) is not None
    if actor is None:
        return reviewing.is_number(case_no)
    try:
        return reviewing.own(actor, case_no) is not None
    except NotFound:
        return False


def _checked(told: ComplaintIn, actor: Actor | None) -> int:
    """The id of the organ complained of; ``Invalid`` with every fault, ``NotAllowed`` for the wrong hand."""
    organ = org.find_organ(name=told.organ, code=told.organ)
    person = org.staff_by_username(told.person) if told.person else None
    wrong = []
    if organ is None:
        wrong.append(FieldError("organ", "unknown-value", N_("没有这个部门")))
    if told.about not in complaints.ABOUT:
        wrong.append(FieldError("about", "unknown-value", N_("没有这个选项。")))
    if told.way not in complaints.WAYS:
        wrong.append(FieldError("way", "unknown-value", N_("没有这个选项。")))
    if told.person and person is None:
        wrong.append(FieldError("person", "unknown-value", N_("没有这个工作人员。")))
    if told.case_no and not _is_case(told.case_no, actor):
        wrong.append(FieldError("case_no", "unknown-value", N_("没有找到这件事，请核对办件编号。")))
    if not told.anonymous and not told.name.strip():
        wrong.append(FieldError("name", "required", N_("实名投诉请写姓名，或者选匿名。")))
    if wrong or organ is None:
        raise Invalid("invalid-fields", N_("有的内容不符合要求，请改正后再提交。"), fields=wrong)
    _refuse_hand(told, actor)
    return organ.id


def _refuse_hand(told: ComplaintIn, actor: Actor | None) -> None:
    if told.way == "web":
        return
    if actor is None or not actor.has(*ENTERING):
        raise NotAllowed("role-lacks-it", N_("电话和来访的投诉由窗口或者中心的工作人员登记。"))
    if told.person and told.person == actor.username:
        raise NotAllowed("complained-of", N_("被投诉的人不能登记对自己的投诉。"))


def _found_by(told: ComplaintIn, actor: Actor | None) -> tuple[bytes, ...]:
    """By what repeats of the same person are linked, under every key: the account, else the telephone; or nothing."""
    if told.anonymous:
        return ()
    if actor is not None and not actor.is_staff:
        return crypto.search_hashes("complainant", f"account:{actor.account_id}")
    phone = "".join(char for char in told.phone if char.isdigit())
    return crypto.search_hashes("complainant", f"phone:{phone}") if phone else ()


def _earlier(told: ComplaintIn, found_by: tuple[bytes, ...]) -> Complaint | None:
    """The complaint that this one repeats: the one named, else the same person's newest of the same organ or case."""
    if told.earlier.strip():
        named = Complaint.objects.filter(number=told.earlier.strip()).first()
        if named is None:
            message = N_("没有这个编号的投诉。")
            raise Invalid("invalid-fields", message, fields=[FieldError("earlier", "unknown-value", message)])
        return named
    if not found_by:
        return None
    own = Complaint.objects.filter(complainant__found_by__in=found_by).order_by("-pk")
    same = own.filter(case_no=told.case_no.strip()) if told.case_no.strip() else own.filter(about=told.about)
    organ = org.find_organ(name=told.organ, code=told.organ)
    return same.filter(organ_id=organ.id).first() if organ else None


def _keep_complainant(
    row: Complaint, told: ComplaintIn, actor: Actor | None, found_by: tuple[bytes, ...]
) -> None:
    if told.anonymous:
        return
    account = actor.account_id if actor is not None and not actor.is_staff else None
    who = {"name": told.name.strip(), "phone": told.phone.strip(), "account": account}
    sealed = store.seal_person(who, "complainant", row.pk)
    Complainant.objects.create(complaint=row, sealed=sealed, found_by=found_by[0] if found_by else b"")


def _code_hashes(code: str) -> tuple[bytes, ...]:
    """Under every key, newest first."""
    return crypto.search_hashes("complaint-code", code)


def act(actor: Actor, number: str, name: str, body: Any, *, now: datetime) -> None:
    """Carry out the act ``name`` (``complaints.ACTS``); raises as ``tickets.act`` does."""
    if name not in complaints.ACTS:
        raise NotFound("no-action", N_("没有这个操作。"))
    told = checking.read(body, ActIn)
    with transaction.atomic():
        row = locked(actor, number)
        if row.version != told.version:
            raise Stale("stale-version", N_("刚才有人处理过，请看过最新情况再操作。"))
        refused = complaints.refusal(name, row, actor)
        if refused is not None:
            raise refused
        acts.checked(complaints.ACTS[name], told)
        _carry(row, name, told, actor, now)


def _carry(row: Complaint, name: str, told: ActIn, actor: Actor, now: datetime) -> None:
    columns = complaints.moved(
        name, row, told, today=day_of(now), terms=store.terms_now(), table=calendars.table()
    )
    before = row.state
    text = told.text if name != "accept" else told.text.strip() or released(row)
    for column, value in columns.items():
        setattr(row, column, value)
    row.version += 1
    if "due_on" in columns:
        row.is_overdue = False
    if row.state in complaints.ENDS:
        row.closed_at = now
    row.save()
    data = {"from": before, "to": row.state}
    data |= {one: getattr(told, one) for one in ("verdict", "ground") if getattr(told, one)}
    store.leave("complaint", row.pk, name, actor=actor, at=now, text=text, data=data)


def released(row: Complaint) -> str:
    """The words of a complaint as those complained of may read them, before a person looked once more."""
    return redaction.redact(store.unseal(row.text_sealed, "complaint", row.pk), known=_known(row))


def _known(row: Complaint) -> list[str]:
    """What would tell who complains: the complainant's own values, the case's applicant, the numbers."""
    kept = Complainant.objects.filter(pk=row.pk).first()
    who = store.unseal_person(kept.sealed, "complainant", row.pk) if kept else {}
    case = reviewing.known(row.case_no) if row.case_no else None
    personal = [case.name, case.phone, case.id_number, case.case_no] if case else []
    return [str(who.get("name", "")), str(who.get("phone", "")), *personal]


def locked(actor: Actor, number: str) -> Complaint:
    """The complaint, held for this transaction; ``NotFound`` when it is not the actor's to see."""
    row = Complaint.objects.select_for_update().filter(number=number).first()
    if row is None or not may_see(actor, row):
        raise NotFound("no-complaint", N_("没有这个编号的投诉。"))
    return row


def may_see(actor: Actor, row: Complaint) -> bool:
    """Watchers see all but those of themselves; heads those of their organ once they are accepted."""
    if row.person and row.person == actor.username:
        return False
    if acts.is_watcher(actor):
        return True
    return acts.is_head_of(actor, row.organ_id) and row.state not in ("filed", "refused", "withdrawn")


def open_complainant(actor: Actor, number: str, *, reason: str, now: datetime) -> dict[str, str]:
    """Who complains: {"name", "phone"}, for those who handle it, with a reason; the opening is recorded."""
    reason = reason.strip()[:500]
    if not reason:
        raise Invalid("no-reason", N_("请写明为什么要看投诉人的身份。"))
    with transaction.atomic():
        row = locked(actor, number)
        if not complaints.may_know(actor, row):
            raise NotAllowed("not-yours-to-know", N_("投诉人的身份对被投诉部门的人保密。"))
        kept = Complainant.objects.filter(pk=row.pk).first()
        if kept is None:
            raise RuleBroken("anonymous", N_("这是匿名投诉，没有记录投诉人。"))
        if not kept.sealed:
            raise RuleBroken("erased", N_("姓名和电话已应本人要求依法删除。"))
        store.leave("complaint", row.pk, "complainant-opened", actor=actor, at=now, text=reason, data={})
    found = store.unseal_person(kept.sealed, "complainant", row.pk)
    return {"name": str(found["name"]), "phone": str(found["phone"])}


def of_code(number: str, code: str) -> Complaint:
    """The complaint of whoever holds its number and query code; five wrong codes lock the number for a while."""
    number = number.strip().upper().replace("\0", "")[:40]
    throttle.refuse_if_guessed(f"complaint:{number}", now=clock.real_now())
    plain = code.upper().replace("-", "").replace(" ", "").replace("\0", "")[:20]
    row = Complaint.objects.filter(number=number).first()
    if row is None or bytes(row.code_hash) not in _code_hashes(plain):
        throttle.note_guess(f"complaint:{number}", now=clock.real_now())
        raise NotFound("no-complaint", N_("没有找到这个投诉，请核对编号和查询码。"))
    return row


def withdraw(number: str, code: str, *, reason: str = "", now: datetime) -> None:
    """Withdraw one's complaint by its query code, until it ends."""
    found = of_code(number, code)
    with transaction.atomic():
        row = Complaint.objects.select_for_update().get(pk=found.pk)
        refused = complaints.refuse_withdrawal(row)
        if refused is not None:
            raise refused
        before, row.state, row.due_on, row.closed_at = row.state, "withdrawn", None, now
        row.version += 1
        row.save()
        data = {"from": before, "to": "withdrawn"}
        store.leave(
            "complaint", row.pk, "withdrawn", actor=store.COMPLAINANT, at=now, text=reason[:500], data=data
        )


def sweep(now: datetime) -> int:
    """Mark complaints whose step is past its day, once for each step; how many."""
    with transaction.atomic():
        late = list(
            Complaint.objects.select_for_update(skip_locked=True).filter(
                due_on__lt=day_of(now), is_overdue=False, closed_at=None
            )[:200]
        )
        for row in late:
            row.is_overdue = True
            row.version += 1
            row.save(update_fields=["is_overdue", "version"])
            data = {"state": row.state, "due_on": str(row.due_on)}
            store.leave("complaint", row.pk, "overdue", actor=SYSTEM, at=now, data=data)
    return len(late)
