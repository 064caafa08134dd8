"""Setting the terms."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from django.db import transaction

from onewindow.base import facts, settings_store
from onewindow.cases.services import checking
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, NotAllowed
from onewindow.reviews import store
from onewindow.reviews.rules.terms import Terms


def set_terms(actor: Actor, body: Any, *, now: datetime) -> Terms:
    """Put new terms in force for the steps that begin from now on; ``supervisor`` only. Running ones stay."""
    if not actor.has("supervisor"):
        raise NotAllowed("role-lacks-it", N_("期限由电子监察人员设置。"))
    terms = checking.read(body, Terms)
    told = msgspec.to_builtins(terms)
    with transaction.atomic():
        settings_store.put(store.TERMS, told)
        facts.record("review-terms", 1, "set", at=now, actor=actor, data=told)
    return terms
