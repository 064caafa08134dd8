"""The three desks: who sits there, and where their pages lie."""

from __future__ import annotations

from typing import Any

import msgspec
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as lazy

from onewindow.kernel.actor import Actor


class Desk(msgspec.Struct, frozen=True):
    """A desk: its name in addresses, its words, its roles in the order in which the inbox asks for them."""

    name: str
    label: Any
    roles: tuple[str, ...]

    @property
    def home(self) -> str:
        return f"/{self.name}"

    def case_url(self, case_no: str) -> str:
        return f"/{self.name}/cases/{case_no}"

    def role_of(self, actor: Actor) -> str:
        """The role in which ``actor`` sits here: the first that both have."""
        return next((role for role in self.roles if actor.has(role)), self.roles[0])


COUNTER = Desk("counter", lazy("综合窗口"), ("clerk",))
OFFICE = Desk("office", lazy("审批"), ("approver", "head", "examiner"))
ISSUE = Desk("issue", lazy("出件窗口"), ("issuer",))
DESKS = {desk.name: desk for desk in (COUNTER, OFFICE, ISSUE)}


def actor_of(request: HttpRequest) -> Actor:
    """The actor of a page that demands one (the page's permission was checked before)."""
    return request.actor  # type: ignore[attr-defined,no-any-return]
