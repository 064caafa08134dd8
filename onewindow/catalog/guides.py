"""The guide of an item (办事指南) and its checklist in the shapes of the contract."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from onewindow.catalog.definition import ItemDefinition, Limit, Material, Question
from onewindow.catalog.rules import Checklist, type_name
from onewindow.catalog.search.document import list_row
from onewindow.catalog.standing import Standing

NO_FORM: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {},
    "additionalProperties": False,
}
UNKNOWN_SOURCE = "unknown"


def guide(
    definition: ItemDefinition,
    *,
    versions: Iterable[Mapping[str, Any]] = (),
    standing: Standing | None = None,
) -> dict[str, Any]:
    """All that is published about an item; what the source lacks is null or empty and in ``missing``.

    ``standing`` tells whether the item is in use; one that is not cannot be applied for (``handled`` false).
    """
    is_in_use = standing is None or standing.is_in_use
    return {
        **list_row(definition),
        "handled": definition.handled and is_in_use,
        "state": standing.state if standing else "in-use",
        "state_since": standing.since if standing else None,
        "state_reason": (standing.reason or None) if standing else None,
        "type_name": type_name(definition.type),
        "main_name": definition.main_name or None,
        "level": definition.level or None,
        "organ_id": definition.organ_id,
        "demonstration": definition.demonstration,
        "summary": definition.summary or None,
        "audiences": list(definition.audiences),
        "themes": list(definition.themes),
        "materials": [material_shape(row) for row in definition.materials],
        "form_schema": form_shape(definition),
        "form_version": definition.form_version if definition.form_schema else None,
        "steps": _whole(definition.steps),
        "special_procedures": _whole(definition.special_procedures),
        "legal_extension": _limit(definition.legal_extension),
        "start_question": definition.start_question,
        "questions": [_question(question) for question in definition.questions],
        "conditions": list(definition.conditions),
        "basis": _whole(definition.basis),
        "results": [result.name for result in definition.results],
        "places": _whole(definition.places),
        "faq": _whole(definition.faq),
        "fee_detail": _whole(definition.fee),
        **_further(definition),
        "versions": [dict(row) for row in versions],
        "missing": list(definition.missing),
        "flags": list(definition.flags),
        "source": definition.source or None,
    }


# Elements beyond the contract's, by their own names.
_FURTHER = (
    "catalog_code",
    "handling_code",
    "power_source",
    "body_kind",
    "entrusting_organ",
    "joint_organs",
    "review_type",
    "legal_note",
    "promised_note",
    "subjects",
    "channels",
    "visits_reason",
    "online_depth",
    "online_url",
    "area",
    "quantity_limit",
    "intermediaries",
    "conveniences",
    "pledge",
    "is_in_center",
    "center_name",
    "contact",
    "duties",
    "accountability",
    "plain_text",
    "effective_on",
)


def _further(definition: ItemDefinition) -> dict[str, Any]:
    shown = {name: _whole(getattr(definition, name)) for name in _FURTHER}
    return shown | {"result_details": _whole(definition.results)}


def _whole(value: Any) -> Any:
    """Plain values with every field, also those that hold their default."""
    if isinstance(value, msgspec.Struct):
        return {name: _whole(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, tuple):
        return [_whole(one) for one in value]
    return value


def form_shape(definition: ItemDefinition) -> dict[str, Any]:
    """The form with its dialect, its own name and its version (``x-version``), as others read it."""
    if not definition.form_schema:
        return NO_FORM
    name = f"urn:onewindow:form:{definition.task_code}:{definition.form_version}"
    told = {"$schema": NO_FORM["$schema"], "$id": name, "x-version": definition.form_version}
    return told | {key: value for key, value in definition.form_schema.items() if key not in told}


def checklist_shape(found: Checklist) -> dict[str, Any]:
    """A checklist as the contract's POST /items/{task_code}/checklist answers it."""
    return {
        "complete": found.complete,
        "next_question": _question(found.next_question) if found.next_question else None,
        "materials": [material_shape(row) for row in found.materials],
        "rejected": found.rejected,
    }


def material_shape(row: Material) -> dict[str, Any]:
    """A row of the list of materials; what an imported list does not say is null, never guessed."""
    is_known = row.source != UNKNOWN_SOURCE
    return {
        "code": row.code,
        "name": row.name,
        "need": row.need,
        "source": row.source if is_known else None,
        "copies": row.copies if is_known else None,
        "forms": list(row.forms),
        "reusable_from": row.reusable_from,
        "standard": row.standard or None,
        "basis": row.basis or None,
        "note": row.note or None,
    }


def _question(question: Question) -> dict[str, Any]:
    return {
        "code": question.code,
        "text": question.text,
        "multiple": question.multiple,
        "options": [{"code": option.code, "text": option.text} for option in question.options],
    }


def _limit(limit: Limit | None) -> dict[str, Any] | None:
    return None if limit is None else {"days": limit.days, "unit": limit.unit}
