"""Two versions side by side: what was added, removed and changed, in words a person reads. Pure but for language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from difflib import SequenceMatcher
from typing import Any, Literal, TypeVar

import msgspec
from django.utils.translation import gettext

from onewindow.catalog import compare_forms
from onewindow.catalog.compare_words import LABELS, PARTS, UNITS, VALUES
from onewindow.catalog.elements import Limit
from onewindow.catalog.rules.types import type_name
from onewindow.kernel.errors import N_

Content = TypeVar("Content", bound=msgspec.Struct)
_NOT_CONTENT = frozenset({"version_id", "version", "form_version", "organ_id", "type_rules"})
_SEPARATOR = "，"


class Difference(msgspec.Struct, frozen=True):
    """One place where two versions differ; ``before`` and ``after`` are texts to show, empty for nothing.

    ``element`` is a dotted place: rows of materials, questions and options by their code, form fields by name,
    other rows by their index from 0 in the later version (of a removed row: in the earlier).
    """

    element: str
    label: str
    before: str
    after: str
    kind: Literal["added", "removed", "changed"]


def differences(before: Content | None, after: Content) -> list[Difference]:
    """What ``after`` changes of ``before`` (two item definitions, or two catalogue items), element by element.

    Without ``before`` everything that is written in ``after`` is added.
    """
    found: list[Difference] = []
    names = [name for name in LABELS if name in after.__struct_fields__]
    names += [name for name in after.__struct_fields__ if name not in LABELS and name not in _NOT_CONTENT]
    for name in names:
        was = getattr(before, name) if before is not None else _nothing(getattr(after, name))
        label = gettext(LABELS[name]) if name in LABELS else name
        found.extend(_compare(name, label, was, getattr(after, name), name))
    return found


def _nothing(value: Any) -> Any:
    """What stands where nothing was written: no rows, no fields, else None."""
    if isinstance(value, tuple):
        return ()
    if isinstance(value, dict):
        return {}
    return type(value)() if isinstance(value, msgspec.Struct) and not isinstance(value, Limit) else None


def _compare(element: str, label: str, was: Any, now: Any, name: str) -> Iterator[Difference]:
    if isinstance(now, dict) and isinstance(was, dict):
        yield from _form(element, label, was, now)  # equal forms too: their fields may stand in another order
    elif was == now:
        return
    elif isinstance(now, tuple) and isinstance(was, tuple) and _has_rows(was, now):
        yield from _rows(element, label, was, now)
    elif isinstance(now, msgspec.Struct) and isinstance(was, msgspec.Struct) and not isinstance(now, Limit):
        yield from _parts(element, label, was, now)
    else:
        yield from _one(element, label, _text(was, name), _text(now, name))


def _one(element: str, label: str, before: str, after: str) -> Iterator[Difference]:
    if before != after:
        kind: Any = "added" if not before else "removed" if not after else "changed"
        yield Difference(element, label, before, after, kind)


def _has_rows(was: Sequence[Any], now: Sequence[Any]) -> bool:
    # Conditions are rows of sentences; themes and channels are short words and shown in one line.
    rows = (*was, *now)
    return any(isinstance(row, msgspec.Struct) or len(row) > 12 for row in rows)


def _rows(element: str, label: str, was: Sequence[Any], now: Sequence[Any]) -> Iterator[Difference]:
    if all(hasattr(row, "code") for row in (*was, *now)):
        yield from _coded(element, label, was, now)
        return
    before, after = [_row_text(row) for row in was], [_row_text(row) for row in now]
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, was_from, was_to, now_from, now_to in matcher.get_opcodes():
        if tag == "equal":
            continue
        pairs = min(was_to - was_from, now_to - now_from)
        for step in range(pairs):
            place, row = now_from + step, now[now_from + step]
            numbered = _numbered(label, place)
            yield from _compare(f"{element}.{place}", numbered, was[was_from + step], row, "")
        for place in range(was_from + pairs, was_to):
            yield Difference(f"{element}.{place}", _numbered(label, place), before[place], "", "removed")
        for place in range(now_from + pairs, now_to):
            yield Difference(f"{element}.{place}", _numbered(label, place), "", after[place], "added")


def _coded(element: str, label: str, was: Sequence[Any], now: Sequence[Any]) -> Iterator[Difference]:
    before, after = {row.code: row for row in was}, {row.code: row for row in now}
    for code, row in before.items():
        if code not in after:
            yield Difference(f"{element}.{code}", f"{label} {code}", _row_text(row), "", "removed")
    for code, row in after.items():
        if code in before:
            title = f"{label} {code}（{_title(before[code])}）"
            yield from _compare(f"{element}.{code}", title, before[code], row, "")
        else:
            yield Difference(f"{element}.{code}", f"{label} {code}", "", _row_text(row), "added")
    kept = [code for code in before if code in after]
    if kept != [code for code in after if code in before]:
        yield from _one(
            element,
            gettext(N_("%(what)s的顺序")) % {"what": label},
            "、".join(kept),
            "、".join(code for code in after if code in before),
        )


def _title(row: Any) -> str:
    return str(getattr(row, "name", None) or getattr(row, "text", ""))


def _numbered(label: str, place: int) -> str:
    return f"{label} {place + 1}"


def _parts(element: str, label: str, was: Any, now: Any) -> Iterator[Difference]:
    for name in now.__struct_fields__:
        part = f"{label}：{_part_label(type(now), name)}"
        yield from _compare(f"{element}.{name}", part, getattr(was, name), getattr(now, name), name)


def _part_label(kind: type, name: str) -> str:
    found = PARTS.get(kind, {}).get(name) or PARTS[None].get(name)
    return gettext(found) if found else name


def _form(element: str, label: str, was: dict[str, Any], now: dict[str, Any]) -> Iterator[Difference]:
    for told in (
        *compare_forms.form_differences(element, label, was, now),
        *compare_forms.frame_differences(element, label, was, now),
    ):
        yield from _one(*told)


def _row_text(row: Any) -> str:
    """A whole row in one line: what is written in it, its default values left out."""
    if not isinstance(row, msgspec.Struct):
        return _text(row, "")
    shown = []
    for field in msgspec.structs.fields(row):
        value = getattr(row, field.name)
        is_default = field.default is not msgspec.NODEFAULT and value == field.default
        if field.name == "code" or (is_default and field.name != "need"):
            continue
        text = _text(value, field.name)
        if text:
            is_title = field.name in ("name", "text", "law", "question", "stage")
            shown.append(text if is_title else f"{_part_label(type(row), field.name)}：{text}")
    return _SEPARATOR.join(shown)


def _text(value: Any, name: str) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return gettext(N_("是")) if value else gettext(N_("否"))
    if isinstance(value, Limit):
        return gettext(UNITS[value.unit]) % {"n": value.days}
    if isinstance(value, tuple):
        return "、".join(
            _row_text(one) if isinstance(one, msgspec.Struct) else _text(one, name) for one in value
        )
    if isinstance(value, msgspec.Struct):
        return _row_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if name == "type" and isinstance(value, str) and value[:2].isdigit():
        return type_name(value)
    text = str(value)
    return gettext(VALUES[text]) if text in VALUES else text
