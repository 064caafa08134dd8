"""What an operation is: one table of these gives routes, permissions, the OpenAPI document and the test matrix."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Literal
from urllib.parse import parse_qsl

import msgspec
from django.core.handlers.wsgi import WSGIRequest

from onewindow.base import clock
from onewindow.base.answers import Repeat
from onewindow.kernel import days
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, FieldError, Invalid, TooLarge, Unidentified, Unreadable, WrongMedia

PUBLIC = "public"
ANYONE = "identified"

MOST_BODY = 2_000_000
LONGEST_PARAMETER = 2_000


class Parameter(msgspec.Struct, frozen=True):
    """A query parameter: its type, allowed values and bounds."""

    name: str
    type: Literal["text", "integer", "date", "boolean"] = "text"
    values: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None
    about: str = ""


# What every operation that acts on a record may refuse with, as the document tells it.
WRITES = (400, 401, 403, 404, 409, 413, 415, 422)


class Answer(msgspec.Struct, frozen=True):
    """What an operation gives back: ``data`` is encoded as JSON, ``raw`` (JSON bytes, or a file) is sent as it is."""

    data: Any = None
    status: int = 200
    raw: Any = None


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """One operation. ``permission``: PUBLIC, ANYONE (with a token), or the roles that may."""

    method: str
    path: str
    run: Callable[[Call], Answer]
    permission: str | tuple[str, ...]
    summary: str
    body: Any = None
    answer: Any = None
    status: int = 200
    parameters: tuple[Parameter, ...] = ()
    errors: tuple[int, ...] = ()
    is_upload: bool = False
    is_piece: bool = False  # takes raw bytes that begin at Upload-Offset
    is_tagged: bool = False  # a public read that carries an ETag and answers 304
    is_repeatable: bool = False  # takes an Idempotency-Key
    # What tells two bodies under one key apart when the answer is kept after the deed, not in its transaction:
    # (call, answer) -> bytes. None: the deed itself keeps its answer.
    sameness: Callable[[Call, Any], bytes] | None = None

    @property
    def name(self) -> str:
        """A stable id: get-cases-case_no."""
        words = self.path.strip("/").replace("{", "").replace("}", "").replace("/", "-").replace(".", "-")
        return f"{self.method.lower()}-{words}"


class Call(msgspec.Struct):
    """One request on its way through an operation; ``environ`` as the web server tells it (PEP 3333)."""

    environ: dict[str, Any]
    operation: Operation
    where: str  # the path asked for, decoded
    path: dict[str, str]  # what stands in its places
    identity: Actor | None = None
    token: str | None = None
    body: bytes | None = None

    @property
    def actor(self) -> Actor:
        """Who calls; operations that are not public always have one."""
        if self.identity is None:
            raise no_identity()
        return self.identity

    @property
    def now(self) -> datetime:
        return clock.now()

    @property
    def address(self) -> str:
        return str(self.environ.get("REMOTE_ADDR", ""))

    @property
    def request(self) -> WSGIRequest:
        """The call as Django reads it: for uploads, which it parses."""
        return WSGIRequest(self.environ.copy())  # Django writes into what it is given

    def header(self, name: str) -> str | None:
        """A header of the call by its name in ``environ``; None when it is not there."""
        found: str | None = self.environ.get(name)
        return found

    def json(self) -> Any:
        """The body; ``Unreadable`` when it is no JSON object, ``TooLarge`` beyond 2 MB."""
        if str(self.environ.get("CONTENT_TYPE", "")).lower().startswith("multipart/"):
            raise WrongMedia("not-json", N_("请求内容应为 application/json。"))
        try:
            found = msgspec.json.decode(self.raw_body())
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise Unreadable("not-readable", N_("请求内容不是可读的 JSON。")) from None
        if not isinstance(found, dict):
            raise Unreadable("not-readable", N_("请求内容应为一个 JSON 对象。"))
        return found

    def raw_body(self) -> bytes:
        """The body as sent; ``TooLarge`` beyond 2 MB."""
        if self.body is None:
            length = self.length()
            if length > MOST_BODY:
                raise TooLarge("body-too-large", N_("请求内容太大。"))
            self.body = self.environ["wsgi.input"].read(length) if length else b""
        return self.body

    def length(self) -> int:
        """The announced length of the body in bytes; 0 when none is told."""
        told = str(self.environ.get("CONTENT_LENGTH") or "")
        return int(told) if told.isascii() and told.isdigit() else 0

    def query(self) -> dict[str, Any]:
        """The query parameters, checked; an empty one counts as not given, of two the last holds."""
        told = self.environ.get("QUERY_STRING", "")
        if not told:
            return {}
        if not told.isascii():  # bytes that nobody escaped come as Latin-1 (PEP 3333)
            told = told.encode("latin-1").decode("utf-8", "replace")
        known = {one.name: one for one in self.operation.parameters}
        found: dict[str, Any] = {}
        for name, text in dict(parse_qsl(told, keep_blank_values=True)).items():
            if name not in known:
                raise _unfit(name[:80], "unknown-parameter", N_("没有这个参数。"))
            if text != "":
                found[name] = _value(known[name], text)
        return found

    def repeat(self) -> Repeat | None:
        """The request by its Idempotency-Key, None without one."""
        key = self.header("HTTP_IDEMPOTENCY_KEY")
        if key is None:
            return None
        if not 1 <= len(key) <= 200 or not key.isprintable():
            raise _unfit("Idempotency-Key", "invalid", N_("幂等键应为 1 至 200 个可见字符。"))
        body = b"" if self.operation.sameness is not None else self.raw_body()
        return Repeat.of(self.actor.account_id, f"{self.operation.method} {self.where}", key, body)


def no_identity() -> Unidentified:
    """No token, or one that has ended."""
    return Unidentified("no-identity", N_("请先登录，或者登录已经过期。"))


def _unfit(name: str, code: str, message: str) -> Invalid:
    return Invalid(
        "invalid-fields", N_("有的内容不符合要求，请改正后再提交。"), fields=[FieldError(name, code, message)]
    )


def _value(parameter: Parameter, text: str) -> Any:
    if len(text) > LONGEST_PARAMETER:
        raise _unfit(parameter.name, "too-long", N_("太长了。"))
    if "\0" in text:
        raise _unfit(parameter.name, "bad-character", N_("含有不能使用的字符。"))
    if parameter.type == "integer":
        return _integer(parameter, text)
    if parameter.type == "date":
        return _date(parameter, text)
    if parameter.type == "boolean":
        if text.lower() not in ("true", "false", "1", "0"):
            raise _unfit(parameter.name, "invalid", N_("应为 true 或 false。"))
        return text.lower() in ("true", "1")
    if parameter.values and text not in parameter.values:
        raise _unfit(parameter.name, "unknown-value", N_("没有这个选项。"))
    return text


def _integer(parameter: Parameter, text: str) -> int:
    low = parameter.least if parameter.least is not None else -(2**31)
    high = parameter.most if parameter.most is not None else 2**31 - 1
    if (
        not text.lstrip("-").isascii()
        or not text.lstrip("-").isdigit()
        or len(text) > 12
        or not low <= int(text) <= high
    ):
        message = N_("应为 %(low)s 至 %(high)s 之间的整数。")
        fault = FieldError(parameter.name, "out-of-range", message, {"low": low, "high": high})
        raise Invalid("invalid-fields", N_("有的内容不符合要求，请改正后再提交。"), fields=[fault])
    return int(text)


def _date(parameter: Parameter, text: str) -> date:
    try:
        return days.read(text)
    except ValueError:
        message = N_("日期应写成 YYYY-MM-DD，确有这一天，在 1900 至 2199 年之间。")
        raise _unfit(parameter.name, "not-a-date", message) from None


LIMIT = Parameter("limit", "integer", least=1, most=100, about="每页条数，默认 20")
CURSOR = Parameter("cursor", about="上一页的 next")
