"""Duties change by two security administrators; the database itself knows that they are two."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations

import pytest
from django.db import IntegrityError, transaction

from onewindow.base import oversight
from onewindow.kernel.actor import ADMINISTRATORS, SYSTEM, Actor
from onewindow.kernel.errors import Invalid, NotAllowed, NotFound, RuleBroken
from onewindow.org import models, queries, services
from tests.org.conftest import NOW, SECADMIN, TODAY, Hire

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(hire: Hire) -> tuple[Actor, Actor, int]:
    """Two security administrators and somebody without duties."""
    ids = hire("an", "secadmin"), hire("bo", "secadmin"), hire("li")
    one, two = (
        queries.actor_for(who, username=name, name=name, on=TODAY)
        for who, name in zip(ids, ("an", "bo"), strict=False)
    )
    return one, two, ids[2]


def propose(actor: Actor, who: int, role: str = "clerk", deed: str = "appoint") -> int:
    return services.propose(actor, who, deed=deed, body={"role": role}, reason="调岗通知 7 号", now=NOW)


def roles(who: int) -> frozenset[str]:
    return queries.actor_for(who, username="", name="", on=TODAY).roles


def test_one_proposes_another_confirms(three: tuple[Actor, Actor, int]) -> None:
    one, two, li = three
    change = propose(one, li)
    assert roles(li) == set()
    assert propose(one, li) == change, "the same once more is the same change"
    with pytest.raises(RuleBroken) as refusal:
        services.confirm(one, change, now=NOW)
    assert refusal.value.code == "second-administrator"
    services.confirm(two, change, now=NOW)
    assert roles(li) == {"clerk"}
    assert models.Duty.objects.get(staff=li).granted_by == "an, bo"
    with pytest.raises(RuleBroken):
        services.confirm(two, change, now=NOW)
    told = [(line.type, line.actor) for line in oversight.log(stream="staff", subject=li)[0]]
    assert told[:2] == [("appointed", "bo"), ("change-proposed", "an")]


def test_taking_away_needs_two_as_well(three: tuple[Actor, Actor, int]) -> None:
    one, two, li = three
    services.appoint(SYSTEM, li, role="clerk", now=NOW)
    change = propose(two, li, deed="revoke")
    assert roles(li) == {"clerk"}
    services.confirm(one, change, now=NOW)
    assert roles(li) == set()


def test_nobody_changes_his_own_duties_in_either_seat(three: tuple[Actor, Actor, int]) -> None:
    one, two, li = three
    with pytest.raises(RuleBroken):
        propose(one, one.account_id)
    change = services.propose(
        two, one.account_id, deed="revoke", body={"role": "secadmin"}, reason="离岗", now=NOW
    )
    with pytest.raises(RuleBroken) as refusal:
        services.confirm(one, change, now=NOW)
    assert refusal.value.code == "own-duties"


@pytest.mark.parametrize("role", ["sysadmin", "auditor", "manager", "head"])
def test_only_security_sits_in_either_seat(three: tuple[Actor, Actor, int], role: str) -> None:
    one, _, li = three
    other = Actor(account_id=-9, username="x", name="x", roles=frozenset({role}))
    with pytest.raises(NotAllowed):
        propose(other, li)
    change = propose(one, li)
    for deed in (services.confirm, services.decline):
        with pytest.raises(NotAllowed):
            deed(other, change, now=NOW)


def test_the_deeds_themselves_refuse_one_alone(three: tuple[Actor, Actor, int]) -> None:
    one, _, li = three
    for second in (None, one):
        with pytest.raises(RuleBroken) as refusal:
            services.appoint(one, li, role="clerk", now=NOW, second=second)
        assert refusal.value.code == "second-administrator"


@pytest.mark.parametrize("first, other", list(permutations(ADMINISTRATORS, 2)))
def test_three_administrators_exclude_each_other_here_too(
    three: tuple[Actor, Actor, int], first: str, other: str
) -> None:
    one, two, li = three
    late = propose(one, li, other)
    services.confirm(two, propose(one, li, first), now=NOW)
    with pytest.raises(RuleBroken) as refusal:
        propose(one, li, other)
    assert refusal.value.code == "roles-clash"
    with pytest.raises(RuleBroken), transaction.atomic():
        services.confirm(two, late, now=NOW)
    assert roles(li) == {first}


def test_declined_withdrawn_and_run_out(three: tuple[Actor, Actor, int]) -> None:
    one, two, li = three
    for who, state in ((two, "declined"), (one, "withdrawn")):
        change = propose(one, li)
        services.decline(who, change, now=NOW)
        assert models.DutyChange.objects.get(pk=change).state == state
        with pytest.raises(RuleBroken):
            services.confirm(two, change, now=NOW)
    change = propose(one, li)
    late = NOW + timedelta(days=7)
    assert [one.id for one in queries.open_changes(now=NOW)] == [change]
    assert not queries.open_changes(now=late)
    with pytest.raises(RuleBroken) as refusal:
        services.confirm(two, change, now=late)
    assert refusal.value.code == "change-ended"
    assert roles(li) == set()


@pytest.mark.parametrize("reason", ["", " ", "x", "长" * 201])
def test_a_reason_is_asked(three: tuple[Actor, Actor, int], reason: str) -> None:
    one, _, li = three
    with pytest.raises(Invalid):
        services.propose(one, li, deed="appoint", body={"role": "clerk"}, reason=reason, now=NOW)
    with pytest.raises(NotFound):
        services.propose(one, li, deed="promote", body={}, reason="理由", now=NOW)


def test_the_database_itself_refuses_one_person_in_two_seats(three: tuple[Actor, Actor, int]) -> None:
    one, two, li = three
    change = models.DutyChange.objects.get(pk=propose(one, li))
    for second, state, name in (
        (one.account_id, "confirmed", "two_people"),
        (li, "confirmed", "not_own"),
        (None, "confirmed", "confirmed"),
    ):
        with pytest.raises(IntegrityError, match=f"org_dutychange_{name}"), transaction.atomic():
            models.DutyChange.objects.filter(pk=change.pk).update(second=second, state=state)
    assert models.DutyChange.objects.filter(pk=change.pk).update(second=two.account_id, state="confirmed")


def test_what_the_machine_does_alone_says_so(hire: Hire) -> None:
    li = hire("li")
    services.appoint(SYSTEM, li, role="secadmin", now=NOW)
    fact = oversight.log(stream="staff", type="appointed", subject=li)[0][0]
    assert (fact.actor, fact.data["alone"]) == ("system", "machine")
    with pytest.raises(RuleBroken):
        services.appoint(SECADMIN, li, role="clerk", now=NOW)
