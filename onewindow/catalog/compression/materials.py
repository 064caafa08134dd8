"""Which rows of several items ask for the same thing: by licence, by data elements, else by name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

import msgspec

from onewindow.catalog.definition import ItemDefinition, Material

Key = tuple[str, ...]

# What does not tell two materials apart: copies, originals, marks and the brackets around remarks.
_REMARK = re.compile(r"[（(\[【〔][^）)\]】〕]*[）)\]】〕]")
_NOISE = re.compile(
    r"原件|复印件|扫描件|电子版|一式[一二两三四五六七八九十\d]+份|[\d一二两三四五六七八九十]+份|[\s《》“”\"、，。·;；:：]"
)


class Group(msgspec.Struct, frozen=True):
    """Rows that are one material: ``by`` is licence | elements | name, ``items`` the codes that ask for it.

    ``within`` names the group on whose paper all data elements of this one stand already; such a group is
    asked no longer.
    """

    name: str
    by: str
    rows: int
    items: tuple[str, ...]
    source: str
    supply: str
    elements: tuple[str, ...] = ()
    within: str = ""


def key_of(row: Material) -> Key:
    """What makes two rows the same material: the licence type, else the set of data elements, else the name."""
    if row.licence_code:
        return ("licence", row.licence_code)
    if row.elements:
        return ("elements", *sorted(set(row.elements)))
    return ("name", plain_name(row.name))


def plain_name(name: str) -> str:
    """The name without remarks in brackets, numbers of copies and marks; the whole name when nothing is left."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return _NOISE.sub("", _REMARK.sub("", folded)) or folded.strip()


def groups(items: Iterable[ItemDefinition]) -> tuple[Group, ...]:
    """All materials of ``items`` in groups of the same thing, the one most asked for first."""
    found: dict[Key, list[tuple[str, Material]]] = {}
    for item in items:
        for row in item.materials:
            found.setdefault(key_of(row), []).append((item.task_code, row))
    made = [_group(key, rows) for key, rows in found.items()]
    return tuple(sorted(_covered(made), key=lambda group: (-group.rows, group.name)))


def _group(key: Key, rows: list[tuple[str, Material]]) -> Group:
    first = rows[0][1]
    return Group(
        name=first.name,
        by=key[0],
        rows=len(rows),
        items=tuple(dict.fromkeys(code for code, _ in rows)),
        source=first.source,
        supply=first.supply,
        elements=key[1:] if key[0] == "elements" else (),
    )


def _covered(made: list[Group]) -> list[Group]:
    """A paper whose every datum stands on a fuller one need not be asked for; licences always stay."""
    fuller = sorted((group for group in made if group.elements), key=lambda group: -len(group.elements))
    done = []
    for group in made:
        mine = set(group.elements)
        wider = next((other for other in fuller if mine < set(other.elements)), None) if mine else None
        done.append(msgspec.structs.replace(group, within=wider.name) if wider else group)
    return done
