"""Whether an item can be applied for: its state, since when and why, as every room above reads it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from onewindow.base import clock
from onewindow.kernel.errors import N_, Refusal, RuleBroken

State = Literal["in-use", "suspended", "cancelled"]


class Standing(msgspec.Struct, frozen=True):
    """``state`` of the item; ``since`` and ``reason`` say when and why it is not in use; ``version`` the last."""

    state: State
    since: datetime | None
    reason: str
    version: int

    @property
    def is_in_use(self) -> bool:
        return self.state == "in-use"


def refusal(found: Standing) -> Refusal | None:
    """Why nobody can apply for an item that stands so; None when one can."""
    if found.is_in_use:
        return None
    assert found.since is not None
    params = {
        "since": clock.day_of(found.since).isoformat(),
        "reason": found.reason or N_("未说明"),
    }
    if found.state == "suspended":
        return RuleBroken(
            "item-suspended",
            N_("这个事项自 %(since)s 起暂停办理，暂时不能申请。原因：%(reason)s"),
            params=params,
        )
    return RuleBroken(
        "item-cancelled",
        N_("这个事项已于 %(since)s 取消，不能再申请。原因：%(reason)s"),
        params=params,
    )
