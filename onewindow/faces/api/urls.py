"""Routes of the API, made from the table of operations."""

from __future__ import annotations

import re
from itertools import groupby

from django.urls import path

from onewindow.faces.api.dispatch import view_of
from onewindow.faces.api.openapi import OPERATIONS

_PLACE = re.compile(r"\{(\w+)\}")


def _route(pattern: str) -> str:
    return _PLACE.sub(r"<str:\1>", pattern.lstrip("/"))


def _name(pattern: str) -> str:
    return "api-" + _PLACE.sub(r"\1", pattern).strip("/").replace("/", "-").replace(".", "-")


_sorted = sorted(OPERATIONS, key=lambda one: one.path)
# A literal path before a path with a place in it: /calendar/due before /calendar/{year}.
_groups = sorted(
    ((key, list(group)) for key, group in groupby(_sorted, key=lambda one: one.path)),
    key=lambda pair: ("{" in pair[0], pair[0]),
)
urlpatterns = [path(_route(key), view_of(group), name=_name(key)) for key, group in _groups]
