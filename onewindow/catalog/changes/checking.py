"""A change against what stands in the tables: stale bases, used codes, and the rules on what is proposed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from onewindow.catalog import data_elements, directory, publishing, settings, versions
from onewindow.catalog.changes.target import DELEGATED, Target
from onewindow.catalog.common_elements import CommonElements
from onewindow.catalog.definition import ItemDefinition
from onewindow.catalog.rules import saving
from onewindow.catalog.rules.finding import HEADED, Finding
from onewindow.catalog.rules.publication import hard_findings
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, FieldError, Invalid, NotAllowed, NotFound, Refusal, RuleBroken, Stale
from onewindow.org import queries as org


class Told(msgspec.Struct, frozen=True):
    """A finding about one target of a change."""

    task_code: str
    finding: Finding


def with_bases(kind: str, targets: Sequence[Target]) -> tuple[Target, ...]:
    """``targets`` with the version in force as the base of what is not a publication (nothing was written)."""
    if kind == "directory":
        return tuple(targets)
    known = publishing.known([target.task_code for target in targets])
    return tuple(
        msgspec.structs.replace(target, base_version=known[target.task_code].version)
        if target.action != "publish" and target.base_version is None and target.task_code in known
        else target
        for target in targets
    )


def refusal(kind: str, targets: Sequence[Target]) -> Refusal | None:
    """Why the targets cannot be carried out on what stands now: ``Stale`` when somebody was quicker."""
    if kind == "directory":
        return _directory_refusal(targets)
    known = publishing.known([target.task_code for target in targets])
    for target in targets:
        refused = _item_refusal(kind, target, known.get(target.task_code))
        if refused is not None:
            return refused
    return None


_STATES = {"suspend": ("in-use",), "resume": ("suspended",)}
_STATE_LABELS = {"in-use": N_("在用"), "suspended": N_("已暂停"), "cancelled": N_("已取消")}


def _item_refusal(kind: str, target: Target, known: publishing.Known | None) -> Refusal | None:
    params = {"code": target.task_code}
    if target.deed == "create":
        if known is None:
            return None
        return RuleBroken("code-used", N_("编码 %(code)s 已经用过，编码不得重复使用。"), params=params)
    if known is None:
        return NotFound("no-item", N_("没有这个事项：%(code)s"), params=params)
    if known.state not in _STATES.get(target.action, ("in-use", "suspended")):
        params = params | {"state": _STATE_LABELS[known.state]}
        return RuleBroken(
            "wrong-item-state", N_("事项 %(code)s 现在%(state)s，不能这样变更。"), params=params
        )
    if target.base_version != known.version:
        return _stale(target, known.version)
    is_taken_back = kind == "take-back" and target.action == "cancel"
    if is_taken_back and versions.definition(known.version_id).power_source not in DELEGATED:
        return RuleBroken("not-delegated", N_("事项 %(code)s 不是下放的事项，不能收回。"), params=params)
    return None


def _directory_refusal(targets: Sequence[Target]) -> Refusal | None:
    known = directory.known([target.task_code for target in targets])
    for target in targets:
        stands = known.get(target.task_code)
        params = {"code": target.task_code}
        if target.deed == "create":
            if stands is not None:
                return RuleBroken(
                    "code-used", N_("编码 %(code)s 已经用过，编码不得重复使用。"), params=params
                )
        elif stands is None or stands.is_cancelled:
            return NotFound("no-catalogue-item", N_("基本目录中没有这个编码"))
        elif target.base_version != stands.version:
            return _stale(target, stands.version)
    return None


def _stale(target: Target, version: int) -> Stale:
    return Stale(
        "stale-base",
        N_("事项 %(code)s 的现行版本已经是第 %(version)s 版，请按现行版本更新后再办。"),
        params={"code": target.task_code, "version": version},
    )


def require_reach(actor: Actor, kind: str, targets: Sequence[Target]) -> None:
    """Refuse targets beyond the organs that the editor works for; a delegation starts from his own item.

    The basic catalogue is kept by editors who work for every organ. Raises ``NotAllowed``, ``NotFound``.
    """
    if kind == "directory":
        if not actor.organ_ids >= {organ.id for organ in org.organs()}:
            raise NotAllowed("not-your-organ", N_("基本目录由负责全部部门的编辑维护。"))
        return
    for place, target in enumerate(targets):
        for organ_id in _organs_of(kind, target, place):
            if organ_id not in actor.organ_ids:
                raise NotAllowed(
                    "not-your-organ",
                    N_("您只能为自己负责的部门提出变更，“%(organ)s”不在其中。"),
                    params={"organ": org.organ(organ_id).name},
                )


def _organs_of(kind: str, target: Target, place: int) -> set[int]:
    found = set()
    if target.definition is not None:
        _require_organ(target.definition, place)
        found.add(target.definition.organ_id)
    if target.deed != "create":
        found.add(versions.current(target.task_code).organ_id)
    elif kind == "delegate":
        source = versions.current(target.source).organ_id
        if found == {source}:
            raise Invalid(
                "invalid-fields",
                N_("下放要交给另一个部门"),
                fields=[
                    FieldError(f"targets.{place}.definition.organ_id", "same", N_("下放要交给另一个部门"))
                ],
            )
        found = {source}
    return found


def _require_organ(definition: ItemDefinition, place: int) -> None:
    try:
        org.organ(definition.organ_id)
    except NotFound:
        problem = FieldError(f"targets.{place}.definition.organ_id", "unknown", N_("没有这个部门"))
        raise Invalid("invalid-fields", N_("没有这个部门"), fields=[problem]) from None


def findings(targets: Sequence[Target]) -> list[Told]:
    """What the rules on saving say about every proposed content, errors and warnings."""
    proposed = [target.definition for target in targets if target.definition is not None]
    commons = directory.commons([definition.catalog_code for definition in proposed])
    told = []
    for definition in proposed:
        common = commons.get(definition.catalog_code)
        told += [Told(definition.task_code, one) for one in _of(definition, common)]
    return told


def _of(definition: ItemDefinition, common: CommonElements | None) -> list[Finding]:
    """By the settings, and besides what no setting can soften: cases could not run on it."""
    hard = hard_findings(definition)
    known = {(one.rule, one.element) for one in hard}
    by_setting = saving.findings(
        definition,
        common=common,
        levels=settings.rule_levels(),
        vague=settings.vague_words(),
        unified=settings.unified_elements(),
        elements=data_elements.all_elements(),
    )
    return hard + [one for one in by_setting if (one.rule, one.element) not in known]


def require_sound(targets: Sequence[Target]) -> list[Told]:
    """Refuse content that breaks a rule set to error, every place told; gives the warnings."""
    told = findings(targets)
    places: Mapping[str, int] = {target.task_code: place for place, target in enumerate(targets)}
    errors = [
        FieldError(
            f"targets.{places[one.task_code]}.definition.{one.finding.element}",
            one.finding.rule,
            HEADED,
            {"rule": one.finding.rule, "text": one.finding.sentence()},
        )
        for one in told
        if one.finding.level == "error"
    ]
    if errors:
        raise Invalid("rules-broken", N_("内容不符合事项规则，请更正后再提交。"), fields=errors)
    return [one for one in told if one.finding.level == "warning"]
