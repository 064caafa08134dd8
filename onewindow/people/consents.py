"""Consents: said, taken back and asked for here and nowhere else; each word is kept and told by a fact.

What was withdrawn holds no longer from that moment on; what was done before stays as it is (个人信息保护法 art. 15).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from onewindow.base import facts, own_account
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, NotAllowed, NotFound
from onewindow.people.models import Consent, Former, NaturalPerson
from onewindow.people.purposes import BY_CODE, PURPOSES, Purpose, stands
from onewindow.people.rules import NOTICE_EDITION


def holds(account_id: int | None, code: str) -> bool:
    """Whether data of this account's person may be used for a purpose now. One statement."""
    return code in held(account_id)


def held(account_id: int | None) -> frozenset[str]:
    """All purposes that hold for an account now; without one, what holds until somebody refuses."""
    last = _last(account=account_id) if account_id else {}
    return frozenset(
        one.code for one in PURPOSES if stands(one, last[one.code][0] if one.code in last else None)
    )


def holds_of(hashes: Sequence[bytes], code: str) -> bool:
    """The same for whom a case names: somebody without an account said nothing yet."""
    last = last_word(hashes, code)
    return stands(BY_CODE[code], last[0] if last else None)


def last_word(hashes: Sequence[bytes], code: str) -> tuple[bool, datetime] | None:
    """What the person with these hashes (one number, every key) said last of a purpose, and when; None: nothing."""
    now = NaturalPerson.objects.filter(subject_hash__in=hashes, account__isnull=False).values("account")
    before = Former.objects.filter(subject_hash__in=hashes, is_number_changed=True).values("person__account")
    found = _last(account__in=now.union(before), purpose=code).get(code)
    return found[:2] if found else None


def say(actor: Actor, code: str, *, is_given: bool, way: str, now: datetime) -> bool:
    """The actor gives or withdraws a consent; whether anything changed. ``way``: page or api.

    Raises ``NotFound`` for a purpose that is none, ``NotAllowed`` for staff: it is a matter of applicants.
    """
    purpose = BY_CODE.get(code)
    if purpose is None:
        raise NotFound("no-purpose", N_("没有这项用途。"))
    if not actor.has("citizen"):
        raise NotAllowed("not-applicant", N_("只有申请人可以同意或者撤回。"))
    with transaction.atomic():
        own_account.lock(actor.account_id)
        if holds(actor.account_id, code) == is_given:
            return False
        _write(actor, purpose, is_given, way, now)
    return True


def _write(actor: Actor, purpose: Purpose, is_given: bool, way: str, now: datetime) -> None:
    Consent.objects.create(
        account_id=actor.account_id, purpose=purpose.code, is_given=is_given, edition=NOTICE_EDITION,
        way=way, at=now,
    )  # fmt: skip
    data = {"purpose": purpose.code, "notice": NOTICE_EDITION, "way": way}
    told = "consent-given" if is_given else "consent-withdrawn"
    facts.record("account", actor.account_id, told, at=now, actor=actor, role="applicant", data=data)


def of(account_id: int) -> list[dict[str, Any]]:
    """Every purpose as it stands: {"purpose","ground","holds","since","notice"}; ``since`` None: nothing was said."""
    last = _last(account=account_id)
    return [_line(one, last.get(one.code)) for one in PURPOSES]


def said(account_id: int) -> list[dict[str, Any]]:
    """Every word, newest first: {"purpose","is_given","notice","way","at"}."""
    rows = Consent.objects.filter(account=account_id).order_by("-id")
    return [
        {
            "purpose": one.purpose,
            "is_given": one.is_given,
            "notice": one.edition,
            "way": one.way,
            "at": one.at,
        }
        for one in rows[:200]
    ]


def _line(purpose: Purpose, last: tuple[bool, datetime, str] | None) -> dict[str, Any]:
    return {
        "purpose": purpose.code,
        "ground": purpose.ground,
        "holds": stands(purpose, last[0] if last else None),
        "since": last[1] if last else None,
        "notice": last[2] if last else None,
    }


def _last(**whose: Any) -> dict[str, tuple[bool, datetime, str]]:
    rows = Consent.objects.filter(**whose).order_by("purpose", "-id").distinct("purpose")
    return {one.purpose: (one.is_given, one.at, one.edition) for one in rows}
