"""The deed of a bulletin: publishing a month or year that is over; a correction is a further edition."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection, transaction

from onewindow.base import facts
from onewindow.base.clock import day_of
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, FieldError, Invalid, NotAllowed, RuleBroken
from onewindow.reviews.queries import counting
from onewindow.supervision.bulletin import composing, content, spans, suppression
from onewindow.supervision.bulletin.models import Bulletin
from onewindow.supervision.bulletin.spans import Span
from onewindow.supervision.services import following

STREAM = "bulletin"
PUBLISHERS = ("supervisor",)
MOST_REASON = 500
Json = dict[str, Any]


def publish(actor: Actor, period: str, *, reason: str = "", now: datetime) -> int:
    """Freeze the figures of a month or year; which edition it is. A further edition needs a reason.

    The earlier editions stay as they are and stay public. Every fact that is numbered by now is counted.
    Raises ``NotAllowed``, ``Invalid``, ``RuleBroken`` ``period-open`` and ``no-record``.
    """
    if not actor.has(*PUBLISHERS):
        raise NotAllowed("role-lacks-it", N_("通报由监察人员发布。"))
    span = spans.span(period)
    if day_of(now) <= span.until:
        raise RuleBroken("period-open", N_("这一期还没有结束，不能发布。"))
    while following.follow(now, way=following.WAITING):
        pass
    with transaction.atomic():
        edition = _next_edition(period)
        told = _reason(reason, edition)
        base = composing.gathered(span, now=now)
        if base.began is None or base.began > span.until:
            raise RuleBroken("no-record", N_("平台没有这一期的记录，不能发布。"))
        city = composing.of_city(base)
        organs = {key: content.plain(composing.of_organ(base, int(key))) for key in base.organs}
        row = Bulletin(
            period=period, edition=edition, city=content.plain(city), organs=organs,
            figures=content.plain(_public(city, span)), reason=told, by=actor.username, at=now,
        )  # fmt: skip
        row.digest = content.digest(whole(row))
        row.save(force_insert=True)
        data = {"period": period, "edition": edition, "row": row.digest, "figures": public_digest(row)}
        facts.record(STREAM, row.pk, "published", at=now, actor=actor, data=data)
    return edition


def _next_edition(period: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('bulletin'), hashtext(%s))", [period])
    last = Bulletin.objects.filter(period=period).order_by("-edition").values_list("edition", flat=True)
    return (last.first() or 0) + 1


def _reason(text: str, edition: int) -> str:
    told = text.replace("\0", "").strip()[:MOST_REASON]
    if edition == 1:
        return ""
    if not told:
        message = N_("已经发布过；更正要写明理由，理由会公开。")
        raise Invalid("no-reason", message, fields=[FieldError("reason", "required", message)])
    return told


def _public(city: content.Content, span: Span) -> content.Content:
    if not span.is_year:
        return suppression.public(city)
    months = {
        what: list(counting.monthly(what, since=span.since, until=span.until).values())
        for what in ("ratings", "complaints")
    }
    return suppression.public(city, ratings=months["ratings"], complaints=months["complaints"])


def whole(row: Bulletin) -> Json:
    """All that an edition says, for the offices and for the public."""
    return public_whole(row) | {"city": row.city, "organs": row.organs, "by": row.by}


def public_whole(row: Bulletin) -> Json:
    """What the public may read of an edition; its digest is that of these values as canonical JSON."""
    return {
        "period": row.period,
        "edition": row.edition,
        "reason": row.reason,
        "published_at": facts.micros_of(row.at),
        "figures": row.figures,
    }


def public_digest(row: Bulletin) -> str:
    """SHA-256 (hex) by which anybody can tell that the published figures are what was published."""
    return content.digest(public_whole(row))
