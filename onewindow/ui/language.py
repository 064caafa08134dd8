"""Which language and display a reader gets: Chinese at source, English by switch or by the browser's wish."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpResponse

from onewindow.ui import cookies

CHINESE, ENGLISH = "zh-hans", "en"
THEMES = ("light", "dark")
LANGUAGE = "language"


def language_of(sent: Mapping[str, str], accepted: str) -> str:
    """``zh-hans`` or ``en``: the switch wins, then the first known language of ``Accept-Language``."""
    chosen = cookies.read(sent, LANGUAGE)
    if chosen in (CHINESE, ENGLISH):
        return chosen
    return accepted_language(accepted)


def keep_choice(response: HttpResponse, language: str, *, is_elder: bool, is_secure: bool) -> None:
    """Put what an account chose into the cookies of this browser; language "" leaves the browser's wish."""
    told = {"elder": "1" if is_elder else "0"} | ({LANGUAGE: language} if language else {})
    for name, value in told.items():
        cookies.keep(response, name, value, is_secure=is_secure, max_age=cookies.A_YEAR)


def accepted_language(accepted: str) -> str:
    """The better liked of the two languages in an ``Accept-Language`` header; Chinese when unsure."""
    best, best_weight = CHINESE, 0.0
    for part in accepted[:200].split(","):
        tag, _, quality = part.strip().lower().partition(";q=")
        language = ENGLISH if tag.startswith("en") else CHINESE if tag.startswith("zh") else None
        weight = _weight(quality)
        if language and weight > best_weight:
            best, best_weight = language, weight
    return best


def _weight(quality: str) -> float:
    try:
        return float(quality) if quality else 1.0
    except ValueError:
        return 0.0
