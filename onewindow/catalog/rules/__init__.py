"""The rules of the catalogue, pure: types, limits, the checklist of a scenario, the form."""

from onewindow.catalog.rules.checklist import Checklist, checklist
from onewindow.catalog.rules.forms import form_errors
from onewindow.catalog.rules.publication import definition_problems
from onewindow.catalog.rules.scenario import scenario_problems
from onewindow.catalog.rules.timing import promise_exceeds
from onewindow.catalog.rules.types import TYPES, ItemType, type_code, type_name, type_rules

__all__ = [
    "TYPES",
    "Checklist",
    "ItemType",
    "checklist",
    "definition_problems",
    "form_errors",
    "promise_exceeds",
    "scenario_problems",
    "type_code",
    "type_name",
    "type_rules",
]
