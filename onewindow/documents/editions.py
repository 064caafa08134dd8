"""Which template a paper is set with: the shipped edition, or what is laid over it from a day on."""

from __future__ import annotations

import re
from collections.abc import Hashable
from datetime import date
from typing import Any

import msgspec
from django.conf import settings
from django.db.models import Count

from onewindow.base import generations
from onewindow.documents.kinds import KINDS, TEMPLATE_VERSION
from onewindow.documents.models import PaperTemplate
from onewindow.documents.rendering import TEMPLATES

FIRST_OWN = 1000  # numbers below are shipped editions
_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
# Said by the frame or the case's number: who applied for what, and the day, which stands below the signature.
_FRAME = frozenset({"applicant", "item", "decided_on"})


class Edition(msgspec.Struct, frozen=True):
    """How a paper is set: shipped edition, body ("" the shipped one), words laid over it."""

    base: int
    source: str = ""
    head: str = ""
    foot: str = ""
    contact: str = ""

    @property
    def wording(self) -> dict[str, str] | None:
        """The words as templates take them, None without any."""
        said = {"head": self.head, "foot": self.foot, "contact": self.contact}
        return said if any(said.values()) else None


_Rows = dict[tuple[str, int | None], list[tuple[date, int]]]
_cached: tuple[Hashable, _Rows] | None = None
_none_since: int | None = None  # the counter at which nothing was laid at all


def number_of(kind: str, organ_id: int, day: date) -> int:
    """The template version of a paper issued on ``day``: the organ's own, else that for all, else the shipped.

    No statement while nothing was laid since the last look (counter ``papers``).
    """
    rows = _rows()
    if rows:
        for whose in (organ_id, None):
            for since, number in rows.get((kind, whose), ()):
                if since <= day:
                    return number
    return TEMPLATE_VERSION


def _rows() -> _Rows:
    global _cached, _none_since
    # Every deed that issues a paper comes by here, and nearly everywhere nothing is laid: then one counter of
    # shared memory is all that is asked.
    if _none_since == generations.read("papers") and not settings.ONEWINDOW_SEVERAL_HOSTS:
        return {}
    counter, version = generations.read("papers"), generations.version("papers")
    if _cached is None or _cached[0] != version:
        found: _Rows = {}
        for row in PaperTemplate.objects.order_by("-in_force_on", "-number"):
            found.setdefault((row.kind, row.organ_id), []).append((row.in_force_on, row.number))
        _cached = (version, found)
    _none_since = None if _cached[1] else counter
    return _cached[1]


def edition(number: int) -> Edition:
    """The edition of a template version; raises ``PaperTemplate.DoesNotExist``."""
    if number < FIRST_OWN:
        return Edition(number)
    row = PaperTemplate.objects.get(number=number)
    return Edition(row.base, row.source, row.head, row.foot, row.contact)


def shipped(kind: str, base: int = TEMPLATE_VERSION) -> str:
    """The body of a shipped template."""
    return (TEMPLATES / f"v{base}" / f"{kind}.typ").read_text(encoding="utf-8")


def lost(kind: str, source: str) -> list[str]:
    """The fields that a paper of ``kind`` must say and this body does not."""
    said = _COMMENT.sub("", source)
    named = set(re.findall(r"data\.(\w+)", said)) | set(re.findall(r"data\.at\(\"(\w+)\"", said))
    return [key for key in KINDS[kind].filled if key not in named and key not in _FRAME]


def find(number: int) -> Edition | None:
    """The edition of a template version, None where nothing was laid under that number."""
    row = PaperTemplate.objects.filter(number=number).first()
    return None if row is None else edition(number)


def counts() -> dict[str, int]:
    """How many templates were laid over each kind."""
    rows = PaperTemplate.objects.values_list("kind").annotate(n=Count("id"))
    return dict(rows)


def laid(kind: str) -> list[dict[str, Any]]:
    """What was laid over a kind, the newest first."""
    names = ("number", "organ_id", "head", "foot", "contact", "source", "in_force_on", "laid_by", "laid_at")
    return list(PaperTemplate.objects.filter(kind=kind).order_by("-number").values(*names))
