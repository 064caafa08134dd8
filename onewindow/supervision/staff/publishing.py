"""Deeds of appraisal: publishing a result, appealing against it once, ruling on the appeal."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

import msgspec
from django.db import IntegrityError, connection, transaction

from onewindow.base import calendars, crypto, facts
from onewindow.base.clock import day_of
from onewindow.kernel import canonical
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, FieldError, Invalid, NotAllowed, NotFound, RuleBroken
from onewindow.org import queries as org
from onewindow.reviews import store as reviews
from onewindow.supervision.staff import figures, ranking, scheme
from onewindow.supervision.staff.models import Appeal, Appraisal, Ruling
from onewindow.supervision.staff.ranking import Ranked
from onewindow.supervision.staff.scheme import Scheme

STREAM = "appraisal"
WATCHERS = ("supervisor", "manager")
Json = dict[str, Any]


def computed(kind: str, period: str, told: Scheme, *, now: datetime) -> list[Json]:
    """The lines of a result as they are now, best first; nothing is written."""
    if kind not in scheme.KINDS:
        raise NotFound("no-kind", N_("没有这种考核对象。"))
    found = figures.entries(kind, period, told, now=now)
    return [
        _row(one, told.weights[kind]) for one in ranking.ranked(found, told.of(kind), least=told.least_cases)
    ]


def _row(one: Ranked, weights: dict[str, str]) -> Json:
    return {
        "key": one.entry.key,
        "name": one.entry.name,
        "organ_id": one.entry.organ_id,
        "score": _text(one.score),
        "covered": str(one.covered),
        "rank": one.rank,
        "note": one.note,
        "sample": one.entry.sample,
        "bars": list(one.entry.bars),
        "figures": {
            name: {
                "value": _text(figure.value),
                "numerator": figure.numerator,
                "denominator": figure.denominator,
                "weight": weights.get(name, "0"),
            }
            for name, figure in one.entry.figures.items()
        },
    }


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def digest(kind: str, period: str, version: int, told: Json, rows: list[Json], reason: str) -> str:
    """SHA-256 (hex) of the canonical JSON of all that a published result says."""
    return hashlib.sha256(canonical.dumps(whole(kind, period, version, told, rows, reason))).hexdigest()


def whole(kind: str, period: str, version: int, told: Json, rows: list[Json], reason: str) -> Json:
    """All that a published result says."""
    return {
        "kind": kind,
        "period": period,
        "version": version,
        "scheme": told,
        "rows": rows,
        "reason": reason,
    }


def publish(actor: Actor, kind: str, period: str, *, reason: str = "", now: datetime) -> int:
    """Freeze the result of a period that is over; its version. A further version needs a reason.

    The earlier versions stay as they are. Raises ``NotAllowed``, ``Invalid``, ``RuleBroken`` ``period-open``.
    """
    if not actor.has("manager"):
        raise NotAllowed("role-lacks-it", N_("考核结果由中心管理人员发布。"))
    if day_of(now) <= figures.days_of(period)[1]:
        raise RuleBroken("period-open", N_("考核期还没有结束，不能发布。"))
    told = scheme.current()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtext('appraisal'), hashtext(%s))", [f"{kind} {period}"]
            )
        before = Appraisal.objects.filter(kind=kind, period=period).order_by("-version").first()
        version = before.version + 1 if before else 1
        reason = reason.replace("\0", "").strip()[:500] if before else ""
        if before and not reason:
            text = N_("已经发布过；重新发布要写明理由。")
            raise Invalid("no-reason", text, fields=[FieldError("reason", "required", text)])
        rows, plain = computed(kind, period, told, now=now), msgspec.to_builtins(told)
        sum_ = digest(kind, period, version, plain, rows, reason)
        row = Appraisal.objects.create(
            kind=kind, period=period, version=version, scheme=plain, rows=rows, digest=sum_, reason=reason,
            by=actor.username, at=now,
        )  # fmt: skip
        data = {"kind": kind, "period": period, "version": version, "digest": sum_, "rows": len(rows)}
        data["row"] = sum_
        facts.record(STREAM, row.pk, "published", at=now, actor=actor, data=data)
    return version


def appeal(actor: Actor, kind: str, period: str, key: str, text: str, *, now: datetime) -> None:
    """Appeal against the own place in the newest result, once in a period and within the term.

    Raises ``NotFound``, ``RuleBroken`` ``too-late`` and ``appealed-once``, ``Invalid``.
    """
    text = text.replace("\0", "").strip()
    if not 2 <= len(text) <= 2000:
        raise Invalid("no-reason", N_("请写明理由，2 至 2000 字。"))
    row = Appraisal.objects.filter(kind=kind, period=period).order_by("-version").first()
    if row is None or not any(one["key"] == key for one in row.rows) or not may_appeal(actor, kind, key):
        raise NotFound("no-result", N_("没有这个考核结果。"))
    last = calendars.table().add(day_of(row.at), scheme.read(row.scheme).appeal_days)
    if day_of(now) > last:
        raise RuleBroken("too-late", N_("已经过了申诉期。"))
    try:
        with transaction.atomic():
            id = reviews.next_id("supervision_appeal")
            sealed = crypto.encrypt(text.encode(), bound_to=f"appeal:{id}".encode())
            Appeal.objects.create(
                id=id,
                appraisal=row,
                kind=kind,
                period=period,
                key=key,
                text_sealed=sealed,
                by=actor.username,
                at=now,
            )
            data = {"appeal": id, "key": key, "text": reviews.digest(sealed)}
            facts.record(STREAM, row.pk, "appealed", at=now, actor=actor, data=data)
    except IntegrityError as error:
        if "supervision_appeal_once" not in str(error):
            raise
        raise RuleBroken("appealed-once", N_("这一期已经申诉过了，只能申诉一次。")) from None


def may_appeal(actor: Actor, kind: str, key: str) -> bool:
    """The person; whoever sits at the window; the head of the organ; of a town the heads of organs in it."""
    if kind == "person":
        return actor.username == key
    if kind == "window":
        return actor.window_id is not None and str(actor.window_id) == key
    own = actor.organ_ids | ({actor.organ_id} - {None})
    if not actor.has("head"):
        return False
    return (
        key in map(str, own)
        if kind == "organ"
        else any((org.organ(id).region or "").startswith(key) for id in own if id)
    )


def settle(actor: Actor, appeal_id: int, *, is_upheld: bool, text: str, now: datetime) -> None:
    """Rule on an appeal, once, by a watcher who neither published nor appealed.

    An appeal that is upheld changes nothing by itself: a new version is published with its reason.
    """
    if not actor.has(*WATCHERS):
        raise NotAllowed("role-lacks-it", N_("申诉由监察和中心管理人员裁定。"))
    text = text.replace("\0", "").strip()
    if not 2 <= len(text) <= 2000:
        raise Invalid("no-reason", N_("请写明理由，2 至 2000 字。"))
    with transaction.atomic():
        row = Appeal.objects.select_related("appraisal").filter(pk=appeal_id).first()
        if row is None:
            raise NotFound("no-appeal", N_("没有这件申诉。"))
        if actor.username in (row.by, row.appraisal.by):
            raise NotAllowed("same-person", N_("发布结果的人和申诉人不能裁定，请由另一位裁定。"))
        sealed = crypto.encrypt(text.encode(), bound_to=f"ruling:{row.pk}".encode())
        made = _insert_ruling(row, is_upheld, sealed, actor, now)
        if not made:
            raise RuleBroken("already-ruled", N_("这件申诉已经裁定了。"))
        data = {"appeal": row.pk, "upheld": is_upheld, "text": reviews.digest(sealed)}
        facts.record(STREAM, row.appraisal_id, "settled", at=now, actor=actor, data=data)


def _insert_ruling(row: Appeal, is_upheld: bool, sealed: bytes, actor: Actor, now: datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('appeal'), %s)", [row.pk])
    if Ruling.objects.filter(appeal=row).exists():
        return False
    Ruling.objects.create(appeal=row, is_upheld=is_upheld, text_sealed=sealed, by=actor.username, at=now)
    return True
