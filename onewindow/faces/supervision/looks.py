"""查看记录: who opened what is masked, why, and whether something was done with it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from onewindow.faces.supervision import sections
from onewindow.faces.supervision.cards import STATE_TAGS
from onewindow.kernel.errors import N_
from onewindow.supervision.queries import looks as queries
from onewindow.supervision.rules.answering import STATE_LABELS
from onewindow.ui import session
from onewindow.ui.numbers import number

WHAT = {
    "case": N_("申请人信息"),
    "call": N_("回访电话"),
    "ticket": N_("评价人"),
    "complaint": N_("投诉人"),
    "correction": N_("身份更正"),
}


@require_GET
@never_cache
@session.page(permission=sections.WATCHERS)
def looks(request: HttpRequest) -> HttpResponse:
    """Looks, newest first; narrowed to one person, one case, or those without anything done."""
    typed = {name: request.GET.get(name, "").strip().replace("\0", "")[:64] for name in ("by", "case_no")}
    is_unfollowed = "unfollowed" in request.GET
    found, following = queries.looks(
        request.actor,  # type: ignore[attr-defined]
        by=typed["by"],
        case_no=typed["case_no"],
        is_unfollowed=is_unfollowed,
        before=number(request.GET.get("before", "")),
    )
    kept = {name: value for name, value in typed.items() if value} | (
        {"unfollowed": "on"} if is_unfollowed else {}
    )
    context = sections.shell(
        request,
        sections.LOOKS,
        rows=[_row(one) for one in found],
        typed=typed,
        is_unfollowed=is_unfollowed,
        following="?" + urlencode(kept | {"before": following}) if following else "",
        first="?" + urlencode(kept) if "before" in request.GET else "",
    )
    return render(request, "supervision/looks.html", context)


def _row(one: queries.Look) -> dict[str, Any]:
    what = WHAT.get(one.what, one.what)
    state = STATE_LABELS.get(one.card_state, "")
    asked = {"case_no": one.case_no, "person": one.by, "evidence": one.seq}
    return {
        "look": one,
        "what": _(what),
        "state": _(state) if state else "",
        "tag": STATE_TAGS.get(one.card_state, ""),
        "challenge": "/supervision/cards/new?" + urlencode(asked) if one.case_no else "",
    }
