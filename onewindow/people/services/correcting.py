"""A person's name or number is corrected (个人信息保护法 art. 46); what it was before is kept beside it."""

from __future__ import annotations

from datetime import datetime

from onewindow.base import crypto, facts, generations, own_account
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, Invalid, RuleBroken
from onewindow.people import queries, rules
from onewindow.people.adapters import identity
from onewindow.people.models import Former, NaturalPerson
from onewindow.people.services.registering import Applicant, check


def correct_identity(
    account_id: int, *, name: str, id_number: str, actor: Actor, role: str, now: datetime
) -> tuple[bytes, ...]:
    """Keep another name or number of the same kind for an account's person, inside the caller's transaction.

    Gives the hashes by which the person's cases are found, the former among them. Numbers of id cards are
    confirmed by the identity service. Raises ``Invalid``, ``RuleBroken`` ("no-person", "nothing-changed",
    "anothers-number") and ``Away``.
    """
    row = NaturalPerson.objects.select_for_update().filter(account=account_id).first()
    if row is None:
        raise RuleBroken("no-person", N_("这个账号没有实名信息。"))
    before = queries.personal(row)
    told = Applicant(name=name.strip(), id_number=id_number, id_type=row.id_type)
    check(told, now=now)
    number = rules.normal_id(row.id_type, id_number)
    if (told.name, number) == (before.name, before.id_number):
        raise RuleBroken("nothing-changed", N_("和现在的姓名、证件号码一样，不用更正。"))
    _verify(row.id_type, told.name, number)
    hashes = crypto.subject_hashes(row.id_type, number)
    if NaturalPerson.objects.filter(subject_hash__in=hashes).exclude(pk=row.pk).exists():
        raise RuleBroken("anothers-number", N_("这个证件号码已经登记在另一个人名下，请先核实。"))
    _keep_former(row, is_number_changed=number != before.id_number, now=now)
    _rewrite(row, told.name, number, before.phone, hashes[0])
    own_account.rename(account_id, told.name)
    generations.touch("tokens")
    data = {"name": told.name != before.name, "number": number != before.id_number}
    facts.record("person", row.pk, "identity-corrected", at=now, actor=actor, role=role, data=data)
    return queries.hashes_of(account_id)


def _verify(id_type: str, name: str, number: str) -> None:
    if id_type == "id_card" and not identity.service().verify_person(name, number).is_match:
        raise Invalid("identity-mismatch", N_("身份核验未通过，请核对姓名和证件号码"))


def _keep_former(row: NaturalPerson, *, is_number_changed: bool, now: datetime) -> None:
    Former.objects.create(
        person=row,
        subject_hash=row.subject_hash,
        id_type=row.id_type,
        name_sealed=row.name_sealed,
        id_number_sealed=row.id_number_sealed,
        is_number_changed=is_number_changed,
        until_at=now,
    )


def _rewrite(row: NaturalPerson, name: str, number: str, phone: str, subject: bytes) -> None:
    NaturalPerson.objects.filter(pk=row.pk).update(
        subject_hash=subject,
        name_sealed=crypto.encrypt(name.encode(), bound_to=b"name" + subject),
        id_number_sealed=crypto.encrypt(number.encode(), bound_to=b"id" + subject),
        phone_sealed=crypto.encrypt(phone.encode(), bound_to=b"phone" + subject),
    )
