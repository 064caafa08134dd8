"""The item library: the list over every state, one item in full with its versions, two versions compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET

from onewindow.catalog import library, queries
from onewindow.catalog.changes.target import DELEGATED
from onewindow.catalog.compare import Difference, differences
from onewindow.catalog.definition import ItemDefinition
from onewindow.catalog.standing import Standing
from onewindow.faces.editor import changes, layout, marking, sections, side_by_side
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, NotFound, Refusal
from onewindow.org import queries as org
from onewindow.ui import paging, refusals, session

STATES = {"in-use": lazy("在用"), "suspended": lazy("已暂停"), "cancelled": lazy("已取消")}
TAGS = {"in-use": "tag--go", "suspended": "tag--near", "cancelled": "tag--over"}
_FLAGS = {"yes": True, "no": False}


class Button(msgspec.Struct, frozen=True):
    """A change that may be begun from an item; ``states`` in which it makes sense."""

    kind: str
    label: Any
    states: tuple[str, ...]
    is_for_delegated: bool = False


BUTTONS = (
    Button("change", lazy("修改内容"), ("in-use", "suspended")),
    Button("suspend", lazy("暂停"), ("in-use",)),
    Button("resume", lazy("恢复"), ("suspended",)),
    Button("delegate", lazy("下放"), ("in-use",)),
    Button("split", lazy("拆分"), ("in-use", "suspended")),
    Button("merge", lazy("合并"), ("in-use", "suspended")),
    Button("take-back", lazy("收回"), ("in-use", "suspended"), is_for_delegated=True),
    Button("cancel", lazy("取消"), ("in-use", "suspended")),
)


@require_GET
@session.page(permission=sections.ALL)
def listing(request: HttpRequest) -> HttpResponse:
    """Items of every state by words and filters."""
    get = request.GET
    chosen = {name: get.get(name, "") for name in ("q", "organ", "state", "handled", "lacks")}
    rows: list[library.Line] = []
    following, problem, status = None, "", 200
    try:
        rows, following = library.items(
            chosen["q"],
            organ_id=int(chosen["organ"])
            if chosen["organ"].isascii() and chosen["organ"].isdigit()
            else None,
            state=chosen["state"] or None,
            handled=_FLAGS.get(chosen["handled"]),
            lacks=chosen["lacks"] or None,
            cursor=get.get("cursor") or None,
        )
    except Refusal as refusal:
        problem, status = refusals.said(refusal), refusals.status_of(refusal)
    actor: Actor = request.actor  # type: ignore[attr-defined]
    context = sections.shell(
        request,
        sections.ITEMS,
        rows=[{"item": one, "state": STATES[one.state], "tag": TAGS[one.state]} for one in rows],
        pages=paging.pages(request, following),
        chosen=chosen,
        organs=[(str(one.id), one.short_name or one.name) for one in org.organs(active_only=False)],
        states=list(STATES.items()),
        lacks=[(label, _(label)) for label in library.LACKS],
        is_cut=bool(chosen["q"].strip()) and len(rows) == library.FOUND_AT_MOST,
        may_propose=actor.has("catalog"),
        problem=problem,
    )
    return render(request, "editor/items.html", context, status=status)


@require_GET
@session.page(permission=sections.ALL)
def item(request: HttpRequest, task_code: str) -> HttpResponse:
    """One item: how it stands, its whole content, its versions, what it lacks, changes under way."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found, standing = queries.latest(task_code), queries.standing(task_code)
    findings, lacks = library.judgement(found)
    versions = queries.guide(task_code)["versions"]
    running, rows = _running(actor, task_code), differences(None, found)
    context = sections.shell(
        request,
        sections.ITEMS,
        item=found,
        standing=standing,
        state=STATES[standing.state],
        tag=TAGS[standing.state],
        content=layout.by_part(rows),
        lacks=[_(label) for label in lacks],
        findings=_findings(found, findings, running, rows),
        is_open="all" in request.GET,
        versions=[
            row | {"before": before["version"] if before else None}
            for row, before in zip(versions, [*versions[1:], None], strict=True)
        ],
        running=running,
        buttons=_buttons(actor, found, standing),
        may_restore=actor.has("catalog") and standing.state != "cancelled" and _is_mine(actor, found),
        is_elsewhere=actor.has("catalog") and not _is_mine(actor, found),
    )
    return render(request, "editor/item.html", context)


def _findings(
    found: ItemDefinition,
    findings: Iterable[Mapping[str, Any]],
    running: Sequence[Mapping[str, Any]],
    rows: Sequence[Difference],
) -> list[dict[str, Any]]:
    """With the words that are meant, and the way to the field in one's own draft, else to the row on this page."""
    content = msgspec.to_builtins(found)
    own = next((one["number"] for one in running if one["is_mine"] and one["state"] == "to-submit"), "")
    marked = marking.marked(findings, content)
    if own:
        return [
            one | {"link": marking.field_link(own, found.task_code, one["element"], content)}
            for one in marked
        ]
    return [one | {"link": _row_link(one["element"], rows)} for one in marked]


def _row_link(element: str, rows: Sequence[Difference]) -> str:
    near = [row.element for row in rows if element == row.element or element.startswith(row.element + ".")]
    return "#" + quote(f"c-{max(near, key=len)}", safe="") if near else ""


def _is_mine(actor: Actor, found: ItemDefinition) -> bool:
    return found.organ_id in actor.organ_ids


def _buttons(actor: Actor, found: ItemDefinition, standing: Standing) -> list[Button]:
    if not actor.has("catalog") or not _is_mine(actor, found):
        return []
    return [
        one
        for one in BUTTONS
        if standing.state in one.states and (not one.is_for_delegated or found.power_source in DELEGATED)
    ]


def _running(actor: Actor, task_code: str) -> list[dict[str, Any]]:
    if not actor.has("catalog", "establishment", "legal", "leader", "supervisor", "manager"):
        return []
    rows, _following = queries.changes(actor, task_code=task_code, limit=20)
    return [changes.line(one) for one in rows]


@require_GET
@session.page(permission=sections.ALL)
def compare(request: HttpRequest, task_code: str) -> HttpResponse:
    """Two versions of an item side by side, only what differs."""
    before, after = _number(request.GET.get("from", "")), _number(request.GET.get("to", ""))
    rows = library.comparison(task_code, before, after)
    found = queries.latest(task_code)
    context = sections.shell(
        request,
        sections.ITEMS,
        item=found,
        rows=side_by_side.rows(msgspec.to_builtins(rows)),
        before=before,
        after=after,
        versions=[row["version"] for row in queries.guide(task_code)["versions"]],
    )
    return render(request, "editor/compare.html", context)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < len(text) < 9):
        raise NotFound("no-item", N_("没有这个事项版本"))
    return int(text)
