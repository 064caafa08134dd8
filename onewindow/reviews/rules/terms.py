"""Terms of tickets and complaints in working days: defaults, and what a setting may say. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from msgspec import Meta

Days = Annotated[int, Meta(ge=1, le=120)]


class Terms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Working days for each step (handbook 5.3 and 8).

    ``rectify`` 15 as in Sichuan (Dezhou: 5); ``accept`` 3 as in Hunan, ``answer`` 15 and ``extend`` 15 as in
    Xuhui. The others are the product's own.
    """

    receive: Days = 1
    verify: Days = 3
    appeal: Days = 3
    settle: Days = 3
    rectify: Days = 15
    reply: Days = 3
    call: Days = 5
    accept: Days = 3
    answer: Days = 15
    extend: Days = 15
    link: Days = 30


def read(stored: Mapping[str, Any] | None) -> Terms:
    """The terms in force: the stored ones over the defaults; what is stored wrongly counts as not stored."""
    try:
        return msgspec.convert(dict(stored or {}), Terms)
    except msgspec.ValidationError:
        return Terms()
