"""Changes as pages and the API show them: one in full, lists by state and by whom they wait for."""

from __future__ import annotations

from typing import Any

import msgspec
from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from onewindow.catalog import directory, publishing, versions
from onewindow.catalog.changes import acting, checking, store
from onewindow.catalog.changes.target import KIND_LABELS, Target
from onewindow.catalog.compare import differences
from onewindow.catalog.models import Change
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, FieldError, Invalid, NotAllowed, NotFound
from onewindow.org import queries as org

MOST = 100
READERS = ("catalog", "establishment", "legal", "leader", "supervisor", "manager", "auditor")


def change(actor: Actor, number: str) -> dict[str, Any]:
    """One change in full, with the differences to what is in force and what the actor may do now.

    Raises ``NotFound`` for an unknown number and for what the actor may not see.
    """
    return shape(actor, store.seen(actor, number))


def shape(actor: Actor, row: Change) -> dict[str, Any]:
    """The whole shape of a change (``changes`` gives the part without targets, opinions and findings)."""
    targets = store.targets_of(row)
    made = store.versions_made(row)
    return _line(actor, row) | {
        "basis": row.basis,
        "reason": row.reason,
        "held": row.held or None,
        "targets": [_target(row, target, made.get(target.task_code)) for target in targets],
        "opinions": [
            {
                "seat": one.seat,
                "verdict": one.verdict,
                "text": one.text,
                "by": one.name,
                "at": one.at,
                "round": one.round,
            }
            for one in row.opinions.order_by("at", "id")
        ],
        "findings": _findings(row, targets),
        "actions": [_action(name, row, actor) for name in acting.LABELS],
    }


def _line(actor: Actor, row: Change) -> dict[str, Any]:
    return {
        "number": row.number,
        "version": row.version,
        "kind": row.kind,
        "kind_name": gettext(KIND_LABELS[row.kind]),
        "state": row.state,
        "title": row.title,
        "organ": org.organ(row.organ_id).name,
        "proposer": row.proposer_name,
        "is_mine": row.proposer_id == actor.account_id,
        "round": row.round,
        "effective_on": row.effective_on,
        "created_at": row.created_at,
        "submitted_at": row.submitted_at,
        "decided_at": row.decided_at,
        "in_force_at": row.in_force_at,
        "awaits": acting.awaits(row),
    }


def _target(row: Change, target: Target, made: int | None) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "task_code": target.task_code,
        "action": target.action,
        "base_version": target.base_version,
        "version": made,
        "source": target.source or None,
        "definition": msgspec.to_builtins(target.definition),
        "common": msgspec.to_builtins(target.common),
    }
    if row.kind == "directory":
        return shown | _directory_target(target)
    base = _base(target)
    content = target.definition or base
    return shown | {
        "name": content.name if content else "",
        "organ": content.organ_name if content else "",
        "is_stale": made is None and row.state in ("to-submit", "in-approval") and _is_stale(target),
        "differences": [
            msgspec.to_builtins(one)
            for one in (differences(base, target.definition) if target.definition else [])
        ],
    }


def _base(target: Target) -> Any:
    """What the proposal is compared with: the version it was written on, of a delegation the source."""
    if target.base_version is not None:
        return versions.current(target.task_code, target.base_version)
    if target.source:
        try:
            return versions.latest(target.source)
        except NotFound:
            return None
    return None


def _is_stale(target: Target) -> bool:
    known = publishing.known([target.task_code]).get(target.task_code)
    return (known.version if known else None) != target.base_version


def _directory_target(target: Target) -> dict[str, Any]:
    base = None
    if target.base_version is not None:
        base = directory.current(target.task_code, target.base_version)
    content = target.common or base
    known = directory.known([target.task_code]).get(target.task_code)
    return {
        "name": content.name if content else "",
        "organ": "",
        "is_stale": (known.version if known else None) != target.base_version,
        "differences": [
            msgspec.to_builtins(one) for one in (differences(base, target.common) if target.common else [])
        ],
    }


def _findings(row: Change, targets: tuple[Target, ...]) -> list[dict[str, Any]]:
    """Of a draft what the rules say now; later what was recorded when it was submitted."""
    if row.state != "to-submit":
        return list(row.warnings)
    return [finding_shape(one) for one in checking.findings(targets)]


def finding_shape(told: checking.Told) -> dict[str, Any]:
    """A finding as it is kept and shown."""
    one = told.finding
    return {
        "task_code": told.task_code,
        "rule": one.rule,
        "level": one.level,
        "element": one.element,
        "text": one.text(gettext),
        "span": list(one.span) if one.span else None,
    }


def _action(name: str, row: Change, actor: Actor) -> dict[str, Any]:
    refused = acting.refusal(name, row, actor)
    reason = None
    if refused is not None:
        params = {
            key: gettext(value) if isinstance(value, str) else value for key, value in refused.params.items()
        }
        reason = gettext(refused.message) % params if params else gettext(refused.message)
    return {"name": name, "label": gettext(acting.LABELS[name]), "allowed": refused is None, "reason": reason}


def changes(
    actor: Actor,
    *,
    state: str | None = None,
    mine: bool = False,
    waiting: bool = False,
    task_code: str | None = None,
    cursor: str | None = None,
    limit: int = 20,
) -> tuple[list[dict[str, Any]], str | None]:
    """Changes that the actor may see, newest first, and the cursor of what follows.

    ``mine``: proposed by the actor; ``waiting``: where it is the actor's turn; ``task_code``: that touch this item.
    Raises ``NotAllowed`` for who has nothing to do with changes, ``Invalid`` for a foreign state or cursor.
    """
    if not actor.has(*READERS):
        raise NotAllowed("role-lacks-it", N_("您的岗位不能查看变更申请。"))
    rows = Change.objects.filter(_seen_by(actor))
    if state is not None:
        if state not in acting.STATE_LABELS:
            raise _invalid("state", N_("没有这种状态"))
        rows = rows.filter(state=state)
    if mine:
        rows = rows.filter(proposer_id=actor.account_id)
    if waiting:
        rows = _waiting(rows, actor)
    if task_code is not None:
        rows = rows.filter(targets__task_code=task_code)
    if cursor is not None:
        if not cursor.isdigit() or len(cursor) > 18:
            raise _invalid("cursor", N_("翻页标记无效"))
        rows = rows.filter(id__lt=int(cursor))
    limit = max(1, min(limit, MOST))
    found = list(rows.order_by("-id")[: limit + 1])
    following = str(found[limit - 1].pk) if len(found) > limit else None
    return [_line(actor, row) for row in found[:limit]], following


def _invalid(field: str, message: str) -> Invalid:
    return Invalid("invalid-filter", message, fields=[FieldError(field, "not-an-option", message)])


def _seen_by(actor: Actor) -> Q:
    seen = Q(proposer_id=actor.account_id)
    if actor.has(*store.SEES_ALL):
        seen |= Q(submitted_at__isnull=False)
    if actor.has("catalog"):
        seen |= Q(organ_id__in=actor.organ_ids)
    return seen


def _waiting(rows: QuerySet[Change], actor: Actor) -> QuerySet[Change]:
    mine = Q(state="to-submit", proposer_id=actor.account_id)
    others = ~Q(proposer_id=actor.account_id)
    for seat in acting.SEATS:
        if actor.has(seat):
            unsaid = Q(**{f"{seat}_id__isnull": True})
            mine |= Q(state="in-approval") & unsaid & others & _not_seated(actor)
    if actor.has("leader"):
        both = Q(establishment_id__isnull=False, legal_id__isnull=False)
        mine |= Q(state="in-approval") & both & others & _not_seated(actor)
    return rows.filter(mine)


def _not_seated(actor: Actor) -> Q:
    """Not already on the other seat of this round."""
    seated = Q()
    for seat in acting.SEATS:
        seated &= Q(**{f"{seat}_id__isnull": True}) | ~Q(**{f"{seat}_id": actor.account_id})
    return seated
