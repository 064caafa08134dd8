"""From a request to an answer: route, identity, permission, operation, and every refusal as a problem document."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import translation
from django.utils.translation import gettext

from onewindow.base import answers, tokens
from onewindow.faces.api.operation import ANYONE, MOST_BODY, PUBLIC, Answer, Call, Operation, no_identity
from onewindow.kernel.errors import N_, NotAllowed, Refusal, TooLarge
from onewindow.ui import language as languages
from onewindow.ui import refusals

_encoder = msgspec.json.Encoder()


def view_of(operations: Sequence[Operation]) -> Callable[..., HttpResponseBase]:
    """The Django view of one path: its operations by method."""
    by_method = {one.method: one for one in operations}
    if "GET" in by_method:
        by_method["HEAD"] = by_method["GET"]

    def view(request: HttpRequest, **path: str) -> HttpResponseBase:
        operation = by_method.get(request.method or "")
        if operation is None:
            return _method_not_allowed(request, sorted(by_method))
        try:
            return _respond(_run(request, operation, path))
        except Refusal as refusal:
            return refusals.answer(request, refusal)

    view.csrf_exempt = True  # type: ignore[attr-defined]
    view.operations = tuple(operations)  # type: ignore[attr-defined]
    return view


def _run(request: HttpRequest, operation: Operation, path: dict[str, str]) -> Answer:
    call = Call(request, operation, path)
    _identify(call)
    _permit(call)
    if operation.body is not None and not operation.is_upload:
        _bound(request)
    return operation.run(call) if operation.sameness is None else _kept_after(call, operation.sameness)


def _kept_after(call: Call, sameness: Callable[[Call, Any], bytes]) -> Answer:
    """A deed that does no harm when it is done twice: its first answer is kept and given again."""
    asked = call.repeat()
    if asked is None:
        return call.operation.run(call)
    if not call.operation.is_upload:  # an upload is known only when it has been read
        first = _first(asked, sameness(call, None))
        if first is not None:
            return Answer(first, call.operation.status)
    answer = call.operation.run(call)
    told = sameness(call, answer.data)
    first = _first(asked, told)
    if first is None:
        first = answers.keep(asked.saying(told), answer.status, msgspec.to_builtins(answer.data))
    return Answer(first, call.operation.status)


def _first(asked: answers.Repeat, told: bytes) -> dict[str, Any] | None:
    return asked.saying(told).find()


def _identify(call: Call) -> None:
    """A token that does not hold is told so even where none is needed, but not to who asks for a new one."""
    header = call.request.headers.get("Authorization")
    if header is None or call.operation.path == "/tokens":
        if call.operation.permission != PUBLIC:
            raise no_identity()
        return
    scheme, _, token = header.partition(" ")
    actor = tokens.actor_of(token.strip()) if scheme.lower() == "bearer" and token.strip() else None
    if actor is None:
        raise no_identity()
    call.identity, call.token = actor, token.strip()


def _permit(call: Call) -> None:
    permission = call.operation.permission
    if permission in (PUBLIC, ANYONE):
        return
    if call.actor.roles.isdisjoint(permission):
        raise NotAllowed("role-lacks-it", N_("您的岗位不能使用这个接口。"))


def _bound(request: HttpRequest) -> None:
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        length = 0
    if length > MOST_BODY:
        raise TooLarge("body-too-large", N_("请求内容太大。"))


def _respond(answer: Answer) -> HttpResponseBase:
    if answer.raw is not None:
        response = answer.raw if isinstance(answer.raw, HttpResponseBase) else HttpResponse(answer.raw)
        if not isinstance(answer.raw, HttpResponseBase):
            response.headers["Content-Type"] = answer.media_type
        response.status_code = answer.status
    elif answer.status == 204:
        response = HttpResponse(status=204)
    else:
        response = HttpResponse(_encoder.encode(answer.data), "application/json", answer.status)
    response.headers.setdefault("Cache-Control", "no-store")
    for name, value in answer.headers.items():
        response.headers[name] = value
    return response


def _method_not_allowed(request: HttpRequest, allowed: Sequence[str]) -> HttpResponse:
    with translation.override(languages.accepted_language(request.headers.get("Accept-Language", ""))):
        body: dict[str, Any] = {
            "type": refusals.TYPE_BASE + "method-not-allowed",
            "title": gettext(refusals.TITLES[405]),
            "status": 405,
            "detail": gettext(N_("这个网址不支持这种请求方法。")),
        }
    return HttpResponse(
        _encoder.encode(body), "application/problem+json", 405, headers={"Allow": ", ".join(allowed)}
    )
