"""An item's own form at the desks: its fields with what was typed, for the visit and for the case page."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from onewindow.catalog.definition import ItemDefinition
from onewindow.ui import fields

# The button of a table on the case page; the act is not done when one of these was pressed.
LINE = "line"


class Control(msgspec.Struct, frozen=True):
    """A field with its text, of a table its lines; ``prefix`` leads its input's name.

    ``same_as`` says where its value comes from when it is not asked here; ``is_untied``: it could follow, but
    was given a value of its own. ``button`` and ``lead`` are the name, and the beginning of the value, of the
    buttons that ask the server for a line more or less.
    """

    field: fields.Field
    value: str
    lines: list[list[tuple[fields.Field, str]]]
    prefix: str
    button: str
    lead: str
    same_as: str = ""
    is_untied: bool = False

    @property
    def said(self) -> str:
        """The value as a person reads it."""
        names = dict(self.field.options) | {"true": _("是"), "false": _("否")}
        return "、".join(names.get(text, text) for text in self.value.split("\n"))

    @property
    def html_id(self) -> str:
        return self.prefix.replace(".", "-") + self.field.html_id


def controls(
    item: ItemDefinition,
    texts: Mapping[str, str],
    *,
    prefix: str = fields.PREFIX,
    button: str = LINE,
    lead: str = "",
    more: str = "",
    ties: Mapping[str, str] | None = None,
    untied: Collection[str] = (),
) -> tuple[Control, ...]:
    """The fields of the item's form with ``texts``; ``more`` names the table that wants an empty line.

    ``ties`` tells of fields that follow a value asked elsewhere which one, ``untied`` those let go of it.
    """
    return tuple(
        Control(
            field,
            texts.get(field.name, ""),
            fields.lines(field, texts, more=more == field.name) if field.kind == "rows" else [],
            prefix,
            button,
            lead,
            (ties or {}).get(field.name, ""),
            field.name in untied,
        )
        for field in fields.fields_of(item.form_schema)
    )


def texts_of(item: ItemDefinition, form: Mapping[str, Any]) -> dict[str, str]:
    """A filled form as the texts of its fields."""
    return fields.typed(fields.fields_of(item.form_schema), form)


def read(item: ItemDefinition, post: Any) -> tuple[dict[str, Any], dict[str, str]]:
    """The posted form and its texts; a line whose button was pressed is left out."""
    return fields.read(fields.fields_of(item.form_schema), post, ask=post.get(LINE, ""))


def is_posted(post: Mapping[str, Any]) -> bool:
    """Whether the form came along at all."""
    return any(name.startswith(fields.PREFIX) for name in post)
