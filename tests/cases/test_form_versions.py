"""The version of a form: counted when it changes, shown with it, kept with every case."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
from jsonschema import Draft202012Validator

from onewindow.catalog import guides, queries, services
from onewindow.kernel.actor import SYSTEM
from tests.world import SEWAGE, Api, application

NOW = datetime(2026, 9, 24, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
CODE = SEWAGE


def test_another_form_is_another_version_of_the_form(city: None) -> None:
    first = queries.current(CODE)
    services.publish(msgspec.structs.replace(first, summary="另一说明"), actor=SYSTEM, now=NOW)
    same = queries.current(CODE)
    other_form = {**first.form_schema, "title": "另一张表"}
    services.publish(msgspec.structs.replace(same, form_schema=other_form), actor=SYSTEM, now=NOW)
    other = queries.current(CODE)
    numbers = [(one.version - first.version, one.form_version - first.form_version) for one in (same, other)]
    assert numbers == [(1, 0), (2, 1)]
    assert queries.definition(same.version_id).form_version == same.form_version


def test_a_form_is_shown_with_its_dialect_name_and_version(city: None) -> None:
    item = queries.current(CODE)
    shown = guides.guide(item)
    form = shown["form_schema"]
    assert (form["$schema"], form["x-version"]) == (guides.NO_FORM["$schema"], shown["form_version"])
    assert form["$id"] == f"urn:onewindow:form:{CODE}:{item.form_version}"
    Draft202012Validator.check_schema(form)
    assert guides.guide(msgspec.structs.replace(item, form_schema={}))["form_version"] is None


def test_a_case_keeps_the_version_of_the_form_that_it_was_filled_by(city: None) -> None:
    first = queries.current(CODE)
    made = Api("clerk1").post("/cases", application(SEWAGE)).json
    other_form = {**first.form_schema, "title": "另一张表"}
    services.publish(msgspec.structs.replace(first, form_schema=other_form), actor=SYSTEM, now=NOW)
    kept = Api("clerk1").get(f"/cases/{made['case_no']}").json
    newer = Api("clerk1").post("/cases", application(SEWAGE)).json
    assert made["form_version"] == kept["form_version"] == first.form_version
    assert newer["form_version"] == first.form_version + 1
