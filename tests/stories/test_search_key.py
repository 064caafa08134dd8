"""The key of search hashes is changed in the middle of the platform's life: nobody and nothing gets out of sight."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import connection
from django.test import override_settings

from onewindow.base import clock, crypto, generations, rotation
from onewindow.base.ledger import verify
from onewindow.cases import proof
from onewindow.catalog import queries as catalog
from onewindow.intake import prefilling
from onewindow.kernel.actor import SYSTEM
from onewindow.kernel.errors import Invalid
from onewindow.people import consents, purposes
from onewindow.people import queries as people
from onewindow.people import services as people_deeds
from onewindow.people.models import NaturalPerson
from onewindow.privacy import queries as privacy
from onewindow.reviews import links
from onewindow.reviews.queries import complaints
from tests.stories.test_consents import is_served_by_opening
from tests.stories.test_corrections import ask, carry_out
from tests.world import FOOD, FUND, SEWAGE, Api, actor, applicant, person

Open = Callable[..., Api]


@pytest.fixture(autouse=True)
def _own_keys(api: Open, tmp_path: Path) -> Iterator[None]:
    """A copy of the keys, so that the change is this test's own."""
    shutil.copytree(configured.ONEWINDOW_KEYS_DIR, tmp_path / "keys")
    with override_settings(ONEWINDOW_KEYS_DIR=tmp_path / "keys"):
        yield
    generations.touch("tokens")


def change() -> None:
    rotation.rotate_search(now=clock.now(), actor=SYSTEM)
    generations.touch("tokens")


def found(api: Open, q: str, who: str = "clerk1") -> set[str]:
    return {one["case_no"] for one in api(who).get(f"/cases?q={q}").json["results"]}


def test_cases_of_before_and_after_are_found(api: Open) -> None:
    before = api("citizen1").create(SEWAGE)
    change()
    after = api("citizen1").create(FUND)
    both = {before["case_no"], after["case_no"]}
    assert {one["case_no"] for one in api("citizen1").get("/cases").json["results"]} == both
    for value in (applicant()["id_number"], applicant()["name"]):
        assert found(api, value) == both
    assert api("citizen1").view(before)["applicant"] == applicant()
    assert api("citizen2").get(f"/cases/{before['case_no']}").status == 404
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT subject_hash) FROM cases_case")
        assert cursor.fetchone() == (2,), "the negative control: the rows do carry two hashes"
    assert list(proof.findings()) == []
    assert {one.code for one in verify.run()} == set()
    assert {
        one.case_no for one in privacy.plan_of(actor("citizen1").account_id, today=clock.today()).stays
    } == both


def test_a_case_of_before_goes_on(api: Open) -> None:
    case = api("citizen1").create(SEWAGE, electronic_service=False)
    change()
    case = api("clerk1").act(case, "accept")
    assert not is_served_by_opening(api, case)
    consents.say(actor("citizen1"), purposes.ELECTRONIC, is_given=True, way="page", now=clock.now())
    assert is_served_by_opening(api, case)
    item = catalog.current(FOOD)
    assert prefilling.known(actor("citizen1"), item, applicant(), {})


def test_firms_and_their_operators_keep_their_cases(api: Open) -> None:
    case = api("enterprise1").create(SEWAGE, applicant=applicant("enterprise1"))
    change()
    assert api("enterprise1").view(case)["case_no"] == case["case_no"]
    assert api("enterprise1").create(SEWAGE, applicant=applicant("enterprise1"))["state"] == "received"
    assert len(api("enterprise1").get("/cases").json["results"]) == 2


def test_nobody_is_there_twice(api: Open) -> None:
    count = NaturalPerson.objects.count()
    change()
    who = people_deeds.Applicant(**{name: applicant()[name] for name in ("name", "id_number", "phone")})
    with pytest.raises(Invalid, match="already-registered"):
        people_deeds.register("another", password="correct horse 42", applicant=who, now=clock.now())
    assert NaturalPerson.objects.count() == count


def test_a_number_corrected_between_two_keys(api: Open) -> None:
    first = api("citizen1").create(SEWAGE)
    change()
    second = api("citizen1").create(SEWAGE)
    carry_out(ask())
    change()
    third = api("citizen1").create(SEWAGE, applicant=person(931))
    mine = {one["case_no"] for one in api("citizen1").get("/cases").json["results"]}
    assert mine == {one["case_no"] for one in (first, second, third)}
    assert len(people.hashes_of(actor("citizen1").account_id)) == 6, "two numbers under three keys"


def test_complaints_and_printed_links_serve_on(api: Open) -> None:
    told = {"about": "delay", "organ": "区住建局", "name": applicant()["name"], "phone": applicant()["phone"]}
    told |= {"text": "去年秋天交的材料，拖了很久没有回音", "way": "web", "anonymous": False}
    filed = api("citizen1").post("/complaints", told).json
    link = links.Link("sms", "20260908-000001-7", "completion", clock.today())
    token = links.make(link)
    change()
    assert [one["number"] for one in complaints.mine(actor("citizen1"))] == [filed["number"]]
    assert links.read(token, now=clock.now()) == link
    again = api("citizen1").post("/complaints", told).json
    assert api("manager1").get(f"/complaints/{again['number']}").json["earlier"] == filed["number"]


def test_names_that_last(api: Open) -> None:
    before: dict[str, Any] = {kind: crypto.lasting_hash(kind, "x") for kind in ("staff-code", "message")}
    change()
    assert {kind: crypto.lasting_hash(kind, "x") for kind in before} == before
    assert crypto.search_hash("name", "x") != crypto.search_hashes("name", "x")[1]
