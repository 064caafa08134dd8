"""Reads of notices: my messages, and for the console what waits, failed or lies with the stand-in."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from django.db.models import Count

from onewindow.base import crypto
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, FieldError, Invalid
from onewindow.kernel.masking import mask_phone
from onewindow.notices import reading
from onewindow.notices.models import Message, StandInSms


def messages_of(actor: Actor, *, cursor: str | None = None, limit: int = 20) -> dict[str, Any]:
    """My messages, newest first: {"results": [...], "next": cursor or None}.

    A row is {"id", "title", "text", "case_no", "path", "at", "kind", "is_read"}. Raises ``Invalid`` for a cursor that
    is none.
    """
    rows = reading.mine(actor).order_by("-id")
    if cursor:
        rows = rows.filter(pk__lt=_place(cursor))
    found = list(rows[: limit + 1])
    page = found[:limit]
    return {"results": [_row(message) for message in page], "next": _cursor(page) if found[limit:] else None}


def unread_count(actor: Actor) -> int:
    """How many of my messages I have not read, counted up to 100."""
    return len(reading.mine(actor).filter(state="sent").values_list("pk")[:100])


def by_state() -> dict[str, dict[str, int]]:
    """For the console: channel -> state -> how many."""
    counts: dict[str, dict[str, int]] = {}
    for channel, state, number in Message.objects.values_list("channel", "state").annotate(Count("id")):
        counts.setdefault(channel, {})[state] = number
    return counts


def failed(*, limit: int = 100) -> list[dict[str, Any]]:
    """For the console: messages that were given up, newest first, without whom they were for."""
    rows = Message.objects.filter(state="failed").order_by("-id")[:limit]
    return [
        {"id": row.pk, "title": row.title, "channel": row.channel, "case_no": row.case_no, "at": row.at}
        for row in rows
    ]


def sms_outbox(*, limit: int = 100) -> list[dict[str, Any]]:
    """For the console of the demonstration: what the stand-in of the SMS gateway was given, newest first."""
    return [
        {
            "phone": mask_phone(_opened(bytes(row.phone_sealed), row.receipt)),
            "text": _opened(bytes(row.text_sealed), row.receipt),
            "at": row.at,
        }
        for row in StandInSms.objects.order_by("-id")[:limit]
    ]


def _opened(sealed: bytes, receipt: str) -> str:
    return crypto.decrypt(bytes(sealed), bound_to=receipt.encode()).decode()


def _row(message: Message) -> dict[str, Any]:
    return {
        "id": message.pk,
        "title": message.title,
        "text": reading.body_of(message),
        "case_no": message.case_no,
        "path": message.path,
        "at": message.at,
        "kind": message.kind,
        "is_read": message.state == "read",
    }


def _cursor(page: list[Message]) -> str:
    return base64.urlsafe_b64encode(str(page[-1].pk).encode()).decode().rstrip("=")


def _place(cursor: str) -> int:
    try:
        place = int(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error):
        place = -1
    if not 0 < place < 2**63:
        message = N_("翻页标记不对。")
        raise Invalid("invalid-cursor", message, fields=[FieldError("cursor", "invalid", message)])
    return place
