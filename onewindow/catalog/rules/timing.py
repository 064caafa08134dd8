"""Rules on time: kind against promise, promise against law, steps against promise (2.4: 1, 2, 12, 13)."""

from __future__ import annotations

from onewindow.catalog.definition import ItemDefinition, Limit
from onewindow.catalog.rules.finding import Notes
from onewindow.kernel.errors import N_

AT_ONCE = "即审即办"
EXAMINED = "前审后批"
KINDS = {"instant": N_("即办件"), "commitment": N_("承诺件")}
UNITS = {"working_day": "工作日", "calendar_day": "自然日"}

LEGAL, PROMISED = N_("法定办结时限"), N_("承诺办结时限")
KIND, REVIEW, FLOW = N_("办件类型"), N_("审查类型"), N_("办理流程")


def limit_text(limit: Limit) -> str:
    """A limit as lists print it, such as 20 工作日."""
    return f"{limit.days} {UNITS[limit.unit]}"


def promise_exceeds(legal: Limit | None, promised: Limit | None) -> bool:
    """True when the promised limit is longer than the legal one; units are compared, never converted."""
    return (
        legal is not None
        and promised is not None
        and legal.unit == promised.unit
        and promised.days > legal.days
    )


def note_timing(definition: ItemDefinition, notes: Notes) -> None:
    """Rules 1, 2, 12 and 13."""
    note_kind(definition, notes)
    note_promise(definition, notes)
    note_steps(definition, notes)


def note_kind(definition: ItemDefinition, notes: Notes) -> None:
    """Rules 1 and 2: promise 0 ⇔ 即办件 and 即审即办; otherwise 承诺件 and 前审后批.

    告知承诺 and 其他 are review types of their own (handbook 2.3) and contradict neither.
    """
    promised, kind, review = definition.promised_limit, definition.kind, definition.review_type
    # Where the promise is not known, the kind still has to agree with the review.
    if promised is None:
        notes.lacks("2.4-1", "promised_limit", PROMISED)
        is_at_once = kind == "instant" if kind else review == AT_ONCE
    else:
        is_at_once = promised.days == 0
    rule = "2.4-1" if is_at_once else "2.4-2"
    asking = rule if promised is not None else "2.4-1"
    if kind is None:
        notes.lacks(asking, "kind", KIND)
    if not review:
        notes.lacks(asking, "review_type", REVIEW)
    if promised is None and not (kind and review):
        return
    wanted = "instant" if is_at_once else "commitment"
    if kind is not None and kind != wanted:
        _note_wrong_kind(rule, is_at_once, kind, promised, notes)
    if not is_at_once and kind == "instant" and review == AT_ONCE and promised is not None:
        notes.broken(
            "2.4-1",
            "promised_limit",
            N_("即办件、即审即办的承诺办结时限应当为 0，现为 %(promised)s"),
            promised=limit_text(promised),
        )
    elif review == (EXAMINED if is_at_once else AT_ONCE):
        message = (
            N_("当场办结的事项审查类型应当为“%(wanted)s”，现为“%(review)s”")
            if is_at_once
            else N_("不能当场办结的事项审查类型应当为“%(wanted)s”，现为“%(review)s”")
        )
        notes.broken(rule, "review_type", message, wanted=AT_ONCE if is_at_once else EXAMINED, review=review)


def _note_wrong_kind(rule: str, is_at_once: bool, kind: str, promised: Limit | None, notes: Notes) -> None:
    message = (
        N_("承诺办结时限为 %(promised)s，办件类型应当为即办件，现为%(what)s")
        if is_at_once
        else N_("承诺办结时限为 %(promised)s，办件类型应当为承诺件，现为%(what)s")
    )
    assert promised is not None  # without a promise the kind itself decides which rule holds
    notes.broken(rule, "kind", message, promised=limit_text(promised), what=KINDS[kind])


def note_promise(definition: ItemDefinition, notes: Notes) -> None:
    """Rule 12. A list without a legal limit says why (法定办结时限说明); limits in two units are told apart."""
    legal, promised = definition.legal_limit, definition.promised_limit
    if legal is None and not definition.legal_note:
        notes.lacks("2.4-12", "legal_limit", LEGAL)
    if promised is None:
        notes.lacks("2.4-12", "promised_limit", PROMISED)
    if legal is None or promised is None:
        return
    if promise_exceeds(legal, promised):
        notes.broken(
            "2.4-12",
            "promised_limit",
            N_("承诺办结时限（%(promised)s）超过法定办结时限（%(legal)s）"),
            promised=limit_text(promised),
            legal=limit_text(legal),
        )
    elif legal.unit != promised.unit and not definition.promised_note:
        notes.lacks("2.4-12", "promised_note", N_("承诺办结时限说明：与法定办结时限的单位不同，无法比较"))


def note_steps(definition: ItemDefinition, notes: Notes) -> None:
    """Rule 13; a step without days takes none of its own (the delivery has its own limit, art. 44)."""
    if not definition.steps:
        notes.lacks("2.4-13", "steps", FLOW)
        return
    promised = definition.promised_limit
    if promised is None:
        notes.lacks("2.4-13", "promised_limit", PROMISED)
        return
    total = sum(step.days or 0 for step in definition.steps)
    if total > promised.days:
        notes.broken(
            "2.4-13",
            "steps",
            N_("各步骤天数之和（%(total)s）超过承诺办结时限（%(promised)s）"),
            total=total,
            promised=limit_text(promised),
        )
