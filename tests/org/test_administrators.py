"""Three separate administrators: there is no path by which one person holds two of these roles."""

from collections import Counter
from datetime import timedelta
from itertools import permutations

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from onewindow.base import accounts, passwords
from onewindow.kernel.actor import SYSTEM, Actor
from onewindow.kernel.errors import Invalid, NotAllowed, Refusal, RuleBroken
from onewindow.org import models, queries, rules, services
from tests.org.conftest import HASH, NOW, SECADMIN, SYSADMIN, TODAY, Hire

ROLES = rules.ADMINISTRATORS
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("first, second", list(permutations(ROLES, 2)))
def test_a_second_administrator_role_is_refused(hire: Hire, first: str, second: str) -> None:
    one = hire("li", first)
    for actor in (SYSTEM,):
        with pytest.raises(RuleBroken) as refusal:
            services.appoint(actor, one, role=second, now=NOW)
        assert refusal.value.code == "roles-clash"


@pytest.mark.parametrize("first, second", list(permutations(ROLES, 2)))
def test_a_role_still_to_come_counts_as_held(hire: Hire, first: str, second: str) -> None:
    one = hire("li")
    services.appoint(SYSTEM, one, role=first, from_on=TODAY + timedelta(days=30), now=NOW)
    with pytest.raises(RuleBroken):
        services.appoint(SYSTEM, one, role=second, until_on=TODAY + timedelta(days=5), now=NOW)


def test_the_database_itself_refuses_a_second_role(hire: Hire) -> None:
    one = hire("li", "auditor")
    with pytest.raises(IntegrityError, match="org_duty_one_administrator_role"), transaction.atomic():
        models.Duty.objects.create(staff_id=one, role="sysadmin", from_on=TODAY, granted_by="nobody")


def test_after_the_first_is_revoked_or_over_another_may_follow(hire: Hire) -> None:
    one = hire("li", "auditor")
    assert services.revoke(SYSTEM, one, role="auditor", now=NOW) == 1
    services.appoint(SYSTEM, one, role="sysadmin", until_on=TODAY, now=NOW)
    later = NOW + timedelta(days=1)
    services.appoint(SYSTEM, one, role="secadmin", now=later)
    assert queries.actor_for(one, username="li", name="li", on=later.date()).roles == {"secadmin"}


def test_an_administrator_does_no_business(hire: Hire, housing: int) -> None:
    one, other = hire("li", "auditor"), hire("he", "clerk")
    with pytest.raises(RuleBroken):
        services.appoint(SYSTEM, one, role="clerk", now=NOW)
    with pytest.raises(RuleBroken):
        services.appoint(SYSTEM, other, role="auditor", now=NOW)
    with pytest.raises(RuleBroken):
        services.grant_authority(SYSTEM, one, organ_id=housing, powers=["decide"], now=NOW)


def test_nobody_grants_to_himself_and_only_the_security_administrator_grants(hire: Hire) -> None:
    one = hire("li", "secadmin")
    me = queries.actor_for(one, username="li", name="li", on=TODAY)
    with pytest.raises(RuleBroken) as refusal:
        services.appoint(me, one, role="sysadmin", now=NOW)
    assert refusal.value.code == "own-duties"
    for role in ("sysadmin", "auditor", "manager", "head"):
        actor = Actor(account_id=-9, username="x", name="x", roles=frozenset({role}))
        with pytest.raises(NotAllowed):
            services.appoint(actor, one, role="sysadmin", now=NOW)


def test_the_security_administrator_opens_no_accounts(housing: int) -> None:
    with pytest.raises(NotAllowed):
        services.hire(SECADMIN, username="li", name="李", organ_id=housing, password_hash=HASH, now=NOW)


def test_one_person_gets_one_staff_account(housing: int) -> None:
    def hire(username: str) -> int:
        return services.hire(
            SYSADMIN, username=username, name="李", organ_id=housing, password_hash=HASH, now=NOW,
            id_number="11010519491231002X",
        )  # fmt: skip

    hire("li")
    with pytest.raises(Invalid) as refusal:
        hire("li2")
    assert refusal.value.code == "second-account"


def test_no_deputy_slips_into_an_administrators_role(hire: Hire) -> None:
    one, other = hire("li", "auditor"), hire("he", "sysadmin")
    for deputy in (other, hire("wu", "auditor")):
        with pytest.raises(RuleBroken):
            services.name_deputy(SECADMIN, one, deputy_id=deputy, now=NOW)


def test_an_administrators_password_is_reset_only_at_the_machine(hire: Hire) -> None:
    hire("li", "auditor")
    with pytest.raises(RuleBroken):
        accounts.reset_password(SECADMIN, "li", now=NOW)


deeds = st.lists(
    st.tuples(
        st.sampled_from(("appoint", "appoint", "appoint", "revoke", "authority", "deputy", "dismiss")),
        st.integers(0, 2),
        st.sampled_from((*ROLES, "clerk", "supervisor", "approver")),
        st.integers(-2, 3),
        st.sampled_from((None, 0, 2)),
    ),
    max_size=14,
)


class AnyOrderOfDeeds(TestCase):
    """Whatever is done in whatever order, on every day nobody holds two administrator roles."""

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(deeds)
    def test_never_two(self, deeds: list[tuple[str, int, str, int, int | None]]) -> None:
        organ = services.ensure_organ(code="H", name="区住建局", uscc=None, region=None, now=NOW).id
        staff = [
            services.hire(
                SYSADMIN, username=f"u{number}x", name="某", organ_id=organ, password_hash=_HASH, now=NOW
            )
            for number in range(3)
        ]
        for deed, who, role, start, length in deeds:
            try:
                _do(deed, staff, who, role, organ, start, length)
            except Refusal:
                continue
        for offset in range(-3, 8):
            day = TODAY + timedelta(days=offset)
            for one in staff:
                roles = queries.actor_for(one, username="", name="", on=day).roles
                assert Counter(role in ROLES for role in roles)[True] <= 1, (day, roles)
                assert not (roles & set(ROLES) and roles - set(ROLES)), (day, roles)


_HASH = passwords.encode("correct horse 42")


def _do(deed: str, staff: list[int], who: int, role: str, organ: int, start: int, length: int | None) -> None:
    first = TODAY + timedelta(days=start)
    last = None if length is None else first + timedelta(days=length)
    one = staff[who]
    if deed == "appoint":
        services.appoint(SYSTEM, one, role=role, organ_id=organ, from_on=first, until_on=last, now=NOW)
    elif deed == "revoke":
        services.revoke(SYSTEM, one, role=role, now=NOW)
    elif deed == "authority":
        services.grant_authority(
            SYSTEM, one, organ_id=organ, powers=["decide"], from_on=first, until_on=last, now=NOW
        )
    elif deed == "deputy":
        services.name_deputy(SECADMIN, one, deputy_id=staff[(who + 1) % 3], now=NOW)
    else:
        services.dismiss(SECADMIN, one, now=NOW)
