"""Changes of the catalogue: who may do what in which state, and four persons, none twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from onewindow.base import facts
from onewindow.catalog import queries, services
from onewindow.catalog.changes import acting
from onewindow.catalog.definition import Limit
from onewindow.catalog.models import Change
from onewindow.kernel.errors import Invalid, RuleBroken, Stale
from tests.catalog.changing import (
    DAY,
    NOW,
    City,
    approved,
    proposed,
    published,
    rewritten,
    submitted,
    types,
    version_of,
)

pytestmark = pytest.mark.django_db


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
        return services.examine(actor, number, version=version_of(number), verdict="agree", now=NOW)

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
            lambda actor=actor: services.approve(actor, number, version=version_of(number), now=NOW)
        )  # type: ignore[misc]
        assert found == "same-person", account_id


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
