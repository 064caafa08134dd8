"""What the three desks share: the case page, the acts on it, its files and papers."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from onewindow.base import clock
from onewindow.cases import queries, services
from onewindow.documents import presentation
from onewindow.documents.services import making
from onewindow.faces.workbench import casepage, deeds, files, forms, hearing_acts, onward_acts, parcels
from onewindow.faces.workbench.desks import COUNTER, OFFICE, Desk, actor_of
from onewindow.intake import supplements
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import NotAllowed, NotFound, Refusal, Stale
from onewindow.org import queries as org
from onewindow.reviews.queries import ratings
from onewindow.ui import downloads, refusals, session, uploads, words

View = session.View
NEIGHBOURS = 50
MOST_PHOTOS = 50
# Reads that may be shown at once; everything else is answered by a redirect, so that "back" and
# "reload" never repeat a deed.
SHOWN_AT_ONCE = frozenset({"reveal"})


def case_view(desk: Desk) -> View:
    """The case page at ``desk``."""

    @require_GET
    @session.page(permission=desk.roles)
    def view(request: HttpRequest, case_no: str) -> HttpResponse:
        case = queries.view(actor_of(request), case_no, now=clock.now())
        return _page(
            request, desk, case, done=_done_words(request.GET.get("done", "")) or parcels.sent_words(request)
        )

    return view


def act_view(desk: Desk) -> View:
    """A posted act at ``desk``: done, it leads back to the case; refused, the page says why, the text kept."""

    @require_POST
    @session.page(permission=desk.roles)
    def view(request: HttpRequest, case_no: str, action: str) -> HttpResponse:
        actor, now = actor_of(request), clock.now()
        case = queries.view(actor, case_no, now=now)
        if action not in deeds.FIELDS:
            raise NotFound("unknown-action", _("没有这个操作。"))
        if forms.LINE in request.POST:
            return _page(request, desk, case, typed_action=action)
        body = deeds.body_of(action, request.POST, case, casepage.definition_of(case["item"]))
        try:
            if action == "record-site-check":
                body |= _photos(request, case["case_no"])
            if desk is COUNTER and action in supplements.ACTIONS:
                after = supplements.hand_in(actor, case["case_no"], action, body, now=now)
            elif action == "change":
                after = services.change(actor, case_no, body, now=now)
            else:
                after = services.act(actor, case_no, action, body, now=now)
        except (NotAllowed, NotFound):
            raise
        except Refusal as refusal:
            if _is_repeat(refusal, case, actor, action):
                return _back(desk, case_no, action)
            return _page(request, desk, case, refusal=refusal, typed_action=action)
        if action in SHOWN_AT_ONCE:
            return _page(request, desk, after, is_revealed=True)
        return _back(desk, case_no, action)

    return view


def _photos(request: HttpRequest, case_no: str) -> dict[str, Any]:
    """The photos of a check, those that came in pieces before and those of the form itself."""
    found = uploads.given(request, "photos", purpose=f"site-check/{case_no}")[:MOST_PHOTOS]
    photos = deeds.photos_of(request.POST, [one["file_id"] for one in found])
    return {"photos": photos} if photos else {}


def file_view(desk: Desk) -> View:
    """A file of a case, for the viewer; only for those who may see the case."""

    @require_GET
    @session.page(permission=desk.roles)
    def view(request: HttpRequest, case_no: str, file_id: str) -> HttpResponseBase:
        return files.of_case(actor_of(request), case_no, file_id, now=clock.now())

    return view


def archive_view(desk: Desk) -> View:
    """All files of a case as one archive; who takes it is recorded."""

    @require_GET
    @session.page(permission=desk.roles)
    def view(request: HttpRequest, case_no: str) -> HttpResponseBase:
        name, pieces = services.take_all(actor_of(request), case_no, now=clock.now())
        return downloads.archive(name, pieces)

    return view


def paper_view(desk: Desk) -> View:
    """A paper of a case as PDF, made on its first opening when the worker has not been there yet."""

    @require_GET
    @session.page(permission=desk.roles)
    def view(request: HttpRequest, case_no: str, document_no: str) -> HttpResponseBase:
        return files.paper(actor_of(request), case_no, document_no, now=clock.now())

    return view


def parcel_view(desk: Desk) -> View:
    """A paper is given to a courier or a locker."""
    return parcels.send_view(desk, _page)


def _page(request: HttpRequest, desk: Desk, case: dict[str, Any], **more: Any) -> HttpResponse:
    actor, now = actor_of(request), clock.now()
    refusal: Refusal | None = more.pop("refusal", None)
    previous, following = _neighbours(actor, desk, case["case_no"])
    shown: dict[str, Any] = {
        "previous": previous,
        "following": following,
        "colleagues": (colleagues := _colleagues(actor, desk, case)),
        "crew": [{"username": actor.username, "name": actor.name, "roles": _("我")}, *colleagues],
        "typed": request.POST if request.method == "POST" else None,
        "sent_photos": request.POST.getlist("upload.photos"),
        "place": "case",
        "scanned": supplements.scanned(actor, case["case_no"]) if desk is COUNTER else {},
        "rate_code": _rate_code(actor, desk, case, today=now.date()),
    }
    if refusal is not None:
        shown["refusal"] = {
            "said": refusals.said(refusal),
            "basis": refusal.basis,
            "fields": [refusals.field_error(one) for one in refusal.fields],
        }
    context = casepage.context(
        actor, case, desk=desk, now=now, tab=request.GET.get("tab", ""), **shown, **more
    )
    status = refusals.status_of(refusal) if refusal is not None else 200
    return render(request, "workbench/case.html", context, status=status)


def _rate_code(actor: Actor, desk: Desk, case: dict[str, Any], *, today: date) -> str:
    """The code that the visitor scans to rate, at the windows only: the clerk shows it and cannot rate."""
    if desk is OFFICE or not case.get("received_at"):
        return ""
    what = "completion" if case.get("decided_on") else "acceptance"
    token = ratings.link_of(case["case_no"], what, way="qr", today=today, window=actor.window_id)
    return presentation.qr_on_page(f"{making.base_url().rstrip('/')}/r/{token}")


def _neighbours(actor: Actor, desk: Desk, case_no: str) -> tuple[str, str]:
    rows = queries.inbox(actor, role=desk.role_of(actor), limit=NEIGHBOURS, now=clock.now())["results"]
    return casepage.neighbours(rows, case_no)


_WITH_PEOPLE = {"assign", "transfer", "arrange-hearing", "arrange-site-check", "decide-recusal"}


def _colleagues(actor: Actor, desk: Desk, case: dict[str, Any]) -> list[dict[str, str]]:
    """Those to whom the matter may be handed; asked only when the page offers to."""
    offered = {one["name"] for one in case["actions"] if one["allowed"]}
    if actor.organ_id is None or not offered & _WITH_PEOPLE:
        return []
    on = clock.today()
    people: dict[str, tuple[str, list[str]]] = {}
    for role in _successors(desk, case["state"]):
        for one in org.holders(role, organ_id=actor.organ_id, on=on):
            if one.username != actor.username:
                people.setdefault(one.username, (one.name, []))[1].append(words.word(role, "role"))
    return [
        {"username": key, "name": name, "roles": "、".join(roles)} for key, (name, roles) in people.items()
    ]


def _successors(desk: Desk, state: str) -> tuple[str, ...]:
    """The roles of those to whom the matter may be handed: what the windows have not accepted stays with them."""
    if desk is OFFICE:
        return ("clerk",) if state in ("received", "correcting") else ("examiner", "approver")
    return tuple(desk.roles)


def _is_repeat(refusal: Refusal, case: dict[str, Any], actor: Actor, action: str) -> bool:
    """True when a double click sent what this person did a moment ago: the first click counts."""
    last = case["events"][-1] if case["events"] else {}
    is_mine = last.get("actor") in (actor.username, actor.name)
    return isinstance(refusal, Stale) and is_mine and last.get("type") in _FACTS_OF.get(action, ())


_FACTS_OF = {
    "notify-correction": ("correction-notified",),
    "resubmit": ("resubmitted",),
    "change": ("materials-changed",),
    "accept": ("accepted",),
    "refuse-acceptance": ("acceptance-refused",),
    "return": ("return-proposed", "returned"),
    "supply-deferred": ("deferred-supplied",),
    "review": ("reviewed",),
    "pause": ("pause-proposed", "paused"),
    "resume": ("resumed",),
    "extend": ("extended",),
    "forward": ("forwarded",),
    "answer": ("forward-answered",),
    "decide": ("granted", "denied"),
    "produce": ("produced",),
    "deliver": ("delivered",),
    "terminate": ("terminated",),
    "claim": ("claimed",),
    "assign": ("assigned",),
    "transfer": ("transferred",),
    "note": ("noted",),
    **hearing_acts.FACTS,
    **onward_acts.FACTS,
    "serve": ("served",),
    "check-originals": ("originals-checked",),
}


def _back(desk: Desk, case_no: str, action: str) -> HttpResponse:
    return HttpResponseRedirect(f"{desk.case_url(quote(case_no))}?done={action}")


def _done_words(action: str) -> str:
    return (
        _("已办：%(act)s") % {"act": words.word(action, "action_at_work")}
        if action in words.ACTIONS_AT_WORK
        else ""
    )
