"""The demonstration city and its cast: as the contract names them, and the same when loaded again."""

from collections import Counter
from datetime import datetime

import pytest

from onewindow.base import accounts, clock
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import Unidentified
from onewindow.kernel.identifiers import id_card, uscc
from onewindow.org import queries as org
from onewindow.org import rules
from onewindow.people import queries as people_queries
from onewindow.site import demo
from onewindow.site.demo import cast, city, people
from tests.kernel.shared_data import shared_rows

NOW = datetime(2026, 9, 7, 8, 30, tzinfo=clock.SHANGHAI)
PASSWORD = "demo"  # whatever the operator chose, however weak

CONTRACT = {
    "citizen1": ({"citizen"}, None),
    "citizen2": ({"citizen"}, None),
    "enterprise1": ({"citizen", "enterprise"}, None),
    "clerk1": ({"clerk"}, city.OFFICE),
    "clerk2": ({"clerk"}, city.OFFICE),
    "examiner1": ({"examiner"}, "区住建局"),
    "approver1": ({"approver"}, "区住建局"),
    "head1": ({"head"}, "区住建局"),
    "dual1": ({"examiner", "approver"}, "区住建局"),
    "examiner2": ({"examiner"}, "区市监局"),
    "approver2": ({"approver"}, "区市监局"),
    "head2": ({"head"}, "区市监局"),
    "issuer1": ({"issuer"}, city.OFFICE),
    "catalog1": ({"catalog"}, city.OFFICE),
    "establishment1": ({"establishment"}, "区委编办"),
    "legal1": ({"legal"}, "区司法局"),
    "leader1": ({"leader"}, "区政府办"),
    "supervisor1": ({"supervisor"}, "区效能办"),
    "manager1": ({"manager"}, city.OFFICE),
    "sysadmin": ({"sysadmin"}, city.OFFICE),
    "secadmin": ({"secadmin"}, city.OFFICE),
    "auditor": ({"auditor"}, city.OFFICE),
}


def log_in(username: str, password: str = PASSWORD) -> Actor:
    actor = accounts.actor_of(accounts.login(username, password, address="192.0.2.1").token)
    assert actor is not None
    return actor


@pytest.mark.django_db
def test_the_city_loads_whole_and_only_once() -> None:
    place, made = demo.load_people(password=PASSWORD, now=NOW)
    assert made == len(cast.usernames())
    _check_cast()
    _check_organs(place)
    _check_regions()
    _check_departments()
    assert demo.load_people(password=PASSWORD, now=NOW) == (place, 0)
    _check_passwords()


def _check_cast() -> None:
    for username, (roles, organ) in CONTRACT.items():
        actor = log_in(username)
        assert (actor.roles, actor.organ_name) == (roles, organ), username
        assert actor.region == (None if organ is None else "511602"), username
    everywhere = {one.id for one in org.organs()}
    assert log_in("clerk1").organ_ids == everywhere
    assert log_in("examiner1").organ_ids == {org.find_organ(name="区住建局").id}  # type: ignore[union-attr]
    types = [
        one["type"] for one in people_queries.subjects_of(log_in("enterprise1").account_id, on=NOW.date())
    ]
    assert types == ["person", "organisation"]


def _check_organs(place: city.City) -> None:
    departments = [name for name, _ in city.DEPARTMENTS]
    assert len(departments) == 34 and set(departments) < set(place.organs)
    bureau = [one.name for one in org.organs() if one.model == "bureau"]
    assert bureau == ["区行政审批局"]
    kinds = Counter(one.kind for one in org.windows())
    assert set(kinds) == {"integrated", "special", "issue", "advisory"} and kinds["integrated"] >= 6


def _check_regions() -> None:
    for code in ("511602000000", "511602", "5116", "440000", "440100"):
        assert org.region(code)
    assert [one.name for one in org.region_path("511602001")][1:] == ["示范市", "示范区", "云栖街道"]
    assert len(org.regions_under("511602")) == 25
    levels = Counter(one.level for one in org.region_path(org.regions_under("511602001")[0].code))
    assert set(levels) == {"province", "city", "district", "town", "village"}


def _check_departments() -> None:
    for name, _ in city.DEPARTMENTS:
        organ = org.find_organ(name=name)
        assert organ
        for power in rules.POWERS[1:]:
            able = [one for one in org.staff() if org.may(one.id, power, organ_id=organ.id, on=NOW.date())]
            assert able, (name, power)
        assert org.chief_of(organ.id, on=NOW.date())


def _check_passwords() -> None:
    demo.load_people(password="another", now=NOW)
    with pytest.raises(Unidentified):
        log_in("clerk1")
    assert log_in("clerk1", "another")


def test_the_departments_are_those_of_the_shared_list() -> None:
    printed = {row["department"] for row in shared_rows("items/guangan_district_items.csv")}
    assert printed == {name for name, _ in city.DEPARTMENTS}


def test_fictional_people_check_and_cannot_be_alive() -> None:
    numbers = [people.id_number(order) for order in range(0, 60_000, 7)]
    assert len(set(numbers)) == len(numbers)
    for one in numbers:
        found = id_card.parse(one, today=NOW.date())
        assert isinstance(found, id_card.IdCard) and found.born_on.year < 1910
    assert len({people.name(order) for order in range(8_000)}) == 8_000
    for order in range(500):
        assert uscc.check(people.firm(order)[1]) is None
        assert people.phone(order).startswith("120") and len(people.phone(order)) == 11
