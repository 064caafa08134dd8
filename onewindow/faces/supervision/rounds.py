"""What 案卷评查 and 回访 share: the list of rounds, the draw as a form, a round's words, drawing once more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from onewindow.base import clock
from onewindow.faces.supervision import asking, sections
from onewindow.kernel.errors import Refusal
from onewindow.org import queries as org
from onewindow.reviews.queries import rounds as reads
from onewindow.reviews.services import rounds as deeds
from onewindow.ui import paging, refusals, voices, words

_FIELDS = ("since", "until", "organ", "kind", "outcome", "light", "seed", "earlier", "reason")


def listing(request: HttpRequest, section: sections.Section, purpose: str, **more: Any) -> HttpResponse:
    """The rounds, newest first; whoever supervises finds the form of a new draw, which is posted here."""
    actor, status = request.actor, 200  # type: ignore[attr-defined]
    told = {name: request.POST.get(name, "").replace("\0", "").strip()[:500] for name in _FIELDS}
    if request.method == "POST":
        try:
            number = deeds.draw(actor, _asked(request, told, purpose), now=clock.now())
            return HttpResponseRedirect(f"{section.url}/{number}")
        except Refusal as refusal:
            more["problem"], status = refusals.said(refusal), refusals.status_of(refusal)
            more["problems"] = [refusals.field_error(one) for one in refusal.fields]
    since, until = asking.period(request)
    found = reads.listing(purpose, cursor=request.GET.get("cursor"), limit=paging.limit_of(request))
    context = sections.shell(
        request,
        section,
        rows=found["results"],
        pages=paging.pages(request, found["next"]),
        told={"since": since.isoformat(), "size": request.POST.get("size", "30")}
        | {name: value for name, value in told.items() if value},
        by=request.POST.getlist("by"),
        bound=request.POST.get("bound", "10"),
        until=until,
        purpose=purpose,
        may_draw=actor.has("supervisor"),
        organs=[one.name for one in org.organs()],
        kinds=[(code, words.word(code, "kind")) for code in words.TABLES["kind"]],
        outcomes=voices.choices("decision"),
        lights=voices.choices("timely"),
        **more,
    )
    return render(request, "supervision/rounds.html", context, status=status)


def _asked(request: HttpRequest, told: dict[str, str], purpose: str) -> dict[str, Any]:
    return told | {
        "purpose": purpose,
        "by": [one for one in request.POST.getlist("by") if one in ("outcome", "light")],
        "size": number(request.POST.get("size", "")),
        "bound": number(request.POST.get("bound", "10")),
    }


def number(text: str) -> int:
    """A number of up to four digits that was typed; -1 for anything else, which every rule refuses."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else -1


def shown(row: Any) -> dict[str, Any]:
    """A round for its page: progress in words, strata in words."""
    found = reads.one(row)
    table = "file" if row.purpose == "file" else "call"
    for layer in found["layers"]:
        layer["word"] = " · ".join(_layer_words(layer["words"]))
    states = [(code, label, found["progress"].get(code, 0)) for code, label in voices.choices(table)]
    return found | {"states": [one for one in states if one[2]], "asked_words": _asked_words(found["asked"])}


def _layer_words(parts: list[str]) -> list[str]:
    organ, kind, *more = parts
    return [organ, words.word(kind, "kind"), *(voices.word(one, _TABLE[one]) for one in more)]


_TABLE = {"grant": "decision", "deny": "decision", "green": "timely", "red": "timely"}


def _asked_words(asked: dict[str, Any]) -> list[str]:
    """What the draw was bounded to."""
    tables: tuple[tuple[str, Callable[[str], str]], ...] = (
        ("organ", str),
        ("kind", lambda one: words.word(one, "kind")),
        ("outcome", lambda one: voices.word(one, "decision")),
        ("light", lambda one: voices.word(one, "timely")),
    )
    return [word(asked[name]) for name, word in tables if asked[name]]


def again(request: HttpRequest, row: Any) -> dict[str, Any]:
    """What drawing once more shows, where ``?again=1`` asks for it."""
    return {"again": reads.drawn_again(row)} if request.GET.get("again") == "1" else {}


def points(tenths: int | None) -> str:
    """A score in tenths as it is written; empty for none."""
    return "" if tenths is None else f"{tenths / 10:.1f}"
