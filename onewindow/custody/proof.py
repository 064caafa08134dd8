"""Hand-over lists and originals as the ledger's verification sees them: rows against what their facts told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Model

from onewindow.base import facts
from onewindow.base.ledger.findings import Finding
from onewindow.custody import handovers, originals, rules
from onewindow.custody.models import Bundle, HandOver, Original

Life = list[tuple[str, dict[str, Any]]]


def findings() -> Iterator[Finding]:
    """Every list that was handed over and every original, told as their facts told them; else a finding."""
    for row in HandOver.objects.exclude(made_at=None).order_by("pk").iterator(500):
        if _told_list(_life(handovers.STREAM, row)) != _list(row):
            yield Finding("hand-over-changed", f"handover {row.pk}", "交接单与当时的记录不符：已被改动")
    for one in Original.objects.select_related("signature", "back_signature").order_by("pk").iterator(500):
        if _told_original(_life(originals.STREAM, one)) != _original(one):
            yield Finding("original-changed", f"original {one.pk}", "原件借还与当时的记录不符：已被改动")


def _life(stream: str, row: Model) -> Life:
    return [(type, data) for _seq, type, _at, _actor, _role, data in facts.of_subject(stream, row.pk)]


def _list(row: HandOver) -> dict[str, Any]:
    states = list(Bundle.objects.filter(hand_over=row).order_by("pk").values_list("case_no", "state"))
    count = rules.counted(states)
    told: dict[str, Any] = {"direction": row.direction, "organ": row.organ_id, "outcome": row.outcome}
    if row.outcome == "taken":
        return told | {
            "there": list(count.there), "missing": list(count.missing), "extra": list(count.extra),
        }  # fmt: skip
    # While the other side counts, ticks are no facts yet.
    return told | {"cases": [case_no for case_no, state in states if state != "extra"]}


def _told_list(life: Life) -> dict[str, Any]:
    if not life:
        return {}
    type, data = life[-1]
    names = ("direction", "organ", "there", "missing", "extra", "cases")
    return {"outcome": "" if type == "made" else type} | {name: data[name] for name in names if name in data}


def _original(row: Original) -> dict[str, Any]:
    back = row.back_signature
    return {
        "case_no": row.case_no,
        "material": row.material,
        "sheets": row.sheets,
        "due_on": row.due_on.isoformat(),
        "signature": bytes(row.signature.sha256).hex(),
        "back": bytes(back.sha256).hex() if back else "",
        "reason": row.kept_reason,
    }


def _told_original(life: Life) -> dict[str, Any]:
    told: dict[str, Any] = {"back": "", "reason": ""}
    for type, data in life:
        if type == "lent":
            told |= {name: data[name] for name in ("case_no", "material", "sheets", "due_on", "signature")}
        elif type == "given-back":
            told["back"] = data["signature"]
        elif type == "kept":
            told["reason"] = data["reason"]
    return told
