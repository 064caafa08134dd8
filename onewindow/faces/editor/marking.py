"""Findings with the sentence that they are about, its words marked, and the way to the field where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from onewindow.faces.editor import bound
from onewindow.faces.editor.side_by_side import Piece

_END = re.compile(r"[。；！？\n]")
Finding = Mapping[str, Any]


def marked(findings: Iterable[Finding], content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Each finding with ``pieces``: the sentence of ``content`` in which the words of its span are marked."""
    return [dict(one) | {"pieces": pieces(one, content)} for one in findings]


def pieces(finding: Finding, content: Mapping[str, Any]) -> list[Piece]:
    """Empty when the finding means no words, or they have changed since."""
    span, text = finding.get("span"), text_at(finding["element"], content)
    if not span or not 0 <= span[0] < span[1] <= len(text):
        return []
    first, last = span
    starts = [match.end() for match in _END.finditer(text, 0, first)]
    end = _END.search(text, last)
    begin, finish = (starts[-1] if starts else 0), (end.end() if end else len(text))
    parts = [Piece(text[begin:first], False), Piece(text[first:last], True), Piece(text[last:finish], False)]
    return [one for one in parts if one.text]


def text_at(element: str, content: Any) -> str:
    """The text at a dotted place of a content in builtins; empty when there is none."""
    if not element:
        return content if isinstance(content, str) else ""
    name, _dot, rest = element.partition(".")
    if isinstance(content, Mapping):
        return text_at(rest, content.get(name))
    if not isinstance(content, Sequence) or isinstance(content, str):
        return ""
    for row in content:
        code = row.get("code") if isinstance(row, Mapping) else None
        if code and (element == code or element.startswith(f"{code}.")):
            return text_at(element[len(code) + 1 :], row)
    is_place = name.isascii() and name.isdigit() and int(name) < len(content)
    return text_at(rest, content[int(name)]) if is_place else ""


def field_link(number: str, task_code: str, element: str, content: Mapping[str, Any]) -> str:
    """The address of the field in a draft at which a finding is mended."""
    place = bound.html_id(bound.place_of(element, content))
    return f"/editor/changes/{number}/draft/{quote(task_code, safe='')}?at={quote(element, safe='')}#{place}"
