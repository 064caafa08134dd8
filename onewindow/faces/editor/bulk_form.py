"""The operations of a bulk edit as they are typed: one of each kind, each with a mark that it is meant."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from onewindow.catalog.bulk_operations import (
    AddMaterial,
    AnyOperation,
    RemoveMaterial,
    ReplaceText,
    SetContact,
    SetElement,
    SetHours,
    ShortenPromise,
)
from onewindow.catalog.elements import Material
from onewindow.kernel.errors import N_, FieldError, Invalid

CONTACTS = ("consult", "supervise", "review", "court")
FIELDS = (
    "set_element", "set_text", "replace_in", "replace_find", "replace_by", "add_code", "add_name", "add_need",
    "add_source", "add_basis", "remove_code", "remove_name", *CONTACTS, "hours", "hours_place", "days", "percent",
)  # fmt: skip
NEEDS = ("required", "optional", "deferrable")
SOURCES = ("applicant", "government", "intermediary", "other")


def read(posted: Any) -> list[AnyOperation]:
    """The operations marked, in the order of the form. Raises ``Invalid`` when none is, or for no number."""
    marked = posted.getlist("use")
    found = [_MAKERS[name](posted) for name in _MAKERS if name in marked]
    if not found:
        raise Invalid("no-operation", N_("请勾选并填写至少一种改动。"))
    return found


def typed(posted: Any) -> dict[str, Any]:
    """Everything as it was typed, so that the page can show it again."""
    told: dict[str, Any] = {name: posted.get(name, "") for name in FIELDS}
    return told | {"use": posted.getlist("use")}


def _text(posted: Any, name: str) -> str:
    text: str = posted.get(name, "")
    return text.strip()


def _number(posted: Any, name: str) -> int | None:
    text = _text(posted, name)
    if text and not (text.isascii() and text.isdigit() and len(text) < 6):
        error = FieldError(name, "invalid", N_("请填写整数"))
        raise Invalid("invalid-fields", N_("批量修改的内容有误"), fields=[error])
    return int(text) if text else None


def _material(posted: Any) -> AddMaterial:
    need = _text(posted, "add_need")
    return AddMaterial(
        Material(
            code=_text(posted, "add_code"),
            name=_text(posted, "add_name"),
            need=need if need in NEEDS else "required",  # type: ignore[arg-type]
            source=_text(posted, "add_source") or "applicant",
            basis=_text(posted, "add_basis"),
        )
    )


_MAKERS: dict[str, Callable[[Any], AnyOperation]] = {
    "set-element": lambda posted: SetElement(_text(posted, "set_element"), _text(posted, "set_text")),
    "replace-text": lambda posted: ReplaceText(
        _text(posted, "replace_in"), posted.get("replace_find", ""), posted.get("replace_by", "")
    ),
    "add-material": _material,
    "remove-material": lambda posted: RemoveMaterial(
        code=_text(posted, "remove_code"), name=_text(posted, "remove_name")
    ),
    "set-contact": lambda posted: SetContact(**{name: _text(posted, name) or None for name in CONTACTS}),
    "set-hours": lambda posted: SetHours(_text(posted, "hours"), _text(posted, "hours_place")),
    "shorten-promise": lambda posted: ShortenPromise(
        days=_number(posted, "days"), percent=_number(posted, "percent")
    ),
}
