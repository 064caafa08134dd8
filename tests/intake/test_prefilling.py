"""A form begins with what the platform knows of its applicant, and of nobody else."""

from __future__ import annotations

import re
from typing import Any

from django.db import connection

from onewindow.base import clock
from onewindow.catalog import queries as catalog
from onewindow.intake import prefilling
from onewindow.intake.prefilling import Known
from onewindow.people import consents
from tests import world
from tests.world import Api, application


def known(username: str, task: str, applicant: dict[str, Any], agent: Any = None) -> dict[str, Known]:
    item = catalog.current(task)
    found = prefilling.known(world.actor(username), item, applicant, agent or {})
    return {one.path: one for one in found}


def test_an_earlier_application_answers_what_it_was_asked_already(city: None) -> None:
    assert known("citizen1", world.FOOD, world.applicant("citizen1")) == {}
    assert Api("citizen1").post("/cases", application(world.SEWAGE)).status == 201
    found = known("citizen1", world.FOOD, world.applicant("citizen1"))
    assert {path: (one.value, one.source) for path, one in found.items()} == {
        "shop_name": ("示范汽车美容店", "earlier"),
        "shop_address": ("示范区滨河路 18 号", "earlier"),
    }
    assert prefilling.form_of(list(found.values())) == {
        "shop_name": "示范汽车美容店",
        "shop_address": "示范区滨河路 18 号",
    }


def test_the_last_word_counts(city: None) -> None:
    newer = {**world.FORMS[world.FOOD], "shop_name": "示范区新面馆"}
    Api("citizen1").post("/cases", application(world.FOOD))
    Api("citizen1").post("/cases", application(world.FOOD, form=newer))
    found = known("citizen1", world.SEWAGE, world.applicant("citizen1"))
    assert found["drainer_name"].value == "示范区新面馆"


def test_nobody_sees_what_another_wrote(city: None) -> None:
    Api("citizen1").post("/cases", application(world.SEWAGE))
    assert known("citizen2", world.FOOD, world.applicant("citizen2")) == {}
    # Who writes another's number into the first page, as an agent does, gets nothing of the other's either.
    assert known("citizen2", world.FOOD, world.applicant("citizen1")) == {}
    assert known("clerk1", world.FOOD, world.applicant("citizen1")) == {}


def test_a_firm_is_named_as_the_first_page_names_it(city: None) -> None:
    firm = world.applicant("enterprise1")
    found = known("enterprise1", world.FOOD, firm)
    assert firm["type"] == "organisation"
    assert found["shop_name"] == Known("shop_name", firm["name"], "account")


def test_a_value_that_the_field_would_refuse_is_left_out(city: None) -> None:
    firm = world.applicant("enterprise1") | {"name": "长" * 101}
    assert "shop_name" not in known("enterprise1", world.FOOD, firm)


def test_no_value_of_a_form_stands_in_a_fact(city: None) -> None:
    Api("citizen1").post("/cases", application(world.SEWAGE))
    known("citizen1", world.FOOD, world.applicant("citizen1"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(data::jsonb::text, '') FROM base_fact")
        told = cursor.fetchone()[0]
    assert "drain" not in told and not re.search("滨河路|汽车美容店", told)


def test_who_refused_it_begins_with_an_empty_form(city: None) -> None:
    Api("citizen1").post("/cases", application(world.SEWAGE))
    assert known("citizen1", world.FOOD, world.applicant("citizen1"))
    consents.say(world.actor("citizen1"), "prefill", is_given=False, way="page", now=clock.now())
    assert known("citizen1", world.FOOD, world.applicant("citizen1")) == {}
