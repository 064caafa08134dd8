"""A change is begun: from an item (rewrite, suspend, resume, cancel, delegate, take back, restore) or anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods

from onewindow.base import clock
from onewindow.catalog import queries, services
from onewindow.catalog.changes import drafting
from onewindow.catalog.definition import ItemDefinition
from onewindow.catalog.rules.types import TYPES
from onewindow.catalog.services import Target
from onewindow.faces.editor import changes, sections
from onewindow.faces.editor.controls import CHOICES
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, FieldError, Invalid, NotFound, Refusal
from onewindow.org import queries as org
from onewindow.ui import refusals, session

TITLES = {
    "change": lazy("修改《%(name)s》"),
    "suspend": lazy("暂停《%(name)s》"),
    "resume": lazy("恢复《%(name)s》"),
    "cancel": lazy("取消《%(name)s》"),
    "delegate": lazy("下放《%(name)s》"),
    "take-back": lazy("收回《%(name)s》"),
    "restore": lazy("恢复《%(name)s》第 %(version)s 版"),
}
HINTS = {
    "change": lazy("先建一份和现行版本一样的草稿，再逐项修改。"),
    "suspend": lazy("暂停期间不能新申请，已受理的办件照常办完。"),
    "resume": lazy("恢复后可以重新申请。"),
    "cancel": lazy("取消后不再公布，编码不再使用；已受理的办件按受理时的版本办完。"),
    "delegate": lazy("接收部门得到一份继承全部要素的新事项，承诺只能更好。"),
    "take-back": lazy("收回后，下放的这一项取消；原事项暂停着的，可以一并恢复。"),
    "restore": lazy("把这一版的内容作为新版本提出，仍须审批。"),
}
POWERS = ("上级下放", "上级授权", "上级委托")
_TEXTS = (
    *("title", "reason", "basis", "effective_on", "name", "type"),
    *("organ", "level", "power", "task_code", "resume"),
)
LEVELS = tuple(code for code, _word in CHOICES[None, "level"])


@require_http_methods(["GET", "POST"])
@session.page(permission=sections.EDITORS)
def begin(request: HttpRequest, task_code: str, kind: str) -> HttpResponse:
    """Why an item should change; sent, the change is there to be written on or handed in."""
    if kind not in TITLES:
        raise Http404
    actor: Actor = request.actor  # type: ignore[attr-defined]
    version = request.GET.get("version", "")
    found = queries.latest(task_code)
    if kind == "restore":
        if not (version.isascii() and version.isdigit() and len(version) < 9):
            raise NotFound("no-item", N_("没有这个事项版本"))
        queries.current(task_code, int(version))
    title = str(TITLES[kind]) % {"name": found.name, "version": version}
    blank = {"title": title, "level": found.level, "power": POWERS[0]}
    more: dict[str, Any] = {"kind": kind, "item": found, "heading": title, "hint": HINTS[kind]}
    if request.method == "GET":
        return _form(request, blank, **more)
    try:
        targets = _TARGETS[kind](found, request.POST)
        known = had(actor, targets[0].task_code, "change" if kind == "restore" else kind)
        if known is not None:
            return to_change(known, done="had")
        made = _begun(actor, kind, targets, int(version or 0), request.POST)
    except Refusal as refusal:
        return _form(request, blank, refusal=refusal, **more)
    return _to(made, task_code, is_written=kind == "change")


@require_http_methods(["GET", "POST"])
@session.page(permission=sections.EDITORS)
def new(request: HttpRequest) -> HttpResponse:
    """A new item: its code, name, type and organ; everything else is written into the draft."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    blank = {"title": "", "level": "县级", "type": "01"}
    more: dict[str, Any] = {
        "kind": "new",
        "heading": _("新增事项"),
        "types": [(one.code, one.name) for one in TYPES.values()],
    }
    if request.method == "GET":
        return _form(request, blank, **more)
    post = request.POST
    code = post.get("task_code", "").strip()
    known = had(actor, code, "new") if code else None
    if known is not None:
        return to_change(known, done="had")
    try:
        target = Target(task_code=code, action="publish", definition=_first_content(code, post))
        made = propose(actor, "new", [target], post)
    except Refusal as refusal:
        return _form(request, blank, refusal=refusal, **more)
    return _to(made, code, is_written=True)


def _first_content(code: str, post: Any) -> ItemDefinition:
    organ = _organ(post)
    problems = [
        FieldError(name, "required", N_("请填写"))
        for name, text in (("task_code", code), ("name", post.get("name", "").strip()))
        if not text
    ]
    if post.get("type") not in TYPES:
        problems.append(FieldError("type", "not-an-option", N_("请选择")))
    if problems:
        raise Invalid("invalid-fields", N_("变更内容有误"), fields=problems)
    return ItemDefinition(
        version_id=0,
        task_code=code,
        version=1,
        name=post["name"].strip(),
        type=post["type"],
        organ_id=organ.id,
        organ_name=organ.name,
        organ_short=organ.short_name,
        region=organ.region or "",
        level=post.get("level", ""),
    )


def _begun(actor: Actor, kind: str, targets: list[Target], version: int, post: Any) -> dict[str, Any]:
    if kind == "restore":
        return services.restore(
            actor,
            targets[0].task_code,
            version,
            reason=post.get("reason", ""),
            basis=post.get("basis", ""),
            title=post.get("title", ""),
            now=clock.now(),
        )
    return propose(actor, kind, targets, post)


def propose(actor: Actor, kind: str, targets: list[Target], post: Any) -> dict[str, Any]:
    """Begin a change of ``kind`` with the words that were typed; raises what the service raises."""
    return services.propose(
        actor,
        kind=kind,
        title=post.get("title", ""),
        reason=post.get("reason", ""),
        basis=post.get("basis", ""),
        targets=targets,
        effective_on=changes.day_of(post.get("effective_on", "")),
        now=clock.now(),
    )


def _rewritten(found: ItemDefinition, post: Any) -> list[Target]:
    return [Target(task_code=found.task_code, action="publish", definition=found, base_version=found.version)]


def _state(action: Any) -> Callable[[ItemDefinition, Any], list[Target]]:
    return lambda found, post: [Target(task_code=found.task_code, action=action)]


def _delegated(found: ItemDefinition, post: Any) -> list[Target]:
    organ, power = _organ(post), post.get("power", "")
    content = drafting.delegated(
        found,
        organ_id=organ.id,
        organ_name=organ.name,
        organ_uscc=organ.uscc or None,
        region=organ.region or found.region,
        level=post.get("level", ""),
        power_source=power if power in POWERS else POWERS[0],
        task_code=post.get("task_code", "").strip() or None,
    )
    return [Target(task_code=content.task_code, action="publish", definition=content, source=found.task_code)]


def _taken_back(found: ItemDefinition, post: Any) -> list[Target]:
    targets = [Target(task_code=found.task_code, action="cancel")]
    source = post.get("resume", "").strip()
    return [*targets, Target(task_code=source, action="resume")] if source else targets


_TARGETS: dict[str, Callable[[ItemDefinition, Any], list[Target]]] = {
    "change": _rewritten,
    "restore": _rewritten,
    "suspend": _state("suspend"),
    "resume": _state("resume"),
    "cancel": _state("cancel"),
    "delegate": _delegated,
    "take-back": _taken_back,
}


def _organ(post: Any) -> Any:
    text = post.get("organ", "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        problem = FieldError("organ", "required", N_("请选择部门"))
        raise Invalid("invalid-fields", N_("请选择部门"), fields=[problem])
    return org.organ(int(text))


def had(actor: Actor, task_code: str, kind: str) -> str | None:
    """A draft of the same kind for the same item that the actor has not handed in: nothing is begun twice."""
    rows, _following = queries.changes(actor, state="to-submit", mine=True, task_code=task_code, limit=100)
    return next((one["number"] for one in rows if one["kind"] == kind), None)


def to_change(number: str, *, done: str = "begun") -> HttpResponse:
    """On to the page of a change."""
    return HttpResponseRedirect(f"/editor/changes/{number}?done={done}")


def _to(made: Mapping[str, Any], task_code: str, *, is_written: bool) -> HttpResponse:
    path = f"/editor/changes/{made['number']}"
    if is_written:
        path += f"/draft/{quote(task_code, safe='')}"
    return HttpResponseRedirect(path + "?done=begun")


def _form(
    request: HttpRequest, blank: Mapping[str, str], *, refusal: Refusal | None = None, **more: Any
) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    sent = {name: request.POST[name] for name in _TEXTS if name in request.POST}
    context = sections.shell(
        request,
        sections.ITEMS,
        typed=dict(blank) | sent,
        organs=[(str(one.id), one.name) for one in org.organs() if one.id in actor.organ_ids],
        levels=[(level, _(level)) for level in LEVELS],
        powers=[(power, _(power)) for power in POWERS],
        problem=refusals.said(refusal) if refusal else "",
        fields=[refusals.field_error(one) for one in refusal.fields] if refusal else [],
        **more,
    )
    status = refusals.status_of(refusal) if refusal else 200
    response = render(request, "editor/begin.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response
