"""Originals (原件) that the counter keeps to check or copy: lent and given back, each time with a signature.

The signature is a picture that goes through the intake of files and belongs to the case; who signed is sealed.
Facts name case, material, sheets and the digest of the signature, nobody's name.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, BinaryIO

import msgspec
from django.conf import settings
from django.db import transaction

from onewindow.base import crypto, facts
from onewindow.base.clock import day_of
from onewindow.cases import queries as cases
from onewindow.cases.queries import reviewing
from onewindow.custody import rules
from onewindow.custody.models import Original
from onewindow.documents import queries as files
from onewindow.documents import services as documents
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, FieldError, Invalid, NotAllowed, NotFound, RuleBroken, Stale

STREAM = "original"
_ENDED = ("delivered", "refused_acceptance", "returned", "withdrawn", "terminated", "draft")
_FAULTS = {
    "sheets": N_("张数应为 1 至 999。"),
    "days": N_("借用天数应为 1 至 90 天。"),
    "person": N_("请选是谁交来的。"),
    "name": N_("别人代办的，请写明姓名。"),
}


class Loan(msgspec.Struct, frozen=True):
    """What is lent: a material of the case, how many sheets, for how many days, by whom, and a note."""

    token: str
    material: str
    sheets: int
    days: int
    lender: str
    name: str = ""
    note: str = ""


class Signed(msgspec.Struct, frozen=True):
    """Who signs (applicant, agent, other with a name), and the picture of the signature."""

    person: str
    name: str
    picture: BinaryIO


def lend(actor: Actor, case_no: str, loan: Loan, picture: BinaryIO, *, now: datetime) -> int:
    """Keep an original; gives its key. The same ``token`` again gives the same key and does nothing.

    Raises ``NotAllowed``, ``NotFound``, ``Invalid`` naming the field, ``RuleBroken`` for a case that has ended,
    and what the intake of files says of the signature.
    """
    _must_be_hall(actor)
    known = Original.objects.filter(token=loan.token).values_list("pk", "case_no").first()
    case = cases.view(actor, case_no, now=now)
    if known is not None and known[1] == case["case_no"]:
        return int(known[0])
    name = _material(case, loan)
    if case["state"] in _ENDED:
        raise RuleBroken("case-ended", N_("这件已经办结或者没有提交，不能再借原件。"))
    with transaction.atomic():
        signature, digest = _signature(actor, case["case_no"], picture, now=now)
        row, is_new = Original.objects.get_or_create(
            token=loan.token,
            defaults={
                "case_no": case["case_no"],
                "material": loan.material,
                "name": name,
                "sheets": loan.sheets,
                "due_on": day_of(now) + timedelta(days=loan.days),
                "lender": loan.lender,
                "lender_sealed": _seal(loan.name, case["case_no"]),
                "note_sealed": _seal(loan.note, case["case_no"]),
                "signature_id": signature,
                "taken_by_id": actor.account_id,
                "taken_at": now,
            },
        )
        if is_new:
            _tell(row, "lent", actor, now, {"due_on": row.due_on.isoformat(), **digest})
    return int(row.pk)


def _material(case: dict[str, Any], loan: Loan) -> str:
    """The name of the material, with the loan checked."""
    problems = rules.loan_problems(sheets=loan.sheets, days=loan.days, lender=loan.lender, name=loan.name)
    name = next((one["name"] for one in case["materials"] if one["code"] == loan.material), None)
    faults = [FieldError(field, "invalid", _FAULTS[field]) for field in problems]
    if name is None:
        faults.append(FieldError("material", "unknown", N_("请选是哪份材料。")))
    if not 8 <= len(loan.token) <= 60:
        faults.append(FieldError("token", "invalid", N_("请刷新页面再办。")))
    if faults or name is None:
        raise Invalid("invalid-fields", faults[0].message, fields=faults)
    return str(name)


def give_back(actor: Actor, key: int, signed: Signed, *, now: datetime) -> None:
    """Give an original back to whoever signs; once: again by the same clerk changes nothing, by another is stale."""
    _must_be_hall(actor)
    if rules.loan_problems(sheets=1, days=1, lender=signed.person, name=signed.name):
        raise Invalid(
            "invalid-fields", _FAULTS["name"], fields=[FieldError("name", "invalid", _FAULTS["name"])]
        )
    with transaction.atomic():
        row = _locked(key)
        if row.back_at is not None:
            if row.back_by_id == actor.account_id:
                return
            raise Stale("original-back", N_("这份原件已由别的窗口归还。"))
        signature, digest = _signature(actor, row.case_no, signed.picture, now=now)
        row.back_by_id, row.back_at, row.back_signature_id = actor.account_id, now, signature
        row.receiver, row.receiver_sealed = signed.person, _seal(signed.name, row.case_no)
        row.save(update_fields=["back_by", "back_at", "back_signature", "receiver", "receiver_sealed"])
        _tell(row, "given-back", actor, now, digest)


def keep(actor: Actor, key: int, reason: str, *, now: datetime) -> None:
    """State why the case may end although the original is still here (a code of ``rules.REASONS``)."""
    _must_be_hall(actor)
    if reason not in rules.REASONS:
        raise Invalid("bad-reason", N_("请选为什么还不归还。"))
    with transaction.atomic():
        row = _locked(key)
        if row.back_at is not None or row.kept_reason == reason:
            return
        row.kept_reason = reason
        row.save(update_fields=["kept_reason"])
        _tell(row, "kept", actor, now, {"reason": reason})


def hold(case_no: str) -> None:
    """Raise ``RuleBroken`` while an original of the case is here without a stated reason.

    ``ONEWINDOW_ORIGINALS_OUT=warn`` lets the case go; the page of the issuing window warns either way.
    """
    if settings.ONEWINDOW_ORIGINALS_OUT == "warn":
        return
    waiting = Original.objects.filter(case_no=case_no, back_at=None, kept_reason="").order_by("pk")
    names = list(waiting.values_list("name", flat=True))
    if names:
        raise RuleBroken(
            "originals-out",
            N_("申请人的原件还没归还：%(names)s。先归还签字，或者写明为什么留下。"),
            params={"names": "、".join(f"《{name}》" for name in names)},
        )


def erase(actor: Actor, *, case_ids: Sequence[int], role: str, now: datetime, **_rest: Any) -> dict[str, Any]:
    """Erase names and notes of these cases' originals with the erasure of the cases; the signatures go as files."""
    case_nos = [told[0] for told in (reviewing.by_id(one) for one in case_ids) if told]
    rows = Original.objects.select_for_update().filter(case_no__in=case_nos).order_by("pk")
    gone = [row for row in rows if row.lender_sealed or row.note_sealed or row.receiver_sealed]
    for row in gone:
        _tell(row, "erased", actor, now, {}, role=role)
    Original.objects.filter(pk__in=[row.pk for row in gone]).update(
        lender_sealed=None, note_sealed=None, receiver_sealed=None
    )
    return {"originals": [row.pk for row in gone]} if gone else {}


def unsealed(sealed: bytes | memoryview | None, case_no: str) -> str:
    """A sealed name or note; empty when there was none or it was erased."""
    return crypto.decrypt(bytes(sealed), bound_to=_bound(case_no)).decode() if sealed else ""


def _seal(text: str, case_no: str) -> bytes | None:
    plain = text.strip()[:300]
    return crypto.encrypt(plain.encode(), bound_to=_bound(case_no)) if plain else None


def _bound(case_no: str) -> bytes:
    return f"original:{case_no}".encode()


def _signature(actor: Actor, case_no: str, picture: BinaryIO, *, now: datetime) -> tuple[int, dict[str, str]]:
    """The picture through the intake of files, tied to the case: its key, and what facts tell of it."""
    told = documents.store_upload(actor, "签字.png", picture, now=now, is_page=True)
    if told["media_type"] != "image/jpeg":
        raise Invalid("no-picture", N_("签字应为手写，或一张图片。"))
    documents.attach([told["file_id"]], case_no, actor=actor, field="signature")
    return files.key_of(told["file_id"]), {"signature": told["sha256"]}


def _locked(key: int) -> Original:
    row = Original.objects.select_for_update().filter(pk=key).first()
    if row is None:
        raise NotFound("no-original", N_("没有这份原件的借条。"))
    return row


def _must_be_hall(actor: Actor) -> None:
    if not actor.has(*rules.HALL):
        raise NotAllowed("hall-only", N_("只有大厅窗口可以借还原件。"))


def _tell(
    row: Original, type: str, actor: Actor, now: datetime, data: dict[str, Any], *, role: str = ""
) -> None:
    told = {
        "number": rules.slip_of(row.pk, day_of(row.taken_at)),
        "case_no": row.case_no,
        "material": row.material,
        "sheets": row.sheets,
    }
    facts.record(STREAM, row.pk, type, at=now, actor=actor, role=role, data=told | data)
