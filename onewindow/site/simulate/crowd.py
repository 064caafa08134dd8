"""Who comes: fictional people and firms by number; whoever applies online has registered before."""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta
from random import Random

from onewindow.base import oversight, passwords
from onewindow.kernel.actor import Actor
from onewindow.people import queries as people_queries
from onewindow.people import services as people_services
from onewindow.site.demo import cast, people

_PEOPLE = range(cast.STRANGERS_FROM, 5_000_000)
_FIRMS = range(1_000, 900_000)
_OPERATORS_FROM = 6_000_000
_MANDATE = timedelta(days=3 * 365)


def person(number: int) -> dict[str, str]:
    """The applicant of a case: a fictional person."""
    who = people.person(number)
    return {
        "type": "person",
        "name": who.name,
        "id_type": "id_card",
        "id_number": who.id_number,
        "phone": who.phone,
    }


def firm(number: int) -> dict[str, str]:
    """The applicant of a case: a fictional firm."""
    name, code = people.firm(number)
    phone = people.phone(_OPERATORS_FROM + number)
    return {"type": "organisation", "name": name, "id_type": "uscc", "id_number": code, "phone": phone}


class Crowd:
    """Everybody who may come, each the same for the same seed."""

    def __init__(self, seed: int | str) -> None:
        dice = Random(f"crowd:{seed}")
        self._firms = dice.sample(_FIRMS, 300)
        self._people = dice.sample(_PEOPLE, 3_000)
        self._known: dict[str, tuple[int, str]] = {}
        self._actors: dict[tuple[str, date], Actor] = {}
        self._hash = ""

    def anybody(self, kind: str, dice: Random) -> tuple[int, dict[str, str]]:
        """(number, applicant): a person or an organisation."""
        if kind == "organisation":
            number = dice.choice(self._firms)
            return number, firm(number)
        number = dice.choice(self._people)
        return number, person(number)

    def online(self, kind: str, number: int, *, now: datetime) -> Actor:
        """The one who applies online for that applicant, registered now when not known yet."""
        username = f"operator{number}" if kind == "organisation" else f"resident{number}"
        if username not in self._known:
            self._known[username] = self._register(username, kind, number, now)
        key = (username, now.date())
        if key not in self._actors:
            account_id, name = self._known[username]
            self._actors[key] = people_queries.actor_for(
                account_id, username=username, name=name, on=now.date()
            )
        return self._actors[key]

    def _register(self, username: str, kind: str, number: int, now: datetime) -> tuple[int, str]:
        who = people.person(_OPERATORS_FROM + number if kind == "organisation" else number)
        known = _id_of(username)
        if known is not None:
            return known, who.name
        # Nobody knows the password: these people exist for the trial only.
        self._hash = self._hash or passwords.encode(secrets.token_urlsafe(24))
        account_id = people_services.register(
            username, password=None, password_hash=self._hash, applicant=who, now=now
        )
        if kind == "organisation":
            self._bind(account_id, username, who.name, number, now)
        return account_id, who.name

    def _bind(self, account_id: int, username: str, name: str, number: int, now: datetime) -> None:
        actor = people_queries.actor_for(account_id, username=username, name=name, on=now.date())
        title, code = people.firm(number)
        people_services.bind_firm(actor, name=title, uscc=code, until_on=now.date() + _MANDATE, now=now)


def account(username: str, *, on: date) -> Actor:
    """An applicant of the cast."""
    account_id = _id_of(username)
    assert account_id is not None
    return people_queries.actor_for(account_id, username=username, name="", on=on)


def _id_of(username: str) -> int | None:
    found = oversight.account(username)
    return found.id if found else None
