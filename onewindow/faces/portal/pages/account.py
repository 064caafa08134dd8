"""Registration of a citizen."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from onewindow.base import accounts, clock
from onewindow.kernel.errors import Away, Invalid, RuleBroken, TooFast
from onewindow.people import services as people
from onewindow.people.rules import NOTICE_EDITION as EDITION
from onewindow.ui import refusals, session
from onewindow.ui.session import page

_SECRET = ("password", "again")


@sensitive_post_parameters("password", "again", "id_number")
@never_cache
@require_http_methods(["GET", "POST"])
@page(permission="public")
def register(request: HttpRequest) -> HttpResponse:
    """Real-name registration; afterwards one is logged in."""
    if request.method == "GET":
        return render(request, "portal/register.html", {"rows": _rows({}, {}), "edition": EDITION})
    typed = {name: request.POST.get(name, "").strip() for name in ("username", "name", "id_number", "phone")}
    problems = {}
    if request.POST.get("password", "") != request.POST.get("again", ""):
        problems["again"] = _("两次输入的密码不一样")
    if not problems:
        try:
            return _registered(request, typed)
        except (Invalid, RuleBroken, Away, TooFast) as refusal:
            errors = [refusals.field_error(error) for error in refusal.fields]
            problems = {error["field"]: error["message"] for error in errors} or {
                "username": refusals.said(refusal)
            }
    listed = [{"field": field, "message": message} for field, message in problems.items()]
    context = {"rows": _rows(typed, problems), "problems": listed, "edition": EDITION}
    return render(request, "portal/register.html", context, status=422)


def _registered(request: HttpRequest, typed: dict[str, str]) -> HttpResponse:
    password = request.POST.get("password", "")
    who = people.Applicant(name=typed["name"], id_number=typed["id_number"], phone=typed["phone"])
    people.register(typed["username"], password=password, applicant=who, now=clock.now())
    address = request.META.get("REMOTE_ADDR", "")
    issued = accounts.login(typed["username"], password, address=address, purpose="page")
    response = HttpResponseRedirect("/my")
    session.sign_in(response, issued.token, is_secure=request.is_secure())
    return response


def _rows(typed: dict[str, str], problems: dict[str, str]) -> list[dict[str, Any]]:
    rows = [
        ("username", _("用户名"), _("小写字母、数字，3 位以上"), "text", "username"),
        ("name", _("姓名"), _("与身份证一致"), "text", "name"),
        ("id_number", _("身份证号"), "", "text", "off"),
        ("phone", _("手机号"), "", "tel", "tel"),
        ("password", _("密码"), _("至少 10 位，不要用生日或常见密码"), "password", "new-password"),
        ("again", _("再输一遍密码"), "", "password", "new-password"),
    ]
    return [
        {
            "name": name,
            "label": label,
            "hint": hint,
            "type": kind,
            "autocomplete": autocomplete,
            "value": "" if name in _SECRET else typed.get(name, ""),
            "error": problems.get(name, ""),
        }
        for name, label, hint, kind, autocomplete in rows
    ]
