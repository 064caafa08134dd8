"""Changes: what waits for me, all of them, and one with its comparison, its opinions and what I may do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_http_methods

from onewindow.base import clock
from onewindow.catalog import queries, services
from onewindow.catalog.changes.acting import SEAT_LABELS, STATE_LABELS
from onewindow.catalog.changes.target import DEED_LABELS
from onewindow.faces.editor import marking, sections, side_by_side
from onewindow.kernel import days
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, FieldError, Invalid, NotFound, Refusal
from onewindow.ui import paging, refusals, session

TAGS = {
    "to-submit": "",
    "in-approval": "tag--act",
    "passed": "tag--go",
    "withdrawn": "",
    "rejected": "tag--over",
}
VERDICTS = {"agree": lazy("同意"), "disagree": lazy("不同意"), "return": lazy("退回")}
DONE = {
    "begun": lazy("草稿已建好，还没有提交。"),
    "had": lazy("您已经有一份没有提交的草稿，请接着写。"),
    "saved": lazy("已保存。"),
    "submit": lazy("已提交，等审改（编制）机构和法制机构审核。"),
    "rebase": lazy("已按现行版本更新，请再看一遍内容。"),
    "withdraw": lazy("已撤回。"),
    "agree": lazy("您的意见已记下：同意。"),
    "disagree": lazy("您的意见已记下：不同意。这项变更到此结束。"),
    "return": lazy("已退回给提出人。"),
    "approve": lazy("已批准。"),
    "reject": lazy("已驳回。"),
}
_AWAITS = {"proposer": lazy("提出人"), **{seat: lazy(label) for seat, label in SEAT_LABELS.items()}}


@require_GET
@session.page(permission=sections.ALL)
def listing(request: HttpRequest) -> HttpResponse:
    """What waits for me first, then all, by state."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    state = request.GET.get("state") or None
    cursor = request.GET.get("cursor") or None
    found, following = queries.changes(
        actor, state=state, mine="mine" in request.GET, cursor=cursor, limit=paging.limit_of(request)
    )
    waiting = [] if cursor else queries.changes(actor, waiting=True, limit=100)[0]
    context = sections.shell(
        request,
        sections.CHANGES,
        waiting=[line(one) for one in waiting],
        rows=[line(one) for one in found],
        pages=paging.pages(request, following),
        states=[(code, _(label)) for code, label in STATE_LABELS.items()],
        state=state,
        is_mine="mine" in request.GET,
        may_propose=actor.has("catalog"),
    )
    return render(request, "editor/changes.html", context)


def line(change: Mapping[str, Any]) -> dict[str, Any]:
    """A change with the words that a list shows of it."""
    return dict(change) | {
        "state_name": _state(change),
        "tag": TAGS[change["state"]],
        "awaited": [_AWAITS[seat] for seat in change["awaits"]],
        "is_returned": change["state"] == "to-submit" and change["round"] > 1,
    }


def _state(change: Mapping[str, Any]) -> str:
    if change["state"] == "passed":
        return _("已生效") if change["in_force_at"] else _("已通过，待生效")
    label = STATE_LABELS[change["state"]]
    return _(label)


@require_http_methods(["GET", "POST"])
@session.page(permission=sections.ALL)
def one(request: HttpRequest, number: str) -> HttpResponse:
    """One change; a POST does what its button says, a refusal shows the page again with what was typed."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if request.method == "GET":
        return _page(request, number)
    do = request.POST.get("do", "")
    try:
        deed = _DEEDS.get(do)
        if deed is None:
            raise NotFound("unknown-action", N_("没有这个操作。"))
        clashes = deed(actor, number, request.POST, clock.now())
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(request, number, refusal=refusal)
    more = urlencode([("done", do), *(("clash", place) for place in clashes or ())])
    return HttpResponseRedirect(f"/editor/changes/{number}?{more}")


def _page(request: HttpRequest, number: str, *, refusal: Refusal | None = None) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    change = queries.change(actor, number)
    found = _findings(change)
    own = {name: change[name] or "" for name in ("title", "reason", "basis")}
    own["effective_on"] = change["effective_on"].isoformat() if change["effective_on"] else ""
    typed = {name: request.POST[name] for name in ("text", *own) if name in request.POST}
    context = sections.shell(
        request,
        sections.CHANGES,
        change=line(change),
        targets=[_target(change, target) for target in change["targets"]],
        seats=_seats(change),
        opinions=[_opinion(one) for one in change["opinions"]],
        may={one["name"]: one["allowed"] for one in change["actions"]},
        refused=[one for one in change["actions"] if not one["allowed"]],
        typed=own | typed,
        errors=[one for one in found if one["level"] == "error"],
        warnings=[one for one in found if one["level"] != "error"],
        problem=refusals.said(refusal) if refusal else "",
        fields=[refusals.field_error(one) for one in refusal.fields] if refusal else [],
        done=DONE.get(request.GET.get("done", ""), ""),
        conflicts=request.GET.getlist("clash"),
    )
    status = refusals.status_of(refusal) if refusal else 200
    response = render(request, "editor/change.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _findings(change: Mapping[str, Any]) -> list[dict[str, Any]]:
    """With the words that are meant, of a draft that may be written on with the way to the field."""
    contents = {one["task_code"]: one["definition"] or one["common"] or {} for one in change["targets"]}
    may_amend = any(one["name"] == "amend" and one["allowed"] for one in change["actions"])
    found = []
    for one in change["findings"]:
        code, content = one["task_code"], contents.get(one["task_code"]) or {}
        link = (
            marking.field_link(change["number"], code, one["element"], content)
            if may_amend and content
            else ""
        )
        found += [row | {"link": link} for row in marking.marked([one], content)]
    return found


def _target(change: Mapping[str, Any], target: Mapping[str, Any]) -> dict[str, Any]:
    is_new = target["action"] == "publish" and target["base_version"] is None
    deed = DEED_LABELS["create" if is_new else target["action"]]
    return dict(target) | {
        "deed": _(deed),
        "is_new": is_new,
        "rows": side_by_side.rows(target["differences"]),
        "is_draft": change["state"] == "to-submit" and target["definition"] is not None and change["is_mine"],
    }


def _opinion(opinion: Mapping[str, Any]) -> dict[str, Any]:
    seat = SEAT_LABELS[opinion["seat"]]
    return dict(opinion) | {
        "seat_name": _(seat),
        "verdict_name": VERDICTS[opinion["verdict"]],
    }


def _seats(change: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The four seats of this round, in order: who has spoken, who is awaited."""
    said = {one["seat"]: one for one in change["opinions"] if one["round"] == change["round"]}
    awaits = change["awaits"]
    proposer = {
        "name": _("提出人"),
        "by": change["proposer"],
        "at": change["submitted_at"],
        "word": _("已提交") if change["submitted_at"] and change["state"] != "to-submit" else _("起草中"),
        "kind": "now" if "proposer" in awaits else "said",
    }
    return [proposer, *(_seat(seat, said.get(seat), awaits) for seat in SEAT_LABELS)]


def _seat(seat: str, said: Mapping[str, Any] | None, awaits: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {"name": _(SEAT_LABELS[seat]), "by": "", "at": None}
    if said is not None:
        kind = "said" if said["verdict"] == "agree" else "no"
        return found | {"by": said["by"], "at": said["at"], "word": VERDICTS[said["verdict"]], "kind": kind}
    if seat in awaits:
        return found | {"word": _("等待意见"), "kind": "now"}
    return found | {"word": _("还没轮到") if awaits else "—", "kind": "next"}


def version_of(post: Any) -> int:
    """The version of the change that the form was made from; 0 when it is no number, which is never current."""
    text = post.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def day_of(text: str) -> date | None:
    """A day as the browser sends it; None when it was left empty. Raises ``Invalid``."""
    if not text.strip():
        return None
    try:
        return days.read(text.strip())
    except ValueError:
        message = N_("生效日期应当是一个日期")
        raise Invalid(
            "invalid-fields", message, fields=[FieldError("effective_on", "invalid", message)]
        ) from None


def _amend(actor: Actor, number: str, post: Any, now: datetime) -> None:
    services.amend(
        actor,
        number,
        version=version_of(post),
        title=post.get("title", ""),
        reason=post.get("reason", ""),
        basis=post.get("basis", ""),
        effective_on=day_of(post.get("effective_on", "")),
        now=now,
    )


def _rebase(actor: Actor, number: str, post: Any, now: datetime) -> list[str]:
    return services.rebase(actor, number, version=version_of(post), now=now)[1]


def _examine(verdict: Any) -> Callable[[Actor, str, Any, datetime], None]:
    def examine(actor: Actor, number: str, post: Any, now: datetime) -> None:
        services.examine(
            actor, number, version=version_of(post), verdict=verdict, text=post.get("text", ""), now=now
        )

    return examine


def _by_version(service: Callable[..., Any], *, with_text: bool = False) -> Callable[..., None]:
    def deed(actor: Actor, number: str, post: Any, now: datetime) -> None:
        more = {"text": post.get("text", "")} if with_text else {}
        service(actor, number, version=version_of(post), now=now, **more)

    return deed


_DEEDS: dict[str, Callable[[Actor, str, Any, datetime], list[str] | None]] = {
    "saved": _amend,
    "submit": _by_version(services.submit),
    "rebase": _rebase,
    "withdraw": _by_version(services.withdraw_change),
    "agree": _examine("agree"),
    "disagree": _examine("disagree"),
    "return": _examine("return"),
    "approve": _by_version(services.approve, with_text=True),
    "reject": _by_version(services.reject, with_text=True),
}
