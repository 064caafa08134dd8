"""What an act's form is made of: fields, choices, buttons, and how a posted text becomes a value."""

from __future__ import annotations

from typing import Any

import msgspec
from django.utils.translation import gettext_lazy as lazy

from onewindow.ui import words


class Choice(msgspec.Struct, frozen=True):
    value: str
    label: Any


class Field(msgspec.Struct, frozen=True):
    """One input of an act. ``kind``: text, area, date, number, select, rows (materials), people,
    party (who of the case), when (instant), flag (yes or no), pairs (lines "who：what"),
    names (with 、 between them), paper (of the case, not yet served), lines (one value each), crew (several people),
    colleague (one or nobody), checklist (the points of a check on the spot), photos (uploads).
    """

    name: str
    label: Any
    kind: str = "text"
    hint: Any = ""
    required: bool = False
    choices: tuple[Choice, ...] = ()
    low: int | None = None
    high: int | None = None
    pair: tuple[str, str] = ("by", "text")  # of pairs: the names of the two parts


class Button(msgspec.Struct, frozen=True):
    """A way to send the form; ``name``/``value`` tell which of two outcomes is meant."""

    label: Any
    name: str = ""
    value: str = ""
    style: str = ""


def choices(table: str, *, blank: bool = False) -> tuple[Choice, ...]:
    first = (Choice("", lazy("请选择")),) if blank else ()
    return first + tuple(Choice(code, label) for code, label in words.lazily(table).items())


REASON = Field("reason", lazy("理由"), "area", required=True)


def value_of(field: Field, text: str) -> Any:
    """A posted text as the contract's value; what does not read stays text and the deed's check names the field."""
    if field.kind in ("number", "party"):
        return number(text)
    if field.kind == "when":
        return f"{text}:00+08:00" if len(text) == len("2026-09-17T09:30") else text
    if field.kind == "names":
        return [one for one in (part.strip() for part in text.split("、")) if one]
    if field.kind == "lines":
        return [one for one in (line.strip() for line in text.splitlines()) if one]
    if field.kind == "flag":
        return text == "true"
    if field.kind == "pairs":
        return _pairs(field, text)
    return text


def number(text: str) -> int | str:
    """The number that a text writes, else the text."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text


def _pairs(field: Field, text: str) -> list[dict[str, str]]:
    """Each line "who：what"; a line without a colon goes on with what the one before said."""
    first, second = field.pair
    found: list[dict[str, str]] = []
    for line in filter(None, (one.strip() for one in text.splitlines())):
        who, mark, what = line.replace("：", ":", 1).partition(":")
        if mark:
            found.append({first: who.strip(), second: what.strip()})
        elif found:
            found[-1][second] += "\n" + line
        else:
            found.append({first: line, second: ""})
    return found
