"""What a search finds now, and what it would find with a synonym that is not yet kept."""

from __future__ import annotations

from typing import Any

import msgspec

from onewindow.catalog import indexing
from onewindow.catalog.editorial.missed import POOR
from onewindow.catalog.editorial.synonyms import Words
from onewindow.catalog.search import Filters, Index

SHOWN = 5


class Compared(msgspec.Struct, frozen=True):
    """The first rows of both lists, and whether the best of each is a poor answer."""

    query: str
    now: list[dict[str, Any]]
    then: list[dict[str, Any]]
    is_poor_now: bool
    is_poor_then: bool


def compare(query: str, words: Words, *, without: int = 0) -> Compared:
    """Both answers to ``query``; ``without`` is the entry in whose place ``words`` would stand."""
    index = indexing.current().index
    now, is_poor_now = _found(indexing.worded(index), query)
    then, is_poor_then = _found(indexing.tried(index, words, without=without), query)
    return Compared(query, now, then, is_poor_now, is_poor_then)


def _found(index: Index, query: str) -> tuple[list[dict[str, Any]], bool]:
    answer = index.answer(query, Filters())
    return [index.entries[number].row for number in answer.numbers[:SHOWN]], answer.weight < POOR
