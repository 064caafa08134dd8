"""For the security administrator: accounts, duties, absences, deputies; writes are deeds of org and base."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from onewindow.base import accounts as base_accounts
from onewindow.base import clock, oversight, sessions
from onewindow.base.factors import store as factors
from onewindow.faces.console import sections
from onewindow.kernel import days
from onewindow.kernel.actor import STAFF_ROLES, Actor
from onewindow.kernel.errors import N_, Invalid, NotAllowed, NotFound, Refusal, RuleBroken
from onewindow.org import queries as org
from onewindow.org import services
from onewindow.ui import refusals, session
from onewindow.ui.numbers import number


@require_GET
@session.page(permission=sections.ACCOUNTS.roles)
def accounts(request: HttpRequest) -> HttpResponse:
    """All accounts by user name."""
    query = request.GET.get("q", "")[:100]
    rows, following = oversight.accounts(q=query, after=request.GET.get("after", "")[:100])
    on, shown = clock.today(), []
    for row in rows:
        staff = org.staff_by_username(row.username)
        roles = sorted({duty.role for duty in staff.duties if duty.holds(on)}) if staff else []
        shown.append({"account": row, "staff": staff, "roles": roles, "organ": _organ(staff)})
    context = sections.shell(
        request,
        sections.ACCOUNTS,
        changes=_changes(request),
        rows=shown,
        following=following,
        q=query,
        real_now=_now(),
    )
    return render(request, "console/accounts.html", context)


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@session.page(permission=sections.ACCOUNTS.roles)
def account(request: HttpRequest, username: str) -> HttpResponse:
    """One account: state, duties, absences, deputies, and the deeds on it."""
    found = oversight.account(username)
    if found is None:
        raise NotFound("no-account", N_("没有这个账号。"))
    problem, status, secret = "", 200, ""
    if request.method == "POST":
        try:
            secret = _do(request, found)
            if not secret:
                is_half = request.POST.get("do") in ("appoint", "revoke")
                return HttpResponseRedirect(f"/console/accounts/{username}?done={'half' if is_half else '1'}")
            found = oversight.account(username) or found
        except (NotAllowed, NotFound):
            raise
        except Refusal as refusal:
            problem, status = refusals.said(refusal), refusals.status_of(refusal)
    return _page(request, found, problem=problem, status=status, secret=secret)


def _page(request: HttpRequest, found: Any, *, problem: str, status: int, secret: str) -> HttpResponse:
    staff, on = org.staff_by_username(found.username), clock.today()
    colleagues = org.staff(organ_id=staff.organ_id) if staff else []
    context = sections.shell(
        request,
        sections.ACCOUNTS,
        found=found,
        staff=staff,
        organ=_organ(staff),
        duties=[_duty(duty, on) for duty in staff.duties if duty.until_on is None or duty.until_on >= on]
        if staff
        else [],
        absences=org.absences_of(staff.id, on=on) if staff else [],
        deputies=org.deputies_of(staff.id, on=on) if staff else [],
        colleagues=[one for one in colleagues if one.is_active and staff and one.id != staff.id],
        organs=org.organs() if staff else [],
        roles=STAFF_ROLES,
        factors=factors.of(found.id),
        sessions=sessions.of(found.id),
        today=on,
        real_now=_now(),
        problem=problem,
        secret=secret,
        done=_done(request),
        changes=_changes(request, found.id),
    )
    response = render(request, "console/account.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _done(request: HttpRequest) -> str:
    told = request.GET.get("done", "")
    if told == "half":
        return _("已提出，等另一名安全管理员确认后生效。")
    return _("已办。") if told else ""


def _changes(request: HttpRequest, staff_id: int | None = None) -> list[dict[str, Any]]:
    """Open changes of duties, each with whether the one who looks may confirm it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = []
    for one in org.open_changes(now=clock.now(), staff_id=staff_id):
        organ = one.body.get("organ_id")
        until = one.body.get("until_on")
        found.append(
            {
                "change": one,
                "organ": org.organ(organ) if organ else None,
                "until": date.fromisoformat(until) if until else None,
                "is_own": one.proposer_id == actor.account_id,
                "is_mine": one.staff_id == actor.account_id,
            }
        )
    return found


def _do(request: HttpRequest, found: Any) -> str:
    """Carry out what was asked; answers a new password when there is one, to be shown once."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    now = clock.now()
    what = request.POST.get("do", "")
    if what == "reset":
        return base_accounts.reset_password(actor, found.username, now=now)
    if what in ("close", "open"):
        base_accounts.set_active(actor, found.username, is_active=what == "open", now=now)
        return ""
    if what == "clear-factors":
        factors.clear(actor, found.username, now=now)
        return ""
    if what == "end-sessions":
        sessions.end_of(actor, found.username, key=request.POST.get("key", ""), now=now)
        return ""
    deed = _STAFF_DEEDS.get(what)
    staff = org.staff_by_username(found.username)
    if deed is None or staff is None:
        raise NotFound("unknown-action", N_("没有这个操作。"))
    deed(actor, staff.id, request.POST, now)
    return ""


def _appoint(actor: Actor, staff_id: int, post: Any, now: datetime) -> None:
    body = {
        "role": post.get("role", ""),
        "organ_id": number(post.get("organ", "")),
        "until_on": _day(post.get("until", "")),
    }
    services.propose(actor, staff_id, deed="appoint", body=body, reason=post.get("reason", ""), now=now)


def _revoke(actor: Actor, staff_id: int, post: Any, now: datetime) -> None:
    body = {"role": post.get("role", ""), "organ_id": number(post.get("organ", ""))}
    services.propose(actor, staff_id, deed="revoke", body=body, reason=post.get("reason", ""), now=now)


def _confirm(actor: Actor, staff_id: int, post: Any, now: datetime) -> None:
    services.confirm(actor, _change(staff_id, post, now), now=now)


def _decline(actor: Actor, staff_id: int, post: Any, now: datetime) -> None:
    services.decline(actor, _change(staff_id, post, now), now=now)


def _change(staff_id: int, post: Any, now: datetime) -> int:
    """The change that the page showed; of this person and still open."""
    asked = number(post.get("change", ""))
    if asked not in {one.id for one in org.open_changes(now=now, staff_id=staff_id)}:
        raise RuleBroken("change-decided", N_("这项变更已有结论。"))
    return asked or 0


def _absence(actor: Actor, staff_id: int, post: Any, now: datetime) -> None:
    first, last = _day(post.get("from", "")), _day(post.get("until", ""))
    if first is None or last is None:
        raise Invalid("bad-dates", N_("请写明从哪天到哪天。"))
    services.set_absence(
        actor, staff_id, from_on=first, until_on=last, reason=post.get("reason", "")[:200], now=now
    )


def _name_deputy(actor: Actor, staff_id: int, post: Any, now: datetime) -> None:
    services.name_deputy(actor, staff_id, deputy_id=number(post.get("deputy", "")) or 0, now=now)


def _release_deputy(actor: Actor, staff_id: int, post: Any, now: datetime) -> None:
    services.release_deputy(actor, staff_id, deputy_id=number(post.get("deputy", "")) or 0, now=now)


_STAFF_DEEDS: dict[str, Callable[[Actor, int, Any, datetime], None]] = {
    "appoint": _appoint,
    "revoke": _revoke,
    "confirm": _confirm,
    "decline": _decline,
    "absence": _absence,
    "name-deputy": _name_deputy,
    "release-deputy": _release_deputy,
}


def _duty(duty: Any, on: date) -> dict[str, Any]:
    organ = org.organ(duty.organ_id) if duty.organ_id else None
    return {"duty": duty, "organ": organ, "is_now": duty.holds(on)}


def _organ(staff: Any) -> Any:
    return org.organ(staff.organ_id) if staff else None


def _day(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        return days.read(text.strip())
    except ValueError:
        raise Invalid("bad-dates", N_("日期写法应为 2026-09-24。")) from None


def _now() -> datetime:
    # Locks of accounts live on the real clock.
    return clock.real_now()
