"""The guide of one item: facts first, questions that shorten the list, materials, flow, law, places."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from onewindow.catalog import queries as catalog
from onewindow.catalog.definition import ItemDefinition
from onewindow.faces.portal import pledging
from onewindow.faces.portal.flow import chart
from onewindow.faces.portal.materials import material_list, questions_so_far
from onewindow.ui import warm, words
from onewindow.ui.scenario import read_answers
from onewindow.ui.session import page

LONGEST_BAR = 60


@require_safe
@page(permission="public")
def guide(request: HttpRequest, task_code: str) -> HttpResponse:
    """The whole page. Without answers it is the same for everyone and stays warm in the process."""
    item = _item(request, task_code)
    response = render(request, "portal/guide.html", _context(request, item))
    return response if request.GET else warm.keep(response)


@require_safe
@page(permission="public")
def answer(request: HttpRequest, task_code: str) -> HttpResponse:
    """The part that depends on the answers, for a page that asks again while one answers."""
    item = _item(request, task_code)
    return render(request, "portal/guide_answer.html", _answers(request, item) | {"is_part": True})


def _item(request: HttpRequest, task_code: str) -> ItemDefinition:
    """The version in force, of a cancelled item the last one, or the earlier one that is asked for."""
    asked = request.GET.get("version", "")
    if asked.isdecimal() and len(asked) < 10:
        return catalog.current(task_code, int(asked))
    return catalog.latest(task_code)


def _context(request: HttpRequest, item: ItemDefinition) -> dict[str, Any]:
    apply_url = reverse("portal:start", args=[item.task_code])
    answers = request.GET.urlencode()
    standing = catalog.standing(item.task_code)
    is_latest = item.version == standing.version
    return _answers(request, item) | {
        "standing": standing,
        "is_latest": is_latest,
        "may_apply": item.handled and standing.is_in_use and is_latest,
        "nav": "items",
        "days": _days(item),
        "pledge_days": pledging.days(item),
        "pledge_rows": _promises(item),
        "chart": chart(item.steps),
        "apply_url": apply_url + (f"?{answers}" if answers else ""),
    }


def _answers(request: HttpRequest, item: ItemDefinition) -> dict[str, Any]:
    answers = read_answers(item, request.GET)
    return {
        "item": item,
        "answers": request.GET.urlencode() if answers else "",
        "list": material_list(item, answers),
        "questions": questions_so_far(item, answers),
    }


def _promises(item: ItemDefinition) -> list[dict[str, str]]:
    """What the applicant promises, each with the names of the materials that it stands for."""
    known = item.material_by_code
    return [
        {"text": one.text, "names": "、".join(known[code].name for code in one.materials if code in known)}
        for one in item.pledge.promises
    ]


def _days(item: ItemDefinition) -> dict[str, Any] | None:
    promised, legal = item.promised_limit, item.legal_limit
    if promised is None and legal is None:
        return None
    main = promised or legal
    assert main is not None
    longest = max(limit.days for limit in (promised, legal) if limit)
    return {
        "unit": words.word(main.unit, "counted"),
        "legal_unit": words.word(legal.unit, "counted") if legal else "",
        "promised_is_day": promised is not None and promised.days == 0,
        "has_bar": 0 < longest <= LONGEST_BAR and (not promised or not legal or promised.unit == legal.unit),
        "working": main.unit == "working_day" and main.days > 0,
    }
