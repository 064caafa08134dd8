"""A change is written: proposed, kept while one types, moved onto a newer version, handed in, taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from django.db import transaction

from onewindow.base import clock
from onewindow.catalog import directory, publishing, versions
from onewindow.catalog.changes import acting, checking, drafting, reads, store
from onewindow.catalog.changes.target import Target, shape_errors
from onewindow.catalog.models import Change
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, FieldError, Invalid, NotAllowed

LONGEST_TITLE, LONGEST_TEXT = 200, 4000
_UNCHANGED: Any = object()


def propose(
    actor: Actor,
    *,
    kind: str,
    title: str,
    reason: str,
    basis: str = "",
    targets: Sequence[Target],
    effective_on: date | None = None,
    now: datetime,
) -> dict[str, Any]:
    """Begin a change (state ``to-submit``); gives it in the shape of ``queries.change``.

    Contents need not keep the rules yet: they are checked when it is submitted. ``effective_on`` None: in force
    on approval. Raises ``NotAllowed`` for who is no editor or of another organ, ``Invalid`` with fields,
    ``NotFound``, ``RuleBroken`` for a code used before, ``Stale`` when the base is not in force.
    """
    organ_id = _require_editor(actor)
    require_texts(title, reason, basis)
    with transaction.atomic():
        ready = _ready(actor, kind, targets)
        serial, number = store.next_number(now)
        change = Change(
            id=serial,
            number=number,
            kind=kind,
            title=title.strip(),
            reason=reason.strip(),
            basis=basis.strip(),
            organ_id=organ_id,
            proposer_id=actor.account_id,
            proposer_name=actor.name,
            effective_on=_day(effective_on, now),
            created_at=now,
            changed_at=now,
        )
        change.save(force_insert=True)
        store.put_targets(change, ready)
        store.tell(change, "change-proposed", actor, now=now, role="catalog", kind=kind)
        return reads.shape(actor, change)


def amend(
    actor: Actor,
    number: str,
    *,
    version: int,
    title: str | None = None,
    reason: str | None = None,
    basis: str | None = None,
    targets: Sequence[Target] | None = None,
    effective_on: date | None = _UNCHANGED,
    now: datetime,
) -> dict[str, Any]:
    """Keep a draft: what is given replaces what it held, the rest stays. Saving as one types is no step of the
    change's life: the ledger proves what was submitted.

    Raises ``Stale`` when the draft is not at ``version`` any more, and what ``propose`` raises.
    """
    with transaction.atomic():
        change = _own(actor, number, version, "amend")
        texts = {"title": title, "reason": reason, "basis": basis}
        for name, text in texts.items():
            if text is not None:
                setattr(change, name, text.strip())
        require_texts(change.title, change.reason, change.basis)
        if effective_on is not _UNCHANGED:
            change.effective_on = _day(effective_on, now)
        if targets is not None:
            store.put_targets(change, _ready(actor, change.kind, targets))
        store.save(change, now=now)
        return reads.shape(actor, change)


def submit(actor: Actor, number: str, *, version: int, now: datetime) -> dict[str, Any]:
    """Hand a change in: from now on it is examined and cannot be altered. Warnings are recorded with it.

    Raises ``Invalid`` with every broken rule that is set to error, ``Stale`` when an item's version in force
    has moved since the proposal was written (see ``rebase``), ``RuleBroken``.
    """
    with transaction.atomic():
        change = _own(actor, number, version, "submit")
        targets = store.targets_of(change)
        refused = checking.refusal(change.kind, targets)
        if refused is not None:
            raise refused
        checking.require_reach(actor, change.kind, targets)
        warnings = checking.require_sound(targets)
        change.warnings = [reads.finding_shape(one) for one in warnings]
        change.effective_on = _day(change.effective_on, now)
        change.state, change.submitted_at, change.held = "in-approval", now, ""
        store.save(change, now=now)
        store.tell(
            change,
            "change-submitted",
            actor,
            now=now,
            role="catalog",
            targets=store.summary(targets),
            warnings=sorted({one.finding.rule for one in warnings}),
            reason=store.text_digest(change.reason),
        )
        return reads.shape(actor, change)


def withdraw_change(actor: Actor, number: str, *, version: int, now: datetime) -> dict[str, Any]:
    """The proposer takes a change back, for good, before it is approved."""
    with transaction.atomic():
        change = _own(actor, number, version, "withdraw")
        change.state, change.decided_at = "withdrawn", now
        store.save(change, now=now)
        store.tell(change, "change-withdrawn", actor, now=now, role="catalog")
        return reads.shape(actor, change)


def rebase(actor: Actor, number: str, *, version: int, now: datetime) -> tuple[dict[str, Any], list[str]]:
    """Move a proposal onto the versions now in force; one in approval returns to its author for a new round.

    Gives the change and the places ("task_code element") that both sides had altered: there the proposal's
    content stays and its author has to look.
    """
    with transaction.atomic():
        change = _own(actor, number, version, "rebase")
        moved, conflicts = [], []
        for target in store.targets_of(change):
            fresh, clashes = _rebased(change.kind, target)
            moved.append(fresh)
            conflicts += [f"{target.task_code} {name}" for name in clashes]
        if change.state == "in-approval":
            store.back_to_draft(change)
        change.held = ""
        store.put_targets(change, moved)
        store.save(change, now=now)
        store.tell(
            change, "change-rebased", actor, now=now, role="catalog", targets=store.summary(tuple(moved))
        )
        return reads.shape(actor, change), conflicts


def restore(
    actor: Actor,
    task_code: str,
    version: int,
    *,
    reason: str,
    basis: str = "",
    title: str | None = None,
    now: datetime,
) -> dict[str, Any]:
    """Propose the content of an earlier version anew: what an editor did is undone by a new version."""
    _require_editor(actor)
    earlier, stands = versions.current(task_code, version), versions.current(task_code)
    content = msgspec.structs.replace(earlier, effective_on=None)
    target = Target(task_code=task_code, action="publish", definition=content, base_version=stands.version)
    name = title or f"恢复《{earlier.name}》第 {version} 版"[:LONGEST_TITLE]
    return propose(actor, kind="change", title=name, reason=reason, basis=basis, targets=[target], now=now)


def _rebased(kind: str, target: Target) -> tuple[Target, list[str]]:
    if target.deed == "create":
        return target, []
    if kind == "directory":
        stands = directory.known([target.task_code]).get(target.task_code)
        base: Any = directory.current(target.task_code, target.base_version)
        current: Any = directory.current(target.task_code)
        latest = stands.version if stands else None
        draft: Any = target.common
    else:
        latest = publishing.known([target.task_code])[target.task_code].version
        base, current = None, None
        draft = target.definition
        if draft is not None:
            base = versions.current(target.task_code, target.base_version)
            current = versions.current(target.task_code)
    if draft is None:
        return msgspec.structs.replace(target, base_version=latest), []
    content, conflicts = drafting.rebased(draft, base, current)
    name = "common" if kind == "directory" else "definition"
    return msgspec.structs.replace(target, base_version=latest, **{name: content}), conflicts


def _ready(actor: Actor, kind: str, targets: Sequence[Target]) -> tuple[Target, ...]:
    """``targets`` as they are kept, once their shape, their reach and their bases are found good."""
    errors = shape_errors(kind, targets)
    if errors:
        raise Invalid("invalid-fields", N_("变更内容有误"), fields=errors)
    checking.require_reach(actor, kind, targets)
    ready = checking.with_bases(kind, targets)
    refused = checking.refusal(kind, ready)
    if refused is not None:
        raise refused
    return ready


def _own(actor: Actor, number: str, version: int, action: str) -> Change:
    change = store.locked(actor, number, version=version)
    refused = acting.refusal(action, change, actor)
    if refused is not None:
        raise refused
    return change


def _require_editor(actor: Actor) -> int:
    """The organ in whose name the editor proposes."""
    if not actor.has("catalog") or actor.organ_id is None:
        raise NotAllowed("role-lacks-it", N_("只有事项编辑可以提出变更。"))
    return actor.organ_id


def require_texts(title: str, reason: str, basis: str) -> None:
    errors = [
        FieldError(name, "required", N_("请填写变更的名称和理由"))
        for name, text in (("title", title), ("reason", reason))
        if not text.strip()
    ]
    errors += [
        FieldError(name, "too-long", N_("不超过 %(most)s 字"), {"most": most})
        for name, text, most in (
            ("title", title, LONGEST_TITLE),
            ("reason", reason, LONGEST_TEXT),
            ("basis", basis, LONGEST_TEXT),
        )
        if len(text) > most
    ]
    errors += [
        FieldError(name, "invalid", N_("文字中有不能保存的字符"))
        for name, text in (("title", title), ("reason", reason), ("basis", basis))
        if "\x00" in text
    ]
    if errors:
        raise Invalid("invalid-fields", N_("变更内容有误"), fields=errors)


def _day(effective_on: date | None, now: datetime) -> date | None:
    """A day in the past means: at once."""
    return effective_on if effective_on is not None and effective_on > clock.day_of(now) else None
