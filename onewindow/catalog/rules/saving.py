"""All rules on saving an item together (handbook 2.2 to 2.6), each finding with the number of its rule."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from onewindow.catalog.common_elements import CommonElements
from onewindow.catalog.definition import ItemDefinition
from onewindow.catalog.rules.binding import DataElement, note_bindings
from onewindow.catalog.rules.codes import note_codes
from onewindow.catalog.rules.contents import note_contents
from onewindow.catalog.rules.finding import Finding, Notes
from onewindow.catalog.rules.inheritance import DEFAULT_UNIFIED, note_inheritance
from onewindow.catalog.rules.numbers import BY_APPLICATION, DEFAULT_LEVELS, MISSING
from onewindow.catalog.rules.reaching import note_reaching
from onewindow.catalog.rules.scenario import scenario_findings
from onewindow.catalog.rules.timing import FLOW, KIND, note_timing
from onewindow.catalog.rules.types import TYPES
from onewindow.catalog.rules.wording import DEFAULT_WORDS, note_vague
from onewindow.kernel.errors import N_

MOST_CHECK_DAYS = 365


def findings(
    definition: ItemDefinition,
    *,
    common: CommonElements | None = None,
    levels: Mapping[str, str] = DEFAULT_LEVELS,
    vague: Sequence[str] = DEFAULT_WORDS,
    unified: Collection[str] = DEFAULT_UNIFIED,
    elements: Mapping[str, DataElement] | None = None,
) -> list[Finding]:
    """Everything that the rules say about ``definition``: contradictions, then what they miss.

    ``levels`` maps a rule's number, or number and ``/missing``, to error, warning or off. An item of an ex
    officio type that nobody applies for is spared what only an application needs. ``elements`` is the
    dictionary that forms are bound to; without it bindings are not judged.
    """
    notes = Notes(levels if is_applied_for(definition) else _without_application(levels))
    note_codes(definition, notes)
    note_rows(definition, notes)
    note_handled(definition, notes)
    note_pledge(definition, notes)
    if elements is not None:
        note_bindings(definition.form_schema, notes, elements)
    note_timing(definition, notes)
    note_reaching(definition, notes)
    note_contents(definition, notes)
    note_vague(definition, notes, vague)
    if common is not None:
        note_inheritance(common, definition, notes, unified)
    notes.take(scenario_findings(definition))
    return notes.told()


def is_applied_for(definition: ItemDefinition) -> bool:
    """Has the item an applicant: a type by application (handbook 2.1), or handled here all the same."""
    kind = TYPES.get(definition.type)
    return definition.handled or kind is None or kind.by_application


def _without_application(levels: Mapping[str, str]) -> dict[str, str]:
    return {**levels, **{number + MISSING: "off" for number in BY_APPLICATION}}


def note_rows(definition: ItemDefinition, notes: Notes) -> None:
    """Rule 2.3-1: the code of a row of materials names one row."""
    seen: set[str] = set()
    for row in definition.materials:
        if row.code in seen:
            notes.broken("2.3-1", f"materials.{row.code}", N_("材料编号重复：%(code)s"), code=row.code)
        seen.add(row.code)


def note_pledge(definition: ItemDefinition, notes: Notes) -> None:
    """Rules 2.3-6 and 2.3-7 (handbook 3.7, 国办发〔2020〕42号): what a promise needs, and what forbids it."""
    pledge = definition.pledge
    if not pledge.is_offered:
        return
    if pledge.exclusions:
        notes.broken("2.3-7", "pledge.exclusions", N_("属于不得告知承诺的情形，不能写承诺内容"))
    if not pledge.consequences.strip():
        notes.broken("2.3-6", "pledge.consequences", N_("没有写明不实承诺的后果"))
    if not definition.conditions and not pledge.notice.strip():
        notes.broken("2.3-6", "pledge.notice", N_("没有写明要告知的条件"))
    if pledge.check_days is not None and not 1 <= pledge.check_days <= MOST_CHECK_DAYS:
        notes.broken("2.3-6", "pledge.check_days", N_("核查期限应在 1 至 365 日之间"))
    for place, one in enumerate(pledge.promises):
        for code in one.materials:
            if code not in definition.material_by_code:
                notes.broken("2.3-6", f"pledge.promises.{place}", N_("材料清单里没有 %(code)s"), code=code)


def note_handled(definition: ItemDefinition, notes: Notes) -> None:
    """Rule 2.3-2: what one can apply for here has a kind, a flow and a form."""
    if not definition.handled:
        return
    if definition.kind is None:
        notes.lacks("2.3-2", "kind", KIND)
    if not definition.steps:
        notes.lacks("2.3-2", "steps", FLOW)
    if definition.form_schema.get("type") != "object":
        notes.lacks("2.3-2", "form_schema", N_("表单结构"))
