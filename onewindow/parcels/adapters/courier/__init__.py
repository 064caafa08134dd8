"""A courier (邮政速递): an order gives a waybill with its label, tracking tells events."""

from __future__ import annotations

import msgspec

from onewindow.parcels.adapters import line
from onewindow.parcels.rules import Event, Receiver


class Order(msgspec.Struct):
    """What the courier answers: its waybill number."""

    waybill_no: str


class Track(msgspec.Struct):
    events: list[Event]


def order(place: line.Place, *, reference: str, receiver: Receiver, goods: str) -> str:
    """Order the fetching of a parcel: the waybill number; the same reference gives the same one."""
    body = {"reference": reference, "receiver": msgspec.to_builtins(receiver), "goods": goods}
    return line.ask(place, "/orders", body, Order).waybill_no


def track(place: line.Place, number: str) -> list[Event]:
    """All that is known of a waybill."""
    return line.ask(place, f"/waybills/{number}/events", None, Track).events
