"""Papers sent from the case page: who carries them, and the way that each has gone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from onewindow.base import clock
from onewindow.cases import queries
from onewindow.faces.workbench.desks import Desk, actor_of
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import NotAllowed, NotFound, Refusal
from onewindow.parcels import carriers, services
from onewindow.parcels import queries as parcels
from onewindow.ui import session, words

Page = Callable[..., HttpResponse]


def shown(actor: Actor, case: Mapping[str, Any], unserved: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What the case page tells of parcels: ``parcels``, ``carriers`` and ``sendable`` papers, empty for who may not;
    ``may_send``."""
    found = parcels.of_case(case["case_no"], with_codes=False)
    open_ones = {
        one["document_no"] for one in found if one["state"] not in ("delivered", "returned", "failed")
    }
    names = carriers.available() if actor.has(*services.SENDERS) and case["state"] != "draft" else []
    return {
        "parcels": found,
        "may_send": bool(actor.has(*services.SENDERS)),
        "carriers": [(name, words.word(name, "carrier")) for name in names],
        "sendable": [one for one in reversed(unserved) if one["document_no"] not in open_ones and names],
    }


def send_view(desk: Desk, page: Page) -> Callable[..., HttpResponseBase]:
    """Give a paper to a carrier, or take the order back; a refusal is told on the page of the case."""

    @require_POST
    @session.page(permission=desk.roles)
    def view(request: HttpRequest, case_no: str) -> HttpResponse:
        actor, now, post = actor_of(request), clock.now(), request.POST
        try:
            _do(actor, case_no, post, now)
        except (NotAllowed, NotFound):
            raise
        except Refusal as refusal:
            case = queries.view(actor, case_no, now=now)
            return page(request, desk, case, refusal=refusal, typed_action="parcels")
        done = "?sent=2" if "cancel" in post else "?sent=1"
        return HttpResponseRedirect(desk.case_url(case_no) + done, status=303)

    return view


def _do(actor: Actor, case_no: str, post: Mapping[str, str], now: datetime) -> None:
    if "cancel" in post:
        services.cancel(actor, case_no, post["cancel"], now=now)
        return
    services.send(
        actor,
        case_no,
        post.get("document_no", ""),
        carrier=post.get("carrier", ""),
        receiver={name: post.get(name, "") for name in ("name", "phone", "address")},
        now=now,
    )


def sent_words(request: HttpRequest) -> str:
    """What is said after a parcel was asked for or taken back."""
    said = {"1": _("已交给投递方下单，进展会记在这里。"), "2": _("已取消下单，没有寄出。")}
    return said.get(request.GET.get("sent", ""), "")
