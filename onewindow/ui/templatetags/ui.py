"""Tags and filters of every face: dates, lights, the day rule, words for codes, masked values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from onewindow.ui import dates, masks, strip, words

register = template.Library()


@register.filter
def day(value: Any) -> str:
    """``2026年9月24日（周四）``."""
    return dates.day_text(value)


@register.filter
def short_day(value: Any) -> str:
    """``9月24日（周四）``, without the year."""
    return dates.day_text(value, with_year=False)


@register.filter
def plain_day(value: Any) -> str:
    """``9月24日``, for large type; the weekday stands beside it."""
    return dates.day_text(value, with_year=False, with_week=False)


@register.filter
def weekday(value: Any) -> str:
    """``周四``."""
    found = dates.as_date(value)
    if found is None:
        return ""
    return dates.week_letter(found) if dates.is_english() else f"周{dates.week_letter(found)}"


@register.filter
def instant(value: Any) -> str:
    """``9月24日（周四）10:05``."""
    return dates.instant_text(value, with_year=False)


@register.filter
def full_instant(value: Any) -> str:
    """``2026年9月24日（周四）10:05``."""
    return dates.instant_text(value)


@register.filter
def iso(value: Any) -> str:
    """The value for the ``datetime`` attribute of ``<time>``."""
    moment = dates.as_instant(value)
    return moment.isoformat() if moment else ""


@register.filter
def limit(value: Any) -> str:
    """``7 个工作日``."""
    return dates.limit_text(value)


@register.filter
def count(value: int | None) -> str:
    """A number of things with thousands apart: ``43,408``; empty for none."""
    return "" if value is None else f"{value:,}"


@register.filter
def size(value: int | None) -> str:
    """``12.4 MB``."""
    return dates.size_text(value)


@register.filter
def word(code: Any, table: str) -> str:
    """The word for a code: ``{{ case.state|word:"state" }}``; tables are named in ``ui.words``."""
    return words.word(code, table)


@register.filter
def masked(value: Any, kind: str = "name") -> str:
    """``王*川``, ``1101**********1234``: ``kind`` is ``name``, ``id`` or ``phone``."""
    return masks.mask(str(value or ""), kind=kind)


@register.filter
def why(value: str) -> str:
    """The reason of one day of a clock's explanation."""
    return strip.why_text(value)


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """``mapping[key]`` or nothing."""
    return mapping.get(key, "") if isinstance(mapping, Mapping) else ""


@register.simple_tag
def light(code: str | None, text: str = "") -> SafeString | str:
    """A light: shape, word and colour; ``text`` replaces the word where the page says it better."""
    if not code:
        return ""
    css = words.LIGHT_CLASSES.get(code, "still")
    return format_html('<span class="light light--{}">{}</span>', css, text or words.word(code, "light"))


@register.simple_tag
def day_bar(
    promised: Any, legal: Any, used: int = 0, mini: bool = False, light: str = ""
) -> SafeString | str:
    """A bar of days: filled to the promise, open to the law, dark what is used; the words stand beside it."""
    filled, whole = _days_of(promised), _days_of(legal)
    if filled is None and whole is None:
        return ""
    marks = strip.bar(whole or filled or 0, promised=filled, used=used, is_late=light == "red")
    inner = format_html_join("", '<i class="{}"></i>', ((mark,) for mark in marks))
    return format_html(
        '<span class="rule{}" aria-hidden="true">{}</span>', " rule--mini" if mini else "", inner
    )


@register.inclusion_tag("ui/strip.html")
def day_strip(clocks: Mapping[str, Any], today: Any) -> dict[str, Any]:
    """The strip of days of a case's clocks (contract shape) as seen on ``today``."""
    made = strip.cells(clocks, dates.as_date(today) or dates.as_date("1970-01-01"))  # type: ignore[arg-type]
    kinds = {kind for cell in made for kind in cell.kind.split()}
    return {"cells": made, "from": strip.first_column(made, clocks), "kinds": kinds}


@register.simple_tag(takes_context=True)
def language_url(context: template.Context) -> str:
    """The address that switches to the other language and comes back here."""
    to = "zh-hans" if context.get("page_language") == "en" else "en"
    return "/language?" + urlencode({"to": to, "next": context.get("page_path", "/")})


@register.simple_tag(takes_context=True)
def display_url(context: template.Context, elder: bool = False, theme: bool = False) -> str:
    """The address that turns elder mode or the dark theme on or off and comes back here."""
    change = {"elder": "" if context.get("elder") else "1"} if elder else {}
    if theme:
        change = {"theme": "light" if context.get("theme") == "dark" else "dark"}
    return "/display?" + urlencode(change | {"next": context.get("page_path", "/")})


@register.simple_tag
def missing() -> SafeString:
    """What the source does not say is told as missing, never guessed."""
    return format_html('<span class="meta">{}</span>', _("来源未提供"))


def _days_of(value: Any) -> int | None:
    if value is None or value == "":
        return None
    if isinstance(value, int):
        return value
    return value["days"] if isinstance(value, Mapping) else value.days
