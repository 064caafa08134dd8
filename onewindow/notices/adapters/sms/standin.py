"""The gateway of the demonstration: keeps what it is given, so that the console can show it."""

from __future__ import annotations

from datetime import datetime

from onewindow.base import crypto
from onewindow.notices.models import StandInSms


def send(phone: str, *, text: str, reference: str, at: datetime) -> str:
    """Keep the message once for each reference; the receipt is the reference."""
    bound = reference.encode()
    StandInSms.objects.get_or_create(
        receipt=reference,
        defaults={
            "phone_sealed": crypto.encrypt(phone.encode(), bound_to=bound),
            "text_sealed": crypto.encrypt(text.encode(), bound_to=bound),
            "at": at,
        },
    )
    return reference
