"""Filters of the supervision face: grouped numbers, and the words of cuts and levels."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from onewindow.kernel.errors import N_

register = template.Library()

CUTS = {
    "organ": N_("部门"),
    "window": N_("窗口"),
    "region": N_("区划"),
    "item": N_("事项"),
    "person": N_("人员"),
}
LEVELS = {"reminder": N_("临期"), "yellow": N_("黄牌"), "red": N_("红牌")}


@register.filter
def grouped(value: Any) -> str:
    """``1,046``; nothing for None."""
    return "" if value is None else f"{value:,}"


@register.filter
def listed(words: Iterable[str]) -> str:
    """Words one after the other."""
    return pgettext("并列", "、").join(words)


@register.filter
def said(text: Any) -> str:
    """A msgid in the reader's language."""
    return _(text) if text else ""


@register.filter
def cut_word(name: str) -> str:
    """What a cut is called."""
    return _(CUTS.get(name, name))


@register.filter
def level_word(level: str) -> str:
    """What the level of a card is called."""
    return _(LEVELS.get(level, level))
