"""预警卡: the list, one card with its evidence and life, letters as PDF, and what may be done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from onewindow.base import clock
from onewindow.documents import presentation, rendering
from onewindow.faces.supervision import sections
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, FieldError, Invalid, NotFound, Refusal
from onewindow.supervision import services
from onewindow.supervision.queries import cards as queries
from onewindow.supervision.rules.answering import ACTS, STATE_LABELS, WATCHERS
from onewindow.supervision.rules.profile import LEVEL_LABELS
from onewindow.supervision.rules.shipped import RULES
from onewindow.ui import paging, refusals, session, words

TAGS = {"reminder": "", "yellow": "tag--near", "red": "tag--over"}
STATE_TAGS = {"issued": "tag--act", "withdrawn": "", "upheld": "", "explained": "", "appealed": "tag--act"}
EVENTS = {
    "issued": N_("发出"),
    "raised": N_("升级"),
    "explained": N_("部门说明情况"),
    "upheld": N_("维持"),
    "withdrawn": N_("撤销"),
    "appealed": N_("部门申诉"),
    "inquired": N_("发督办函"),
    "answered": N_("答复督办函"),
    "term-missed": N_("期限已过，没有答复"),
}
_FILTERS = ("level", "state", "rule", "organ", "case_no")


@require_GET
@session.page(permission=sections.CARD_READERS)
def listing(request: HttpRequest) -> HttpResponse:
    """Cards that the reader may see, newest first, narrowed by the filters."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    chosen = {name: request.GET.get(name, "").strip() for name in _FILTERS}
    found = queries.listing(
        actor,
        **{name: value or None for name, value in chosen.items()},
        is_overdue="overdue" in request.GET,
        is_awaiting="awaiting" in request.GET,
        cursor=request.GET.get("cursor"),
        limit=paging.limit_of(request),
    )
    context = sections.shell(
        request,
        sections.CARDS,
        rows=[_line(row) for row in found["results"]],
        pages=paging.pages(request, found["next"]),
        chosen=chosen,
        is_overdue="overdue" in request.GET,
        is_awaiting="awaiting" in request.GET,
        counts=[(level, _(LEVEL_LABELS[level]), count) for level, count in queries.counts(actor).items()],
        levels=_options(LEVEL_LABELS),
        states=_options(STATE_LABELS),
        rules=[(one.number, f"{one.number} {_(one.name)}") for one in RULES.all],
        organs=queries.organs(actor),
        may_issue=actor.has(*WATCHERS),
    )
    return render(request, "supervision/cards.html", context)


def _options(labels: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(code, _(label)) for code, label in labels.items()]


def _line(row: Mapping[str, Any]) -> dict[str, Any]:
    """A card with the words that a list shows of it."""
    level, state = row["level"], row["state"]
    rule, why = row["rule_name"], row["why"]
    is_told = level == "reminder" and state == "issued"  # a reminder asks for no explanation
    return dict(row) | {
        "rule_name": _(rule),
        "level_name": _(LEVEL_LABELS[level]),
        "tag": TAGS[level],
        "state_name": _("已提醒") if is_told else _(STATE_LABELS[state]),
        "state_tag": "" if is_told else STATE_TAGS[state],
        "why": _(why) % row["params"] if row["params"] else _(why),
    }


@require_http_methods(["GET", "POST"])
@session.page(permission=sections.CARD_READERS)
def one(request: HttpRequest, card_no: str) -> HttpResponse:
    """One card; a POST does what its button says, a refusal shows the page again with what was typed."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if request.method == "GET":
        return _page(request, card_no)
    do = request.POST.get("do", "")
    try:
        services.act(actor, card_no, do, _body(request.POST), now=clock.now())
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(request, card_no, refusal=refusal)
    return HttpResponseRedirect(f"/supervision/cards/{card_no}?done={do}")


def _body(posted: Mapping[str, str]) -> dict[str, Any]:
    body: dict[str, Any] = {"reason": posted.get("reason", "")}
    version = posted.get("version", "")
    if version.isascii() and version.isdigit():
        body["version"] = int(version)
    if posted.get("answer_by"):
        body["answer_by"] = posted["answer_by"]
    return body


def _page(request: HttpRequest, card_no: str, *, refusal: Refusal | None = None) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    card = queries.one(actor, card_no, now=clock.now())
    context = sections.shell(
        request,
        sections.CARDS,
        card=_line(card),
        rule=_rule(card["rule"]),
        evidence=[row | {"label": words.word(row["type"], "event")} for row in card["evidence"]],
        clocks=_clocks(card_no, actor),
        opens_cases=actor.has(*sections.ALL),
        raised_on=clock.day_of(card["raised_at"]),
        said=_said(card),
        letters=card["letters"],
        events=[_event(row) for row in card["events"]],
        may=[_deed(one) for one in card["actions"] if one["allowed"]],
        refused=[_deed(one) for one in card["actions"] if not one["allowed"]],
        typed=request.POST.get("reason", ""),
        did=request.POST.get("do", ""),
        problem=refusals.said(refusal) if refusal else "",
        done=_(EVENTS[ACTS[name].fact]) if (name := request.GET.get("done", "")) in ACTS else "",
    )
    status = refusals.status_of(refusal) if refusal else 200
    response = render(request, "supervision/card.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _rule(number: str) -> dict[str, str]:
    rule = RULES.by_number[number]
    return {"sentence": _(rule.sentence), "basis": _(rule.basis)}


def _event(row: Mapping[str, Any]) -> dict[str, Any]:
    label, level = EVENTS[row["type"]], row["level"]
    by = _("系统") if row["by"] == "system" else row["by"]
    return dict(row) | {"by": by, "label": _(label), "level": _(LEVEL_LABELS[level]) if level else ""}


def _deed(offer: Mapping[str, Any]) -> dict[str, Any]:
    """An action with its label; of one that cannot be taken the reason in the reader's language."""
    act, message, params = ACTS[offer["name"]], offer["message"] or "", offer["params"]
    label = act.label
    if "action" in params:
        params = {name: _(value) for name, value in params.items()}
    reason = _(message) % params if params else message and _(message)
    return {"name": act.name, "label": _(label), "reason": reason, "has_day": act.name == "inquire"}


_SAID = {
    "explanation": N_("部门说明"),
    "ruling": N_("监察处理"),
    "appeal": N_("部门申诉"),
    "final": N_("申诉裁定"),
}


def _said(card: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"label": _(label)} | card[name] for name, label in _SAID.items() if card[name]]


def _clocks(card_no: str, actor: Actor) -> dict[str, Any]:
    """The clocks of the case when the card was raised, as the strip of days takes them."""
    found = queries.clocks_then(services.see(actor, card_no))
    if "promised" not in found and "legal" not in found and found:
        return {"promised": next(iter(found.values()))}
    return found


@require_GET
@session.page(permission=sections.CARD_READERS)
def letter(request: HttpRequest, card_no: str, number: int) -> HttpResponse:
    """A letter of inquiry as PDF."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    card = queries.one(actor, card_no, now=clock.now())
    found = next((one for one in card["letters"] if one["no"] == number), None)
    if found is None:
        raise NotFound("no-letter", N_("没有这封督办函。"))
    made = rendering.handout("inquiry", _letter(card, found), at=found["at"])
    response = HttpResponse(made, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{card_no}-{number}.pdf"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _letter(card: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    """The words of the letter; legal documents stay Chinese."""
    due: date = found["answer_by"]
    return {
        "number": f"{card['card_no']}-{found['no']}",
        "to": card["organ"],
        "rule": card["rule_name"],
        "basis": card["basis"],
        "case_no": card["case_no"] or "",
        "fact": card["reason"],
        "text": found["text"],
        "answer_by": presentation.in_words(due),
        "by": found["by"],
        "issued_on": presentation.in_words(clock.day_of(found["at"])),
    }


@require_http_methods(["GET", "POST"])
@session.page(permission=sections.WATCHERS)
def by_hand(request: HttpRequest) -> HttpResponse:
    """A card for another breach, issued by a supervisor who found it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if request.method == "POST":
        posted = request.POST
        try:
            body = {name: posted.get(name, "") for name in ("case_no", "level", "reason", "person")}
            made = services.issue_by_hand(actor, body | {"evidence": _places(posted)}, now=clock.now())
            return HttpResponseRedirect(f"/supervision/cards/{made.card_no}")
        except Refusal as refusal:
            return _hand_page(request, refusal)
    return _hand_page(request)


def _hand_page(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    context = sections.shell(
        request,
        sections.CARDS,
        levels=_options(LEVEL_LABELS),
        typed=request.POST or request.GET,
        problem=refusals.said(refusal) if refusal else "",
        fields=[refusals.field_error(one) for one in refusal.fields] if refusal else [],
    )
    status = refusals.status_of(refusal) if refusal else 200
    return render(request, "supervision/by_hand.html", context, status=status)


def _places(posted: Mapping[str, str]) -> list[int]:
    """Places of facts as they were typed: ``1, 4``."""
    parts = [
        part for part in posted.get("evidence", "").replace("，", ",").replace(" ", ",").split(",") if part
    ]
    if not all(part.isascii() and part.isdigit() and len(part) < 7 for part in parts):
        message = N_("记录序号写成 1, 4 这样。")
        raise Invalid("invalid-fields", message, fields=[FieldError("evidence", "invalid", message)])
    return [int(part) for part in parts]
