"""Which carriers this instance has, and how each is reached."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from django.conf import settings

from onewindow.kernel.errors import N_, NotFound
from onewindow.parcels.adapters import courier, line, locker
from onewindow.parcels.rules import Event, Receiver


class Carrier(msgspec.Struct, frozen=True):
    """How a carrier is asked."""

    name: str
    place: line.Place
    order: Callable[..., str]
    track: Callable[[line.Place, str], Sequence[Event]]

    def send(self, *, reference: str, receiver: Receiver, goods: str) -> str:
        """The carrier's number. Raises ``line.Rejected``, ``Away``."""
        return self.order(self.place, reference=reference, receiver=receiver, goods=goods)

    def events(self, number: str) -> Sequence[Event]:
        """What the carrier knows of a parcel. Raises ``line.Rejected``, ``Away``."""
        return self.track(self.place, number)


_ADAPTERS: dict[str, Any] = {"courier": courier, "locker": locker}


def available() -> list[str]:
    """The carriers that the operator named (``ONEWINDOW_COURIER_URL``, ``ONEWINDOW_LOCKER_URL``)."""
    return [name for name in _ADAPTERS if settings.ONEWINDOW_CARRIERS.get(name, ("", ""))[0]]


def carrier(name: str) -> Carrier:
    """The carrier of this name; ``NotFound`` where none is set."""
    if name not in available():
        raise NotFound("no-carrier", N_("没有接通这种投递方式。"))
    adapter = _ADAPTERS[name]
    return Carrier(name, line.Place(*settings.ONEWINDOW_CARRIERS[name]), adapter.order, adapter.track)
