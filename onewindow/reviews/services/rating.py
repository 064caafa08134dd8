"""Rating a case: once at each link, by whoever proves to be its applicant, never by the office."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from django.db import IntegrityError, transaction

from onewindow.base import facts
from onewindow.base.clock import day_of
from onewindow.cases.queries import reviewing
from onewindow.cases.queries.reviewing import Reviewed
from onewindow.cases.services import checking
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, NotAllowed, NotFound, RuleBroken
from onewindow.reviews import links, store
from onewindow.reviews.models import Rater, Rating
from onewindow.reviews.rules import ratings, redaction
from onewindow.reviews.rules.ratings import RatingIn
from onewindow.reviews.services import tickets


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody says of a case at a link; ``grade`` 1 to 5 has no default anywhere."""

    link: str
    grade: int
    tags: tuple[str, ...] = ()
    text: str = ""
    is_anonymous: bool = True
    way: str = "online"
    window: int | None = None


def rate(body: Any, *, actor: Actor | None = None, way: str = "api", now: datetime) -> dict[str, Any]:
    """Rate by case number and check (``POST /ratings``): {"link", "grade", "at", "ticket": bool}.

    Raises ``Invalid``, ``NotFound`` (number and check do not fit), ``TooFast``, ``NotAllowed`` for the office,
    ``RuleBroken`` ``not-yet-rateable`` and ``already-rated``.
    """
    told: RatingIn = checking.read(body, RatingIn)
    said = Said(
        link=told.link,
        grade=told.grade,
        tags=tuple(dict.fromkeys(told.tags)),
        text=told.text,
        is_anonymous=told.anonymous,
        way=way,
    )
    return rate_checked(told.case_no, told.check, said, actor=actor, now=now)


def rate_checked(
    case_no: str, check: str, said: Said, *, actor: Actor | None = None, now: datetime
) -> dict[str, Any]:
    """As ``rate``, for pages and kiosks."""
    ratings.refuse_unknown_tags(said.tags)
    _refuse_office(actor)
    return _written(reviewing.proved(case_no, check), said, now=now)


def rate_own(actor: Actor, case_no: str, said: Said, *, now: datetime) -> dict[str, Any]:
    """Rate a case of one's own, signed in; ``NotFound`` for a case of others."""
    ratings.refuse_unknown_tags(said.tags)
    return _written(reviewing.own(actor, case_no), said, now=now)


def rate_linked(token: str, said: Said, *, actor: Actor | None = None, now: datetime) -> dict[str, Any]:
    """Rate by a signed link of a case; the link says which case, at which link and window."""
    _refuse_office(actor)
    link = links.read(token, now=now)
    case = reviewing.known(link.case_no)
    if case is None or link.what not in ratings.LINKS:
        raise NotFound("no-such-case", N_("没有找到这件事，请核对办件编号。"))
    ratings.refuse_unknown_tags(said.tags)
    said = msgspec.structs.replace(said, link=link.what, way=link.way, window=link.window)
    return _written(case, said, now=now)


def rate_called(case_no: str, said: Said, *, now: datetime) -> Rating | str:
    """Keep as a rating what a person said when called back and wanted to count, in the caller's transaction.

    The rating, or the code of the refusal when this link cannot be rated (any more).
    """
    case = reviewing.known(case_no)
    if case is None:
        raise NotFound("no-such-case", N_("没有找到这件事，请核对办件编号。"))
    try:
        _written(case, said, now=now)
    except RuleBroken as refusal:
        return refusal.code
    return Rating.objects.get(case_id=case.id, link=said.link)


def _refuse_office(actor: Actor | None) -> None:
    if actor is not None and actor.is_staff:
        raise NotAllowed(
            "staff-cannot-rate", N_("工作人员不能代替群众评价，请让申请人自己扫码或者上网评价。")
        )


def _written(case: Reviewed, said: Said, *, now: datetime) -> dict[str, Any]:
    ratings.refuse_if_early(ratings.Rateable(case.received_at, case.decided_on), said.link)
    given = prepare(case, said, _redacted(case, said.text), id=store.next_id("reviews_rating"), now=now)
    try:
        with transaction.atomic():
            given.rating.save(force_insert=True)
            if given.rater is not None:
                given.rater.save(force_insert=True)
            facts.write([given.fact])
            if ratings.is_bad(said.grade):
                tickets.open_for(given.rating, now=now)
    except IntegrityError as error:
        if "reviews_rating_once" not in str(error):
            raise
        raise RuleBroken(
            "already-rated", N_("这件事的这个环节已经评价过了，一件事一个环节只评价一次。")
        ) from None
    return {"link": said.link, "grade": said.grade, "at": now, "ticket": ratings.is_bad(said.grade)}


class Given(NamedTuple):
    """A rating ready to be written. ``rater`` is None when nothing of who rated is kept."""

    rating: Rating
    rater: Rater | None
    fact: facts.Row


def prepare(case: Reviewed, said: Said, text: str, *, id: int, now: datetime) -> Given:
    """The rows and the fact of a rating that may be given; ``text`` are its words after redaction."""
    assert case.received_at is not None  # else nothing could be rated
    row = Rating(
        id=id,
        case_id=case.id,
        link=said.link,
        grade=said.grade,
        tags=list(said.tags),
        text_sealed=store.seal(text, "rating", id),
        is_anonymous=said.is_anonymous,
        way=said.way,
        organ_id=case.organ_id,
        task_code=case.task_code,
        region=case.region,
        window=said.window,
        person=case.handlers.get(said.link, ""),
        received_on=day_of(case.received_at),
        received_window=case.window,
        rated_on=day_of(now),
        at=now,
    )
    return Given(row, _rater(row, case), _fact(row))


def _redacted(case: Reviewed, text: str) -> str:
    """The words without what tells who wrote them: nobody needs that, so it is not kept at all."""
    known = (case.name, case.phone, case.id_number, case.case_no)
    return redaction.redact(text.strip()[: ratings.MOST_TEXT], known=known)


def _rater(row: Rating, case: Reviewed) -> Rater | None:
    """Who rated, apart and sealed; of an anonymous rating nothing is kept."""
    if row.is_anonymous:
        return None
    who = {"name": case.name, "phone": case.phone}
    return Rater(rating_id=row.pk, sealed=store.seal_person(who, "rater", row.pk))


def _fact(row: Rating) -> facts.Row:
    data = {
        "case": row.case_id, "link": row.link, "grade": row.grade, "tags": row.tags, "organ": row.organ_id,
        "way": row.way, "anonymous": row.is_anonymous, "text": store.digest(row.text_sealed),
    }  # fmt: skip
    return facts.row(
        "rating", row.pk, seq=1, type="rated", at=row.at, actor=store.RATER, role="rater", data=data
    )
