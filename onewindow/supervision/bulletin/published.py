"""Reads of bulletins: what is published, for the public and for the offices, and what would be published now."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, NotAllowed, NotFound
from onewindow.org import queries as org
from onewindow.supervision.bulletin import composing, content, publishing, spans
from onewindow.supervision.bulletin.content import Content
from onewindow.supervision.bulletin.models import Bulletin
from onewindow.supervision.queries.cuts import Cut, bound

READERS = ("supervisor", "manager", "leader", "head")
MOST_LISTED = 240


class Edition(msgspec.Struct, frozen=True):
    """A published edition without its figures; ``editions`` tells how many its period has."""

    period: str
    number: int
    at: datetime
    reason: str
    digest: str
    editions: int

    @property
    def is_year(self) -> bool:
        return len(self.period) == 4

    @property
    def is_newest(self) -> bool:
        return self.number == self.editions


class Published(msgspec.Struct, frozen=True):
    """What the public reads: an edition, its figures, and the values that its digest is of."""

    edition: Edition
    figures: Content
    whole: dict[str, Any]

    @property
    def signed(self) -> dict[str, Any]:
        """``whole`` with its digest: whoever takes the digest away and computes it must find the same."""
        return self.whole | {"digest": content.digest(self.whole)}


class Bulletins(msgspec.Struct, frozen=True):
    """A bulletin as an office reads it: ``edition`` None while it is not published (or is a preview)."""

    content: Content
    edition: Edition | None
    by: str


def listing() -> list[Edition]:
    """The newest edition of every published period, the latest period first, years before their months."""
    rows = Bulletin.objects.order_by("period", "-edition").defer("city", "organs", "figures")
    newest: dict[str, Bulletin] = {}
    for row in rows:
        newest.setdefault(row.period, row)
    found = [_edition(row, row.edition) for row in newest.values()]
    return sorted(found, key=lambda one: (one.period[:4], len(one.period) == 4, one.period), reverse=True)[
        :MOST_LISTED
    ]


def shown(period: str, *, edition: int | None = None) -> Published:
    """The published figures of a month or year, the newest edition or the one asked for; raises ``NotFound``."""
    row = _row(period, edition, without=("city", "organs"))
    if row is None:
        raise NotFound("not-published", N_("这一期没有发布。"))
    told = _edition(row, _editions(period))
    return Published(told, content.read(row.figures), publishing.public_whole(row))


def one(
    actor: Actor, period: str, *, organ_id: int | None, now: datetime, edition: int | None = None
) -> Bulletins:
    """The bulletin of the city or of an organ; what would be published now where nothing is.

    Whoever watches reads all, a head the own organ. Raises ``NotAllowed``, ``NotFound``, ``Invalid``.
    """
    if not actor.has(*READERS):
        raise NotAllowed("role-lacks-it", N_("您的岗位不能查看通报。"))
    span = spans.span(period)
    seen = bound(actor, Cut(organ_id=organ_id)).organ_id
    if seen is None and not actor.has("supervisor", "manager", "leader"):
        raise NotAllowed("not-your-organ", N_("只能查看本部门的数据。"))
    row = _row(period, edition, without=("figures",))
    if row is None and edition is not None:
        raise NotFound("not-published", N_("这一期没有发布。"))
    if row is not None:
        stored = row.city if seen is None else row.organs.get(str(seen))
        if stored is None:
            raise NotFound(
                "not-in-bulletin", N_("这一期通报里没有这个部门：它没有办件、预警卡、评价和投诉。")
            )
        told = content.read(stored)
        return Bulletins(told, _edition(row, _editions(period)), _name(row.by))
    base = composing.gathered(span, now=now)
    return Bulletins(composing.of_city(base) if seen is None else composing.of_organ(base, seen), None, "")


def _row(period: str, edition: int | None, *, without: tuple[str, ...]) -> Bulletin | None:
    rows = Bulletin.objects.filter(period=spans.span(period).name).defer(*without)
    if edition is not None:
        return rows.filter(edition=edition).first()
    return rows.order_by("-edition").first()


def _editions(period: str) -> int:
    return Bulletin.objects.filter(period=period).count()


def _edition(row: Bulletin, editions: int) -> Edition:
    return Edition(row.period, row.edition, row.at, row.reason, row.digest, editions)


def _name(username: str) -> str:
    return org.staff_names([username]).get(username, username)
