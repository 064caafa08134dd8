"""A copy of everything that is held of oneself (个人信息保护法 art. 45), recorded by its digest."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

import msgspec
from django.db import transaction

from onewindow.base import accounts, facts
from onewindow.kernel.actor import Actor
from onewindow.privacy import copies


def copy_own(actor: Actor, *, password: str, address: str, now: datetime) -> tuple[dict[str, Any], bytes]:
    """What is held of the actor, and the same as the bytes of a JSON file; the password is asked once more.

    The fact ("account", "data-copied") carries the SHA-256 of the file. Raises ``Invalid`` (password).
    """
    accounts.prove(actor, password, address=address)
    told = copies.of(actor, now=now)
    content = msgspec.json.format(msgspec.json.encode(told), indent=1) + b"\n"
    data = {"sha256": hashlib.sha256(content).hexdigest()}
    with transaction.atomic():
        facts.record(
            "account", actor.account_id, "data-copied", at=now, actor=actor, role="applicant", data=data
        )
    return told, content
