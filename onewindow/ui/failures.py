"""Answers for what no view answered: the ``handler400``, ``403``, ``404`` and CSRF pages of the site."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from onewindow.kernel import errors
from onewindow.kernel.errors import N_
from onewindow.ui import refusals


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the request could not be read."""
    return refusals.answer(request, errors.Unreadable("unreadable", N_("请求的内容不完整或格式不对。")))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: the role lacks it."""
    return refusals.answer(request, errors.NotAllowed("forbidden", N_("您没有使用这个页面的权限。")))


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form without its token (``CSRF_FAILURE_VIEW``): it was open too long or came from elsewhere."""
    text = N_("这一页放得太久或从别处打开，请重新打开后再提交。")
    return refusals.answer(request, errors.NotAllowed("stale-form", text))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: no such address."""
    return refusals.answer(request, errors.NotFound("no-such-page", N_("这个网址下没有内容。")))
