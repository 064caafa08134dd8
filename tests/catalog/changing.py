"""Two organs, their editors and those who approve: how the tests of changes begin, submit and carry one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from onewindow.base import clock, facts
from onewindow.catalog import queries, services
from onewindow.catalog.changes.target import Target
from onewindow.catalog.definition import ItemDefinition
from onewindow.catalog.models import Change
from onewindow.kernel.actor import SYSTEM, Actor
from onewindow.org import services as org
from tests.catalog.items import sound

NOW = datetime(2026, 9, 8, 9, 0, tzinfo=clock.SHANGHAI)


DAY = NOW.date()


class City:
    """Two organs and everybody who has a seat."""

    def __init__(self) -> None:
        self.housing = self._organ("区住建局")
        self.market = self._organ("区市监局")
        every = frozenset({self.housing, self.market})
        self.editor = self.actor(1, "catalog", every)
        self.other_editor = self.actor(2, "catalog", every)
        self.housing_editor = self.actor(3, "catalog", frozenset({self.housing}))
        self.establishment = self.actor(11, "establishment", every)
        self.legal = self.actor(12, "legal", every)
        self.leader = self.actor(13, "leader", every)
        self.both = self.actor(14, ("establishment", "legal"), every)
        self.all_seats = self.actor(15, ("catalog", "establishment", "legal", "leader"), every)
        self.clerk = self.actor(20, "clerk", every)

    def _organ(self, name: str) -> int:
        return org.ensure_organ(code=name, name=name, uscc=None, region="511602", now=NOW).id

    def actor(self, account_id: int, roles: str | tuple[str, ...], organs: frozenset[int]) -> Actor:
        held = frozenset([roles] if isinstance(roles, str) else roles)
        return Actor(
            account_id=account_id,
            username=f"user{account_id}",
            name=f"用户{account_id}",
            roles=held,
            organ_id=min(organs),
            organ_ids=organs,
        )


def published(city: City, code: str = "A-100000-001-A", **changes: Any) -> ItemDefinition:
    services.publish(sound(code, organ_id=city.housing, **changes), actor=SYSTEM, now=NOW)
    return queries.current(code)


def rewritten(found: ItemDefinition, **changes: Any) -> Target:
    return Target(
        task_code=found.task_code,
        action="publish",
        definition=msgspec.structs.replace(found, **changes),
        base_version=found.version,
    )


def proposed(city: City, *targets: Target, kind: str = "change", **more: Any) -> dict[str, Any]:
    actor = more.pop("actor", city.editor)
    return services.propose(
        actor, kind=kind, title="调整", reason="依据修订的规定", targets=targets, now=NOW, **more
    )


def submitted(city: City, *targets: Target, kind: str = "change", **more: Any) -> dict[str, Any]:
    change = proposed(city, *targets, kind=kind, **more)
    return services.submit(city.editor, change["number"], version=change["version"], now=NOW)


def agreed(city: City, change: dict[str, Any]) -> dict[str, Any]:
    for actor in (city.establishment, city.legal):
        change = services.examine(
            actor, change["number"], version=change["version"], verdict="agree", now=NOW
        )
    return change


def approved(city: City, change: dict[str, Any], now: datetime = NOW) -> dict[str, Any]:
    return services.approve(city.leader, change["number"], version=change["version"], now=now)


def carried(city: City, *targets: Target, kind: str = "change", **more: Any) -> dict[str, Any]:
    """The whole way."""
    return approved(city, agreed(city, submitted(city, *targets, kind=kind, **more)))


def types(change: dict[str, Any]) -> list[str]:
    row = Change.objects.get(number=change["number"])
    return [fact[1] for fact in facts.of_subject("item-change", row.pk)]


def version_of(number: str) -> int:
    return Change.objects.values_list("version", flat=True).get(number=number)
