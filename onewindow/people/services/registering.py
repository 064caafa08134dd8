"""A person registers: checked, vouched for by the identity service, and kept encrypted."""

from __future__ import annotations

from datetime import datetime

import msgspec
from django.db import transaction

from onewindow.base import accounts, crypto, facts
from onewindow.kernel.actor import SYSTEM, Actor
from onewindow.kernel.errors import N_, FieldError, Invalid
from onewindow.people import queries, rules
from onewindow.people.adapters import identity
from onewindow.people.models import Former, NaturalPerson


class Applicant(msgspec.Struct, frozen=True):
    """Who somebody says to be: plain values, checked before they are kept."""

    name: str
    id_number: str
    phone: str = ""
    id_type: str = "id_card"


def register(
    username: str, *, password: str | None, applicant: Applicant, now: datetime, password_hash: str = ""
) -> int:
    """Open a citizen's account; returns the account id.

    The identity service must confirm name and number (real-name registration); one person has one account.
    Raises ``Invalid`` with every field that is wrong, or ``Away`` when the service does not answer.
    """
    check(applicant, now=now)
    if applicant.id_type != "id_card":
        message = N_("网上注册目前只支持居民身份证，其他证件请到窗口办理")
        raise Invalid("id-type", message, fields=[FieldError("id_type", "id-type", message)])
    verdict = identity.service().verify_person(
        applicant.name, rules.normal_id(applicant.id_type, applicant.id_number)
    )
    if not verdict.is_match:
        message = N_("身份核验未通过，请核对姓名和证件号码")
        raise Invalid("identity-mismatch", message, fields=[FieldError("id_number", "mismatch", message)])
    with transaction.atomic():
        person = _free(keep(applicant, now=now))
        account = accounts.create(
            username,
            name=applicant.name,
            kind="applicant",
            by=SYSTEM,
            now=now,
            password=password,
            password_hash=password_hash,
        )
        NaturalPerson.objects.filter(pk=person.pk).update(
            account=account,
            assurance="verified",
            verified_at=now,
            verified_by=f"identity:{verdict.reference}"[:80],
        )
        data = {"notice": rules.NOTICE_EDITION}
        facts.record("person", person.id, "registered", at=now, actor=_as(account.username), data=data)
    return account.id


def check(applicant: Applicant, *, now: datetime) -> None:
    """Raise ``Invalid`` naming every field that cannot be taken."""
    problems = [
        rules.name_problem(applicant.name),
        rules.id_problem(applicant.id_type, applicant.id_number, today=now.date()),
        rules.phone_problem(applicant.phone) if applicant.phone else None,
    ]
    fields = [one for one in problems if one is not None]
    if fields:
        raise Invalid("bad-applicant", fields[0].message, fields=fields)


def keep(applicant: Applicant, *, now: datetime) -> NaturalPerson:
    """The row of this person, made when it is not there, locked; what is known is not overwritten."""
    number = rules.normal_id(applicant.id_type, applicant.id_number)
    hashes = crypto.subject_hashes(applicant.id_type, number)
    known = NaturalPerson.objects.select_for_update().filter(subject_hash__in=hashes[1:]).first()
    if known is not None:
        return known
    subject = hashes[0]
    NaturalPerson.objects.bulk_create(
        [
            NaturalPerson(
                id_type=applicant.id_type,
                subject_hash=subject,
                name_sealed=crypto.encrypt(applicant.name.strip().encode(), bound_to=b"name" + subject),
                id_number_sealed=crypto.encrypt(number.encode(), bound_to=b"id" + subject),
                phone_sealed=crypto.encrypt(applicant.phone.strip().encode(), bound_to=b"phone" + subject),
                created_at=now,
            )
        ],
        ignore_conflicts=True,
    )
    return NaturalPerson.objects.select_for_update().get(subject_hash=subject)


def named(applicant: Applicant, *, now: datetime) -> NaturalPerson:
    """The person whom a mandate names. A number that was corrected names nobody: it may have been another's all along.

    Raises ``Invalid`` ("former-number") for it; who truly bears it is registered at a window first.
    """
    hashes = crypto.subject_hashes(applicant.id_type, rules.normal_id(applicant.id_type, applicant.id_number))
    is_borne = NaturalPerson.objects.filter(subject_hash__in=hashes).exists()
    if not is_borne and Former.objects.filter(subject_hash__in=hashes, is_number_changed=True).exists():
        message = N_("这个证件号码已经更正，请写更正后的号码；确属另一人的，先到窗口核实。")
        raise Invalid("former-number", message, fields=[FieldError("id_number", "former-number", message)])
    return keep(applicant, now=now)


def correct_phone(actor: Actor, phone: str, *, now: datetime) -> bool:
    """Keep another telephone number for the actor's own person; whether it changed. Raises ``Invalid``."""
    told = phone.strip()
    problem = rules.phone_problem(told)
    if problem is not None:
        raise Invalid("bad-phone", problem.message, fields=[problem])
    row = NaturalPerson.objects.select_for_update().filter(account=actor.account_id).first()
    if row is None or queries.personal(row).phone == told:
        return False
    row.phone_sealed = crypto.encrypt(told.encode(), bound_to=b"phone" + bytes(row.subject_hash))
    row.save(update_fields=["phone_sealed"])
    facts.record("person", row.pk, "phone-corrected", at=now, actor=actor, data={})
    return True


def _free(person: NaturalPerson) -> NaturalPerson:
    own = queries.personal(person)
    hashes = crypto.subject_hashes(own.id_type, own.id_number)
    was_anothers = Former.objects.filter(subject_hash__in=hashes, is_number_changed=True).exists()
    if person.account_id is not None or was_anothers:
        message = N_("该证件号码已经注册过账号，忘记密码请到窗口重置")
        raise Invalid("already-registered", message, fields=[FieldError("id_number", "registered", message)])
    return person


def _as(username: str) -> Actor:
    return Actor(account_id=0, username=username, name="", roles=frozenset({"citizen"}))
