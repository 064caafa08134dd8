"""Which level a broken rule has and where the thresholds lie: conventions of cards as data (handbook 5.5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from onewindow.kernel.errors import N_

LEVELS = ("reminder", "yellow", "red")
DEGREES = ("near", "sign", "over", "grave", "still")
LEVEL_LABELS = {"reminder": N_("预警提醒"), "yellow": N_("黄牌"), "red": N_("红牌")}

Level = Literal["reminder", "yellow", "red"]
Days = Annotated[int, Meta(ge=0, le=60)]
Minutes = Annotated[int, Meta(ge=0, le=1440)]
Hour = Annotated[int, Meta(ge=0, le=24)]


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A convention of cards: the level of each degree and of single rules that differ (``3/over``), and thresholds.

    ``near`` is before the limit ends, ``sign`` a trace to be looked into, ``over`` past the promise or a plain
    breach, ``grave`` past the law, ``still`` when the cause stands some days later. An empty level means that
    no card is issued.

    Days are working days: ``near_days`` left when a limit is near, ``still_days`` after which a standing cause
    is ``still``, ``reply_days`` for the organ's explanation, ``appeal_days`` after a card is upheld,
    ``letter_days`` for a letter that names no day, ``forward_days`` to wait for a superior organ,
    ``look_days`` within which who opened personal data does something with it.
    ``rush_minutes``: from receipt to decision of what needs examination; ``opens`` and ``closes`` are hours of
    the day outside which nobody receives at a window; ``least_reason`` counts characters.
    """

    name: str = "remind-yellow-red"
    levels: Mapping[str, Level | Literal[""]] = {}
    near_days: Days = 1
    still_days: Days = 3
    reply_days: Days = 2
    appeal_days: Days = 5
    letter_days: Days = 3
    forward_days: Days = 20
    look_days: Days = 2
    rush_minutes: Minutes = 10
    opens: Hour = 6
    closes: Hour = 21
    least_reason: Days = 6
    off: frozenset[str] = frozenset()

    def level(self, rule: str, degree: str) -> str | None:
        """The level of a hit; None where the profile does not issue a card for it."""
        if rule in self.off:
            return None
        return self.levels.get(f"{rule}/{degree}", self.levels.get(degree)) or None


# A step over its own days within the limit of the whole is told, not punished (handbook 5.5, rule 3).
PROFILES = {
    one.name: one
    for one in (
        Profile(
            "remind-yellow-red",
            {
                "near": "reminder",
                "sign": "reminder",
                "over": "yellow",
                "grave": "red",
                "still": "red",
                "3/over": "reminder",
                "3/still": "yellow",
                "22/still": "",
            },
        ),
        Profile(
            "yellow-red",
            {
                "near": "yellow",
                "sign": "yellow",
                "over": "red",
                "grave": "red",
                "still": "red",
                "22/still": "",
            },
        ),
    )
}
PROFILE_LABELS = {
    "remind-yellow-red": N_("临期提醒、超时黄牌、仍不办结红牌"),
    "yellow-red": N_("临期黄牌、超时红牌"),
}
# What may be told of a convention beside its name; the rest comes from the profile of that name.
CHANGEABLE = tuple(name for name in Profile.__struct_fields__ if name != "name")


def of(told: Mapping[str, Any], *, rules: frozenset[str]) -> Profile:
    """The profile named in ``told`` (or the first) with its other fields changed.

    Raises ``ValueError`` for an unknown profile, rule, degree, level or field, or a value out of bounds.
    """
    changes = dict(told)
    name = changes.pop("profile", "remind-yellow-red")
    if not isinstance(name, str) or name not in PROFILES:
        raise ValueError(f"unknown profile {name!r}")
    unknown = changes.keys() - set(CHANGEABLE)
    if unknown:
        raise ValueError(f"unknown {', '.join(sorted(unknown))}")
    base = msgspec.to_builtins(PROFILES[name])
    levels = changes.get("levels", {})
    if isinstance(levels, Mapping):
        changes["levels"] = {**base["levels"], **levels}
    try:
        made = msgspec.convert(base | changes, Profile)
    except msgspec.ValidationError as error:
        raise ValueError(str(error)) from None
    _check(made, rules)
    return made


def _check(profile: Profile, rules: frozenset[str]) -> None:
    strange = profile.off - rules
    for key in profile.levels:
        rule, _, degree = key.rpartition("/")
        if degree not in DEGREES or (rule and rule not in rules):
            strange |= {key}
    if strange:
        raise ValueError(f"no such rule or degree: {', '.join(sorted(strange))}")
    if profile.opens >= profile.closes:
        raise ValueError("opens must lie before closes")


def higher(one: str, other: str) -> bool:
    """True when the level ``one`` stands above ``other``."""
    return LEVELS.index(one) > LEVELS.index(other)
