"""Publication and withdrawal without a change: the system takes over a list that is approved already."""

from __future__ import annotations

from datetime import datetime

import msgspec
from django.db import transaction

from onewindow.base import facts
from onewindow.catalog import publishing, rules
from onewindow.catalog.definition import ItemDefinition
from onewindow.catalog.publishing import Publication
from onewindow.catalog.services import entitlement
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, FieldError, Invalid, NotFound, RuleBroken
from onewindow.org import queries as org

TAKEN_OVER = "taken-over"  # the way into force that facts tell: approved elsewhere, taken over by an operator


def publish(definition: ItemDefinition, *, actor: Actor, now: datetime, reason: str = "") -> int:
    """Publish ``definition`` as the next version of its item; gives the version's id.

    Only for the system: an operator takes over a list that was approved elsewhere, and the fact says so;
    editors propose a change. ``version`` and ``version_id`` of the definition are set here. Raises ``Invalid``
    with every broken rule, ``NotFound`` when its organ is not there, ``RuleBroken`` for a cancelled code.
    """
    entitlement.require_system(actor)
    problems = rules.definition_problems(definition)
    if problems:
        fields = [FieldError("definition", "rule", problem) for problem in problems]
        raise Invalid("rules-broken", N_("该版本不符合发布规则"), fields=fields)
    organ = org.organ(definition.organ_id)
    with transaction.atomic():
        publishing.lock()
        before = publishing.known([definition.task_code]).get(definition.task_code)
        if before is not None and before.state == "cancelled":
            raise RuleBroken("code-used", N_("事项已取消，编码不再使用。"))
        ready = msgspec.structs.replace(
            definition,
            version_id=0,
            version=before.version + 1 if before else 1,
            organ_name=organ.name,
            organ_short=organ.short_name,
        )
        # The row that the item came from stays what it was: importing it again must change nothing.
        source_digest = (before.source_digest or "") if before else ""
        version_id = publishing.write([Publication(ready, source_digest, reason)], now=now)[0]
        data = {"task_code": ready.task_code, "version": ready.version, "digest": publishing.digest_of(ready)}
        facts.record(
            "item", version_id, "item-published", at=now, actor=actor, data=data | {"way": TAKEN_OVER}
        )
    return version_id


def withdraw(task_code: str, *, actor: Actor, now: datetime, reason: str) -> None:
    """Cancel an item without a change: only for the system. Its versions stay, running cases keep theirs.

    Raises ``NotFound`` when the item is not in force.
    """
    entitlement.require_system(actor)
    with transaction.atomic():
        publishing.lock()
        version_id = publishing.put_state(task_code, "cancelled", reason=reason, now=now)
        if version_id is None:
            raise NotFound("no-item", N_("没有这个事项"))
        data = {"task_code": task_code, "reason": reason, "way": TAKEN_OVER}
        facts.record("item", version_id, "item-cancelled", at=now, actor=actor, data=data)
