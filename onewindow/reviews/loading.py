"""Ratings made in bulk on their way into the tables: packed rows, sent by COPY."""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec
from django.db import connection, models

from onewindow.base import copying
from onewindow.reviews.models import Rater, Rating, Step, Ticket

# Steps are numbered by the table; the other rows come with their ids, to which their words are sealed.
TABLES: dict[str, type[models.Model]] = {"ratings": Rating, "raters": Rater, "tickets": Ticket, "steps": Step}
# What a later deed may change.
CHANGING: dict[str, tuple[str, ...]] = {
    "ratings": ("standing",),
    "tickets": tuple(one.attname for one in Ticket._meta.concrete_fields if one.attname != "id"),
}
_NUMBERED = frozenset({"steps"})
_FEW = {
    "link", "way", "standing", "task_code", "region", "person", "state", "verdict", "called", "matter", "deed",
    "actor", "role",
}  # fmt: skip
_TYPES = {"integer": "int", "timestamp with time zone": "timestamptz"}


class _Shape(NamedTuple):
    table: str
    columns: copying.Columns
    packer: copying.Packer
    values: Callable[[Any], tuple[Any, ...]]
    json: tuple[int, ...]


@lru_cache
def _shape(what: str) -> _Shape:
    """A table as its model tells it."""
    model = TABLES[what]
    fields = [one for one in model._meta.concrete_fields if not (one.primary_key and what in _NUMBERED)]
    types = [str(one.db_type(connection)) for one in fields]
    columns = [(str(one.column), _TYPES.get(type, type)) for one, type in zip(fields, types, strict=True)]
    return _Shape(
        model._meta.db_table,
        [(f'"{name}"', type) for name, type in columns],
        copying.Packer(columns, few=_FEW),
        operator.attrgetter(*(one.attname for one in fields)),
        tuple(place for place, (_, type) in enumerate(columns) if type == "jsonb"),
    )


def pack(what: str, row: models.Model) -> bytes:
    """A row of one of ``TABLES`` packed as it stands."""
    shape = _shape(what)
    values = list(shape.values(row))
    for place in shape.json:
        values[place] = msgspec.json.encode(values[place]).decode()
    return shape.packer.pack(values)


def send(what: str, packed: list[bytes]) -> None:
    """Insert packed rows in the caller's transaction."""
    if packed:
        shape = _shape(what)
        copying.copy(shape.table, shape.columns, packed)


def move(what: str, packed: list[bytes]) -> None:
    """Replace stored rows by newer ones of themselves, in the caller's transaction."""
    shape = _shape(what)
    copying.update(shape.table, shape.columns, packed, changing=CHANGING[what])
