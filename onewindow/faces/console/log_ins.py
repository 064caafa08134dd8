"""For the auditor: who logged in and who failed to, searched and taken along."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from onewindow.base import clock
from onewindow.base import log_ins as records
from onewindow.faces.console import sections
from onewindow.kernel import days
from onewindow.kernel.errors import N_
from onewindow.ui import downloads, session

OUTCOMES = {
    "in": N_("登录成功"),
    "password": N_("密码不对"),
    "code": N_("验证码不对"),
    "passkey": N_("通行密钥不对"),
}
FACTORS = {"": N_("无"), "totp": N_("验证器应用"), "recovery": N_("恢复码"), "passkey": N_("通行密钥")}
WAYS = {"page": N_("网页"), "api": N_("接口"), "": ""}
ENDS = {"": N_("没有结束"), "closed": N_("已退出"), "lapsed": N_("到时结束")}


@require_GET
@never_cache
@session.page(permission=sections.LOG_INS.roles)
def log_ins(request: HttpRequest) -> HttpResponse:
    """A page of records, newest first."""
    typed = _typed(request)
    lines, following = records.page(_asked(typed), before=_instant(request.GET.get("before", "")))
    kept = {name: value for name, value in typed.items() if value}
    context = sections.shell(
        request,
        sections.LOG_INS,
        lines=[_worded(one) for one in lines],
        typed=typed,
        query=urlencode(kept),
        following="?" + urlencode(kept | {"before": following.isoformat()}) if following else "",
        first="?" + urlencode(kept) if request.GET.get("before") else "",
    )
    return render(request, "console/log_ins.html", context)


@require_GET
@session.page(permission=sections.LOG_INS.roles)
def take(request: HttpRequest, form: str) -> HttpResponseBase:
    """The same as a table to take along."""
    found = records.export(request.actor, _asked(_typed(request)), now=clock.now())  # type: ignore[attr-defined]
    heads = [
        _("时间"),
        _("用户名"),
        _("结果"),
        _("第二步"),
        _("方式"),
        _("设备"),
        _("网络地址"),
        _("结束"),
        _("结束时间"),
    ]
    return downloads.table(_("登录记录"), heads, _table(found), form=form)


def _table(lines: Iterator[records.Line]) -> Iterator[list[Any]]:
    for one in map(_worded, lines):
        row, words = one["line"], one
        ended_at = row.ended_at and row.ended_at.astimezone(clock.SHANGHAI).isoformat(timespec="seconds")
        yield [
            row.at.astimezone(clock.SHANGHAI).isoformat(timespec="seconds"), words["username"], words["outcome"],
            words["factor"], words["way"], row.device, row.address, words["ended"], ended_at or "",
        ]  # fmt: skip


def _worded(line: records.Line) -> dict[str, Any]:
    is_in = line.outcome == "in"
    outcome, factor, way, ended = (
        OUTCOMES.get(line.outcome, line.outcome), FACTORS[line.factor], WAYS.get(line.purpose, ""), ENDS[line.ended],
    )  # fmt: skip
    return {
        "line": line,
        "is_in": is_in,
        "username": line.username or _("没有这个账号"),
        "outcome": _(outcome),
        "factor": _(factor) if is_in else "",
        "way": _(way) if way else "",
        "ended": _(ended) if is_in else "",
    }


def _typed(request: HttpRequest) -> dict[str, str]:
    names = ("username", "outcome", "from", "to")
    return {name: request.GET.get(name, "").strip().replace("\0", "")[:64] for name in names}


def _asked(typed: dict[str, str]) -> records.Asked:
    since, until = _day(typed["from"]), _day(typed["to"])
    return records.Asked(
        username=typed["username"].lower(),
        outcome=typed["outcome"] if typed["outcome"] in records.OUTCOMES else "",
        since=since,
        until=until + timedelta(days=1) if until else None,
    )


def _day(text: str) -> datetime | None:
    """The first instant of a day in Asia/Shanghai; None for what is no day."""
    try:
        return clock.start_of(days.read(text))
    except ValueError:
        return None


def _instant(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None
