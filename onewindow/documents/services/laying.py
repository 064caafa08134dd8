"""Laying a template: an organ's words over a shipped paper, or a body of its own, in force from a day on."""

from __future__ import annotations

from datetime import date, datetime
from hashlib import sha256

import msgspec
from django.db import connection, transaction
from django.db.models import Max

from onewindow.base import clock, facts, generations
from onewindow.documents import editions, rendering
from onewindow.documents.kinds import KINDS, TEMPLATE_VERSION
from onewindow.documents.models import PaperTemplate
from onewindow.documents.services import trying
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, FieldError, Invalid

LONGEST_WORDS, LONGEST_SOURCE = 400, 20_000
_PLACE = 712_551  # the advisory lock of numbers


def lay(
    actor: Actor,
    kind: str,
    *,
    organ_id: int | None,
    words: editions.Edition,
    in_force_on: date,
    now: datetime,
) -> int:
    """Lay a template over papers of ``kind`` issued from ``in_force_on`` on; its number.

    Raises ``Invalid`` when the body loses a field that the paper must say, cannot be set, a text is too long or
    the day is past. The fact ("paper-template", number, "laid") carries the digest of what was laid.
    """
    check(kind, words, in_force_on=in_force_on, today=clock.day_of(now))
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_PLACE])
        last = PaperTemplate.objects.aggregate(last=Max("number"))["last"] or editions.FIRST_OWN - 1
        row = PaperTemplate.objects.create(
            number=last + 1,
            kind=kind,
            organ_id=organ_id,
            base=TEMPLATE_VERSION,
            source=words.source,
            head=words.head,
            foot=words.foot,
            contact=words.contact,
            in_force_on=in_force_on,
            laid_by=actor.username,
            laid_at=now,
        )
        told = {
            "kind": kind,
            "organ": organ_id,
            "in_force_on": in_force_on.isoformat(),
            "sha256": sha256(msgspec.json.encode(words, order="sorted")).hexdigest(),
        }
        facts.record("paper-template", row.number, "laid", at=now, actor=actor, data=told)
        generations.touch("papers")
    return row.number


def check(kind: str, words: editions.Edition, *, in_force_on: date, today: date) -> None:
    """Raise ``Invalid`` with its fields when this cannot be laid over papers of ``kind``."""
    faults = [
        FieldError(name, "too-long", N_("太长了。"))
        for name, text, longest in (
            ("head", words.head, LONGEST_WORDS),
            ("foot", words.foot, LONGEST_WORDS),
            ("contact", words.contact, LONGEST_WORDS),
            ("source", words.source, LONGEST_SOURCE),
        )
        if len(text) > longest
    ]
    if kind not in KINDS:
        faults.append(FieldError("kind", "unknown", N_("没有这种文书。")))
    if in_force_on < today:
        faults.append(FieldError("in_force_on", "past", N_("启用日期不能早于今天。")))
    if not faults and words.source:
        faults += _faults_of_source(kind, words)
    if faults:
        raise Invalid("invalid-fields", N_("有的内容不符合要求，请改正后再提交。"), fields=faults)


def _faults_of_source(kind: str, words: editions.Edition) -> list[FieldError]:
    missing = editions.lost(kind, words.source)
    if missing:
        names = {"fields": "、".join(missing)}
        return [FieldError("source", "fields-lost", N_("模板少了必须载明的内容：%(fields)s。"), names)]
    try:
        trying.example(kind, edition=words)
    except rendering.Unsettable as error:
        return [FieldError("source", "unsettable", N_("模板排不出来：%(why)s"), {"why": str(error)[:200]})]
    return []
