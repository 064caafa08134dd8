"""SMS through a gateway by HTTP, or its stand-in where none is set."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from onewindow.notices.adapters.sms import gateway, standin


def send(phone: str, *, text: str, reference: str, at: datetime) -> str:
    """Send one message and give the gateway's receipt. Raises ``Undelivered``."""
    url = settings.ONEWINDOW_SMS_URL
    if not url:
        return standin.send(phone, text=text, reference=reference, at=at)
    key = settings.ONEWINDOW_SMS_KEY
    return gateway.send(url, key, phone, text=text, reference=reference, at=at)
