"""One item by touch: its four facts, the questions of its scenario one a screen, and the checklist to print."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from onewindow.base import clock
from onewindow.catalog import queries as catalog
from onewindow.catalog import rules
from onewindow.catalog.definition import ItemDefinition, Option, Question
from onewindow.catalog.rules import Checklist
from onewindow.documents import presentation
from onewindow.documents.services import making
from onewindow.faces.kiosk.screens import Choice, part, show
from onewindow.ui.scenario import PREFIX, read_answers
from onewindow.ui.session import page

PICK = "pick"  # answers that are chosen but not yet given
ROWS = 6  # materials a screen


@require_safe
@page(permission="public")
def item(request: HttpRequest, task_code: str) -> HttpResponse:
    """How long, what it costs, how often one must come, what comes of it."""
    found = catalog.current(task_code)
    onward = reverse("kiosk:ask" if found.questions else "kiosk:checklist", args=[task_code])
    return show(
        request,
        "item",
        title=found.name,
        sub=found.organ_name,
        item=found,
        onward=onward,
        fee="" if found.fee.charged is None else _("收费") if found.fee.charged else _("不收费"),
        back="/kiosk",
    )


@require_safe
@page(permission="public")
def ask(request: HttpRequest, task_code: str) -> HttpResponse:
    """The next question; on to the list when all are answered."""
    found = catalog.current(task_code)
    answers = read_answers(found, request.GET)
    reached = rules.checklist(found, answers)
    if reached.next_question is None:
        query = request.GET.urlencode()
        return HttpResponseRedirect(
            reverse("kiosk:checklist", args=[task_code]) + (f"?{query}" if query else "")
        )
    question = reached.next_question
    picked = [option.code for option in question.options if option.code in request.GET.getlist(PICK)]
    shown = part([*question.options], request.GET)
    return show(
        request,
        "choices",
        title=question.text,
        sub=_("可以选几项，选好后继续") if question.multiple else _("答完就知道要带什么"),
        choices=[_choice(request, question, option, picked) for option in shown.shown],
        onward=_with(request, {PREFIX + question.code: picked, PICK: []}) if picked else "",
        part=shown,
        back=_one_back(request, found, reached),
    )


@require_safe
@page(permission="public")
def checklist(request: HttpRequest, task_code: str) -> HttpResponse:
    """What to bring, to read here and to print; or why the matter is not handled here."""
    found = catalog.current(task_code)
    reached = rules.checklist(found, read_answers(found, request.GET))
    guide_url = reverse("portal:guide", args=[task_code])
    return show(
        request,
        "checklist",
        title=_("请带齐这些材料"),
        sub=found.name,
        item=found,
        rejected=reached.rejected,
        part=part(reached.materials, request.GET, size=ROWS),
        materials=reached.materials,
        total=len(reached.materials),
        qr=presentation.qr_on_page(making.base_url().rstrip("/") + guide_url),
        printed_on=presentation.in_words(clock.today()),
        back=reverse("kiosk:ask" if found.questions else "kiosk:item", args=[task_code]),
    )


def _choice(request: HttpRequest, question: Question, option: Option, picked: list[str]) -> Choice:
    """One answer; where several may be given a touch picks it or puts it back."""
    if not question.multiple:
        return Choice(option.text, _with(request, {PREFIX + question.code: [option.code]}))
    is_picked = option.code in picked
    others = [code for code in picked if code != option.code]
    url = _with(request, {PICK: others if is_picked else [*picked, option.code]})
    return Choice(option.text, url, mark="✓ " + _("已选") if is_picked else "")


def _with(request: HttpRequest, changes: dict[str, list[str]]) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    for key, values in changes.items():
        query.setlist(key, values)
    return "?" + query.urlencode()


def _one_back(request: HttpRequest, found: ItemDefinition, reached: Checklist) -> str:
    """The address without the last answer; without any answer, the item."""
    if not reached.path:
        return reverse("kiosk:item", args=[found.task_code])
    query = request.GET.copy()
    query.pop("page", None)
    query.pop(PREFIX + reached.path[-1][0], None)
    return "?" + query.urlencode()
