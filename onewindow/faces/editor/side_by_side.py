"""Two versions side by side: each difference with its sign and word, the changed words marked in both texts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
from typing import Any

import msgspec
from django.utils.translation import gettext_lazy as lazy

KINDS = {"added": ("＋", lazy("增加")), "removed": ("－", lazy("删除")), "changed": ("≠", lazy("修改"))}
LONGEST = 2_000  # characters: longer texts stand side by side without marks
ALIKE = 0.35  # below this likeness marking single words only confuses


class Piece(msgspec.Struct, frozen=True):
    """A run of characters; ``is_marked`` when the other side does not have it."""

    text: str
    is_marked: bool


class Row(msgspec.Struct, frozen=True):
    """One difference ready to show."""

    element: str
    label: str
    kind: str
    sign: str
    word: Any
    before: tuple[Piece, ...]
    after: tuple[Piece, ...]


def rows(differences: Iterable[Mapping[str, Any]]) -> list[Row]:
    """Differences (``element``, ``label``, ``before``, ``after``, ``kind``) as rows."""
    return [_row(one) for one in differences]


def _row(one: Mapping[str, Any]) -> Row:
    before, after = marked(one["before"], one["after"]) if one["kind"] == "changed" else _whole(one)
    sign, word = KINDS[one["kind"]]
    return Row(one["element"], one["label"], one["kind"], sign, word, before, after)


def marked(before: str, after: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Both texts in pieces, what only one has marked; unmarked when they have little in common."""
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    if max(len(before), len(after)) > LONGEST or matcher.ratio() < ALIKE:
        return (Piece(before, False),), (Piece(after, False),)
    left, right = [], []
    for tag, was_from, was_to, now_from, now_to in matcher.get_opcodes():
        if was_to > was_from:
            left.append(Piece(before[was_from:was_to], tag != "equal"))
        if now_to > now_from:
            right.append(Piece(after[now_from:now_to], tag != "equal"))
    return tuple(left), tuple(right)


def _whole(one: Mapping[str, Any]) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    return tuple(Piece(text, False) for text in [one["before"]] if text), tuple(
        Piece(text, False) for text in [one["after"]] if text
    )
