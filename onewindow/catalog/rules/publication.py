"""Rules that a version must keep before it may be published, whatever the settings say (handbook 2.4)."""

from __future__ import annotations

from onewindow.catalog.definition import ItemDefinition
from onewindow.catalog.rules.finding import Finding, Notes, errors
from onewindow.catalog.rules.numbers import DEFAULT_LEVELS, MISSING, RULES
from onewindow.catalog.rules.saving import note_handled, note_pledge, note_rows
from onewindow.catalog.rules.scenario import scenario_findings
from onewindow.catalog.rules.timing import note_kind, note_promise, note_steps

# What is missing does not forbid publication (imported lists are published whole), but for what one applies
# for here: that cannot be handled without a kind, a flow and a form.
_LEVELS = {
    **DEFAULT_LEVELS,
    **{number + MISSING: "off" for number in RULES if number != "2.3-2"},
}


def hard_findings(definition: ItemDefinition) -> list[Finding]:
    """What forbids publication of ``definition``: no setting softens these.

    Rules 12 and 13, codes of materials, what a promise may stand for, the soundness of the scenario; for an item
    that is handled here also rules 1 and 2 and the elements without which it cannot be handled.
    """
    notes = Notes(_LEVELS)
    note_promise(definition, notes)
    note_steps(definition, notes)
    note_rows(definition, notes)
    note_pledge(definition, notes)
    if definition.handled:
        note_handled(definition, notes)
        note_kind(definition, notes)
    notes.take(scenario_findings(definition))
    return errors(notes.told())


def definition_problems(definition: ItemDefinition) -> list[str]:
    """``hard_findings`` as sentences with their rule numbers, in Chinese; empty when it may be published."""
    return [finding.text() for finding in hard_findings(definition)]
