"""评价: figures with their sample size, the ranking that small samples do not win, and what was said."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from onewindow.base import clock
from onewindow.documents import presentation
from onewindow.documents.services import making
from onewindow.faces.supervision import asking, sections
from onewindow.org import queries as org
from onewindow.reviews.queries import ratings
from onewindow.reviews.rules import acts
from onewindow.supervision.queries import indicators
from onewindow.supervision.queries.cuts import Cut
from onewindow.ui import downloads, paging, session, voices

_MOST = 10_000
_MOST_SHEETS = 200


@require_GET
@session.page(permission=sections.RATINGS.roles)
def overview(request: HttpRequest) -> HttpResponse:
    """The figures of a period, the ranking of organs (for watchers) and the ratings, newest first."""
    actor = request.actor  # type: ignore[attr-defined]
    since, until = asking.period(request)
    organ_id = asking.organ(request, actor)
    name = org.organ(organ_id).name if organ_id else ""
    is_bad = request.GET.get("bad") == "1"
    found = ratings.listing(
        actor,
        organ_id=organ_id,
        is_bad=is_bad,
        cursor=request.GET.get("cursor"),
        limit=paging.limit_of(request),
    )
    spread = ratings.spread(organ_id=organ_id, since=since, until=until)
    kept = {"from": since.isoformat(), "to": until.isoformat(), "organ": name}
    context = sections.shell(
        request,
        sections.RATINGS,
        since=since,
        until=until,
        organ=name,
        is_bad=is_bad,
        is_watcher=acts.is_watcher(actor),
        organs=[one.name for one in org.organs()],
        figures=_figures(organ_id, name, since, until),
        spread=[(voices.word(grade, "grade"), count, grade) for grade, count in spread],
        most=max((count for _grade, count in spread), default=0) or 1,
        tags=[
            (_(label), count) for label, count in ratings.tags(organ_id=organ_id, since=since, until=until)
        ],
        ranking=ratings.ranking(since=since, until=until) if acts.is_watcher(actor) else [],
        rows=[worded(one) for one in found["results"]],
        pages=paging.pages(request, found["next"]),
        kept=urlencode(kept),
    )
    return render(request, "supervision/ratings.html", context)


def _figures(organ_id: int | None, name: str, since: date, until: date) -> dict[str, Any]:
    first = max(since, until - timedelta(days=indicators.LONGEST_DAYS))
    asked: dict[str, Any] = {"since": first, "until": until, "today": clock.today()}
    told = indicators.value("rating_participation", cut=Cut(organ_id=organ_id), **asked)
    return ratings.voices(organ=name or None, since=since, until=until) | {"participation": told.value}


def worded(row: dict[str, Any]) -> dict[str, Any]:
    """A rating in the reader's language."""
    return row | {
        "grade_word": voices.word(row["grade"], "grade"),
        "link_word": voices.word(row["link"], "link"),
        "way_word": voices.word(row["way"], "way"),
        "standing_word": voices.word(row["standing"], "standing"),
        "tag_words": [voices.word(tag, "tag") for tag in row["tags"]],
    }


@require_GET
@session.page(permission=sections.RATINGS.roles)
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The ratings as a table to take along, up to 10,000, as the list shows them."""
    actor = request.actor  # type: ignore[attr-defined]
    heads = [
        _("日期"),
        _("评价"),
        _("环节"),
        _("部门"),
        _("事项"),
        _("标签"),
        _("内容"),
        _("方式"),
        _("是否有效"),
    ]
    return downloads.table(_("评价"), heads, _lines(request, actor), form=form)


def _lines(request: HttpRequest, actor: Any) -> Iterator[list[Any]]:
    cursor, count = None, 0
    while count < _MOST:
        page = ratings.listing(actor, organ_id=asking.organ(request, actor), cursor=cursor, limit=500)
        for row in map(worded, page["results"]):
            count += 1
            yield [
                row["on"], row["grade_word"], row["link_word"], row["organ"], row["item"],
                "、".join(row["tag_words"]), row["text"], row["way_word"], row["standing_word"],
            ]  # fmt: skip
        cursor = page["next"]
        if cursor is None:
            return


@require_GET
@session.page(permission=sections.WATCHERS)
def windows(request: HttpRequest) -> HttpResponse:
    """The codes by which visitors rate at a window, one sheet a window, to be printed and put up."""
    base = making.base_url().rstrip("/")
    asked = request.GET.get("window", "")
    rows = [one for one in org.windows() if asked in ("", str(one.id))]
    sheets = [
        {
            "name": one.name,
            "place": one.center_name,
            "links": [
                (
                    word,
                    presentation.qr_on_page(
                        f"{base}/r/{ratings.window_link(one.id, what, today=clock.today())}"
                    ),
                )
                for what, word in voices.choices("link")
            ],
        }
        for one in rows[:_MOST_SHEETS]
    ]
    context = sections.shell(
        request, sections.RATINGS, sheets=sheets, until=ratings.window_link_ends(clock.today()), asked=asked,
        choices=[(str(one.id), f"{one.center_name} {one.name}") for one in org.windows()],
    )  # fmt: skip
    return render(request, "supervision/windows.html", context)
