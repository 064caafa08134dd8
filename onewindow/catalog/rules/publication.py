"""Rules that a version must keep before it may be published (handbook 2.4)."""

from __future__ import annotations

from onewindow.catalog.definition import ItemDefinition, Limit
from onewindow.catalog.rules.checklist import scenario_problems


def promise_exceeds(legal: Limit | None, promised: Limit | None) -> bool:
    """True when the promised limit is longer than the legal one; units are compared, never converted."""
    return (
        legal is not None
        and promised is not None
        and legal.unit == promised.unit
        and promised.days > legal.days
    )


def definition_problems(definition: ItemDefinition) -> list[str]:
    """What forbids publication of ``definition``, in Chinese; empty when it may be published.

    Rules 12 and 13 of handbook 2.4 and the soundness of the scenario; an item that is handled here must
    have steps, materials on every way, a form schema and a kind that agrees with its promise.
    """
    problems: list[str] = []
    if promise_exceeds(definition.legal_limit, definition.promised_limit):
        problems.append("承诺办结时限超过法定办结时限")
    promised = definition.promised_limit
    if promised is not None and sum(step.days or 0 for step in definition.steps) > promised.days:
        problems.append("各步骤天数之和超过承诺办结时限")
    codes = [row.code for row in definition.materials]
    if len(set(codes)) != len(codes):
        problems.append("材料编号重复")
    problems.extend(scenario_problems(definition))
    if definition.handled:
        problems.extend(_handled_problems(definition))
    return problems


def _handled_problems(definition: ItemDefinition) -> list[str]:
    problems = []
    if definition.kind is None:
        problems.append("可办理的事项没有办件类型")
    if not definition.steps:
        problems.append("可办理的事项没有办理步骤")
    if definition.form_schema.get("type") != "object":
        problems.append("可办理的事项没有表单结构")
    promised = definition.promised_limit
    if promised is not None and (definition.kind == "instant") != (promised.days == 0):
        problems.append("即办件的承诺办结时限应当为 0，承诺件应当大于 0")
    return problems
