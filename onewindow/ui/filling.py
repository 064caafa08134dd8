"""A form schema as a page that a person fills in: fields with values, hints and errors, in order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from onewindow.ui import fields
from onewindow.ui.fields import Field


def rows(
    schema: Mapping[str, Any],
    typed: Mapping[str, str],
    errors: Mapping[str, str],
    *,
    more: str = "",
    known: Mapping[str, str] | None = None,
) -> list[dict[str, Any]]:
    """The fields of a form with what was typed, hints and errors, ready for ``ui/field.html``.

    ``errors``: dotted name → message. ``more`` names the table that wants an empty line besides its full ones;
    ``known`` says of values that the platform put in where they come from.
    """
    shown, group = [], ""
    for field in fields.fields_of(schema):
        hint = field.hint or (_("例如 %(text)s") % {"text": field.example} if field.example else "")
        value = typed.get(field.name, "")
        error = _error_of(field, errors)
        described = [f"{field.html_id}-h"] if hint else []
        described += [f"{field.html_id}-e"] if error else []
        told = (known or {}).get(field.name, "")
        described += [f"{field.html_id}-k"] if told else []
        shown.append(
            {
                "field": field,
                "value": value,
                "hint": hint,
                "error": error,
                "known": told,
                "lines": fields.lines(field, typed, more=more == field.name) if field.kind == "rows" else [],
                "described_by": " ".join(described),
                "options": _options(field, value),
                "group": field.group if field.group != group else "",
            }
        )
        group = field.group
    return shown


def _error_of(field: Field, errors: Mapping[str, str]) -> str:
    """What is wrong with a field; of a table, with any of its lines, the line named."""
    if field.kind != "rows" or field.name in errors:
        return errors.get(field.name, "")
    found = [
        _("第 %(n)s 行：%(what)s") % {"n": int(line) + 1, "what": message}
        for name, message in errors.items()
        for line in [name.removeprefix(field.name + ".").split(".")[0]]
        if name.startswith(field.name + ".") and line.isdigit()
    ]
    return "；".join(found)


def _options(field: Field, value: str) -> list[dict[str, Any]]:
    pairs = field.options or ((("true", _("是")), ("false", _("否"))) if field.kind == "boolean" else ())
    chosen = value.split("\n")
    return [{"code": code, "text": text, "is_chosen": code in chosen} for code, text in pairs]
