"""What the events of a parcel add up to, in whatever order and however often they come: pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from onewindow.kernel.errors import N_

Kind = Literal["accepted", "moving", "out", "stored", "refused", "expired", "delivered", "returned"]
# Of two at one instant the later in this order is the later.
_ORDER: tuple[Kind, ...] = (
    "accepted",
    "moving",
    "out",
    "stored",
    "refused",
    "expired",
    "delivered",
    "returned",
)
_STATES = {"accepted": "moving", "moving": "moving", "out": "moving", "stored": "ready"}
ENDS = frozenset({"delivered", "returned", "failed"})
CARRIERS = {"courier": N_("邮政速递"), "locker": N_("自助取件柜")}
STATES = {
    "asked": N_("正在下单"),
    "ordered": N_("已下单，等揽收"),
    "moving": N_("在途"),
    "ready": N_("已投柜，等取件"),
    "refused": N_("收件人拒收"),
    "expired": N_("到期没有取"),
    "delivered": N_("已签收"),
    "returned": N_("已退回"),
    "failed": N_("下单没有成功"),
}
EVENTS: dict[str, str] = {
    "accepted": N_("已收寄"),
    "moving": N_("运输中"),
    "out": N_("派送中"),
    "stored": N_("投入取件柜"),
    "refused": N_("收件人拒收"),
    "expired": N_("到期没有取走"),
    "delivered": N_("签收"),
    "returned": N_("退回寄件机关"),
}
Short = Annotated[str, Meta(min_length=1, max_length=200)]


class Event(msgspec.Struct, frozen=True):
    """What a carrier tells: its number of the event, when, where; of a locker the code and until when it opens."""

    event_no: Annotated[str, Meta(min_length=1, max_length=64)]
    kind: Kind
    at: datetime
    place: Annotated[str, Meta(max_length=200)] = ""
    code: Annotated[str, Meta(max_length=16, pattern=r"^[0-9A-Za-z]*$")] = ""
    until: datetime | None = None


class Receiver(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom a parcel goes to; the address is that of the locker where it is a locker's."""

    name: Annotated[str, Meta(min_length=1, max_length=100, pattern=r"\S")]
    phone: Annotated[str, Meta(pattern=r"^[0-9+() -]{5,30}$")]
    address: Annotated[str, Meta(min_length=4, max_length=300, pattern=r"\S")]


class Sum(msgspec.Struct, frozen=True):
    """Where a parcel is, since when, and the instant of its delivery.

    ``is_doubtful``: the carrier told a delivery and later a return; a person looks at it.
    """

    state: str
    at: datetime
    delivered_at: datetime | None
    is_doubtful: bool


def add_up(told: Iterable[tuple[str, datetime]]) -> Sum | None:
    """(kind, at) of all events in any order; None when there are none.

    An end holds against whatever is told of the time before it: a delivery that is told first stays a delivery.
    """
    found = sorted(set(told), key=lambda one: (one[1], _ORDER.index(one[0])))  # type: ignore[arg-type]
    if not found:
        return None
    delivered = [at for kind, at in found if kind == "delivered"]
    ends = [one for one in found if one[0] in ENDS]
    kind, at = ends[0] if ends else found[-1]
    is_doubtful = bool(delivered) and any(kind == "returned" for kind, _ in found)
    return Sum(_STATES.get(kind, kind), at, delivered[0] if delivered else None, is_doubtful)
