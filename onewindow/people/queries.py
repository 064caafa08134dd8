"""Reads of people: who an account is, and for whom it may apply."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, TypedDict

import msgspec
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet

from onewindow.base import crypto
from onewindow.kernel.actor import Actor
from onewindow.people import rules
from onewindow.people.models import Former, Mandate, NaturalPerson


class Subject(TypedDict):
    """Somebody an account may apply for; ``mandate`` None for oneself, ``scope`` empty for all items."""

    type: str
    name: str
    id_type: str
    id_number: str
    phone: str
    hashes: tuple[bytes, ...]
    mandate: int | None
    scope: list[str]
    until: date | None


class Personal(msgspec.Struct, frozen=True):
    """Personal values in clear: never to be logged or put into a fact."""

    id: int
    name: str
    id_type: str
    id_number: str
    phone: str
    subject_hash: bytes
    assurance: str
    verified_at: datetime | None


def person_of(account_id: int) -> Personal | None:
    """The natural person behind an account, in clear; None when it has none."""
    row = NaturalPerson.objects.filter(account=account_id).first()
    return personal(row) if row else None


def personal(row: NaturalPerson) -> Personal:
    """A person's values in clear."""
    subject = bytes(row.subject_hash)
    return Personal(
        id=row.id,
        name=_open(row.name_sealed, b"name" + subject),
        id_type=row.id_type,
        id_number=_open(row.id_number_sealed, b"id" + subject),
        phone=_open(row.phone_sealed, b"phone" + subject),
        subject_hash=subject,
        assurance=row.assurance,
        verified_at=row.verified_at,
    )


def hashes_of(account_id: int) -> tuple[bytes, ...]:
    """By which hashes this account's person is found: the present one first, then those of former numbers."""
    row = _with_former(NaturalPerson.objects.filter(account=account_id)).first()
    return _hashes(row) if row else ()


def former_of(account_id: int) -> list[dict[str, Any]]:
    """What this account's person was called before, newest first: {"name", "id_type", "id_number", "until_at"}."""
    rows = Former.objects.filter(person__account=account_id).order_by("-id")
    return [_former(row) for row in rows]


def _former(row: Former) -> dict[str, Any]:
    subject = bytes(row.subject_hash)
    return {
        "name": _open(row.name_sealed, b"name" + subject),
        "id_type": row.id_type,
        "id_number": _open(row.id_number_sealed, b"id" + subject),
        "until_at": row.until_at,
    }


def subjects_of(account_id: int, *, on: date) -> list[Subject]:
    """For whom the account may apply on a day: oneself first, then by mandate. Two statements."""
    row = NaturalPerson.objects.filter(account=account_id).first()
    if row is None:
        return []
    own = personal(row)
    return [_oneself(own), *(_principal(one) for one in _held(own.id, on))]


def may_apply_for(account_id: int, subject_hash: bytes, *, task_code: str | None, on: date) -> bool:
    """Whether the account may apply for this subject and item on a day."""
    return any(
        subject_hash in one["hashes"] and rules.scope_covers(one["scope"], task_code)
        for one in subjects_of(account_id, on=on)
    )


def mandates_of(account_id: int) -> list[dict[str, Any]]:
    """Mandates that the account holds or has given, newest first, ended ones too:
    {"id","kind","role": "agent"|"principal","name","scope","from_on","until_on","state"}."""
    row = NaturalPerson.objects.filter(account=account_id).first()
    if row is None:
        return []
    held = Mandate.objects.filter(agent=row).select_related("firm", "principal", "agent")
    given = Mandate.objects.filter(principal=row).select_related("firm", "principal", "agent")
    lines = [_line(one, "agent") for one in held] + [_line(one, "principal") for one in given]
    return sorted(lines, key=lambda one: -one["id"])


def actor_for(account_id: int, *, username: str, name: str, on: date) -> Actor:
    """The actor of an applicant: citizen, and enterprise while operator of a firm.

    ``subject_hashes`` are one's own and those of principals who gave a mandate for everything, both also under
    former numbers: a mandate is between persons and outlives the correction of a number. A mandate for certain
    items opens applying for these (``may_apply_for``), not the principal's other matters.
    """
    found = NaturalPerson.objects.filter(account=account_id).only("id", "subject_hash")
    row = _with_former(found).first()
    if row is None:
        return Actor(account_id=account_id, username=username, name=name)
    held = list(_held(row.id, on))
    operates = any(one.kind == "operator" for one in held)
    return Actor(
        account_id=account_id,
        username=username,
        name=name,
        roles=frozenset({"citizen", "enterprise"} if operates else {"citizen"}),
        channel="portal",
        person_id=row.id,
        subject_hashes=(
            *_hashes(row),
            *(one for given in held if not given.scope for one in (*_hashes_of(given), *_former_of(given))),
        ),
    )


def _with_former(rows: QuerySet[NaturalPerson]) -> QuerySet[NaturalPerson]:
    """The same rows with ``former_hashes``, in the one statement."""
    former = Former.objects.filter(person=OuterRef("pk"), is_number_changed=True).values("subject_hash")
    return rows.annotate(former_hashes=ArraySubquery(former))


def _hashes(row: Any) -> tuple[bytes, ...]:
    """What is stored; after a change of the key, the present and the former numbers under every key."""
    if not crypto.has_one_search_key():
        own = personal(NaturalPerson.objects.get(pk=row.pk))
        numbers = [(own.id_type, own.id_number)]
        for one in Former.objects.filter(person=row.pk, is_number_changed=True):
            numbers.append((one.id_type, _former(one)["id_number"]))
        return tuple(dict.fromkeys(one for number in numbers for one in crypto.subject_hashes(*number)))
    return (bytes(row.subject_hash), *dict.fromkeys(bytes(one) for one in row.former_hashes))


def has_mandates(account_id: int, *, on: date) -> bool:
    """Whether this account's person holds or has given a mandate that is not over."""
    row = NaturalPerson.objects.filter(account=account_id).only("id").first()
    living = Mandate.objects.exclude(state="ended").filter(until_on__gte=on)
    return row is not None and living.filter(Q(agent=row) | Q(principal=row)).exists()


def _held(person_id: int, on: date) -> Any:
    return (
        Mandate.objects.filter(agent=person_id, state="active", from_on__lte=on, until_on__gte=on)
        .select_related("firm", "principal")
        .annotate(
            former_hashes=ArraySubquery(
                Former.objects.filter(person=OuterRef("principal"), is_number_changed=True).values(
                    "subject_hash"
                )
            )
        )
        .order_by("id")
    )


def _oneself(own: Personal) -> Subject:
    return Subject(
        type="person", name=own.name, id_type=own.id_type, id_number=own.id_number, phone=own.phone,
        hashes=crypto.subject_hashes(own.id_type, own.id_number), mandate=None, scope=[], until=None,
    )  # fmt: skip


def _principal(one: Mandate) -> Subject:
    if one.firm is not None:
        kind, name, id_type, number, phone = "organisation", one.firm.name, "uscc", one.firm.uscc, ""
    else:
        giver = personal(_giver(one))
        kind, name, id_type, number, phone = "person", giver.name, giver.id_type, giver.id_number, giver.phone
    return Subject(
        type=kind, name=name, id_type=id_type, id_number=number, phone=phone, hashes=_hashes_of(one),
        mandate=one.id, scope=list(one.scope), until=one.until_on,
    )  # fmt: skip


def _giver(one: Mandate) -> NaturalPerson:
    assert one.principal is not None  # people_mandate_one_principal
    return one.principal


def _hashes_of(one: Mandate) -> tuple[bytes, ...]:
    """Of the principal, under every key."""
    if crypto.has_one_search_key():
        return (bytes(one.firm.subject_hash if one.firm is not None else _giver(one).subject_hash),)
    if one.firm is not None:
        return crypto.subject_hashes(one.firm.id_type, one.firm.uscc)
    giver = personal(_giver(one))
    return crypto.subject_hashes(giver.id_type, giver.id_number)


def _former_of(one: Any) -> tuple[bytes, ...]:
    """The hashes of numbers that the principal had before, under which earlier cases lie; of ``_held`` rows."""
    if one.principal is None or not one.former_hashes:
        return ()
    if crypto.has_one_search_key():
        return tuple(bytes(hash) for hash in one.former_hashes)
    former = Former.objects.filter(person=one.principal, is_number_changed=True)
    numbers = [(row.id_type, _former(row)["id_number"]) for row in former]
    return tuple(hash for number in numbers for hash in crypto.subject_hashes(*number))


def _line(one: Mandate, role: str) -> dict[str, Any]:
    if role == "principal":
        name = personal(one.agent).name
    else:
        name = one.firm.name if one.firm is not None else personal(_giver(one)).name
    return {
        "id": one.id, "kind": one.kind, "role": role, "name": name, "scope": list(one.scope),
        "from_on": one.from_on, "until_on": one.until_on, "state": one.state,
    }  # fmt: skip


def _open(sealed: Any, bound_to: bytes) -> str:
    return crypto.decrypt(bytes(sealed), bound_to=bound_to).decode() if sealed else ""
