"""Self-service lockers (自助取件柜): a deposit reserves a cell, the locker tells when it was filled and emptied."""

from __future__ import annotations

import msgspec

from onewindow.parcels.adapters import line
from onewindow.parcels.rules import Event, Receiver


class Deposit(msgspec.Struct):
    """What the locker answers: its number of the deposit."""

    deposit_no: str


class Track(msgspec.Struct):
    events: list[Event]


def order(place: line.Place, *, reference: str, receiver: Receiver, goods: str) -> str:
    """Reserve a cell: the number of the deposit. The locker learns the telephone's last digits, no name."""
    body = {
        "reference": reference,
        "site": receiver.address,
        "phone_tail": "".join(char for char in receiver.phone if char.isdigit())[-4:],
        "goods": goods,
    }
    return line.ask(place, "/deposits", body, Deposit).deposit_no


def track(place: line.Place, number: str) -> list[Event]:
    """All that is known of a deposit; with "stored" comes the code that opens the cell and until when."""
    return line.ask(place, f"/deposits/{number}/events", None, Track).events
