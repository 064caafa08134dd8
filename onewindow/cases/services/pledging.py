"""Applying with a promise (告知承诺): who may, what must be confirmed, and by whom it is signed."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec
from django.conf import settings
from msgspec import Meta

from onewindow.cases import dossier as dossiers
from onewindow.cases.queries import pledges
from onewindow.cases.rules.pledge import GUIDANCE
from onewindow.catalog.definition import ItemDefinition
from onewindow.kernel.errors import N_, FieldError, Invalid, RuleBroken


class PledgeIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``pledge`` of ``POST /cases``: the numbers (from 1) of all promises of the item, and the name of who signs."""

    promises: Annotated[tuple[int, ...], Meta(max_length=50)]
    signature: dossiers.Name


def signed(
    asked: PledgeIn,
    who: dossiers.Applicant,
    agent: dossiers.Agent | None,
    item: ItemDefinition,
    now: datetime,
) -> dossiers.Signed:
    """The signed promise for the dossier. Raises ``RuleBroken`` (with basis) or ``Invalid`` with fields."""
    may(who, item)
    faults = []
    if set(asked.promises) != set(range(1, len(item.pledge.promises) + 1)):
        faults.append(FieldError("pledge.promises", "not-confirmed", N_("每一项承诺都要确认。")))
    names = {one.name for one in (who, agent) if one is not None}
    if who.type == "person" and asked.signature not in names:
        faults.append(FieldError("pledge.signature", "wrong-name", N_("签名应当是申请人或者代理人的姓名。")))
    if faults:
        raise Invalid("invalid-fields", N_("有的内容不符合要求，请改正后再提交。"), fields=faults)
    return dossiers.Signed(asked.signature, now.isoformat())


def may(who: dossiers.Applicant, item: ItemDefinition) -> None:
    """Raise ``RuleBroken`` where the item offers no promise or a breach of this applicant is not repaired."""
    if not item.pledge.is_offered:
        raise RuleBroken("no-pledge-offered", N_("这件事不适用告知承诺，请按一般程序申请。"), basis=GUIDANCE)
    if pledges.is_barred(who.id_type, who.id_number):
        raise RuleBroken(
            "credit-not-repaired",
            N_("申请人有不实承诺的记录，信用修复以前不适用告知承诺；可以按一般程序申请。"),
            basis=GUIDANCE,
        )


def told(item: ItemDefinition) -> dict[str, Any]:
    """What the first fact says of a promise: the materials that it stands for, the days of the check."""
    days = item.pledge.check_days or settings.ONEWINDOW_PLEDGE_CHECK_DAYS
    return {"covers": list(item.pledge.covers), "days": days}
