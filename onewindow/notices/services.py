"""Deeds of notices: tell somebody something, send what waits, note what was read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection, transaction

from onewindow.base import crypto
from onewindow.kernel.actor import Actor
from onewindow.notices import reading, staff_texts, texts_en
from onewindow.notices.adapters import mail, sms
from onewindow.notices.adapters.failure import Undelivered
from onewindow.notices.models import Message
from onewindow.notices.texts import OTHERS, TEXTS, Text, filled

MOST_TRIES = 6


class Whom(msgspec.Struct, frozen=True):
    """Somebody to be told: an account or a subject hash, and where else to reach them."""

    account_id: int | None = None
    subject_hash: bytes | None = None
    email: str = ""
    phone: str = ""


def notify(
    whom: Whom,
    *,
    template: str,
    params: Mapping[str, str],
    key: str,
    at: datetime,
    case_no: str = "",
    path: str = "",
    language: str = "",
) -> list[int]:
    """Tell somebody: in the product at once, by e-mail and SMS as soon as the worker gets to it.

    One message for each channel that is known and that the text is worth; ``key`` names the occasion, and
    what was told for it before is not told again. ``language`` "en": in English where there is an edition of it,
    else in Chinese. Gives the ids of the messages to be sent (``send``).
    """
    text = _text(template, language)
    body = filled(text.body, params)
    outgoing: list[tuple[str, str, str, str, datetime | None]] = [("portal", "", body, "sent", at)]
    if whom.email:
        outgoing.append(("email", whom.email, body, "queued", None))
    if whom.phone and text.sms:
        outgoing.append(("sms", whom.phone, filled(text.sms, params), "queued", None))
    return _insert(
        [
            {
                "account": whom.account_id,
                "subject_hash": whom.subject_hash,
                "kind": template,
                "version": text.version,
                "title": filled(text.title, params),
                "body": reading.seal(said, key=key, channel=channel),
                "address": reading.seal(address, key=key, channel=channel),
                "case_no": case_no,
                "path": path,
                "channel": channel,
                "state": state,
                "key": key,
                "at": at,
                "sent_at": sent_at,
            }
            for channel, address, said, state, sent_at in outgoing
        ]
    )


def _text(template: str, language: str) -> Text:
    if language == "en" and template in texts_en.TEXTS:
        return texts_en.TEXTS[template]
    return TEXTS.get(template) or OTHERS.get(template) or staff_texts.TEXTS[template]


# One statement for all channels: what the unique key already holds is left as it is.
_INSERT = """
INSERT INTO notices_message (account_id, subject_hash, kind, version, title, body_sealed, address_sealed,
  case_no, path, channel, state, attempts, key, at, sent_at)
SELECT account, subject_hash, kind, version, title, body, address, case_no, path, channel, state, 0, key, at,
  sent_at
FROM unnest(%(account)s::bigint[], %(subject_hash)s::bytea[], %(kind)s::text[], %(version)s::smallint[],
  %(title)s::text[], %(body)s::bytea[], %(address)s::bytea[], %(case_no)s::text[], %(path)s::text[],
  %(channel)s::text[], %(state)s::text[], %(key)s::text[], %(at)s::timestamptz[], %(sent_at)s::timestamptz[])
  AS m(account, subject_hash, kind, version, title, body, address, case_no, path, channel, state, key, at,
    sent_at)
ON CONFLICT (key, channel) DO NOTHING
RETURNING id, state
"""


def _insert(rows: Sequence[Mapping[str, Any]]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, {name: [row[name] for row in rows] for name in rows[0]})
        return [id for id, state in cursor.fetchall() if state == "queued"]


def send(message_id: int, *, now: datetime) -> bool:
    """Send one waiting message; True when it is out or given up, False when it should be tried again.

    A message is locked while it is being sent, so that two workers do not send it twice; what breaks between
    the sending and the commit is sent again (its reference stays the same).
    """
    with transaction.atomic():
        waiting = Message.objects.select_for_update(skip_locked=True).filter(pk=message_id, state="queued")
        message = waiting.first()
        if message is None:
            return True
        try:
            _dispatch(message, now)
        except Undelivered:
            message.attempts += 1
            message.state = "failed" if message.attempts >= MOST_TRIES else "queued"
        else:
            message.state, message.sent_at = "sent", now
        message.save(update_fields=["state", "attempts", "sent_at"])
        return message.state != "queued"


def _dispatch(message: Message, now: datetime) -> None:
    address, body = reading.address_of(message), reading.body_of(message)
    reference = crypto.lasting_hash("message", f"{message.key}:{message.channel}").hex()
    if message.channel == "email":
        mail.send(address, title=message.title, body=body, reference=reference)
    else:
        sms.send(address, text=body, reference=reference, at=now)


def mark_read(actor: Actor, message_ids: Sequence[int], *, now: datetime) -> int:
    """Note that the actor has read these messages of theirs; how many were new."""
    mine = reading.mine(actor).filter(pk__in=list(message_ids), state="sent")
    return mine.update(state="read", read_at=now)


def retry(message_id: int, *, now: datetime) -> bool:
    """Give a failed message another round of tries (console); whether there was such a one."""
    failed = Message.objects.filter(pk=message_id, state="failed")
    return bool(failed.update(state="queued", attempts=0))
