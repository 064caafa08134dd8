"""The acts of a record as forms, and what was posted in one."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _


def offered(found: dict[str, Any], prefilled: dict[str, str] | None = None) -> dict[str, Any]:
    """The acts in two parts, in the reader's language: what can be done, and what cannot with the reason."""
    worded = [
        one
        | {
            **{name: _worded(one, name) for name in ("label", "hint", "reason")},
            "choices": [(code, _(label)) for code, label in one["choices"].items()],
            "text": (prefilled or {}).get(one["name"], ""),
        }
        for one in found["acts"]
    ]
    return {
        "acts": [one for one in worded if one["allowed"]],
        "refused": [one for one in worded if not one["allowed"]],
    }


def _worded(one: dict[str, Any], name: str) -> str:
    text: str = one[name]
    return _(text) if text else ""


def body(request: HttpRequest) -> dict[str, Any]:
    """The body of an act as it was posted."""
    version = request.POST.get("version", "")
    told = {name: request.POST[name] for name in ("verdict", "outcome", "ground") if request.POST.get(name)}
    return told | {
        "version": int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 1,
        "text": request.POST.get("text", "").replace("\0", "")[:2000],
    }
