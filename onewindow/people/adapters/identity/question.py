"""What is asked of an identity service and what it answers, whoever it is."""

from __future__ import annotations

from typing import Protocol

import msgspec


class Verdict(msgspec.Struct, frozen=True):
    """``is_match``: name and number belong together. ``reference``: the service's own number."""

    is_match: bool
    reference: str
    reason: str = ""


class Service(Protocol):
    """An identity service; each call answers within 5 seconds or raises ``kernel.errors.Away``."""

    def verify_person(self, name: str, id_number: str) -> Verdict:
        """Are name and id number those of one person?"""
        ...

    def verify_operator(self, firm: str, uscc: str, name: str, id_number: str) -> Verdict:
        """Has the firm of this code named this person as its operator?"""
        ...

    def check(self) -> str:
        """One line on the state of the service for the console; raises ``Away`` when it is not there."""
        ...
