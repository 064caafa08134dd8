"""Who calls: tokens for user name and password."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from onewindow.base import accounts, tokens
from onewindow.cases.services.checking import read
from onewindow.faces.api.operation import ANYONE, PUBLIC, Answer, Call, Operation
from onewindow.kernel.errors import N_, Unidentified
from onewindow.ui import devices


class Credentials(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    username: Annotated[str, Meta(min_length=1, max_length=200)]
    password: Annotated[str, Meta(min_length=1, max_length=1000)]
    otp: Annotated[str, Meta(max_length=64)] = ""


class User(msgspec.Struct, frozen=True):
    username: str
    name: str
    roles: list[str]
    organ: str | None
    region: str | None


class TokenOut(msgspec.Struct, frozen=True):
    token: str
    expires_at: datetime
    user: User


def _log_in(call: Call) -> Answer:
    given = read(call.json(), Credentials)
    login = accounts.login(
        given.username,
        given.password,
        address=call.address,
        purpose="api",
        otp=given.otp,
        device=devices.device_of(call.header("HTTP_USER_AGENT") or ""),
    )
    actor = tokens.actor_of(login.token)
    if actor is None:
        tokens.logout(login.token)
        raise Unidentified("password-change-required", N_("请先在网页上登录并修改密码。"))
    return Answer({"token": login.token, "expires_at": login.expires_at, "user": _user(actor)})


def _user(actor: Any) -> dict[str, Any]:
    return {
        "username": actor.username,
        "name": actor.name,
        "roles": sorted(actor.roles),
        "organ": actor.organ_name,
        "region": actor.region,
    }


def _log_out(call: Call) -> Answer:
    tokens.logout(call.token or "")
    return Answer(status=204)


OPERATIONS = (
    Operation(
        method="POST",
        path="/tokens",
        run=_log_in,
        permission=PUBLIC,
        summary="登录，取得令牌",
        body=Credentials,
        answer=TokenOut,
        errors=(400, 401, 422, 429),
    ),
    Operation(
        method="DELETE",
        path="/tokens/current",
        run=_log_out,
        permission=ANYONE,
        summary="退出，令牌作废",
        status=204,
        errors=(401,),
    ),
)
