"""Which message goes by which way, and when: pure. What stands in the product is never held back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

import msgspec

Choice = Literal["all", "important"]
CHOICES: tuple[Choice, ...] = ("all", "important")
LANGUAGES = ("", "zh-hans", "en")
# What asks something of the applicant or settles the matter; the rest tells how far it is.
IMPORTANT = frozenset(
    {
        "correction-notified",
        "acceptance-refused",
        "returned",
        "extended",
        "granted",
        "denied",
        "produced",
        "terminated",
        "site-check-arranged",
        "hearing-arranged",
        "revocation-proposed",
        "licence-withdrawal-proposed",
        "licence-revoked",
        "licence-withdrawn",
        "licence-cancelled",
        "rectification-ordered",
        "pledge-breached",
    }
)


class Chosen(msgspec.Struct, frozen=True):
    """What a person chose: ways beside the product, hours of quiet (equal: none), language ("": as asked), display.

    Whether a way may be used at all is no preference but a consent (``people.consents``).
    """

    sms: Choice = "all"
    email: Choice = "all"
    quiet_from: int = 22
    quiet_until: int = 7
    language: str = ""
    is_elder: bool = False


def wants(choice: Choice, kind: str) -> bool:
    """Whether a message of this kind also goes by a way chosen so."""
    return choice == "all" or (choice == "important" and kind in IMPORTANT)


def wait(chosen: Chosen, local: datetime) -> timedelta:
    """How long a message waits for the end of the hours of quiet; nothing outside them. ``local``: Asia/Shanghai."""
    start, end, hour = chosen.quiet_from, chosen.quiet_until, local.hour
    is_quiet = start <= hour < end if start <= end else hour >= start or hour < end
    if not is_quiet:
        return timedelta(0)
    opens = local.replace(hour=end, minute=0, second=0, microsecond=0)
    return opens - local if opens > local else opens + timedelta(days=1) - local
