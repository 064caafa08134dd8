"""What should be the same at several organs and is not: same item, other limits, materials, visits or fee.

Items are kindred by the code of the basic catalogue, else by the basic code within their task code, or by the
same name. How much a group differs is counted, not judged: see ``Group.score``.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any

import msgspec

from onewindow.catalog.definition import ItemDefinition, Limit
from onewindow.catalog.search.document import normalise
from onewindow.kernel.identifiers import item_code
from onewindow.kernel.identifiers.problem import Problem

SHORTEST_NAME = 5  # 变更, 注销: names of parts of items say nothing about kinship
_LEVEL = re.compile(
    r"[（(](?:(?:国家|省|市|州|县|区|镇|乡|街道|村|社区)级?[/、和及]?)+(?:权限|行使|部分)?[)）]"
)  # （市级/县级）, （县级行使）


class Cell(msgspec.Struct, frozen=True):
    """What one item of the group says about one element; ``value`` "" where the source tells nothing."""

    task_code: str
    organ: str
    value: str


class Row(msgspec.Struct, frozen=True):
    """One element in which the group differs; ``share``: of all pairs of items that tell it, how many differ."""

    element: str
    label: str
    share: float
    cells: tuple[Cell, ...]


class Group(msgspec.Struct, frozen=True):
    """Kindred items of at least two organs. ``score`` is the sum of the rows' shares, from 0 up.

    ``key`` says by what they are kindred: ``catalog``, ``basic`` or ``name``, then the code or name.
    """

    key: tuple[str, str]
    name: str
    organs: int
    items: int
    score: float
    rows: tuple[Row, ...]


def compare(items: Iterable[ItemDefinition], *, only_different: bool = True) -> list[Group]:
    """Groups of kindred items at several organs, those that differ most first (then the larger ones).

    Time is linear in the number of items and, for materials, in the pairs within a group of up to 50 items;
    larger groups are measured against their commonest list.
    """
    groups = []
    for key, members in _grouped(items).items():
        organs = {one.organ_name for one in members}
        if len(organs) < 2:
            continue
        rows = tuple(row for row in (_row(*element, members) for element in _ELEMENTS) if row is not None)
        if rows or not only_different:
            score = round(sum(row.share for row in rows), 6)
            groups.append(Group(key, members[0].name, len(organs), len(members), score, rows))
    groups.sort(key=lambda group: (-group.score, -group.items, group.key))
    return groups


def _grouped(items: Iterable[ItemDefinition]) -> dict[tuple[str, str], list[ItemDefinition]]:
    """Each item in one group: the first of its keys under which somebody else is found too."""
    keyed = [(one, _keys(one)) for one in items]
    organs: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one, keys in keyed:
        for key in keys:
            organs[key].add(one.organ_name)
    groups: dict[tuple[str, str], list[ItemDefinition]] = defaultdict(list)
    for one, keys in keyed:
        shared = next((key for key in keys if len(organs[key]) > 1), None)
        if shared is not None:
            groups[shared].append(one)
    return groups


def _keys(item: ItemDefinition) -> list[tuple[str, str]]:
    keys = []
    if item.catalog_code:
        keys.append(("catalog", item.catalog_code))
    code = item_code.parse(item.task_code)
    if not isinstance(code, Problem):
        # One basic code may be split into several handling items: the name tells them apart.
        keys.append(("basic", f"{code.basic} {plain_name(item.name)}"))
    name = plain_name(item.name)
    if len(name) >= SHORTEST_NAME:
        keys.append(("name", name))
    elif item.main_name:
        keys.append(("name", f"{plain_name(item.main_name)} {name}"))
    return keys


def plain_name(name: str) -> str:
    """A name without blanks, marks and the level in brackets: （市级/县级）."""
    return normalise(_LEVEL.sub("", name)).replace(" ", "")


def _row(
    element: str,
    label: str,
    read: Callable[[ItemDefinition], Hashable | None],
    show: Callable[[Any], str],
    members: Sequence[ItemDefinition],
) -> Row | None:
    values = [read(one) for one in members]
    told = [value for value in values if value is not None]
    share = _spread(told) if element == "materials" else _share(told)
    if share == 0:
        return None
    cells = tuple(
        Cell(one.task_code, one.organ_name, "" if value is None else show(value))
        for one, value in zip(members, values, strict=True)
    )
    return Row(element, label, round(share, 6), cells)


def _share(values: Sequence[Hashable]) -> float:
    """Of all pairs, how many differ: 0 when all are the same, 1 when no two are."""
    count = len(values)
    if count < 2:
        return 0.0
    same = sum(number * (number - 1) for number in Counter(values).values())
    return 1 - same / (count * (count - 1))


def _spread(lists: Sequence[Any]) -> float:
    """The mean over all pairs of how much two lists of materials differ (1 - common / all)."""
    if len(lists) < 2 or len(set(lists)) == 1:
        return 0.0
    if len(lists) > 50:
        common = Counter(lists).most_common(1)[0][0]
        return sum(_apart(one, common) for one in lists) / len(lists)
    pairs = [(one, other) for at, one in enumerate(lists) for other in lists[at + 1 :]]
    return sum(_apart(one, other) for one, other in pairs) / len(pairs)


def _apart(one: frozenset[str], other: frozenset[str]) -> float:
    return 1 - len(one & other) / len(one | other) if one | other else 0.0


def _limit(limit: Limit | None) -> Hashable | None:
    return None if limit is None else (limit.days, limit.unit)


def _days(value: tuple[int, str]) -> str:
    return f"{value[0]} 个{'工作日' if value[1] == 'working_day' else '自然日'}"


def _materials(item: ItemDefinition) -> Hashable | None:
    if not item.materials:
        return None
    return frozenset(plain_name(row.name) for row in item.materials)


def _yes(value: bool) -> str:
    return "是" if value else "否"


_KINDS = {"instant": "即办件", "commitment": "承诺件"}
_ELEMENTS: tuple[tuple[str, str, Callable[[ItemDefinition], Hashable | None], Callable[[Any], str]], ...] = (
    ("legal_limit", "法定办结时限", lambda one: _limit(one.legal_limit), _days),
    ("promised_limit", "承诺办结时限", lambda one: _limit(one.promised_limit), _days),
    ("visits", "到现场次数", lambda one: one.visits, str),
    ("fee.charged", "是否收费", lambda one: one.fee.charged, _yes),
    ("kind", "办件类型", lambda one: one.kind, lambda value: _KINDS.get(value, value)),
    ("type", "事项类型", lambda one: one.type, str),
    ("online", "是否网办", lambda one: one.online, _yes),
    ("materials", "申请材料", _materials, lambda value: f"{len(value)} 份：" + "、".join(sorted(value))),
)
