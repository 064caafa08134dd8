"""Correcting what is wrong (个人信息保护法 art. 46): telephone and e-mail at once; name and number at a window."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from onewindow.base import accounts, own_account
from onewindow.kernel.actor import Actor
from onewindow.people import services as people


def correct(
    actor: Actor, *, password: str, phone: str, email: str, address: str, now: datetime
) -> tuple[str, ...]:
    """Keep another telephone number and e-mail address; the names of what changed.

    The password is asked once more; what was given in cases stays as it was given. Raises ``Invalid``.
    """
    accounts.prove(actor, password, address=address)
    with transaction.atomic():
        changed = []
        if people.correct_phone(actor, phone, now=now):
            changed.append("phone")
        if own_account.correct_email(actor, email, now=now):
            changed.append("email")
    return tuple(changed)
