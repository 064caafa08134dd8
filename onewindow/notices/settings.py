"""What an operator may set about notices: by which ways staff are told beside the product itself.

``ONEWINDOW_STAFF_NOTICES`` names ``email`` and ``sms``, separated by commas; ``none`` leaves the product alone.
"""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

NAME = "ONEWINDOW_STAFF_NOTICES"
WAYS = frozenset({"email", "sms"})


def staff_ways() -> frozenset[str]:
    """The ways in force; raises ``ImproperlyConfigured`` for a word that is none."""
    told = {part.strip() for part in str(getattr(settings, NAME, "email,sms")).split(",") if part.strip()}
    told.discard("none")
    if told - WAYS:
        raise ImproperlyConfigured(f"{NAME} names email, sms or none, not {', '.join(sorted(told - WAYS))}")
    return frozenset(told)
