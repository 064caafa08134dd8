"""What every page template knows: language, display settings, who is signed in."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from onewindow.ui import cookies, language, place, session


def page(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``page_language``, ``city``, ``theme``, ``elder``, ``actor``, ``signed_in``, ``page_path``."""
    is_english = (translation.get_language() or "").startswith("en")
    theme = cookies.read(request.COOKIES, "theme")
    return {
        "page_language": "en" if is_english else "zh-Hans",
        "other_language": "zh-Hans" if is_english else "en",
        "city": SimpleLazyObject(place.city_name),
        "theme": theme if theme in language.THEMES else "",
        "elder": cookies.read(request.COOKIES, "elder") == "1",
        "actor": getattr(request, "actor", None),
        "signed_in": bool(session.token_of(request)),
        "page_path": request.get_full_path() if request.method == "GET" else request.path,
    }
