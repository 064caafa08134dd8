"""The draft editor: one part of an item at a time as plain forms; what was typed is never lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

import msgspec
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from onewindow.base import clock
from onewindow.catalog import queries, services, settings
from onewindow.catalog.common_elements import CommonElements
from onewindow.catalog.definition import ItemDefinition
from onewindow.catalog.services import Target
from onewindow.faces.editor import (
    bound,
    changes,
    controls,
    form_preview,
    layout,
    marking,
    preview,
    sections,
    tree,
    tree_shown,
    typed,
)
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, FieldError, Invalid, NotFound, Refusal, Stale
from onewindow.ui import refusals, session

Content = ItemDefinition | CommonElements
FORM, START, QUESTIONS = "form_schema", "start_question", "questions"
END = "end"  # the last field of the form: rows that did not arrive must not count as deleted


class Sheet(msgspec.Struct):
    """One part of one draft while it is edited: the controls and what stands in them."""

    change: dict[str, Any]
    target: dict[str, Any]
    content: dict[str, Any]
    part: layout.Part
    fields: list[controls.Control]
    texts: dict[str, typed.Typed]


@require_http_methods(["GET", "POST"])
@session.page(permission=sections.EDITORS)
def draft(request: HttpRequest, number: str, task_code: str) -> HttpResponse:
    """One part of a draft; a POST alters a table, or saves and stays or goes on."""
    sheet = _sheet(request, number, task_code)
    if not _may_amend(sheet):
        return HttpResponseRedirect(f"/editor/changes/{number}")
    if request.method == "GET":
        return _page(request, sheet)
    if END not in request.POST:
        return _page(request, sheet, refusal=Invalid("cut-off", N_("表单没有收全，还没有保存，请再试一次。")))
    do = request.POST.get("do", "save")
    _read(sheet, request.POST, do)
    if ":" in do:
        return _page(request, sheet, is_unsaved=True)
    try:
        _save(request, sheet)
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(request, sheet, refusal=refusal)
    return HttpResponseRedirect(_address(sheet, _onward(sheet) if do == "next" else sheet.part, done="saved"))


@require_POST
@session.page(permission=sections.EDITORS)
def part_preview(request: HttpRequest, number: str, task_code: str) -> HttpResponse:
    """The preview of a question tree or a form as it is typed, as a part of the page; nothing is saved."""
    sheet = _sheet(request, number, task_code)
    do = request.POST.get("do", "")
    if _may_amend(sheet) and END in request.POST:
        _read(sheet, request.POST, do)
    shown = _scenario(sheet, request.POST, do) or _form(sheet)
    if not _may_amend(sheet) or not shown:
        raise NotFound("no-draft", N_("这项变更没有这个事项的草稿。"))
    name = "editor/preview_part.html" if "preview" in shown else "editor/form_preview.html"
    response = render(request, name, shown)
    response.headers["Cache-Control"] = "no-store"
    return response


def _may_amend(sheet: Sheet) -> bool:
    return any(one["name"] == "amend" and one["allowed"] for one in sheet.change["actions"])


def _read(sheet: Sheet, post: Any, do: str) -> None:
    """Take what a form sent, with what its button alters."""
    read = {one.name: typed.read(one, post, one.name) for one in sheet.fields}
    sheet.texts = {one.name: typed.altered(one, read[one.name], do, one.name) for one in sheet.fields}
    if QUESTIONS in read:
        sheet.texts[START] = tree.start(read[START], read[QUESTIONS], sheet.texts[QUESTIONS])


def _scenario(
    sheet: Sheet, post: Any, do: str = "", notes: Sequence[tuple[str, dict[str, Any]]] = ()
) -> dict[str, Any]:
    """What the page of the question tree shows beside its controls; nothing for other parts."""
    if QUESTIONS not in sheet.texts:
        return {}
    asked, start = sheet.texts[QUESTIONS], sheet.texts[START]
    item = preview.unsaved(sheet.content, asked, start)
    return {
        "tree": tree_shown.shown(asked, start, item, notes),
        "preview": preview.preview(item, asked, post, do),
        "preview_url": _preview_url(sheet),
    }


def _form(sheet: Sheet) -> dict[str, Any]:
    """What the page of the form shows beside its controls; nothing for other parts."""
    control = next((one for one in sheet.fields if one.name == FORM), None)
    if control is None:
        return {}
    schema = typed.value(control, sheet.texts[FORM], FORM, [])
    return {"form_preview": form_preview.preview(schema), "preview_url": _preview_url(sheet)}


def _preview_url(sheet: Sheet) -> str:
    code = quote(sheet.target["task_code"], safe="")
    return f"/editor/changes/{sheet.change['number']}/draft/{code}/preview?part={sheet.part.slug}"


def _sheet(request: HttpRequest, number: str, task_code: str) -> Sheet:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    change = queries.change(actor, number)
    target = target_of(change, task_code)
    content = target["definition"] or target["common"]
    at = request.GET.get("at", "")
    part = layout.part_of(at) if at else layout.part(request.GET.get("part", ""))
    known = controls.of(_kind(target))
    fields = [known[name] for name in part.elements if name in known]
    sheet = Sheet(change, target, content, part, fields, {})
    defaults = {one.name: msgspec.to_builtins(one.default) for one in fields}
    sheet.texts = {one.name: typed.of_value(one, content.get(one.name, defaults[one.name])) for one in fields}
    return sheet


def target_of(change: Mapping[str, Any], task_code: str) -> dict[str, Any]:
    """The draft of one item in a change; raises ``NotFound``."""
    target = next((one for one in change["targets"] if one["task_code"] == task_code), None)
    if target is None or not (target["definition"] or target["common"]):
        raise NotFound("no-draft", N_("这项变更没有这个事项的草稿。"))
    return dict(target)


def _kind(target: Mapping[str, Any]) -> type[ItemDefinition] | type[CommonElements]:
    return ItemDefinition if target["definition"] else CommonElements


def _save(request: HttpRequest, sheet: Sheet) -> None:
    problems: list[FieldError] = []
    values = {one.name: typed.value(one, sheet.texts[one.name], one.name, problems) for one in sheet.fields}
    if problems:
        raise Invalid("invalid-fields", N_("有的内容读不懂，还没有保存；您填的都还在。"), fields=problems)
    kind = _kind(sheet.target)
    before = msgspec.convert(sheet.content, kind)
    try:
        read = msgspec.convert(sheet.content | values, kind)
    except msgspec.ValidationError as error:
        raise Invalid(
            "invalid-fields", N_("内容的结构不对，还没有保存：%(why)s"), params={"why": str(error)[:300]}
        ) from None
    # What is equal stays the same value: what has its default is not written down, so the digest holds.
    if isinstance(read, ItemDefinition) and isinstance(before, ItemDefinition):
        questions = tree.settled(before.questions, read.questions)
        read = msgspec.structs.replace(read, questions=questions)
    changed = {name: getattr(read, name) for name in values if not _is_same(read, before, name)}
    written = msgspec.structs.replace(before, **changed)
    keep(request, sheet.change, sheet.target["task_code"], written)


def keep(request: HttpRequest, change: Mapping[str, Any], task_code: str, written: Content) -> None:
    """Save ``written`` as the draft of one item, the others of the change as they stand."""
    services.amend(
        request.actor,  # type: ignore[attr-defined]
        change["number"],
        version=changes.version_of(request.POST),
        targets=[_as_target(one, task_code, written) for one in change["targets"]],
        now=clock.now(),
    )


def _is_same(read: Content, before: Content, name: str) -> bool:
    """Also in the order of the fields of a form."""
    now, was = getattr(read, name), getattr(before, name)
    return bool(now == was) and (not isinstance(now, dict) or list(_keys(now)) == list(_keys(was)))


def _keys(value: Any) -> Iterator[str]:
    for key, inner in value.items() if isinstance(value, dict) else ():
        yield key
        yield from _keys(inner)


def _as_target(one: Mapping[str, Any], task_code: str, written: Content) -> Target:
    """A target of the change as it stands, of the one that is edited with what was written."""
    if one["task_code"] == task_code:
        definition, common = (written, None) if isinstance(written, ItemDefinition) else (None, written)
    else:
        definition = msgspec.convert(one["definition"], ItemDefinition | None)
        common = msgspec.convert(one["common"], CommonElements | None)
    return Target(
        task_code=one["task_code"],
        action=one["action"],
        definition=definition,
        common=common,
        base_version=one["base_version"],
        source=one["source"] or "",
    )


def _page(
    request: HttpRequest, sheet: Sheet, *, refusal: Refusal | None = None, is_unsaved: bool = False
) -> HttpResponse:
    is_typed = refusal is not None or is_unsaved
    told = _problems(refusal) if is_typed else _findings(sheet)
    notes = bound.Notes(told)
    scenario = _scenario(sheet, request.POST, request.POST.get("do", ""), told)
    own = (START, QUESTIONS) if scenario else ()
    fields = [
        bound.bind(one, sheet.texts[one.name], one.name, notes) for one in sheet.fields if one.name not in own
    ]
    for name in own:
        notes.take(name, within=True)
    context = sections.shell(
        request,
        sections.CHANGES,
        change=sheet.change,
        target=sheet.target,
        part=sheet.part,
        parts=_parts(sheet),
        fields=fields,
        left=[note for _path, note in notes.left],
        onward=_onward(sheet),
        may_reword=bool(sheet.target["definition"]) and settings.wording_endpoint() is not None,
        problem=refusals.said(refusal) if refusal else "",
        is_stale=isinstance(refusal, Stale),
        is_unsaved=is_unsaved,
        done=changes.DONE.get(request.GET.get("done", ""), "") if not is_typed else "",
        **scenario,
        **_form(sheet),
    )
    status = refusals.status_of(refusal) if refusal else 200
    response = render(request, "editor/draft.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _problems(refusal: Refusal | None) -> list[tuple[str, dict[str, Any]]]:
    fields = refusal.fields if refusal else ()
    return [(one.field, {"level": "error", "text": refusals.field_error(one)["message"]}) for one in fields]


def _findings(sheet: Sheet) -> list[tuple[str, dict[str, Any]]]:
    return [
        (bound.place_of(one["element"], sheet.content), one)
        for one in _own_findings(sheet)
        if layout.part_of(one["element"]) is sheet.part
    ]


def _own_findings(sheet: Sheet) -> list[dict[str, Any]]:
    code = sheet.target["task_code"]
    return marking.marked(
        (one for one in sheet.change["findings"] if one["task_code"] == code), sheet.content
    )


def _parts(sheet: Sheet) -> list[dict[str, Any]]:
    """The parts with the number of findings in each, and whether the draft alters something there."""
    counted = Counter(
        (layout.part_of(one["element"]).slug, one["level"] == "error") for one in _own_findings(sheet)
    )
    altered = {layout.part_of(one["element"]).slug for one in sheet.target["differences"]}
    return [
        {
            "part": one,
            "url": _address(sheet, one),
            "errors": counted[one.slug, True],
            "warnings": counted[one.slug, False],
            "is_altered": one.slug in altered and bool(sheet.target["base_version"]),
        }
        for one in _own_parts(sheet)
    ]


def _own_parts(sheet: Sheet) -> list[layout.Part]:
    known = controls.of(_kind(sheet.target))
    return [one for one in layout.PARTS if any(name in known for name in one.elements)]


def _onward(sheet: Sheet) -> layout.Part:
    """The part after this one; the last stays where it is."""
    parts = _own_parts(sheet)
    return parts[min(parts.index(sheet.part) + 1, len(parts) - 1)]


def _address(sheet: Sheet, part: layout.Part, **more: str) -> str:
    code = quote(sheet.target["task_code"], safe="")
    query = urlencode({"part": part.slug} | more)
    return f"/editor/changes/{sheet.change['number']}/draft/{code}?{query}"
