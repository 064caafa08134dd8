"""The kinds of changes: suspend, resume, cancel, split, merge, delegate, the basic catalogue; whose items they touch."""

from __future__ import annotations

import msgspec
import pytest
from django.db import transaction

from onewindow.base import facts
from onewindow.catalog import directory, queries, services
from onewindow.catalog.changes import drafting
from onewindow.catalog.changes.target import Target, shape_errors
from onewindow.catalog.common_elements import CommonElements
from onewindow.catalog.definition import Limit
from onewindow.kernel.actor import SYSTEM
from onewindow.kernel.errors import Invalid, NotAllowed, NotFound, Refusal, RuleBroken
from tests.catalog.changing import (
    NOW,
    City,
    agreed,
    approved,
    carried,
    proposed,
    published,
    rewritten,
)
from tests.catalog.items import sound

pytestmark = pytest.mark.django_db


SHAPES = [
    ("new", "c", True),
    ("new", "p", False),
    ("new", "", False),
    ("change", "p", True),
    ("change", "px", False),
    ("split", "xcc", True),
    ("split", "xc", False),
    ("merge", "xxc", True),
    ("merge", "xc", False),
    ("suspend", "ss", True),
    ("suspend", "x", False),
    ("resume", "r", True),
    ("cancel", "xx", True),
    ("take-back", "x", True),
    ("take-back", "xr", True),
    ("erase", "x", False),
]


_LETTERS = {"s": "suspend", "r": "resume", "x": "cancel"}


@pytest.mark.parametrize(("kind", "letters", "is_sound"), SHAPES)
def test_each_kind_has_its_shape(kind: str, letters: str, is_sound: bool) -> None:
    targets = []
    for place, letter in enumerate(letters):
        code = f"CODE-{place}"
        if letter in "cp":
            base = 1 if letter == "p" else None
            content = sound(code, organ_id=1)
            targets.append(Target(task_code=code, action="publish", definition=content, base_version=base))
        else:
            targets.append(Target(task_code=code, action=_LETTERS[letter], base_version=1))  # type: ignore[arg-type]
    assert (shape_errors(kind, targets) == []) is is_sound


def test_suspended_resumed_cancelled(city: City) -> None:
    published(city)
    carried(city, Target(task_code="A-100000-001-A", action="suspend"), kind="suspend")
    found = queries.standing("A-100000-001-A")
    assert (found.state, found.since, found.reason) == ("suspended", NOW, "依据修订的规定")
    guide = queries.guide("A-100000-001-A")
    assert (guide["state"], guide["handled"]) == ("suspended", False)
    assert [row["handled"] for row in queries.search("排水许可")[0]] == [False]
    with pytest.raises(RuleBroken) as refused:
        queries.require_in_use("A-100000-001-A")
    assert refused.value.code == "item-suspended" and "2026-09-08" in refused.value.text
    with pytest.raises(RuleBroken), transaction.atomic():
        proposed(city, Target(task_code="A-100000-001-A", action="suspend"), kind="suspend")
    carried(city, Target(task_code="A-100000-001-A", action="resume"), kind="resume")
    assert queries.standing("A-100000-001-A").is_in_use and queries.guide("A-100000-001-A")["handled"]
    assert [row["handled"] for row in queries.search("排水许可")[0]] == [True]
    carried(city, Target(task_code="A-100000-001-A", action="cancel"), kind="cancel")
    assert queries.search("排水许可")[0] == []
    guide = queries.guide("A-100000-001-A")
    assert (guide["state"], guide["state_reason"], guide["version"]) == ("cancelled", "依据修订的规定", 1)
    with pytest.raises(NotFound):
        queries.current("A-100000-001-A")
    assert queries.current("A-100000-001-A", 1).name == "排水许可"


def test_a_code_is_never_used_again(city: City) -> None:
    published(city)
    carried(city, Target(task_code="A-100000-001-A", action="cancel"), kind="cancel")
    again = sound("A-100000-001-A", organ_id=city.housing)
    with pytest.raises(RuleBroken) as refused, transaction.atomic():
        proposed(city, Target(task_code="A-100000-001-A", action="publish", definition=again), kind="new")
    assert refused.value.code == "code-used"
    with pytest.raises(RuleBroken):
        services.publish(again, actor=SYSTEM, now=NOW)


def test_split_and_merge(city: City) -> None:
    published(city)
    parts = [
        Target(task_code=code, action="publish", definition=sound(code, organ_id=city.housing))
        for code in ("A-100000-001-B", "A-100000-001-C")
    ]
    carried(city, Target(task_code="A-100000-001-A", action="cancel"), *parts, kind="split")
    assert queries.standing("A-100000-001-A").state == "cancelled"
    assert {row["task_code"] for row in queries.search("排水许可")[0]} == {"A-100000-001-B", "A-100000-001-C"}
    whole = Target(
        task_code="A-100000-001-D",
        action="publish",
        definition=sound("A-100000-001-D", organ_id=city.housing),
    )
    gone = [Target(task_code=code, action="cancel") for code in ("A-100000-001-B", "A-100000-001-C")]
    change = carried(city, *gone, whole, kind="merge")
    assert [row["task_code"] for row in queries.search("排水许可")[0]] == ["A-100000-001-D"]
    assert {target["task_code"]: target["version"] for target in change["targets"]} == {
        "A-100000-001-B": None,
        "A-100000-001-C": None,
        "A-100000-001-D": 1,
    }


def test_delegated_and_taken_back(city: City) -> None:
    source = published(city)
    lower = drafting.delegated(
        source,
        organ_id=city.market,
        organ_name="区市监局",
        organ_uscc=None,
        region="511602",
        level="镇级",
        task_code="A-100000-001-ATOWN",
    )
    assert (lower.materials, lower.power_source) == (source.materials, "上级下放")
    target = Target(
        task_code="A-100000-001-ATOWN", action="publish", definition=lower, source="A-100000-001-A"
    )
    with pytest.raises(RuleBroken) as refused, transaction.atomic():
        proposed(city, Target(task_code="A-100000-001-A", action="cancel"), kind="take-back")
    assert refused.value.code == "not-delegated"
    carried(city, target, Target(task_code="A-100000-001-A", action="suspend"), kind="delegate")
    assert queries.current("A-100000-001-ATOWN").organ_id == city.market
    assert queries.standing("A-100000-001-A").state == "suspended"
    carried(
        city,
        Target(task_code="A-100000-001-ATOWN", action="cancel"),
        Target(task_code="A-100000-001-A", action="resume"),
        kind="take-back",
    )
    assert (
        queries.standing("A-100000-001-ATOWN").state == "cancelled"
        and queries.standing("A-100000-001-A").is_in_use
    )


def test_the_code_of_a_delegated_national_item_names_its_new_body() -> None:
    source = sound("11370800MB285591843370117002011", organ_id=1)
    lower = drafting.delegated(
        source,
        organ_id=2,
        organ_name="某镇",
        organ_uscc="11440400006988451Y",
        region="511602",
        level="镇级",
    )
    assert lower.task_code == "11440400006988451Y5370117002011"
    with pytest.raises(Invalid):
        drafting.delegated(
            source, organ_id=2, organ_name="某镇", organ_uscc=None, region="511602", level="镇级"
        )


def test_an_editor_of_one_organ_proposes_for_it_only(city: City) -> None:
    services.publish(sound("A-100000-001-A", organ_id=city.housing), actor=SYSTEM, now=NOW)
    services.publish(sound("A-100000-001-M", organ_id=city.market), actor=SYSTEM, now=NOW)
    proposed(city, rewritten(queries.current("A-100000-001-A"), name="甲"), actor=city.housing_editor)
    for target in (
        rewritten(queries.current("A-100000-001-M"), name="甲"),
        rewritten(queries.current("A-100000-001-M"), organ_id=city.housing),
        rewritten(queries.current("A-100000-001-A"), organ_id=city.market),
        Target(
            task_code="A-100000-001-M",
            action="publish",
            definition=sound("A-100000-001-M2", organ_id=city.market),
        ),
    ):
        with pytest.raises(Refusal) as refused, transaction.atomic():
            proposed(city, target, actor=city.housing_editor)
        assert refused.value.code in ("not-your-organ", "invalid-fields"), refused.value.code
    with pytest.raises(NotAllowed):
        proposed(city, rewritten(queries.current("A-100000-001-A"), name="甲"), actor=city.clerk)


def test_the_basic_catalogue_changes_the_same_way(city: City) -> None:
    common = CommonElements(catalog_code="370117002011", name="排水许可", promised_limit=Limit(10))
    target = Target(task_code="370117002011", action="publish", common=common)
    with pytest.raises(NotAllowed), transaction.atomic():
        proposed(city, target, kind="directory", actor=city.housing_editor)
    carried(city, target, kind="directory")
    assert directory.current("370117002011") == common
    wider = msgspec.structs.replace(common, promised_limit=Limit(8), version=1)
    again = Target(task_code="370117002011", action="publish", common=wider, base_version=1)
    change = carried(city, again, kind="directory")
    assert [one["element"] for one in change["targets"][0]["differences"]] == ["promised_limit"]
    assert directory.current("370117002011").version == 2
    assert directory.current("370117002011", 1) == common
    gone = Target(task_code="370117002011", action="cancel", base_version=2)
    carried(city, gone, kind="directory")
    with pytest.raises(NotFound):
        directory.current("370117002011")
    with pytest.raises(RuleBroken), transaction.atomic():
        proposed(city, target, kind="directory")


def test_an_earlier_version_comes_back_as_a_new_one(city: City) -> None:
    before = published(city)
    carried(city, rewritten(before, promised_limit=Limit(5)))
    change = services.restore(city.editor, "A-100000-001-A", 1, reason="原版本更合适", now=NOW)
    change = services.submit(city.editor, change["number"], version=change["version"], now=NOW)
    approved(city, agreed(city, change))
    found = queries.current("A-100000-001-A")
    assert (found.version, found.promised_limit) == (3, before.promised_limit)


def test_nobody_but_the_system_publishes_without_a_change(city: City) -> None:
    for actor in (city.editor, city.leader, city.all_seats):
        with pytest.raises(NotAllowed):
            services.publish(sound("A-100000-001-Z", organ_id=city.housing), actor=actor, now=NOW)
        with pytest.raises(NotAllowed):
            services.withdraw("A-100000-001-Z", actor=actor, now=NOW, reason="x")
    found = published(city)
    (fact,) = facts.of_subject("item", found.version_id)
    assert fact[5]["way"] == "taken-over"
