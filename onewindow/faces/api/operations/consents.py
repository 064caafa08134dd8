"""What an applicant lets be done with the own data beyond the matters themselves (个人信息保护法 art. 13 to 16)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from onewindow.cases.services.checking import read
from onewindow.faces.api.operation import Answer, Call, Operation
from onewindow.people import consents

APPLICANTS = ("citizen", "enterprise")


class ConsentIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    given: bool


class ConsentOut(msgspec.Struct, frozen=True):
    purpose: str
    ground: Literal["consent", "refusable"]
    holds: bool
    since: datetime | None
    notice: str | None


class ConsentsOut(msgspec.Struct, frozen=True):
    results: list[ConsentOut]
    next: None


def _all(call: Call) -> Answer:
    call.query()
    return Answer({"results": consents.of(call.actor.account_id), "next": None})


def _say(call: Call) -> Answer:
    given, code = read(call.json(), ConsentIn), call.path["purpose"]
    consents.say(call.actor, code, is_given=given.given, way="api", now=call.now)
    return Answer(next(one for one in consents.of(call.actor.account_id) if one["purpose"] == code))


OPERATIONS = (
    Operation(
        method="GET",
        path="/consents",
        run=_all,
        permission=APPLICANTS,
        summary="我的同意：每项用途现在是否可以使用",
        answer=ConsentsOut,
        errors=(401, 403, 422),
    ),
    Operation(
        method="PUT",
        path="/consents/{purpose}",
        run=_say,
        permission=APPLICANTS,
        summary="同意或者撤回一项用途，从现在起生效",
        body=ConsentIn,
        answer=ConsentOut,
        errors=(400, 401, 403, 404, 413, 415, 422),
    ),
)
