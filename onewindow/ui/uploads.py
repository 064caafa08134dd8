"""Uploads in pieces from pages: begun, asked about and carried on by the script; the answers are JSON."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.views.decorators.http import require_http_methods, require_POST

from onewindow.base import clock
from onewindow.documents.services import store_upload, uploads
from onewindow.kernel.errors import N_, Invalid, Refusal
from onewindow.ui import refusals
from onewindow.ui.session import page


def _in_json(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Refusals go to a script here, not to a page."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Refusal as refusal:
            status, body = refusals.problem(refusal, translation.get_language() or "zh-hans")
            return JsonResponse(body, status=status)

    return guarded


@require_POST
@page(permission="signed-in")
@_in_json
def begin(request: HttpRequest) -> HttpResponse:
    """A place for a file of ``size`` bytes called ``name``, for the ``purpose`` of the form."""
    post = request.POST
    told = uploads.begin(
        request.actor,  # type: ignore[attr-defined]
        name=post.get("name", ""),
        size=_number(post.get("size")),
        purpose=post.get("purpose", ""),
        now=clock.now(),
    )
    return JsonResponse(told, status=201)


@require_http_methods(["GET", "HEAD", "PATCH", "DELETE"])
@page(permission="signed-in")
@_in_json
def piece(request: HttpRequest, key: str) -> HttpResponse:
    """How far it is; the next piece; or the end of it."""
    actor = request.actor  # type: ignore[attr-defined]
    if request.method == "DELETE":
        uploads.cancel(actor, key)
        return HttpResponse(status=204)
    if request.method == "PATCH":
        offset = _number(request.headers.get("Upload-Offset"))
        told = uploads.carry_on(actor, key, offset=offset, piece=request.body, now=clock.now())
    else:
        told = uploads.look(actor, key)
    return JsonResponse(told, headers={"Upload-Offset": str(told["offset"]), "Cache-Control": "no-store"})


def given(request: HttpRequest, name: str, *, purpose: str) -> list[dict[str, Any]]:
    """The files of one input of a form, as ``store_upload`` tells them: those that came in pieces before, for this
    purpose (``upload.<name>``), and those that were posted with the form itself, which are stored now."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    whole = [uploads.take(actor, key, purpose=purpose) for key in request.POST.getlist(f"upload.{name}")]
    plain = cast(list[Any], request.FILES.getlist(name))
    return whole + [store_upload(actor, one.name or "", one, now=clock.now()) for one in plain]


def _number(text: str | None) -> int:
    if text is None or not (text.isascii() and text.isdigit() and len(text) <= 12):
        raise Invalid("invalid-fields", N_("有的内容不符合要求，请改正后再提交。"))
    return int(text)
