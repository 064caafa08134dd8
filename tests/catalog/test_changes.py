"""Changes of the catalogue: who may do what in which state, four persons, stale bases, days of force, kinds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

import msgspec
import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from onewindow.base import clock, facts
from onewindow.catalog import directory, queries, services
from onewindow.catalog.changes import acting, drafting
from onewindow.catalog.changes.target import Target, shape_errors
from onewindow.catalog.common_elements import CommonElements
from onewindow.catalog.definition import ItemDefinition, Limit
from onewindow.catalog.models import Change, ItemVersion
from onewindow.kernel.actor import SYSTEM, Actor
from onewindow.kernel.errors import Invalid, NotAllowed, NotFound, Refusal, RuleBroken, Stale
from onewindow.org import services as org
from tests.catalog.items import sound

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 9, 8, 9, 0, tzinfo=clock.SHANGHAI)
DAY = NOW.date()


class City:
    """Two organs and everybody who has a seat."""

    def __init__(self) -> None:
        self.housing = self._organ("区住建局")
        self.market = self._organ("区市监局")
        every = frozenset({self.housing, self.market})
        self.editor = self.actor(1, "catalog", every)
        self.other_editor = self.actor(2, "catalog", every)
        self.housing_editor = self.actor(3, "catalog", frozenset({self.housing}))
        self.establishment = self.actor(11, "establishment", every)
        self.legal = self.actor(12, "legal", every)
        self.leader = self.actor(13, "leader", every)
        self.both = self.actor(14, ("establishment", "legal"), every)
        self.all_seats = self.actor(15, ("catalog", "establishment", "legal", "leader"), every)
        self.clerk = self.actor(20, "clerk", every)

    def _organ(self, name: str) -> int:
        return org.ensure_organ(code=name, name=name, uscc=None, region="511602", now=NOW).id

    def actor(self, account_id: int, roles: str | tuple[str, ...], organs: frozenset[int]) -> Actor:
        held = frozenset([roles] if isinstance(roles, str) else roles)
        return Actor(
            account_id=account_id,
            username=f"user{account_id}",
            name=f"用户{account_id}",
            roles=held,
            organ_id=min(organs),
            organ_ids=organs,
        )


@pytest.fixture
def city() -> Iterator[City]:
    queries.flush()
    yield City()
    queries.flush()


def published(city: City, code: str = "A-100000-001-A", **changes: Any) -> ItemDefinition:
    services.publish(sound(code, organ_id=city.housing, **changes), actor=SYSTEM, now=NOW)
    return queries.current(code)


def rewritten(found: ItemDefinition, **changes: Any) -> Target:
    return Target(
        task_code=found.task_code,
        action="publish",
        definition=msgspec.structs.replace(found, **changes),
        base_version=found.version,
    )


def proposed(city: City, *targets: Target, kind: str = "change", **more: Any) -> dict[str, Any]:
    actor = more.pop("actor", city.editor)
    return services.propose(
        actor, kind=kind, title="调整", reason="依据修订的规定", targets=targets, now=NOW, **more
    )


def submitted(city: City, *targets: Target, kind: str = "change", **more: Any) -> dict[str, Any]:
    change = proposed(city, *targets, kind=kind, **more)
    return services.submit(city.editor, change["number"], version=change["version"], now=NOW)


def agreed(city: City, change: dict[str, Any]) -> dict[str, Any]:
    for actor in (city.establishment, city.legal):
        change = services.examine(
            actor, change["number"], version=change["version"], verdict="agree", now=NOW
        )
    return change


def approved(city: City, change: dict[str, Any], now: datetime = NOW) -> dict[str, Any]:
    return services.approve(city.leader, change["number"], version=change["version"], now=now)


def carried(city: City, *targets: Target, kind: str = "change", **more: Any) -> dict[str, Any]:
    """The whole way."""
    return approved(city, agreed(city, submitted(city, *targets, kind=kind, **more)))


def types(change: dict[str, Any]) -> list[str]:
    row = Change.objects.get(number=change["number"])
    return [fact[1] for fact in facts.of_subject("item-change", row.pk)]


def test_a_change_goes_through_four_hands_and_is_in_force(city: City) -> None:
    before = published(city)
    change = proposed(city, rewritten(before, promised_limit=Limit(5)))
    assert (change["state"], change["awaits"]) == ("to-submit", ["proposer"])
    change = services.submit(city.editor, change["number"], version=change["version"], now=NOW)
    assert change["awaits"] == ["establishment", "legal"]
    change = services.examine(
        city.legal, change["number"], version=change["version"], verdict="agree", text="合法", now=NOW
    )
    assert change["awaits"] == ["establishment"]
    change = services.examine(
        city.establishment, change["number"], version=change["version"], verdict="agree", now=NOW
    )
    assert change["awaits"] == ["leader"] and queries.current("A-100000-001-A").version == 1
    change = approved(city, change)
    assert (change["state"], change["in_force_at"], change["awaits"]) == ("passed", NOW, [])
    found = queries.current("A-100000-001-A")
    assert (found.version, found.promised_limit, found.effective_on) == (2, Limit(5), DAY)
    assert [(one["seat"], one["verdict"]) for one in change["opinions"]] == [
        ("legal", "agree"),
        ("establishment", "agree"),
        ("leader", "agree"),
    ]
    assert types(change) == [
        "change-proposed",
        "change-submitted",
        "change-examined",
        "change-examined",
        "change-approved",
        "change-in-force",
    ]
    (fact,) = facts.of_subject("item", found.version_id)
    assert fact[1] == "item-published" and fact[5]["change"] == change["number"] and fact[3] == "user13"
    assert queries.current("A-100000-001-A", 1) == before


def test_the_differences_are_shown_beside_each_other(city: City) -> None:
    before = published(city)
    change = proposed(city, rewritten(before, promised_limit=Limit(5)))
    (target,) = change["targets"]
    assert target["differences"] == [
        {
            "element": "promised_limit",
            "label": "承诺办结时限",
            "before": "7 个工作日",
            "after": "5 个工作日",
            "kind": "changed",
        }
    ]


# Who may do what in which state: action, actor, state → code of the refusal ("" when allowed).
TABLE: list[tuple[str, str, str, str]] = [
    ("amend", "editor", "to-submit", ""),
    ("amend", "other_editor", "to-submit", "not-your-change"),
    ("amend", "leader", "to-submit", "not-your-change"),
    ("amend", "editor", "in-approval", "wrong-state"),
    ("amend", "editor", "passed", "wrong-state"),
    ("submit", "editor", "to-submit", ""),
    ("submit", "other_editor", "to-submit", "not-your-change"),
    ("submit", "editor", "rejected", "wrong-state"),
    ("rebase", "editor", "in-approval", ""),
    ("rebase", "editor", "passed", "wrong-state"),
    ("withdraw", "editor", "to-submit", ""),
    ("withdraw", "editor", "in-approval", ""),
    ("withdraw", "editor", "passed", "wrong-state"),
    ("withdraw", "establishment", "in-approval", "not-your-change"),
    ("examine", "establishment", "in-approval", ""),
    ("examine", "legal", "in-approval", ""),
    ("examine", "establishment", "to-submit", "wrong-state"),
    ("examine", "editor", "in-approval", "role-lacks-it"),
    ("examine", "leader", "in-approval", "role-lacks-it"),
    ("examine", "clerk", "in-approval", "role-lacks-it"),
    ("examine", "establishment", "agreed", "already-said"),
    ("approve", "leader", "in-approval", "opinions-missing"),
    ("approve", "leader", "agreed", ""),
    ("approve", "editor", "agreed", "role-lacks-it"),
    ("approve", "establishment", "agreed", "role-lacks-it"),
    ("approve", "leader", "passed", "wrong-state"),
    ("reject", "leader", "agreed", ""),
    ("reject", "leader", "in-approval", "opinions-missing"),
    ("reject", "leader", "withdrawn", "wrong-state"),
]


@pytest.mark.parametrize(("action", "who", "state", "code"), TABLE)
def test_who_may_do_what(city: City, action: str, who: str, state: str, code: str) -> None:
    row = Change(state="in-approval" if state == "agreed" else state, proposer_id=city.editor.account_id)
    if state in ("agreed", "passed"):
        row.establishment_id, row.legal_id = city.establishment.account_id, city.legal.account_id
    refused = acting.refusal(action, row, getattr(city, who))
    assert (refused.code if refused else "") == code


def test_one_person_never_sits_twice(city: City) -> None:
    """Nobody who proposed or examined takes a further seat, whatever roles he has been given since."""
    published(city)
    change = submitted(city, rewritten(queries.current("A-100000-001-A"), promised_limit=Limit(5)))
    number, everywhere = change["number"], frozenset({city.housing, city.market})

    def examine(account_id: int, role: str) -> dict[str, Any]:
        actor = city.actor(account_id, role, everywhere)
        return services.examine(actor, number, version=_version(number), verdict="agree", now=NOW)

    def code_of(deed: Callable[[], Any]) -> str:
        with pytest.raises(RuleBroken) as refused, transaction.atomic():
            deed()
        return refused.value.code

    assert code_of(lambda: examine(1, "establishment")) == "same-person"
    examine(11, "establishment")
    assert code_of(lambda: examine(11, "legal")) == "same-person"
    examine(12, "legal")
    for account_id in (1, 11, 12):
        actor = city.actor(account_id, "leader", everywhere)
        found = code_of(
            lambda actor=actor: services.approve(actor, number, version=_version(number), now=NOW)
        )  # type: ignore[misc]
        assert found == "same-person", account_id


def _version(number: str) -> int:
    return Change.objects.values_list("version", flat=True).get(number=number)


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"establishment_id": 1}, "catalog_change_four_persons"),
        ({"legal_id": 1}, "catalog_change_four_persons"),
        ({"leader_id": 1}, "catalog_change_four_persons"),
        ({"establishment_id": 5, "legal_id": 5}, "catalog_change_four_persons"),
        ({"establishment_id": 5, "leader_id": 5}, "catalog_change_four_persons"),
        ({"legal_id": 5, "leader_id": 5}, "catalog_change_four_persons"),
        ({"state": "passed", "decided_at": NOW}, "catalog_change_passed_by_all"),
        (
            {"state": "passed", "decided_at": NOW, "establishment_id": 5, "legal_id": 6},
            "catalog_change_passed_by_all",
        ),
        ({"in_force_at": NOW}, "catalog_change_in_force_is_passed"),
        ({"state": "done"}, "catalog_change_state"),
        ({"kind": "erase"}, "catalog_change_kind"),
    ],
)
def test_the_database_itself_wants_four_persons(city: City, changes: dict[str, Any], constraint: str) -> None:
    change = submitted(city, rewritten(published(city), promised_limit=Limit(5)))
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Change.objects.filter(number=change["number"]).update(**changes)


def test_one_opinion_per_seat_and_round(city: City) -> None:
    change = submitted(city, rewritten(published(city), promised_limit=Limit(5)))
    services.examine(city.legal, change["number"], version=change["version"], verdict="agree", now=NOW)
    row = Change.objects.get(number=change["number"])
    opinion = row.opinions.get()
    opinion.pk = None
    with pytest.raises(IntegrityError, match="catalog_opinion_once"), transaction.atomic():
        opinion.save(force_insert=True)


def test_both_offices_may_speak_at_once_but_nobody_on_an_old_round(city: City) -> None:
    change = submitted(city, rewritten(published(city), promised_limit=Limit(5)))
    number, seen = change["number"], change["version"]
    services.examine(city.legal, number, version=seen, verdict="agree", now=NOW)
    services.examine(city.establishment, number, version=seen, verdict="agree", now=NOW)
    with pytest.raises(Stale):
        services.approve(city.leader, number, version=seen, now=NOW)
    again = submitted(city, rewritten(published(city, "A-100000-001-B"), promised_limit=Limit(5)))
    old = again["version"]
    again = services.examine(
        city.legal, again["number"], version=old, verdict="return", text="请补依据", now=NOW
    )
    assert (again["state"], again["round"], again["awaits"]) == ("to-submit", 2, ["proposer"])
    services.submit(city.editor, again["number"], version=again["version"], now=NOW)
    with pytest.raises(Stale):
        services.examine(city.establishment, again["number"], version=old, verdict="agree", now=NOW)


@pytest.mark.parametrize("verdict", ["disagree", "return"])
def test_who_does_not_agree_says_why(city: City, verdict: Any) -> None:
    change = submitted(city, rewritten(published(city), promised_limit=Limit(5)))
    with pytest.raises(Invalid):
        services.examine(city.legal, change["number"], version=change["version"], verdict=verdict, now=NOW)


def test_against_one_of_the_offices_nothing_comes_into_force(city: City) -> None:
    change = submitted(city, rewritten(published(city), promised_limit=Limit(5)))
    change = services.examine(
        city.legal, change["number"], version=change["version"], verdict="disagree", text="无依据", now=NOW
    )
    assert (change["state"], change["awaits"]) == ("rejected", [])
    with pytest.raises(RuleBroken):
        approved(city, change)
    assert types(change)[-1] == "change-rejected"


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


def test_what_waits_for_whom(city: City) -> None:
    change = submitted(city, rewritten(published(city), promised_limit=Limit(5)))
    number = change["number"]

    def waiting(actor: Actor) -> list[str]:
        return [row["number"] for row in queries.changes(actor, waiting=True)[0]]

    assert (waiting(city.establishment), waiting(city.legal)) == ([number], [number])
    assert (waiting(city.leader), waiting(city.editor)) == ([], [])
    agreed(city, change)
    assert (waiting(city.establishment), waiting(city.leader)) == ([], [number])
    draft = proposed(city, rewritten(queries.current("A-100000-001-A"), name="甲"))
    assert waiting(city.editor) == [draft["number"]]
    assert [row["number"] for row in queries.changes(city.editor, mine=True)[0]] == [draft["number"], number]
    with pytest.raises(NotFound):
        queries.change(city.leader, draft["number"])
    with pytest.raises(NotAllowed):
        queries.changes(city.clerk)
    first, cursor = queries.changes(city.editor, limit=1)
    rest, end = queries.changes(city.editor, limit=1, cursor=cursor)
    assert [row["number"] for row in (*first, *rest)] == [draft["number"], number] and end is None


def test_the_feed_tells_every_event_once_and_in_order(city: City) -> None:
    start = queries.feed(None)["next"]
    published(city)
    for kind, action in (("suspend", "suspend"), ("resume", "resume"), ("cancel", "cancel")):
        carried(city, Target(task_code="A-100000-001-A", action=action), kind=kind)  # type: ignore[arg-type]
    told = queries.feed(start)
    assert [(row["what"], row["state"]) for row in told["results"]] == [
        ("published", "in-use"),
        ("suspended", "suspended"),
        ("resumed", "in-use"),
        ("cancelled", "cancelled"),
    ]
    assert queries.feed(told["next"]) == {"results": [], "next": told["next"]}
    one = queries.feed(start, limit=1)
    assert queries.feed(one["next"])["results"] == told["results"][1:]
    with pytest.raises(Invalid):
        queries.feed(-1)


def test_publishing_one_item_leaves_the_others_warm(city: City) -> None:
    published(city, "A-100000-001-A")
    published(city, "A-100000-001-B")
    for code in ("A-100000-001-A", "A-100000-001-B"):
        queries.guide_json(code)
    published(city, "A-100000-001-A", promised_limit=Limit(5))
    with CaptureQueriesContext(connection) as other:
        queries.guide_json("A-100000-001-B")
        queries.current("A-100000-001-B")
        queries.standing("A-100000-001-B")
    assert len(other) == 0
    with CaptureQueriesContext(connection) as own:
        assert b'"days":5' in queries.guide_json("A-100000-001-A")
    assert 0 < len(own) <= 2


def test_a_publication_costs_the_same_number_of_statements_whatever_stands(city: City) -> None:
    counts = []
    for extra in (0, 40):
        for number in range(extra):
            published(city, f"MORE-{number}")
        with CaptureQueriesContext(connection) as one:
            published(city, "A-100000-001-A", promised_limit=Limit(5 if extra else 6))
        counts.append(len(one))
    assert counts[0] >= counts[1] and counts[1] <= 12, counts


def test_no_statement_of_a_publication_reads_the_whole_catalogue(city: City) -> None:
    """Among 20,000 items each statement finds its rows by an index."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO catalog_item (task_code, created_at)"
            " SELECT 'BULK-' || n, now() FROM generate_series(1, 20000) n"
        )
        cursor.execute(
            "INSERT INTO catalog_itemversion (item_id, version, status, is_current, name, type, organ_id, region,"
            " handled, content, digest, source_digest, created_at, published_at, reason)"
            " SELECT id, 1, 'published', true, task_code, '01', %s, '', false, '{}', '', '', now(), now(), ''"
            " FROM catalog_item",
            [city.housing],
        )
        cursor.execute(
            'INSERT INTO catalog_itemsearch (item_id, version_id, "row", syllables, position, lists)'
            " SELECT item_id, id, '{\"row\": {}}', '', item_id, '{}' FROM catalog_itemversion"
        )
        cursor.execute("ANALYZE catalog_item, catalog_itemversion, catalog_itemsearch")
    plans: list[str] = []

    def explain(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        if "catalog_" in sql and not sql.startswith("EXPLAIN"):
            with connection.cursor() as cursor:
                cursor.execute("EXPLAIN " + sql.strip(), params)
                plans.append("\n".join(row[0] for row in cursor.fetchall()))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explain):
        services.publish(sound("BULK-7", organ_id=city.housing), actor=SYSTEM, now=NOW)
        services.withdraw("BULK-7", actor=SYSTEM, now=NOW, reason="取消")
    whole = [plan for plan in plans if "Seq Scan on catalog_item" in plan]
    assert len(plans) >= 8 and whole == []


def test_the_migration_takes_over_what_stood_before(city: City) -> None:
    """Items withdrawn before are cancelled, every version and withdrawal is an event, in the order of time."""
    published(city)
    services.publish(sound("A-100000-001-A", organ_id=city.housing, visits=0), actor=SYSTEM, now=NOW)
    published(city, "A-100000-001-B")
    services.withdraw("A-100000-001-B", actor=SYSTEM, now=NOW + timedelta(hours=1), reason="")
    migration = import_module("onewindow.catalog.migrations.0003_life_cycle")
    start = queries.feed(None)["next"]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE catalog_item SET state = 'in-use', state_since = NULL")
        cursor.execute(migration.TAKEN_OVER)
    told = [(row["task_code"][-1], row["version"], row["what"]) for row in queries.feed(start)["results"]]
    assert told == [
        ("A", 1, "published"),
        ("A", 2, "published"),
        ("B", 1, "published"),
        ("B", 1, "cancelled"),
    ]
    queries.flush()
    assert queries.standing("A-100000-001-A").is_in_use
    assert queries.standing("A-100000-001-B").state == "cancelled"
