"""The parts in which an item is shown and edited: every element of the implementation list stands in one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from django.utils.translation import gettext_lazy as lazy


class Part(msgspec.Struct, frozen=True):
    """One part: ``slug`` in addresses, ``label`` for people, ``elements`` of it in order."""

    slug: str
    label: Any
    elements: tuple[str, ...]


PARTS: tuple[Part, ...] = (
    Part(
        "basics",
        lazy("基本信息"),
        ("name", "sub_name", "main_name", "type", "level", "levels", "catalog_code", "handling_code")
        + ("local_code", "aliases", "themes", "summary", "plain_text"),
    ),
    Part("basis", lazy("设定依据"), ("basis",)),
    Part(
        "limits",
        lazy("时限与到场"),
        ("kind", "review_type", "legal_limit", "legal_note", "promised_limit", "promised_note")
        + ("legal_extension", "visits", "visits_reason"),
    ),
    Part(
        "audience",
        lazy("服务对象与渠道"),
        ("subjects", "audiences", "channels", "online", "online_depth", "online_url", "area"),
    ),
    Part("conditions", lazy("受理条件"), ("conditions", "quantity_limit")),
    Part("materials", lazy("申请材料"), ("materials",)),
    Part("pledge", lazy("告知承诺"), ("pledge",)),
    Part("steps", lazy("办理流程"), ("steps", "special_procedures")),
    Part("fee", lazy("收费"), ("fee",)),
    Part("results", lazy("办理结果"), ("results", "intermediaries")),
    Part(
        "places",
        lazy("地点与便民"),
        ("places", "contact", "is_in_center", "center_name", "conveniences"),
    ),
    Part("faq", lazy("常见问题"), ("faq",)),
    Part(
        "power",
        lazy("权力与责任"),
        ("power_source", "body_kind", "entrusting_organ", "joint_organs", "duties", "accountability"),
    ),
    Part("scenario", lazy("情形引导"), ("start_question", "questions")),
    Part("form", lazy("申请表"), ("form_schema",)),
    Part("source", lazy("公开与来源"), ("handled", "public", "missing", "flags")),
)
# Of the version and of its place in this city, or written by an import: nobody types them into a draft.
KEPT = frozenset(
    {
        "version_id",
        "version",
        "form_version",
        "task_code",
        "organ_id",
        "organ_name",
        "organ_short",
        "region",
        "type_rules",
    }
    | {"source", "demonstration", "effective_on"}
)
_PART_OF = {element: part for part in PARTS for element in part.elements}


def part_of(element: str) -> Part:
    """The part in which a dotted place (``materials.M03.name``) stands; the first one for what has none."""
    return _PART_OF.get(element.partition(".")[0], PARTS[0])


def part(slug: str) -> Part:
    """The part with this slug, else the first."""
    return next((one for one in PARTS if one.slug == slug), PARTS[0])


def by_part(rows: Iterable[Any]) -> list[tuple[Part, list[Any]]]:
    """``rows`` (each with an ``element``) under the parts that have any, in the order of the parts."""
    found: dict[str, list[Any]] = {one.slug: [] for one in PARTS}
    for row in rows:
        if row.element.partition(".")[0] in _PART_OF:
            found[part_of(row.element).slug].append(row)
    return [(one, found[one.slug]) for one in PARTS if found[one.slug]]
