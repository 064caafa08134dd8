"""Name and number put right (个人信息保护法 art. 46): asked with proof, checked by a clerk, carried out by a second."""

from __future__ import annotations

from datetime import datetime
from typing import Any, BinaryIO

from django.db import IntegrityError, transaction

from onewindow.base import accounts, crypto, facts
from onewindow.cases import services as cases
from onewindow.documents import services as documents
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, FieldError, Invalid, NotAllowed, NotFound, RuleBroken
from onewindow.people import queries as people
from onewindow.people import rules as people_rules
from onewindow.people import services as people_deeds
from onewindow.privacy import corrections
from onewindow.privacy.models import Correction

LONGEST = 500


def ask(
    actor: Actor,
    *,
    password: str,
    name: str,
    id_number: str,
    reason: str,
    proof: tuple[str, BinaryIO] | str | None,
    address: str,
    now: datetime,
) -> int:
    """Ask for another name or number; ``proof``: the file that shows it, by name and content or already uploaded by
    its id. Gives the request's key.

    The password is asked once more. Raises ``Invalid``, ``RuleBroken`` ("no-person", "already-asked").
    """
    accounts.prove(actor, password, address=address)
    told = _checked(actor, name, id_number, reason, proof, now)
    assert proof is not None  # _checked
    if isinstance(proof, str):
        file_id = proof
    else:
        file_id = documents.store_upload(actor, proof[0], proof[1], now=now)["file_id"]
    try:
        with transaction.atomic():
            row = _write(actor, told, file_id, now)
            documents.attach([file_id], f"correction-{row.pk}", actor=actor, field="proof")
    except IntegrityError:
        raise RuleBroken("already-asked", N_("您已有等待办理的更正。")) from None
    return row.pk


def _checked(
    actor: Actor, name: str, id_number: str, reason: str, proof: Any, now: datetime
) -> dict[str, str]:
    person = people.person_of(actor.account_id)
    if person is None:
        raise RuleBroken("no-person", N_("这个账号没有实名信息。"))
    told = {"name": name.strip() or person.name, "reason": " ".join(reason.split())}
    told["id_number"] = people_rules.normal_id(person.id_type, id_number.strip() or person.id_number)
    wrong = [
        people_rules.name_problem(told["name"]),
        people_rules.id_problem(person.id_type, told["id_number"], today=now.date()),
        None
        if 2 <= len(told["reason"]) <= LONGEST
        else FieldError("reason", "length", N_("请写明哪里错了，2 至 500 字。")),
        None if proof else FieldError("proof", "required", N_("请上传能证明的证件或者文件。")),
    ]
    if (told["name"], told["id_number"]) == (person.name, person.id_number):
        wrong.append(FieldError("name", "unchanged", N_("和现在的姓名、证件号码一样，不用更正。")))
    fields = [one for one in wrong if one is not None]
    if fields:
        raise Invalid("invalid-fields", fields[0].message, fields=fields)
    return told


def _write(actor: Actor, told: dict[str, str], file_id: str, now: datetime) -> Correction:
    sealed = {f"{what}_sealed": _seal(actor.account_id, what, text) for what, text in told.items()}
    row = Correction.objects.create(
        account_id=actor.account_id, state="asked", file_id=file_id, asked_at=now, **sealed
    )
    _record(row, "asked", actor, "applicant", now, {"account": actor.account_id, "file": file_id})
    return row


def look(actor: Actor, id: int, *, now: datetime) -> dict[str, Any]:
    """The request in clear for whoever it waits for; the look is a fact."""
    found = corrections.one(actor, id)
    facts.record("correction", id, "looked", at=now, actor=actor, role=_role(actor), data={})
    return found


def check(actor: Actor, id: int, *, now: datetime) -> None:
    """A clerk saw the proof and, where it came on paper, its original: it goes to the second."""
    with transaction.atomic():
        row = _locked(actor, id, "asked")
        row.state, row.checked_by, row.checked_at = "checked", actor.username, now
        row.save(update_fields=["state", "checked_by", "checked_at"])
        _record(row, "checked", actor, _role(actor), now)


def confirm(actor: Actor, id: int, *, now: datetime) -> int:
    """The second carries it out: account and person are put right, every case keeps what was said then with a mark.

    Gives how many cases were marked. Raises what ``people.services.correct_identity`` raises.
    """
    with transaction.atomic():
        row = _locked(actor, id, "checked")
        told = {
            what: corrections.opened(row, getattr(row, f"{what}_sealed"), what)
            for what in ("name", "id_number")
        }
        hashes = people_deeds.correct_identity(
            row.account_id, **told, actor=actor, role=_role(actor), now=now
        )
        marked = cases.note_correction(actor, hashes, correction=row.pk, role=_role(actor), now=now)
        _end(row, "done", actor, _role(actor), now, data={"cases": marked})
    return marked


def refuse(actor: Actor, id: int, *, note: str, now: datetime) -> None:
    """Whoever it waits for refuses, and writes why: the person reads it."""
    text = " ".join(note.split())
    if not 2 <= len(text) <= LONGEST:
        message = N_("请写明为什么不能更正，2 至 500 字。")
        raise Invalid("bad-note", message, fields=[FieldError("note", "length", message)])
    with transaction.atomic():
        row = _locked(actor, id, "asked", "checked")
        row.note_sealed = _seal(row.account_id, "note", text)
        _end(row, "refused", actor, _role(actor), now)


def withdraw(actor: Actor, *, now: datetime) -> None:
    """The person takes the request back."""
    with transaction.atomic():
        row = (
            Correction.objects.select_for_update()
            .filter(account=actor.account_id, state__in=corrections.OPEN)
            .first()
        )
        if row is None:
            raise NotFound("no-correction", N_("没有等待办理的更正。"))
        _end(row, "withdrawn", actor, "applicant", now)


def erase_of_account(account_id: int, *, actor: Actor, role: str, now: datetime) -> int:
    """Empty what an account ever asked to correct, proof included; how many requests."""
    rows = list(Correction.objects.select_for_update().filter(account=account_id))
    for row in rows:
        if row.state in corrections.OPEN:
            _end(row, "withdrawn", actor, role, now)
        kept = ("name", "id_number", "reason", "note")
        nothing = {f"{what}_sealed": _seal(account_id, what, "") for what in kept}
        Correction.objects.filter(pk=row.pk).update(**nothing)
        documents.erase(f"correction-{row.pk}", actor=actor, role=role, now=now)
    return len(rows)


def _locked(actor: Actor, id: int, *states: str) -> Correction:
    row = Correction.objects.select_for_update().filter(pk=id, state__in=states).first()
    if row is not None and row.state == "checked" and row.checked_by == actor.username:
        raise RuleBroken("same-person", N_("核对和更正必须是两个人。"))
    if row is None or not corrections.may_see(actor, row):
        if not actor.has(corrections.CHECKER, corrections.SECOND):
            raise NotAllowed("not-yours", N_("这一步由综合窗口核对，政务服务中心更正。"))
        raise NotFound("no-correction", N_("没有等您办理的这项更正。"))
    return row


def _end(
    row: Correction, state: str, actor: Actor, role: str, now: datetime, *, data: dict[str, Any] | None = None
) -> None:
    row.state, row.ended_by, row.ended_at = state, actor.username, now
    row.save(update_fields=["state", "ended_by", "ended_at", "note_sealed"])
    _record(row, state, actor, role, now, data)


def _record(
    row: Correction, type: str, actor: Actor, role: str, now: datetime, data: dict[str, Any] | None = None
) -> None:
    facts.record("correction", row.pk, type, at=now, actor=actor, role=role, data=data or {})


def _role(actor: Actor) -> str:
    return corrections.CHECKER if actor.has(corrections.CHECKER) else corrections.SECOND


def _seal(account_id: int, what: str, text: str) -> bytes:
    return crypto.encrypt(text.encode(), bound_to=corrections.binding(account_id, what))
