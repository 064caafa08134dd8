"""The supervisor switches the convention of cards while everything runs: told as a fact, true from then on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from onewindow.base import facts, settings_store
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, FieldError, Invalid, NotAllowed
from onewindow.supervision import conventions, store
from onewindow.supervision.rules import profile
from onewindow.supervision.rules.profile import Profile
from onewindow.supervision.rules.shipped import NUMBERS


def change(actor: Actor, changes: Mapping[str, Any], *, now: datetime) -> Profile:
    """Lay ``changes`` (fields of ``Profile``, its name as ``profile``) over what holds; the convention after it.

    Cards that were issued stay as they are. Raises ``NotAllowed`` for anybody but a supervisor, ``Invalid`` for
    what does not fit.
    """
    if not actor.has("supervisor"):
        raise NotAllowed("role-lacks-it", N_("只有监察员可以调整监察规则。"))
    with transaction.atomic():
        told = settings_store.get(conventions.STORED, {}) | dict(changes)
        try:
            made = profile.of(conventions.told() | told, rules=NUMBERS)
        except ValueError as error:
            fields = [FieldError("convention", "invalid", str(error))]
            raise Invalid("invalid-fields", N_("监察规则的设置有误，请核对。"), fields=fields) from None
        if made == conventions.current():
            return made
        settings_store.put(conventions.STORED, told)
        facts.record(
            "supervision", 0, "convention-set", at=now, actor=actor, role="supervisor", data={"set": told}
        )
        store.look_again(now)
    return made
