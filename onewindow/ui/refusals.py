"""One table from the kinds of refusal to HTTP, as problem documents (RFC 9457) and as pages."""

from __future__ import annotations

from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext

from onewindow.kernel import errors
from onewindow.kernel.errors import N_
from onewindow.ui import language as languages
from onewindow.ui import place

TYPE_BASE = "urn:onewindow:problem:"
API_PREFIX = "/api/"

# Most special first: the first kind that fits gives the status.
STATUS: tuple[tuple[type[errors.Refusal], int], ...] = (
    (errors.Unreadable, 400),
    (errors.Unidentified, 401),
    (errors.NotAllowed, 403),
    (errors.NotFound, 404),
    (errors.Stale, 409),
    (errors.RuleBroken, 409),
    (errors.TooLarge, 413),
    (errors.WrongMedia, 415),
    (errors.Invalid, 422),
    (errors.TooFast, 429),
    (errors.Away, 503),
    (errors.Full, 507),
)

TITLES = {
    400: N_("读不懂这个请求"),
    401: N_("请先登录"),
    403: N_("您没有这项权限"),
    404: N_("没有找到"),
    405: N_("这里不支持这个操作"),
    409: N_("现在不能这样办"),
    413: N_("文件太大"),
    415: N_("不收这种文件"),
    422: N_("有内容需要更正"),
    429: N_("操作太频繁"),
    500: N_("系统出错了"),
    503: N_("暂时办不了"),
    507: N_("存不下了"),
}

# What a person can do next; every refusal says what would help.
HELP = {
    400: N_("请返回上一页，重新填写后再提交。"),
    401: N_("登录后会回到您刚才的页面。"),
    403: N_("如果这是您的工作，请让本单位的管理员核对您的岗位。"),
    404: N_("请核对网址或编号；也可以从首页搜索要办的事。别人的办件不会显示在这里。"),
    405: N_("请从首页重新进入。"),
    409: N_("请返回办件页面看最新状态，再选择可以做的操作。"),
    413: N_("单个文件不超过 50 MB。扫描件可以降低分辨率，或拆成几份上传。"),
    415: N_("请上传 PDF、OFD、JPEG 或 PNG 文件。"),
    422: N_("请按提示更正后再提交，已填的内容不会丢。"),
    429: N_("请稍等片刻再试。"),
    500: N_("您填的内容已尽量保留。请稍后再试；多次出现请告诉我们页面下方的编号。"),
    503: N_("系统正在自动恢复，请稍等片刻再刷新。已提交的办件不会丢。"),
    507: N_("办件可以照常提交，文件请稍后再传，或带到窗口。系统管理员已能看到这一情况。"),
}


def status_of(refusal: errors.Refusal) -> int:
    """The HTTP status of a refusal; a plain ``Refusal`` counts as a broken rule (409)."""
    return next((status for kind, status in STATUS if isinstance(refusal, kind)), 409)


def problem(refusal: errors.Refusal, language: str = "zh-hans") -> tuple[int, dict[str, Any]]:
    """Status and problem document; ``errors`` only with fields, ``basis`` only where law is the ground."""
    status = status_of(refusal)
    with translation.override(language):
        body: dict[str, Any] = {
            "type": TYPE_BASE + refusal.code,
            "title": gettext(TITLES[status]),
            "status": status,
            "detail": said(refusal),
        }
        if refusal.fields:
            body["errors"] = [field_error(error) for error in refusal.fields]
        if refusal.basis:
            body["basis"] = refusal.basis
    return status, body


def said(refusal: errors.Refusal) -> str:
    """The sentence of a refusal in the active language."""
    return _filled(refusal.message, refusal.params)


def field_error(error: errors.FieldError) -> dict[str, str]:
    """One field error in the active language: ``field``, ``code``, ``message``."""
    return {"field": error.field, "code": error.code, "message": _filled(error.message, error.params)}


def headers_of(refusal: errors.Refusal) -> dict[str, str]:
    """Headers that belong to the refusal: ``Retry-After`` in seconds, what would identify (RFC 9110, 11.6.1)."""
    if status_of(refusal) == 401:
        return {"WWW-Authenticate": "Bearer"}
    after = getattr(refusal, "retry_after", None)
    return {"Retry-After": str(after)} if after is not None else {}


def answer(request: HttpRequest, refusal: errors.Refusal) -> HttpResponse:
    """The refusal in the form the caller reads: a problem document under ``/api/``, a page elsewhere."""
    if not request.path.startswith(API_PREFIX):
        return page(request, refusal)
    accepted = request.headers.get("Accept-Language", "")
    status, body = problem(refusal, languages.accepted_language(accepted))
    return HttpResponse(
        msgspec.json.encode(body), "application/problem+json", status, headers=headers_of(refusal)
    )


def page(request: HttpRequest, refusal: errors.Refusal) -> HttpResponse:
    """The refusal as a page: why, on which basis, and what would help."""
    status = status_of(refusal)
    fields = [field_error(error) for error in refusal.fields]
    response = page_of_status(
        request, status, detail=said(refusal), basis=refusal.basis, fields=fields, code=refusal.code
    )
    for name, value in headers_of(refusal).items():
        response.headers[name] = value
    return response


def page_of_status(request: HttpRequest, status: int, *, detail: str = "", **more: Any) -> HttpResponse:
    """A page for a bare status (unknown address, failed check of the form's token, outage)."""
    context = {"title": gettext(TITLES[status]), "help": gettext(HELP[status]), "status": status}
    context["city"] = place.known_name()  # a page for an outage asks nothing of the database
    response = render(request, "ui/problem.html", context | {"detail": detail} | more, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _filled(message: str, params: dict[str, Any]) -> str:
    text = gettext(message) if message else ""
    if not params:
        return text
    # Names of states and steps are messages themselves.
    return text % {
        name: gettext(one) if isinstance(one, str) and one else one for name, one in params.items()
    }
