"""Paper bundles on their way between hall and departments: listed by scanning, handed over, counted, signed for.

Every deed locks the row of its list; a bundle that is on its way stands on one list only, which the database holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from onewindow.base import facts
from onewindow.base.clock import day_of
from onewindow.cases import queries as cases
from onewindow.custody import rules
from onewindow.custody.models import Bundle, HandOver
from onewindow.custody.rules import Count, Direction
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, NotAllowed, NotFound, RuleBroken, Stale

STREAM = "handover"


def scan(actor: Actor, code: str, *, direction: Direction, now: datetime) -> tuple[int, str, bool]:
    """Put a case on the open list of its department: (list, case number, whether it is new there).

    Raises ``NotFound`` for a case that is not the actor's to see, ``NotAllowed``, and ``RuleBroken`` when its
    bundle is on its way already or the list is full.
    """
    case = cases.placed(actor, code)
    if not rules.may_give(actor, direction, case.organ_id):
        raise NotAllowed("not-your-side", N_("这个件的纸质材料不由您移交。"))
    with transaction.atomic():
        row = _open(actor, direction, case.organ_id, now)
        if Bundle.objects.filter(hand_over=row, case_no=case.case_no).exists():
            return row.pk, case.case_no, False
        _must_be_here([case.case_no])
        if Bundle.objects.filter(hand_over=row).count() >= rules.MOST_BUNDLES:
            raise RuleBroken(
                "list-full", N_("一张交接单最多 %(n)s 件，先移交这一张。"), params={"n": rules.MOST_BUNDLES}
            )
        Bundle.objects.create(hand_over=row, case_no=case.case_no, item=case.item)
        return row.pk, case.case_no, True


def _open(actor: Actor, direction: Direction, organ_id: int, now: datetime) -> HandOver:
    row, _is_new = HandOver.objects.select_for_update().get_or_create(
        maker_id=actor.account_id,
        direction=direction,
        organ_id=organ_id,
        made_at=None,
        defaults={"opened_at": now},
    )
    return row


def _must_be_here(case_nos: Sequence[str]) -> None:
    """None of these bundles may be on its way already."""
    rows = Bundle.objects.select_related("hand_over").filter(case_no__in=case_nos, is_away=True)
    other = rows.order_by("pk").first()
    if other is not None:
        number = rules.number_of(other.hand_over_id, day_of(other.hand_over.opened_at))
        raise RuleBroken(
            "bundle-on-its-way",
            N_("%(case_no)s 已在交接单 %(number)s 上，还没有签收。"),
            params={"case_no": other.case_no, "number": number},
        )


def remove(actor: Actor, key: int, case_no: str) -> None:
    """Take a bundle off a list that is still open; one that is not on it is no fault."""
    with transaction.atomic():
        row = _own(actor, key)
        if row.made_at is not None:
            raise RuleBroken("list-made", N_("这张交接单已经移交，不能再改。"))
        Bundle.objects.filter(hand_over=row, case_no=case_no).delete()


def make(actor: Actor, key: int, *, now: datetime) -> None:
    """Hand the list over: from now on it waits for the other side's signature; once, however often asked."""
    with transaction.atomic():
        row = _own(actor, key)
        if row.made_at is not None:
            return
        bundles = _case_numbers(row)
        if not bundles:
            raise RuleBroken("list-empty", N_("交接单上还没有件，先扫一件。"))
        _must_be_here(bundles)
        row.made_at = now
        row.save(update_fields=["made_at"])
        _send_away(row, bundles)
        _tell(row, "made", actor, now, {"cases": bundles})


def _send_away(row: HandOver, bundles: list[str]) -> None:
    """Whoever was faster with the same bundle has it on their list: the database tells."""
    try:
        with transaction.atomic():
            Bundle.objects.filter(hand_over=row).update(is_away=True)
    except IntegrityError:
        _must_be_here(bundles)
        raise


def withdraw(actor: Actor, key: int, *, now: datetime) -> None:
    """Take back a list that nobody has signed for; its bundles are free again."""
    with transaction.atomic():
        row = _own(actor, key)
        if row.outcome == "withdrawn":
            return
        if row.made_at is None or row.outcome:
            raise RuleBroken("list-ended", N_("这张交接单还没移交，或者已经签收。"))
        row.outcome, row.ended_at = "withdrawn", now
        row.save(update_fields=["outcome", "ended_at"])
        Bundle.objects.filter(hand_over=row).update(is_away=False)
        _tell(row, "withdrawn", actor, now, {"cases": _case_numbers(row)})


def tick(actor: Actor, key: int, code: str) -> tuple[str, str]:
    """A bundle that lies here was scanned: (case number, "there" or "extra"); again it changes nothing."""
    case = cases.placed(actor, code)
    with transaction.atomic():
        row = _to_take(actor, key)
        bundle = Bundle.objects.filter(hand_over=row, case_no=case.case_no).first()
        if bundle is None:
            Bundle.objects.create(hand_over=row, case_no=case.case_no, item=case.item, state="extra")
            return case.case_no, "extra"
        if bundle.state == "listed":
            bundle.state = "there"
            bundle.save(update_fields=["state"])
        return case.case_no, bundle.state


def take(actor: Actor, key: int, *, all_there: bool, now: datetime) -> Count:
    """Sign for the list; what was not found is written down as missing, what came along as extra.

    Once: whoever signed may ask again, another person hears that it was signed (``Stale``).
    """
    with transaction.atomic():
        row = _locked(key)
        if row.outcome == "taken" and row.taker_id == actor.account_id:
            return rules.counted(_states(row))
        row = _to_take(actor, key)
        if not all_there and not Bundle.objects.filter(hand_over=row).exclude(state="listed").exists():
            raise RuleBroken("nothing-counted", N_("还没有扫到一件。逐件扫，或者点“都在，签收”。"))
        count = rules.counted(_states(row), all_there=all_there)
        Bundle.objects.filter(hand_over=row, case_no__in=count.there).update(state="there", is_away=False)
        Bundle.objects.filter(hand_over=row, case_no__in=count.missing).update(state="missing", is_away=False)
        row.outcome, row.taker_id, row.ended_at = "taken", actor.account_id, now
        row.save(update_fields=["outcome", "taker", "ended_at"])
        told = {"there": list(count.there), "missing": list(count.missing), "extra": list(count.extra)}
        _tell(row, "taken", actor, now, told)
        return count


def _to_take(actor: Actor, key: int) -> HandOver:
    row = _locked(key)
    direction: Direction = "out" if row.direction == "out" else "back"
    if not rules.may_see(actor, row.organ_id):
        raise _none()
    if not rules.may_take(actor, direction, row.organ_id) or row.maker_id == actor.account_id:
        raise NotAllowed("not-your-side", N_("移交的一方不能代对方签收。"))
    if row.outcome == "taken":
        raise Stale("list-taken", N_("这张交接单已由别人签收。"))
    if row.made_at is None or row.outcome:
        raise RuleBroken("list-ended", N_("这张交接单还没移交，或者已经撤回。"))
    return row


def _own(actor: Actor, key: int) -> HandOver:
    row = _locked(key)
    if row.maker_id != actor.account_id:
        raise _none()
    return row


def _locked(key: int) -> HandOver:
    row = HandOver.objects.select_for_update().filter(pk=key).first()
    if row is None:
        raise _none()
    return row


def _none() -> NotFound:
    return NotFound("no-hand-over", N_("没有这张交接单。"))


def _states(row: HandOver) -> list[tuple[str, str]]:
    return list(Bundle.objects.filter(hand_over=row).order_by("pk").values_list("case_no", "state"))


def _case_numbers(row: HandOver) -> list[str]:
    return [case_no for case_no, _state in _states(row)]


def _tell(row: HandOver, type: str, actor: Actor, now: datetime, data: dict[str, Any]) -> None:
    """Both persons stand in the fact by their user names, once there are two."""
    told = {
        "number": rules.number_of(row.pk, day_of(row.opened_at)),
        "direction": row.direction,
        "organ": row.organ_id,
        "from": row.maker.username,
        "to": actor.username if type == "taken" else "",
    }
    facts.record(STREAM, row.pk, type, at=now, actor=actor, data=told | data)
