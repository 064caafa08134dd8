"""The shapes of answers about published figures."""

from __future__ import annotations

from datetime import date

import msgspec

from onewindow.supervision.bulletin.content import Content


class FiguresLine(msgspec.Struct):
    """A published month (``2026-09``) or year (``2026``): the newest edition, and why it replaced the one before."""

    period: str
    edition: int
    published_on: date
    reason: str


class FiguresPage(msgspec.Struct):
    results: list[FiguresLine]
    next: str | None


class Figures(msgspec.Struct):
    """One edition; ``digest`` is SHA-256 of the canonical JSON of all the rest, ``published_at`` in microseconds.

    Rates are texts of two decimals, null without data; cells with ``is_hidden`` are not told, because fewer than
    five people stand behind them or because they would tell such a cell.
    """

    period: str
    edition: int
    reason: str
    published_at: int
    figures: Content
    digest: str
