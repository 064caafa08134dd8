"""The movable clock of a training instance."""

from __future__ import annotations

from datetime import datetime

import msgspec
from django.conf import settings

from onewindow.cases.services import checking, travelling
from onewindow.faces.api.operation import ANYONE, Answer, Call, Operation
from onewindow.kernel.errors import N_, FieldError, Invalid, NotFound

LAST_YEAR = 2198


class ClockIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    now: datetime


class ClockOut(msgspec.Struct, frozen=True):
    now: datetime


def _require_sandbox() -> None:
    if not settings.ONEWINDOW_SANDBOX:
        raise NotFound("no-sandbox", N_("这里没有可移动的时钟。"))


def _read(call: Call) -> Answer:
    _require_sandbox()
    return Answer(ClockOut(call.now))


def _move(call: Call) -> Answer:
    _require_sandbox()
    target = checking.read(call.json(), ClockIn).now
    if target.tzinfo is None or target.year > LAST_YEAR:
        message = N_("时刻应带时区，且不晚于 2198 年。")
        raise Invalid("invalid-fields", message, fields=[FieldError("now", "invalid", message)])
    return Answer(ClockOut(travelling.move_clock(target)))


OPERATIONS = (
    Operation(
        method="GET",
        path="/sandbox/clock",
        run=_read,
        permission=ANYONE,
        summary="沙箱时钟",
        answer=ClockOut,
        errors=(401, 404),
    ),
    Operation(
        method="PUT",
        path="/sandbox/clock",
        run=_move,
        permission=("sysadmin",),
        summary="把沙箱时钟往前拨；其间到期的一切先依次办完",
        body=ClockIn,
        answer=ClockOut,
        errors=(400, 401, 403, 404, 409, 413, 415, 422),
        is_repeatable=True,
        sameness=lambda call, answer: call.raw_body(),
    ),
)
