"""Which level a broken rule has: conventions of cards as data (handbook 5.5)."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

LEVELS = ("reminder", "yellow", "red")
DEGREES = ("near", "over", "grave", "still")


class Profile(msgspec.Struct, frozen=True):
    """A convention of cards: the level of each degree, and of single rules that differ (``2/over``).

    ``near`` is before the limit ends, ``over`` past the promise or a plain breach, ``grave`` past the law,
    ``still`` when a yellow card's term ran out and the cause stands.
    """

    name: str
    label: str
    levels: Mapping[str, str]
    near_days: int = 1
    reply_days: int = 2
    still_days: int = 3
    off: frozenset[str] = frozenset()

    def level(self, rule: str, degree: str) -> str | None:
        """The level of a hit; None where the profile does not issue a card for it."""
        if rule in self.off:
            return None
        return self.levels.get(f"{rule}/{degree}", self.levels.get(degree))


PROFILES = {
    one.name: one
    for one in (
        Profile(
            "remind-yellow-red",
            "临期提醒、超时黄牌、仍不办结红牌",
            {"near": "reminder", "over": "yellow", "grave": "red", "still": "red"},
        ),
        Profile(
            "yellow-red",
            "临期黄牌、超时红牌",
            {"near": "yellow", "over": "red", "grave": "red", "still": "red"},
        ),
    )
}


def higher(one: str, other: str) -> bool:
    """True when the level ``one`` stands above ``other``."""
    return LEVELS.index(one) > LEVELS.index(other)
