"""A person's row is emptied: name, number, phone and the hash that finds them go, the row stays for its facts."""

from __future__ import annotations

import os
from datetime import datetime

from onewindow.base import crypto, facts, generations
from onewindow.kernel.actor import Actor
from onewindow.people.models import Former, NaturalPerson

GONE = "***"


def erase(account_id: int, *, actor: Actor, role: str, now: datetime) -> None:
    """Overwrite the natural person behind an account and part the two; nothing when there is none."""
    row = NaturalPerson.objects.select_for_update().filter(account=account_id).first()
    if row is None:
        return
    subject = os.urandom(16)  # found by nothing, and still nobody else's
    NaturalPerson.objects.filter(pk=row.pk).update(
        account=None,
        subject_hash=subject,
        name_sealed=crypto.encrypt(GONE.encode(), bound_to=b"name" + subject),
        id_number_sealed=crypto.encrypt(b"", bound_to=b"id" + subject),
        phone_sealed=None,
        assurance="none",
        verified_at=None,
        verified_by="",
    )
    _erase_former(row.pk)
    generations.touch("tokens")
    facts.record("person", row.pk, "erased", at=now, actor=actor, role=role, data={})


def _erase_former(person_id: int) -> None:
    for one in Former.objects.filter(person=person_id):
        subject = os.urandom(16)
        Former.objects.filter(pk=one.pk).update(
            subject_hash=subject,
            name_sealed=crypto.encrypt(GONE.encode(), bound_to=b"name" + subject),
            id_number_sealed=crypto.encrypt(b"", bound_to=b"id" + subject),
        )
