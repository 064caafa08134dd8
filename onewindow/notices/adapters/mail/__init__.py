"""E-mail over SMTP, through whatever server the settings name."""

from __future__ import annotations

import smtplib

from django.core.mail import EmailMessage, get_connection

from onewindow.notices.adapters.failure import Undelivered


def send(address: str, *, title: str, body: str, reference: str) -> None:
    """Send one plain-text message; waits at most ``EMAIL_TIMEOUT`` seconds. Raises ``Undelivered``.

    ``reference`` becomes the Message-ID's left part, so that a repeat can be known as one.
    """
    message = EmailMessage(
        subject=" ".join(title.split()),
        body=body,
        to=[address],
        headers={"Message-ID": f"<{reference}@onewindow>", "Auto-Submitted": "auto-generated"},
    )
    try:
        with get_connection() as connection:
            connection.send_messages([message])
    except (OSError, smtplib.SMTPException, ValueError, UnicodeError) as error:
        raise Undelivered(type(error).__name__) from None  # the original quotes the address


def check() -> None:
    """Whether the server answers; raises ``Undelivered``."""
    try:
        with get_connection():
            pass
    except (OSError, smtplib.SMTPException) as error:
        raise Undelivered(type(error).__name__) from None
