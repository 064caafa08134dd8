"""通报: the bulletin of a month or a year as a page, as PDF and as a workbook; publishing it."""

from __future__ import annotations

from datetime import date
from urllib.parse import quote, urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from onewindow.base import clock
from onewindow.faces.supervision import sections
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import Refusal
from onewindow.org import queries as org
from onewindow.supervision.bulletin import printing, published, publishing, spans, tallies
from onewindow.supervision.bulletin.published import Bulletins
from onewindow.ui import bulletins, downloads, refusals, session

MONTHS_OFFERED = 36


@require_http_methods(["GET", "POST"])
@never_cache
@session.page(permission=sections.BULLETIN.roles)
def page(request: HttpRequest) -> HttpResponse:
    """One bulletin; a supervisor publishes it."""
    problem, status = "", 200
    if request.method == "POST":
        try:
            return _publish(request)
        except Refusal as refusal:
            problem, status = refusals.said(refusal), refusals.status_of(refusal)
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found, asked = _found(request), _asked(request)
    context = sections.shell(
        request, sections.BULLETIN, problem=problem, found=found, **bulletins.shown(found.content),
        period=asked["period"], organ=asked["organ"], periods=_periods(), kept=urlencode(asked),
        organs_offered=_organs(actor), may_publish=_may_publish(actor, found),
        organ_link=f"?period={asked['period']}&organ=",
        is_over=clock.today() > spans.span(asked["period"]).until,
        editions=range(1, found.edition.editions + 1) if found.edition else (),
    )  # fmt: skip
    return render(request, "supervision/bulletin.html", context, status=status)


@require_GET
@session.page(permission=sections.BULLETIN.roles)
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The bulletin as ``pdf``, ``xlsx`` or ``csv``."""
    found = _found(request)
    name = f"{_('通报')} {found.content.period} {found.content.organ}".strip()
    if form != "pdf":
        return bulletins.download(found.content, form=form, name=name)
    response = HttpResponse(printing.pdf(found, now=clock.now()), content_type=downloads.KINDS["pdf"])
    response.headers["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(name)}.pdf"
    response.headers["Cache-Control"] = "no-store"
    return response


def _found(request: HttpRequest) -> Bulletins:
    asked = _asked(request)
    organ = org.find_organ(name=asked["organ"]) if asked["organ"] else None
    return published.one(
        request.actor,  # type: ignore[attr-defined]
        asked["period"],
        organ_id=organ.id if organ else None,
        edition=bulletins.edition_of(request.GET.get("edition", "")),
        now=clock.now(),
    )


def _asked(request: HttpRequest) -> dict[str, str]:
    """The period, the last whole month without one; the organ by name, empty for the city."""
    last = spans.before(spans.month_of(clock.today())).name
    period = request.GET.get("period", "").strip()[:10] or last
    return {"period": period, "organ": request.GET.get("organ", "").replace("\0", "").strip()[:100]}


def _publish(request: HttpRequest) -> HttpResponse:
    period = _asked(request)["period"]
    publishing.publish(
        request.actor,  # type: ignore[attr-defined]
        period,
        reason=request.POST.get("reason", ""),
        now=clock.now(),
    )
    return HttpResponseRedirect("?" + urlencode({"period": period}), status=303)


def _may_publish(actor: Actor, found: Bulletins) -> bool:
    return actor.has(*publishing.PUBLISHERS) and not found.content.organ


def _organs(actor: Actor) -> list[str]:
    """What watchers may choose from; a head has the own organ alone."""
    if not actor.has("supervisor", "manager", "leader"):
        return []
    return sorted({one.short_name or one.name for one in org.organs()})


def _periods() -> list[tuple[str, str, bool]]:
    """(name, title, is published) of the months and years since anything was counted, newest first."""
    today, known = clock.today(), {one.period for one in published.listing()}
    began: date = tallies.began_on() or today
    names: list[str] = []
    month = spans.month_of(today)
    while month.until >= began and len(names) < MONTHS_OFFERED:
        names.append(month.name)
        if month.name.endswith("-01"):
            names.append(month.name[:4])
        month = spans.before(month)
    if names and not names[-1].endswith("-01") and len(names[-1]) > 4:
        names.append(names[-1][:4])
    return [(name, bulletins.title(name), name in known) for name in names]
