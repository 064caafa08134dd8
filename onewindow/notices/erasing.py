"""Erasing what messages say and where they went; that one was sent, of which kind and when, stays."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet

from onewindow.base import crypto
from onewindow.notices import reading
from onewindow.notices.models import Message, Preference, StandInSms


def erase_of_cases(case_nos: Sequence[str]) -> int:
    """Empty the messages of these cases; how many."""
    return _erase(Message.objects.filter(case_no__in=list(case_nos)))


def erase_of_account(account_id: int) -> int:
    """Empty every message to this account and forget what it chose; how many messages."""
    Preference.objects.filter(account=account_id).delete()
    return _erase(Message.objects.filter(account=account_id))


def _erase(messages: QuerySet[Message]) -> int:
    rows = list(messages.select_for_update().exclude(title="***"))
    references = []
    for row in rows:
        if row.channel == "sms":
            references.append(crypto.lasting_hash("message", f"{row.key}:{row.channel}").hex())
        nothing = reading.seal("", key=row.key, channel=row.channel)
        row.title, row.body_sealed, row.address_sealed = "***", nothing, nothing
        row.subject_hash = None if row.account_id else b"\0" * 16
        row.state = "failed" if row.state == "queued" else row.state
    Message.objects.bulk_update(
        rows, ["title", "body_sealed", "address_sealed", "subject_hash", "state"], batch_size=500
    )
    StandInSms.objects.filter(receipt__in=references).delete()
    return len(rows)
