"""Appointing, revoking, authority: what the actor then may do, and from when until when."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from onewindow.base import facts
from onewindow.kernel.actor import SYSTEM
from onewindow.kernel.errors import Invalid, NotAllowed, NotFound, RuleBroken
from onewindow.org import models, queries, services
from tests.org.conftest import NOW, SECADMIN, TODAY, Hire

pytestmark = pytest.mark.django_db


def roles(staff_id: int, days: int = 0) -> frozenset[str]:
    return queries.actor_for(staff_id, username="", name="", on=TODAY + timedelta(days=days)).roles


def test_a_duty_holds_from_day_to_day(hire: Hire, housing: int) -> None:
    one = hire("li")
    first, last = TODAY + timedelta(days=2), TODAY + timedelta(days=4)
    services.appoint(SYSTEM, one, role="examiner", organ_id=housing, from_on=first, until_on=last, now=NOW)
    assert [roles(one, days) for days in (1, 2, 4, 5)] == [set(), {"examiner"}, {"examiner"}, set()]


def test_an_actor_knows_organ_and_reach(hire: Hire, housing: int, market: int) -> None:
    one = hire("li", "examiner", "approver")
    clerk = hire("he")
    services.appoint(SYSTEM, clerk, role="clerk", now=NOW)
    actor = queries.actor_for(one, username="li", name="", on=TODAY)
    assert (actor.organ_id, actor.organ_name, actor.organ_ids) == (housing, "区住建局", {housing})
    assert actor.roles == {"examiner", "approver"}
    assert queries.actor_for(clerk, username="he", name="", on=TODAY).organ_ids == {housing, market}
    assert queries.may(clerk, "accept", organ_id=market, on=TODAY)
    assert queries.may(one, "decide", organ_id=housing, on=TODAY)
    assert not queries.may(one, "decide", organ_id=market, on=TODAY)


def test_the_same_duty_twice_is_one(hire: Hire, housing: int) -> None:
    one = hire("li", "examiner")
    again = services.appoint(SYSTEM, one, role="examiner", organ_id=housing, now=NOW)
    assert list(models.Duty.objects.values_list("id", flat=True)) == [again]


def test_another_end_replaces_the_duty_and_keeps_the_old_one_on_record(hire: Hire, housing: int) -> None:
    one = hire("li", "examiner")
    services.appoint(SYSTEM, one, role="examiner", organ_id=housing, until_on=TODAY, now=NOW)
    assert roles(one, 1) == set()
    assert models.Duty.objects.filter(staff=one).count() == 2


@pytest.mark.parametrize("role", ["examiner", "approver", "head"])
def test_deciding_roles_name_their_organ(hire: Hire, role: str) -> None:
    one = hire("li")
    with pytest.raises(Invalid) as refusal:
        services.appoint(SYSTEM, one, role=role, now=NOW)
    assert refusal.value.code == "organ-required"


@pytest.mark.parametrize("role", ["citizen", "system", "boss", ""])
def test_unknown_roles_are_refused(hire: Hire, role: str) -> None:
    with pytest.raises(Invalid):
        services.appoint(SYSTEM, hire("li"), role=role, now=NOW)


def test_what_is_not_there_is_not_found(hire: Hire, housing: int) -> None:
    one = hire("li")
    with pytest.raises(NotFound):
        services.appoint(SYSTEM, 999_999, role="clerk", now=NOW)
    with pytest.raises(NotFound):
        services.appoint(SYSTEM, one, role="examiner", organ_id=999_999, now=NOW)
    with pytest.raises(NotFound):
        services.appoint(SYSTEM, one, role="clerk", region="511602", now=NOW)
    with pytest.raises(Invalid):
        services.appoint(SYSTEM, one, role="clerk", until_on=TODAY - timedelta(days=1), now=NOW)


def test_each_deed_is_told_once_with_who_did_it(hire: Hire, housing: int) -> None:
    one = hire("li", "examiner")
    services.revoke(SYSTEM, one, role="examiner", now=NOW)
    services.revoke(SYSTEM, one, role="examiner", now=NOW)
    told = [(type, actor) for _, type, _, actor, _, _ in facts.of_subject("staff", one)]
    assert told == [("hired", "sys"), ("appointed", "system"), ("revoked", "system")]


def test_a_chief_representative_decides_within_scope_and_dates(hire: Hire, housing: int, market: int) -> None:
    one = hire("li")
    authority = services.grant_authority(
        SYSTEM, one, organ_id=housing, powers=["accept", "decide"], items=["x"], is_chief=True,
        until_on=TODAY + timedelta(days=1), now=NOW,
    )  # fmt: skip
    chief = queries.chief_of(housing, on=TODAY)
    assert chief and chief.id == one
    assert queries.may(one, "decide", organ_id=housing, task_code="x", on=TODAY)
    assert not queries.may(one, "decide", organ_id=housing, task_code="y", on=TODAY)
    assert not queries.may(one, "decide", organ_id=market, task_code="x", on=TODAY)
    assert not queries.may(one, "decide", organ_id=housing, task_code="x", on=TODAY + timedelta(days=2))
    services.revoke_authority(SYSTEM, authority, now=NOW)
    assert not queries.may(one, "decide", organ_id=housing, task_code="x", on=TODAY)


def test_an_organ_has_one_chief_representative(hire: Hire, housing: int) -> None:
    one, other = hire("li"), hire("he")
    services.grant_authority(
        SYSTEM, one, organ_id=housing, powers=["decide"], is_chief=True, until_on=TODAY, now=NOW
    )
    with pytest.raises(RuleBroken) as refusal:
        services.grant_authority(SYSTEM, other, organ_id=housing, powers=["decide"], is_chief=True, now=NOW)
    assert refusal.value.code == "second-chief"
    tomorrow = NOW + timedelta(days=1)
    services.grant_authority(SYSTEM, other, organ_id=housing, powers=["decide"], is_chief=True, now=tomorrow)


@pytest.mark.parametrize("powers", [[], ["rule"], ["decide", "rule"]])
def test_unknown_powers_are_refused(hire: Hire, housing: int, powers: list[str]) -> None:
    with pytest.raises(Invalid):
        services.grant_authority(SYSTEM, hire("li"), organ_id=housing, powers=powers, now=NOW)


def test_who_leaves_may_do_nothing_any_more(hire: Hire, housing: int) -> None:
    one = hire("li", "examiner")
    services.dismiss(SECADMIN, one, now=NOW)
    assert roles(one) == set()
    assert not queries.may(one, "examine", organ_id=housing, on=TODAY)
    assert queries.staff_names(["li", "nobody"]) == {"li": "li"}


def test_a_department_head_does_not_grant(hire: Hire, housing: int) -> None:
    head, one = hire("li", "head"), hire("he")
    actor = queries.actor_for(head, username="li", name="", on=TODAY)
    with pytest.raises(NotAllowed):
        services.appoint(actor, one, role="examiner", organ_id=housing, now=NOW)


def test_warm_reads_cost_no_statement(hire: Hire, housing: int) -> None:
    one = hire("li", "examiner")
    queries.organ(housing)
    with CaptureQueriesContext(connection) as statements:
        queries.organ(housing)
        queries.find_organ(name="区住建局")
        queries.staff_of(one)
        queries.stands_in_for(one, on=TODAY)
        queries.actor_for(one, username="li", name="", on=TODAY)
    assert len(statements) == 0


def test_what_is_rolled_back_stays_in_no_cache(hire: Hire, housing: int) -> None:
    from django.db import transaction

    with transaction.atomic():
        hire("ghost")
        assert queries.staff_by_username("ghost")
        transaction.set_rollback(True)
    assert queries.staff_by_username("ghost") is None
