"""Open to everyone: progress by number and check, and whether a paper is genuine."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from onewindow.base import clock
from onewindow.cases import queries as cases
from onewindow.documents import queries as documents
from onewindow.faces.portal.pages.mine import shown
from onewindow.kernel.errors import N_, Invalid, NotFound, TooFast
from onewindow.ui import dates, refusals
from onewindow.ui.session import page


@sensitive_post_parameters("check")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@page(permission="public")
def track(request: HttpRequest) -> HttpResponse:
    """Progress only. The check travels in the body, not in an address that is kept by others."""
    case_no = (request.POST.get("case_no") or request.GET.get("case_no", "")).strip()[:40]
    context: dict[str, Any] = {"nav": "track", "case_no": case_no}
    if request.method != "POST":
        return render(request, "portal/track.html", context)
    check = request.POST.get("check", "").strip()[:12]
    try:
        found = cases.track(case_no.replace("\0", ""), check.replace("\0", ""), now=clock.now())
    except (NotFound, TooFast, Invalid) as refusal:
        problem = {"problem": refusals.said(refusal), "check": check}
        response = render(request, "portal/track.html", context | problem, status=refusals.status_of(refusal))
        for name, value in refusals.headers_of(refusal).items():
            response.headers[name] = value
        return response
    context |= shown(found) | {"case": found, "today": clock.today(), "case_no": ""}
    return render(request, "portal/track.html", context)


@require_safe
@never_cache
@page(permission="public")
def verify(request: HttpRequest) -> HttpResponse:
    """A form to type what is printed on a paper."""
    number = request.GET.get("document_no", "").strip()
    if number:
        code = request.GET.get("code", "").strip()
        return HttpResponseRedirect(f"/verify/{_quoted(number)}?{urlencode({'code': code})}")
    return render(request, "portal/verify.html", {"nav": "verify"})


@require_safe
@never_cache
@page(permission="public")
def verify_document(request: HttpRequest, document_no: str) -> HttpResponse:
    """Whether a paper is genuine: by its number and printed code."""
    code = request.GET.get("code", "").replace("\0", "")[:40]
    number = document_no.replace("\0", "")[:80]
    context: dict[str, Any] = {"nav": "verify", "document_no": number, "code": code}
    try:
        found = documents.verify(number, code)
    except (NotFound, Invalid) as refusal:
        problem = {"problem": refusals.said(refusal)}
        return render(request, "portal/verify.html", context | problem, status=refusals.status_of(refusal))
    return render(request, "portal/verify.html", context | {"result": _told(found)})


_STATES = {
    "changed": N_("登记的内容与签发时的摘要不一致。"),
    "erased": N_("这份文书的内容已依法删除，无法再核对。"),
}


_ENDED = {
    "revoked": N_("这份决定书准予的许可后来被撤销，不再有效。"),
    "withdrawn": N_("这份决定书准予的许可后来被撤回，不再有效。"),
    "cancelled": N_("这份决定书准予的许可后来被注销，不再有效。"),
}


def _told(found: dict[str, Any]) -> dict[str, Any]:
    labels = (
        ("document_no", _("文书编号")),
        ("title", _("名称")),
        ("organ", _("签发单位")),
        ("issued_at", _("签发时间")),
        ("item", _("办的事")),
        ("applicant", _("申请人")),
        ("digest", _("内容摘要")),
        ("file_sha256", _("文件摘要")),
        ("certificate", _("签章证书")),
        ("ended_at", _("许可终止")),
    )
    rows = [
        (label, dates.instant_text(found[name]) if name in ("issued_at", "ended_at") else found[name])
        for name, label in labels
        if found.get(name)
    ]
    is_valid = found["state"] == "valid" and found["file"] != "changed"
    reason = _STATES.get(found["state"], N_("存放的文件与签发时不一致，请以这里登记的摘要为准。"))
    ended = _ENDED.get(found["standing"] or "", "")
    return {"valid": is_valid, "reason": _(reason), "rows": rows, "ended": _(ended) if ended else ""}


def _quoted(text: str) -> str:
    return quote(text.replace("/", "")[:80], safe="")
