"""Tags of the console: marks on a case, the state of an account, the data of a fact."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from onewindow.ui import words

register = template.Library()

LONGEST = 2_000
LONGEST_VALUE = 60
DIGESTS = frozenset({"row", "dossier", "query_code"})


@register.simple_tag
def flag_tag(code: str) -> SafeString:
    """A mark on a case."""
    css = words.FLAG_CLASSES.get(code, "")
    return format_html('<span class="tag {}">{}</span>', css, words.word(code, "flag"))


@register.simple_tag
def account_state(account: Any, real_now: datetime) -> SafeString:
    """Whether the account is open, locked, closed, or waits for a new password."""
    if not account.is_active:
        return format_html('<span class="tag tag--over">{}</span>', _("已停用"))
    if account.locked_until and account.locked_until > real_now:
        return format_html('<span class="tag tag--near">{}</span>', _("输错锁定中"))
    if account.must_change_password:
        return format_html('<span class="tag tag--act">{}</span>', _("要改密码"))
    return format_html('<span class="tag tag--go">{}</span>', _("可以登录"))


@register.simple_tag
def fact_said(data: dict[str, Any]) -> str:
    """What a fact's data says to a person, in one line: digests and lists are left to the whole text."""
    said = [f"{key}={value}" for key, value in data.items() if key not in DIGESTS and _is_short(value)]
    return " ".join(said) or _("摘要")


def _is_short(value: Any) -> bool:
    return isinstance(value, str | int | float) and len(str(value)) <= LONGEST_VALUE


@register.simple_tag
def fact_data(data: dict[str, Any]) -> str:
    """The data of a fact as text, cut short."""
    text = msgspec.json.encode(data).decode()
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"
