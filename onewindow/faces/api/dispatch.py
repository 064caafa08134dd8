"""From a request to an answer: route, identity, permission, operation, and every refusal as a problem document.

An API call passes none of Django's middleware and builds none of its requests: both cost more than most
operations. What it needs of them stands here.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from hashlib import blake2b
from http import HTTPStatus
from typing import Any, NamedTuple

import msgspec
from django.core.handlers.wsgi import get_path_info
from django.http import HttpResponse, HttpResponseBase
from django.utils import translation
from django.utils.translation import gettext

from onewindow.base import answers, tokens
from onewindow.faces.api.openapi import OPERATIONS
from onewindow.faces.api.operation import ANYONE, PUBLIC, Answer, Call, no_identity
from onewindow.faces.api.routing import PREFIX, Routes
from onewindow.kernel.errors import N_, NotAllowed, Refusal
from onewindow.ui import language as languages
from onewindow.ui import refusals

Header = tuple[str, str]
JSON, PROBLEM = "application/json", "application/problem+json"
OPERATION = "onewindow.operation"  # under this name `environ` tells what answered
LINES = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}
_SAFE: list[Header] = [("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff")]
_JSON_HEADERS: list[Header] = [("Content-Type", JSON), *_SAFE]
# What is tagged may be kept, but is asked for anew each time.
_KEPT: list[Header] = [("Cache-Control", "public, no-cache"), ("X-Content-Type-Options", "nosniff")]

_log = logging.getLogger(__name__)
_encode = msgspec.json.Encoder().encode
_routes = Routes(OPERATIONS)


class Reply(NamedTuple):
    """What is sent: ``body`` as bytes, or a response of Django's that sends itself (a file)."""

    status: int
    headers: list[Header]
    body: bytes | HttpResponseBase

    @classmethod
    def of(cls, response: HttpResponseBase) -> Reply:
        """A response of Django's with the headers of an API answer."""
        for name, value in _SAFE:
            response.headers.setdefault(name, value)
        body = response.content if isinstance(response, HttpResponse) else response
        return cls(response.status_code, list(response.items()), body)


def reply(environ: dict[str, Any]) -> Reply | None:
    """The answer to a call; None when no operation has its path. Bugs and outages of the database rise."""
    path = environ["PATH_INFO"]
    if not path.isascii():
        path = get_path_info(environ)
    found = _routes.find(path)
    if found is None:
        return None
    methods, places = found
    asked = environ["REQUEST_METHOD"]
    operation = methods.get("GET" if asked == "HEAD" else asked)
    if operation is None:
        return _method_not_allowed(environ, sorted({*methods, *(["HEAD"] if "GET" in methods else [])}))
    environ[OPERATION] = operation.name
    try:
        made = _reply_of(_run(Call(environ, operation, path, places)))
        return _tagged(environ, made) if operation.is_tagged else made
    except Refusal as refusal:
        return _refuse(environ, refusal)


def _run(call: Call) -> Answer:
    _identify(call)
    _permit(call)
    operation = call.operation
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
    header = call.header("HTTP_AUTHORIZATION")
    if header is None or call.operation.path == "/tokens":
        if call.operation.permission != PUBLIC:
            raise no_identity()
        return
    scheme, _, token = header.partition(" ")
    token = token.strip()
    actor = tokens.actor_of(token) if scheme.lower() == "bearer" and token else None
    if actor is None:
        raise no_identity()
    call.identity, call.token = actor, token


def _permit(call: Call) -> None:
    permission = call.operation.permission
    if permission in (PUBLIC, ANYONE):
        return
    if call.actor.roles.isdisjoint(permission):
        _log.info("refused %s to account %s", call.operation.name, call.actor.account_id)
        raise NotAllowed("role-lacks-it", N_("您的岗位不能使用这个接口。"))


def _reply_of(answer: Answer) -> Reply:
    if answer.raw is None:
        if answer.status == 204:
            return Reply(204, _SAFE, b"")
        return Reply(answer.status, _JSON_HEADERS, _encode(answer.data))
    if isinstance(answer.raw, HttpResponseBase):
        return Reply.of(answer.raw)
    return Reply(answer.status, _JSON_HEADERS, answer.raw)


def _tagged(environ: dict[str, Any], made: Reply) -> Reply:
    """The answer with its ETag, or 304 when the caller holds that very answer (RFC 9110, 13.1.2)."""
    assert isinstance(made.body, bytes)
    tag = f'"{blake2b(made.body, digest_size=12).hexdigest()}"'
    headers = [("ETag", tag), *_KEPT]
    held = {one.strip().removeprefix("W/") for one in environ.get("HTTP_IF_NONE_MATCH", "").split(",")}
    if tag in held or "*" in held:
        return Reply(304, headers, b"")
    return Reply(made.status, [("Content-Type", JSON), *headers], made.body)


def _refuse(environ: dict[str, Any], refusal: Refusal) -> Reply:
    status, body = refusals.problem(refusal, _language(environ))
    return _problem(status, body, refusals.headers_of(refusal))


def _method_not_allowed(environ: dict[str, Any], allowed: Sequence[str]) -> Reply:
    with translation.override(_language(environ)):
        body = {
            "type": refusals.TYPE_BASE + "method-not-allowed",
            "title": gettext(refusals.TITLES[405]),
            "status": 405,
            "detail": gettext(N_("这个网址不支持这种请求方法。")),
        }
    return _problem(405, body, {"Allow": ", ".join(allowed)})


def _problem(status: int, body: dict[str, Any], headers: dict[str, str]) -> Reply:
    return Reply(status, [("Content-Type", PROBLEM), *_SAFE, *headers.items()], _encode(body))


def _language(environ: dict[str, Any]) -> str:
    return languages.accepted_language(environ.get("HTTP_ACCEPT_LANGUAGE", ""))


__all__ = ["LINES", "PREFIX", "Reply", "reply"]
