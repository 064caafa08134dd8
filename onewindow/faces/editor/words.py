"""Words: what people searched in vain, what it would find with a synonym, and the synonyms themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods

from onewindow.base import clock
from onewindow.catalog.editorial import missed, preview, synonyms
from onewindow.faces.editor import sections
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, NotFound, Refusal
from onewindow.ui import refusals, session

SHOWN = 50
DAYS = 30
ADDRESS = "/editor/words"
DONE = {
    "saved": lazy("已保存，一分钟内在所有地方生效。"),
    "retired": lazy("已停用。"),
    "done": lazy("已记下：处理好了。"),
    "ignored": lazy("已忽略，不再列出。"),
}
KINDS = {"none": lazy("什么都没找到"), "poor": lazy("找到的不贴切")}
_FIELDS = ("everyday", "official", "note", "text", "id")


@require_http_methods(["GET", "POST"])
@session.page(permission=sections.EDITORS)
def page(request: HttpRequest) -> HttpResponse:
    """Lists and the form; a POST previews, saves, retires or settles."""
    if request.method == "GET":
        return _page(request, _begun(request.GET))
    typed = {name: request.POST.get(name, "") for name in _FIELDS}
    do = request.POST.get("do", "")
    try:
        if do == "preview":
            return _page(request, typed, compared=_compared(typed))
        deed = _DEEDS.get(do)
        if deed is None:
            raise NotFound("unknown-action", N_("没有这个操作。"))
        done = deed(request.actor, typed)  # type: ignore[attr-defined]
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(request, typed, refusal=refusal)
    return HttpResponseRedirect(f"{ADDRESS}?{urlencode({'done': done})}")


def _begun(get: Mapping[str, str]) -> dict[str, str]:
    """The form as a link fills it: with a text searched in vain, or with an entry that is to be changed."""
    typed = {name: get.get(name, "").replace("\0", "")[:100] for name in _FIELDS}
    if number := _number(typed["id"]):
        held = synonyms.one(number)
        lists = {name: "\n".join(held[name]) for name in ("everyday", "official")}
        return typed | lists | {"note": held["note"]}
    return typed | {"everyday": typed["everyday"] or typed["text"]}


def _save(actor: Actor, typed: Mapping[str, str]) -> str:
    words = synonyms.read(typed["everyday"], typed["official"], typed["note"])
    if number := _number(typed["id"]):
        synonyms.change(actor, number, words, now=clock.now())
    else:
        synonyms.add(actor, words, now=clock.now())
    if typed["text"]:
        missed.settle(actor, typed["text"], "done", now=clock.now())
    return "saved"


def _retire(actor: Actor, typed: Mapping[str, str]) -> str:
    synonyms.retire(actor, _number(typed["id"]), now=clock.now())
    return "retired"


def _settled(verdict: str) -> Callable[[Actor, Mapping[str, str]], str]:
    def settle(actor: Actor, typed: Mapping[str, str]) -> str:
        missed.settle(actor, typed["text"], verdict, now=clock.now())
        return verdict

    return settle


_DEEDS: dict[str, Callable[[Actor, Mapping[str, str]], str]] = {
    "save": _save,
    "retire": _retire,
    "done": _settled("done"),
    "ignored": _settled("ignored"),
}


def _compared(typed: Mapping[str, str]) -> list[preview.Compared]:
    """The text searched in vain first, then what the entry itself says; five at most."""
    words = synonyms.read(typed["everyday"], typed["official"], typed["note"])
    queries = dict.fromkeys(
        filter(None, (typed["text"], *(text.replace(" ", "") for text in words.everyday)))
    )
    return [preview.compare(query, words, without=_number(typed["id"])) for query in list(queries)[:5]]


def _page(
    request: HttpRequest,
    typed: Mapping[str, str],
    *,
    compared: list[preview.Compared] | None = None,
    refusal: Refusal | None = None,
) -> HttpResponse:
    get = request.GET
    is_retired, kind = "retired" in get, get.get("kind", "")
    since: date = clock.today() - timedelta(days=DAYS)
    found = missed.most_frequent(since=since, kind=kind if kind in KINDS else "", limit=SHOWN)
    listed = synonyms.listed(
        is_retired=is_retired, before=_number(get.get("before", "")) or None, limit=SHOWN + 1
    )
    context = sections.shell(
        request,
        sections.WORDS,
        typed=typed,
        compared=compared,
        missed=[row | {"kind_name": KINDS[row["kind"]]} for row in found],
        days=DAYS,
        kind=kind,
        kinds=list(KINDS.items()),
        synonyms=listed[:SHOWN],
        older=listed[SHOWN - 1]["id"] if len(listed) > SHOWN else None,
        is_retired=is_retired,
        problem=refusals.said(refusal) if refusal else "",
        fields={one.field: refusals.field_error(one)["message"] for one in refusal.fields} if refusal else {},
        done=DONE.get(get.get("done", ""), "") if request.method == "GET" else "",
    )
    status = refusals.status_of(refusal) if refusal else 200
    response = render(request, "editor/words.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _number(text: str) -> int:
    """The id that ``text`` writes, 0 when it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
