"""Which items a page means: the filters as they were typed, as a selection, and as a form again."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from onewindow.catalog import queries
from onewindow.catalog.bulk import Selection
from onewindow.catalog.rules.types import TYPES
from onewindow.org import queries as org
from onewindow.ui import words

KINDS = ("instant", "commitment")
MOST_CODES = 500
_TEXTS = ("text", "material", "theme", "region")
_LONGEST = 200


def selection(given: Any) -> Selection:
    """The selection that a form (GET or POST) tells; what is unknown counts as not told."""
    codes = [code for code in re.split(r"[\s,，;；、]+", given.get("codes", "")) if code]
    organ, texts = given.get("organ", ""), {name: _text(given, name) for name in _TEXTS}
    return Selection(
        codes=tuple(code[:100] for code in dict.fromkeys(codes[:MOST_CODES])),
        organ_id=int(organ) if organ.isascii() and organ.isdigit() and len(organ) < 10 else None,
        type=given.get("type", "") if given.get("type") in TYPES else "",
        kind=given.get("kind", "") if given.get("kind") in KINDS else "",
        **texts,
    )


def _text(given: Any, name: str) -> str:
    text: str = given.get(name, "")
    return text.strip().replace("\x00", "")[:_LONGEST]


def told(chosen: Selection) -> list[tuple[str, str]]:
    """The selection as fields of a form, those not told left out."""
    fields = [
        ("codes", " ".join(chosen.codes)),
        ("organ", str(chosen.organ_id or "")),
        ("type", chosen.type),
        ("kind", chosen.kind),
        *((name, getattr(chosen, name)) for name in _TEXTS),
    ]
    return [(name, value) for name, value in fields if value]


def query(chosen: Selection) -> str:
    """The selection as the query of an address."""
    return urlencode(told(chosen))


def context(chosen: Selection) -> dict[str, Any]:
    """What the form of filters needs."""
    return {
        "chosen": chosen,
        "codes": "\n".join(chosen.codes),
        "told": told(chosen),
        "query": query(chosen),
        "organs": [(one.id, one.name) for one in org.organs(active_only=False)],
        "types": [(one.code, words.word(one.code, "type")) for one in TYPES.values()],
        "kinds": [(code, words.word(code, "kind")) for code in KINDS],
        "themes": [theme for theme, _ in queries.themes()],
    }
