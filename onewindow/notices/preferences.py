"""What people chose about messages and display: kept in the account, each choice a fact."""

from __future__ import annotations

from datetime import datetime

import msgspec
from django.db import transaction

from onewindow.base import facts
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, Invalid
from onewindow.notices.models import Preference
from onewindow.notices.rules import CHOICES, LANGUAGES, Chosen

_FIELDS = Chosen.__struct_fields__


def of(account_id: int | None) -> Chosen:
    """What this account chose, the defaults where it chose nothing. One statement."""
    found = Preference.objects.filter(account=account_id).values(*_FIELDS).first() if account_id else None
    return Chosen(**found) if found else Chosen()


def choose(actor: Actor, chosen: Chosen, *, now: datetime) -> None:
    """Keep the actor's choice; the fact tells it. Raises ``Invalid`` for a value that is none."""
    hours = range(24)
    if (
        {chosen.sms, chosen.email} - set(CHOICES)
        or chosen.language not in LANGUAGES
        or chosen.quiet_from not in hours
        or chosen.quiet_until not in hours
    ):
        raise Invalid("bad-preference", N_("有一项选择不对，请重新选。"))
    values = msgspec.structs.asdict(chosen)
    with transaction.atomic():
        Preference.objects.update_or_create(account_id=actor.account_id, defaults=values | {"set_at": now})
        facts.record("account", actor.account_id, "preferences-chosen", at=now, actor=actor, data=values)
