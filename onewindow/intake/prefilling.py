"""What the platform knows of an applicant already, put into an empty form to be looked over, never sent by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from onewindow.base import crypto
from onewindow.cases import queries as cases
from onewindow.catalog import data_elements
from onewindow.catalog import queries as catalog
from onewindow.catalog.definition import ItemDefinition
from onewindow.catalog.rules.binding import Binding, bindings
from onewindow.intake import asking
from onewindow.kernel.actor import Actor
from onewindow.people import consents, purposes

ACCOUNT, EARLIER = "account", "earlier"


class Known(msgspec.Struct, frozen=True):
    """A value for the field ``path``; ``source``: account (who applies, as told) or earlier (an application)."""

    path: str
    value: Any
    source: str


def known(
    actor: Actor, item: ItemDefinition, applicant: Mapping[str, str], agent: Mapping[str, str]
) -> list[Known]:
    """What is known for the bound single fields of the item's form; only what each field would take.

    First what this very application says of applicant and agent; then the applicant's last applications, but
    only those of the actor or of a principal who gave the actor a mandate for everything. Nothing
    of these for an actor who refused it. At most two statements besides the cached ones.
    """
    asked = [one for one in bindings(item.form_schema) if not one.is_in_row]
    if not asked or not applicant:
        return []
    held = {applicant.get("type", "person"): dict(applicant)} | ({"agent": dict(agent)} if agent else {})
    elements = data_elements.all_elements()
    found = {}
    for one in asked:
        said = asking.said_of(one, elements, held)
        if said and asking.is_valid(one.part, said[1]):
            found[one.path] = Known(one.path, said[1], ACCOUNT)
    rest = [one for one in asked if one.path not in found]
    is_allowed = bool(rest) and consents.holds(actor.account_id, purposes.PREFILL)
    for one, value in _earlier(actor, applicant, rest) if is_allowed else ():
        if one.path not in found and asking.is_valid(one.part, value):
            found[one.path] = Known(one.path, value, EARLIER)
    return list(found.values())


def form_of(found: list[Known]) -> dict[str, Any]:
    """The values as a form."""
    form: dict[str, Any] = {}
    for one in found:
        form = asking.with_value(form, one.path, one.value)
    return form


def _earlier(
    actor: Actor, applicant: Mapping[str, str], asked: list[Binding]
) -> Iterator[tuple[Binding, Any]]:
    """Fields with the values that earlier applications hold for the same datum, the newest first."""
    hashes = crypto.subject_hashes(applicant.get("id_type", ""), applicant.get("id_number", ""))
    for earlier in cases.earlier_forms(actor, hashes):
        schema = catalog.definition(earlier.item_version_id).form_schema
        values = {
            one.datum: asking.take(earlier.form, one.path) for one in bindings(schema) if not one.is_in_row
        }
        for one in asked:
            if values.get(one.datum) is not None:
                yield one, values[one.datum]
