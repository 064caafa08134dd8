"""Papers sent from the case page: who carries them, and the way that each has gone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
    """What the case page tells of parcels: ``parcels``, ``carriers`` and ``sendable`` papers, empty for who may not."""
    found = parcels.of_case(case["case_no"], with_codes=False)
    open_ones = {
        one["document_no"] for one in found if one["state"] not in ("delivered", "returned", "failed")
    }
    names = carriers.available() if actor.has(*services.SENDERS) and case["state"] != "draft" else []
    return {
        "parcels": found,
        "carriers": [(name, words.word(name, "carrier")) for name in names],
        "sendable": [one for one in reversed(unserved) if one["document_no"] not in open_ones and names],
    }


def send_view(desk: Desk, page: Page) -> Callable[..., HttpResponseBase]:
    """Give a paper to a carrier; a refusal is told on the page of the case."""

    @require_POST
    @session.page(permission=desk.roles)
    def view(request: HttpRequest, case_no: str) -> HttpResponse:
        actor, now, post = actor_of(request), clock.now(), request.POST
        try:
            services.send(
                actor,
                case_no,
                post.get("document_no", ""),
                carrier=post.get("carrier", ""),
                receiver={name: post.get(name, "") for name in ("name", "phone", "address")},
                now=now,
            )
        except (NotAllowed, NotFound):
            raise
        except Refusal as refusal:
            case = queries.view(actor, case_no, now=now)
            return page(request, desk, case, refusal=refusal, typed_action="parcels")
        return HttpResponseRedirect(f"{desk.case_url(case_no)}?sent=1", status=303)

    return view


def sent_words(request: HttpRequest) -> str:
    """What is said after a parcel was asked for."""
    return _("已交给投递方下单，进展会记在这里。") if request.GET.get("sent") else ""
