"""规则: the rules with basis and level, and the convention of cards that the supervisor may switch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from onewindow.base import clock
from onewindow.faces.supervision import sections
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, Refusal
from onewindow.supervision import conventions, services
from onewindow.supervision.rules.profile import LEVEL_LABELS, PROFILE_LABELS, Profile
from onewindow.supervision.rules.shipped import RULES
from onewindow.supervision.rules.watching import Rule
from onewindow.ui import refusals, session

DEGREES = {
    "near": N_("临期"),
    "sign": N_("有迹象"),
    "over": N_("超过或违反"),
    "still": N_("之后仍未改正"),
    "grave": N_("违反法定"),
}
THRESHOLDS = {
    "near_days": N_("剩几个工作日算临期"),
    "still_days": N_("几个工作日后仍未改正再升级"),
    "reply_days": N_("部门说明情况的期限（工作日）"),
    "appeal_days": N_("申诉期限（工作日）"),
    "letter_days": N_("督办函答复期限（工作日）"),
    "forward_days": N_("上报后等上级答复（工作日）"),
    "look_days": N_("打开个人信息后几个工作日内应有办理记录"),
    "rush_minutes": N_("从收件到决定少于几分钟算补录"),
    "opens": N_("窗口最早几点收件"),
    "closes": N_("窗口最晚几点收件"),
    "least_reason": N_("理由最少字数"),
}
_TAGS = {"reminder": "", "yellow": "tag--near", "red": "tag--over"}


@require_http_methods(["GET", "POST"])
@session.page(permission=sections.CARD_READERS)
def page(request: HttpRequest) -> HttpResponse:
    """The rules as data; a POST switches the convention."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            services.change(actor, _changes(request.POST), now=clock.now())
            return HttpResponseRedirect("/supervision/rules?done=1")
        except Refusal as found:
            refusal = found
    profile = conventions.current()
    context = sections.shell(
        request,
        sections.RULES,
        rules=[_row(rule, profile) for rule in RULES.all],
        profiles=[(name, _(label), name == profile.name) for name, label in PROFILE_LABELS.items()],
        thresholds=[(name, _(label), getattr(profile, name)) for name, label in THRESHOLDS.items()],
        profile_name=_(PROFILE_LABELS[profile.name]),
        may_change=actor.has("supervisor"),
        problem=refusals.said(refusal) if refusal else "",
        done=_("规则已按您的设置执行。") if "done" in request.GET else "",
    )
    status = refusals.status_of(refusal) if refusal else 200
    return render(request, "supervision/rules.html", context, status=status)


def _changes(posted: Any) -> dict[str, Any]:
    """What the form says, whole: every field of the convention that it shows."""
    told: dict[str, Any] = {"profile": posted.get("profile", "")}
    for name in THRESHOLDS:
        text = posted.get(name, "").strip()
        told[name] = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else text
    on = set(posted.getlist("on"))
    return told | {"off": sorted(rule.number for rule in RULES.all if rule.number not in on)}


def _row(rule: Rule, profile: Profile) -> Mapping[str, Any]:
    levels = [(_(DEGREES[degree]), profile.level(rule.number, degree)) for degree in rule.degrees]
    return {
        "number": rule.number,
        "name": _(rule.name),
        "sentence": _(rule.sentence),
        "basis": _(rule.basis),
        "source": _(rule.source) if rule.source else "",
        "lacks": _(rule.lacks) if rule.lacks else "",
        "is_on": rule.number not in profile.off,
        "levels": [
            {"degree": degree, "level": _(LEVEL_LABELS[level]), "tag": _TAGS[level]}
            for degree, level in levels
            if level
        ],
    }
