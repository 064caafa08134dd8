"""Changes of several items at once: one is split into new ones, several are merged into one new one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from onewindow.catalog import queries
from onewindow.catalog.definition import ItemDefinition, Material
from onewindow.catalog.services import Target
from onewindow.faces.editor import proposals, requesting, sections
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, FieldError, Invalid, Refusal
from onewindow.ui import refusals, session

LEAST, MOST = 2, 20


class NewItem(msgspec.Struct, frozen=True):
    """The code and the name of a new item, as typed."""

    task_code: str = ""
    name: str = ""

    @property
    def is_blank(self) -> bool:
        return not (self.task_code or self.name)


@require_http_methods(["GET", "POST"])
@session.page(permission=sections.EDITORS)
def split(request: HttpRequest, task_code: str) -> HttpResponse:
    """One item ends, two or more begin with its content, each written on in its own draft."""
    found = queries.latest(task_code)
    return _page(request, found, "split", lambda new, others: split_targets(found, new))


@require_http_methods(["GET", "POST"])
@session.page(permission=sections.EDITORS)
def merge(request: HttpRequest, task_code: str) -> HttpResponse:
    """This item and others end, one begins: with this one's content and the materials of all."""
    found = queries.latest(task_code)
    return _page(request, found, "merge", lambda new, others: merge_targets(found, new, others))


def split_targets(found: ItemDefinition, new: Iterable[NewItem]) -> list[Target]:
    """The end of ``found`` and a new item for each row that is not blank."""
    rows = [one for one in new if not one.is_blank]
    problems = [problem for place, one in enumerate(rows) for problem in _problems(one, place)]
    if len(rows) < LEAST:
        problems.append(FieldError("new", "count", N_("拆分成几个，就写几个新事项，至少两个")))
    _refuse(problems)
    return [Target(task_code=found.task_code, action="cancel"), *(_created(found, one) for one in rows)]


def merge_targets(found: ItemDefinition, new: Iterable[NewItem], others: Iterable[str]) -> list[Target]:
    """The end of ``found`` and of the items with the codes ``others``, and the new item."""
    codes = [code for code in dict.fromkeys(others) if code != found.task_code]
    made = next(iter(new), NewItem())
    problems = _problems(made, 0)
    if not codes:
        problems.append(FieldError("others", "count", N_("写明与哪些事项合并，每行一个实施编码")))
    _refuse(problems)
    items = [found, *(queries.latest(code) for code in codes)]
    whole = msgspec.structs.replace(found, materials=joined(items))
    ended = [Target(task_code=one.task_code, action="cancel") for one in items]
    return [*ended, _created(whole, made)]


def joined(items: Iterable[ItemDefinition]) -> tuple[Material, ...]:
    """The materials of all, each name once; a code that is taken is given anew."""
    rows: dict[str, Material] = {}
    codes: set[str] = set()
    for row in (row for item in items for row in item.materials):
        if row.name in rows:
            continue
        code = row.code
        if code in codes:
            code = next(one for number in range(1, 10_000) if (one := f"M{number:02d}") not in codes)
        codes.add(code)
        rows[row.name] = msgspec.structs.replace(row, code=code)
    return tuple(rows.values())


def _created(found: ItemDefinition, new: NewItem) -> Target:
    content = msgspec.structs.replace(
        found, version_id=0, version=1, task_code=new.task_code, name=new.name, effective_on=None,
        handling_code="", local_code="",
    )  # fmt: skip
    return Target(task_code=new.task_code, action="publish", definition=content)


def _problems(new: NewItem, place: int) -> list[FieldError]:
    texts = {"task_code": new.task_code, "name": new.name}
    return [
        FieldError(f"new.{place}.{name}", "required", N_("新事项的编码和名称都要写"))
        for name, text in texts.items()
        if not text or "\x00" in text
    ][:1]


def _refuse(problems: list[FieldError]) -> None:
    if problems:
        raise Invalid("invalid-fields", N_("变更内容有误"), fields=problems)


_HEADINGS = {"split": N_("拆分《%(name)s》"), "merge": N_("合并《%(name)s》与其他事项")}
_HINTS = {
    "split": N_("原事项取消，每个新事项先得到它的全部内容，再各自修改；已受理的办件按受理时的版本办完。"),
    "merge": N_(
        "列出的事项都取消，新事项先得到这一项的内容和各项的材料，再修改；已受理的办件按受理时的版本办完。"
    ),
}


def _page(
    request: HttpRequest,
    found: ItemDefinition,
    kind: str,
    targets: Callable[[list[NewItem], list[str]], list[Target]],
) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    post = request.POST
    new, others = _rows(post), post.get("others", "").split()
    if request.method == "POST" and post.get("do") == "more":
        return _form(request, found, kind, [*new, NewItem()])
    if request.method == "GET":
        return _form(request, found, kind, [NewItem()] * (LEAST if kind == "split" else 1))
    try:
        made = targets(new, others)
        had = proposals.had(actor, found.task_code, kind)
        if had is not None:
            return proposals.to_change(had, done="had")
        change = proposals.propose(actor, kind, made, post)
    except Refusal as refusal:
        return _form(request, found, kind, new, refusal=refusal)
    return proposals.to_change(change["number"])


def _rows(post: Any) -> list[NewItem]:
    pairs = zip(post.getlist("new.task_code"), post.getlist("new.name"), strict=False)
    return [NewItem(code.strip(), name.strip()) for code, name in pairs][:MOST]


def _form(
    request: HttpRequest,
    found: ItemDefinition,
    kind: str,
    new: list[NewItem],
    *,
    refusal: Refusal | None = None,
) -> HttpResponse:
    heading = _(_HEADINGS[kind]) % {"name": found.name}
    typed = {"title": heading, "others": ""} | (
        {} if request.method == "GET" else requesting.typed(request.POST)
    )
    context = sections.shell(
        request,
        sections.ITEMS,
        kind=kind,
        item=found,
        heading=heading,
        hint=_(_HINTS[kind]),
        new=new,
        is_full=len(new) >= MOST,
        typed=typed | {"others": request.POST.get("others", "")},
        problem=refusals.said(refusal) if refusal else "",
        fields=[refusals.field_error(one) for one in refusal.fields] if refusal else [],
    )
    response = render(
        request, "editor/restructure.html", context, status=refusals.status_of(refusal) if refusal else 200
    )
    response.headers["Cache-Control"] = "no-store"
    return response
