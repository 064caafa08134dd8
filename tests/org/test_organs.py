"""Organs, halls and windows are made once, filled in, and never overwritten."""

import pytest
from django.db import IntegrityError, transaction

from onewindow.base import facts
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import Invalid, NotAllowed, NotFound
from onewindow.org import models, queries, services
from tests.org.conftest import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def tree(db: None) -> None:
    for code, name, level, parent in (
        ("510000", "四川省", "province", None),
        ("511600", "示范市", "city", "510000"),
        ("511602", "示范区", "district", "511600"),
    ):
        models.Region.objects.create(code=code, name=name, level=level, parent_id=parent)


def ensure(**values: object) -> queries.OrganInfo:
    given: dict[str, object] = {"code": "c", "name": "区住建局", "uscc": None, "region": None, "now": NOW}
    return services.ensure_organ(**{**given, **values})  # type: ignore[arg-type]


def test_an_organ_is_made_once_by_name() -> None:
    one = ensure()
    assert ensure(code="other").id == one.id
    assert [type for _, type, *_ in facts.of_subject("org", one.id)] == ["founded"]


def test_what_is_missing_is_filled_in_and_what_is_known_stays() -> None:
    one = ensure()
    assert (one.uscc, one.region) == ("", None)
    two = ensure(uscc="11511301008778255f", region="511602000000")
    assert (two.id, two.uscc, two.region) == (one.id, "11511301008778255F", "511602")
    three = ensure(uscc="11511301MB1550442U", region="5116")
    assert (three.uscc, three.region) == ("11511301008778255F", "511602")


def test_two_names_with_one_code_are_two_organs() -> None:
    one, two = ensure(), ensure(name="区市监局")
    assert one.id != two.id and two.code == "c-区市监局"
    assert ensure(name="区市监局").id == two.id


def test_an_unknown_region_is_left_open() -> None:
    assert ensure(region="990000").region is None
    assert ensure(region="511602").region == "511602"


@pytest.mark.parametrize("name", ["", "  ", "x" * 201])
def test_bad_names_are_refused(name: str) -> None:
    with pytest.raises(Invalid):
        ensure(name=name)


def test_organs_are_found_by_each_of_their_keys() -> None:
    one = ensure(code="H", uscc="11511301008778255F", region="511602")
    assert queries.find_organ(name=" 区住建局 ") == one
    assert queries.find_organ(code="H") == one
    assert queries.find_organ(uscc="11511301008778255f") == one
    assert queries.find_organ(name="", code="", uscc="") is None
    assert queries.organs(region="511600") == [one] and queries.organs(region="440000") == []
    assert queries.organ(one.id) == one
    with pytest.raises(NotFound):
        queries.organ(one.id + 1)


def test_both_organisation_models() -> None:
    office = ensure(name="区政务办", code="O", model="office")
    bureau = ensure(name="区行政审批局", code="B", model="bureau")
    department = ensure(office_id=office.id)
    assert (bureau.model, department.model, department.office_id) == ("bureau", "department", office.id)
    with pytest.raises(IntegrityError, match="org_organ_model"), transaction.atomic():
        models.Organ.objects.filter(pk=bureau.id).update(model="other")


def test_windows_of_a_hall() -> None:
    organ = ensure()
    hall = services.ensure_center(code="1", name="大厅", region="511602", office_id=organ.id, now=NOW)
    one = services.ensure_window(center_id=hall, code="A1", name="综合窗口", kind="integrated", now=NOW)
    assert one == services.ensure_window(center_id=hall, code="A1", name="x", kind="integrated", now=NOW)
    services.ensure_window(center_id=hall, code="Z1", name="专窗", kind="special", organ_id=organ.id, now=NOW)
    assert [(row.code, row.kind, row.region) for row in queries.windows()] == [
        ("A1", "integrated", "511602"),
        ("Z1", "special", "511602"),
    ]
    assert queries.window(one).name == "综合窗口"


@pytest.mark.parametrize("kind, has_organ", [("special", False), ("integrated", True), ("other", False)])
def test_a_special_window_and_no_other_belongs_to_an_organ(kind: str, has_organ: bool) -> None:
    organ = ensure()
    hall = services.ensure_center(code="1", name="大厅", region="511602", office_id=organ.id, now=NOW)
    with pytest.raises(Invalid):
        services.ensure_window(
            center_id=hall, code="A", name="x", kind=kind, organ_id=organ.id if has_organ else None, now=NOW
        )


@pytest.mark.parametrize("role", ["secadmin", "auditor", "clerk", "citizen"])
def test_others_found_no_organs(role: str) -> None:
    with pytest.raises(NotAllowed):
        ensure(by=Actor(account_id=-1, username="x", name="x", roles=frozenset({role})))


def test_regions_answer_to_every_spelling_of_a_code() -> None:
    for code in ("511602", "511602000000", "511602000"):
        assert queries.region(code).name == "示范区"
    assert [one.name for one in queries.region_path("511602")] == ["四川省", "示范市", "示范区"]
    tree = queries.region_tree("51", depth=1)
    assert [child["name"] for child in tree["children"]] == ["示范市"] and not tree["children"][0]["children"]
    for code in ("", "x", "511699", "5" * 40):
        with pytest.raises(NotFound):
            queries.region(code)
