"""Reads of custody: open lists of one's own, lists that wait for a signature, lists that are done, one list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
from django.db.models import Count, Q, QuerySet

from onewindow.base.clock import day_of
from onewindow.custody import rules
from onewindow.custody.models import Bundle, HandOver
from onewindow.custody.rules import Direction
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, NotFound
from onewindow.org import queries as org

_PAGE = 30


class Line(msgspec.Struct, frozen=True):
    """A bundle on a list."""

    case_no: str
    item: str
    state: str


class Listed(msgspec.Struct, frozen=True):
    """A list with its count; ``maker`` and ``taker`` are names."""

    key: int
    number: str
    direction: str
    organ_id: int
    organ: str
    maker: str
    taker: str
    opened_at: datetime
    made_at: datetime | None
    ended_at: datetime | None
    outcome: str
    bundles: int
    found: int
    missing: int
    extra: int
    lines: tuple[Line, ...] = ()
    may_take: bool = False
    is_own: bool = False

    @property
    def is_waiting(self) -> bool:
        """Handed over and not signed for."""
        return self.made_at is not None and not self.outcome


def drafts(actor: Actor, direction: Direction) -> list[Listed]:
    """The actor's own open lists with their bundles, newest scan first."""
    rows = HandOver.objects.filter(maker_id=actor.account_id, direction=direction, made_at=None)
    found = [_listed(actor, row, lines=_lines(row)) for row in _counted(rows).order_by("pk")]
    return [one for one in found if one.bundles]


def to_take(actor: Actor, direction: Direction) -> list[Listed]:
    """Lists of this direction that wait for the actor's side, oldest first."""
    rows = HandOver.objects.filter(direction=direction, made_at__isnull=False, outcome="")
    rows = rows.exclude(maker_id=actor.account_id).filter(_scope(actor))
    return [_listed(actor, row) for row in _counted(rows).order_by("made_at")[:_PAGE]]


def waiting(actor: Actor, direction: Direction) -> list[Listed]:
    """Lists that the actor's side handed over and nobody has signed for, oldest first."""
    rows = HandOver.objects.filter(direction=direction, made_at__isnull=False, outcome="")
    return [_listed(actor, row) for row in _counted(rows.filter(_scope(actor))).order_by("made_at")[:_PAGE]]


def ended(actor: Actor, *, before: int | None = None) -> tuple[list[Listed], int | None]:
    """Lists that are done, newest first, 30 at a time, and the key to go on from (None at the end)."""
    rows = HandOver.objects.exclude(outcome="").filter(_scope(actor))
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = [_listed(actor, row) for row in _counted(rows).order_by("-pk")[: _PAGE + 1]]
    return found[:_PAGE], found[_PAGE - 1].key if len(found) > _PAGE else None


def one(actor: Actor, key: int) -> Listed:
    """A list with its bundles for either side; ``NotFound`` for anybody else, open ones save to their maker."""
    row = _counted(HandOver.objects.filter(pk=key)).first()
    is_hidden = row is None or (row.made_at is None and row.maker_id != actor.account_id)
    if row is None or is_hidden or not rules.may_see(actor, row.organ_id):
        raise NotFound("no-hand-over", N_("没有这张交接单。"))
    return _listed(actor, row, lines=_lines(row))


def _scope(actor: Actor) -> Q:
    if actor.has(*rules.HALL, *rules.WATCHERS):
        return Q()
    return Q(organ_id__in=[*actor.organ_ids, *([actor.organ_id] if actor.organ_id else [])])


def _counted(rows: QuerySet[HandOver]) -> QuerySet[HandOver]:
    counts = {
        name: Count("bundle", filter=Q(bundle__state=state))
        for name, state in (("found", "there"), ("missing", "missing"), ("extra", "extra"))
    }
    return rows.select_related("maker", "taker").annotate(
        bundles=Count("bundle", filter=~Q(bundle__state="extra")), **counts
    )


def _lines(row: HandOver) -> tuple[Line, ...]:
    rows = Bundle.objects.filter(hand_over=row).order_by("-pk" if row.made_at is None else "pk")
    return tuple(Line(*values) for values in rows.values_list("case_no", "item", "state"))


def _listed(actor: Actor, row: HandOver, *, lines: Sequence[Line] = ()) -> Listed:
    direction: Direction = "out" if row.direction == "out" else "back"
    is_own = row.maker_id == actor.account_id
    is_waiting = row.made_at is not None and not row.outcome
    return Listed(
        key=row.pk,
        number=rules.number_of(row.pk, day_of(row.opened_at)),
        direction=row.direction,
        organ_id=row.organ_id,
        organ=org.organ(row.organ_id).name,
        maker=row.maker.name,
        taker=row.taker.name if row.taker else "",
        opened_at=row.opened_at,
        made_at=row.made_at,
        ended_at=row.ended_at,
        outcome=row.outcome,
        bundles=row.bundles,  # type: ignore[attr-defined]
        found=row.found,  # type: ignore[attr-defined]
        missing=row.missing,  # type: ignore[attr-defined]
        extra=row.extra,  # type: ignore[attr-defined]
        lines=tuple(lines),
        may_take=is_waiting and not is_own and rules.may_take(actor, direction, row.organ_id),
        is_own=is_own,
    )
