"""Changes that come into force: stale bases, their day, broken rules and warnings."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from onewindow.base import clock
from onewindow.catalog import queries, services
from onewindow.catalog.definition import Limit
from onewindow.catalog.models import Change, ItemVersion
from onewindow.kernel.errors import Invalid, Stale
from tests.catalog.changing import (
    DAY,
    NOW,
    City,
    agreed,
    approved,
    carried,
    proposed,
    published,
    rewritten,
    submitted,
    types,
)

pytestmark = pytest.mark.django_db


def test_a_change_of_an_item_that_has_moved_is_stale_until_rebased(city: City) -> None:
    before = published(city)
    first = proposed(city, rewritten(before, promised_limit=Limit(5), name="甲许可"))
    second = agreed(city, submitted(city, rewritten(before, name="乙许可", visits=0, visits_reason="")))
    carried(city, rewritten(before, name="丙许可"))
    with pytest.raises(Stale) as refused, transaction.atomic():
        services.submit(city.editor, first["number"], version=first["version"], now=NOW)
    assert refused.value.code == "stale-base"
    with pytest.raises(Stale), transaction.atomic():
        approved(city, second)
    assert queries.change(city.editor, first["number"])["targets"][0]["is_stale"]
    moved, conflicts = services.rebase(city.editor, first["number"], version=first["version"], now=NOW)
    assert conflicts == ["A-100000-001-A name"]
    (target,) = moved["targets"]
    assert (target["base_version"], target["is_stale"]) == (2, False)
    assert [(one["element"], one["before"], one["after"]) for one in target["differences"]] == [
        ("name", "丙许可", "甲许可"),
        ("promised_limit", "7 个工作日", "5 个工作日"),
    ]
    again, _ = services.rebase(city.editor, second["number"], version=second["version"], now=NOW)
    assert (again["state"], again["round"]) == ("to-submit", 2)


def test_two_people_who_write_at_once(city: City) -> None:
    change = proposed(city, rewritten(published(city), promised_limit=Limit(5)))
    services.amend(city.editor, change["number"], version=1, title="调整承诺时限", now=NOW)
    with pytest.raises(Stale) as refused:
        services.amend(city.editor, change["number"], version=1, title="另一个标题", now=NOW)
    assert refused.value.code == "stale-version"
    assert queries.change(city.editor, change["number"])["title"] == "调整承诺时限"


def test_a_change_comes_into_force_on_its_day_and_once(city: City) -> None:
    before = published(city)
    day = DAY + timedelta(days=3)
    change = agreed(city, submitted(city, rewritten(before, promised_limit=Limit(5)), effective_on=day))
    change = approved(city, change)
    assert (change["state"], change["in_force_at"]) == ("passed", None)
    assert services.sweep_changes(NOW + timedelta(days=2)) == 0
    assert queries.current("A-100000-001-A").version == 1
    at = clock.start_of(day)
    assert services.sweep_changes(at) == 1
    assert services.sweep_changes(at) == 0
    assert queries.current("A-100000-001-A").version == 2
    assert queries.current("A-100000-001-A").effective_on == day
    assert ItemVersion.objects.filter(item__task_code="A-100000-001-A").count() == 2
    with CaptureQueriesContext(connection) as idle:
        services.sweep_changes(at)
    assert len(idle) == 1


def test_what_became_stale_between_approval_and_its_day_goes_back(city: City) -> None:
    before = published(city)
    day = DAY + timedelta(days=3)
    change = approved(
        city, agreed(city, submitted(city, rewritten(before, promised_limit=Limit(5)), effective_on=day))
    )
    carried(city, rewritten(before, promised_limit=Limit(6)))
    assert services.sweep_changes(clock.start_of(day)) == 1
    held = queries.change(city.editor, change["number"])
    assert (held["state"], held["round"], held["in_force_at"]) == ("to-submit", 2, None)
    assert "第 2 版" in held["held"]
    assert queries.current("A-100000-001-A").promised_limit == Limit(6)
    assert types(held)[-1] == "change-held"
    assert services.sweep_changes(clock.start_of(day)) == 0


def test_broken_rules_are_told_by_place_and_nothing_is_submitted(city: City) -> None:
    before = published(city)
    change = proposed(city, rewritten(before, promised_limit=Limit(30)))
    assert any(one["rule"] == "2.4-12" and one["level"] == "error" for one in change["findings"])
    with pytest.raises(Invalid) as refused, transaction.atomic():
        services.submit(city.editor, change["number"], version=change["version"], now=NOW)
    assert "2.4-12" in [error.code for error in refused.value.fields]
    assert refused.value.fields[0].field.startswith("targets.0.definition.")
    assert queries.change(city.editor, change["number"])["state"] == "to-submit"


def test_warnings_are_recorded_with_the_submission(city: City) -> None:
    change = submitted(city, rewritten(published(city), faq=()))
    levels = {one["level"] for one in change["findings"]}
    assert levels <= {"warning"}
    row = Change.objects.get(number=change["number"])
    assert row.warnings == change["findings"]


# Kind, targets by a letter each (c create, p publish, s suspend, r resume, x cancel), may it be so?
