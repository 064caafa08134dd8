"""AB岗: when somebody is away the work passes to the deputy."""

from datetime import timedelta

import pytest

from onewindow.kernel.errors import Invalid, NotAllowed, NotFound, RuleBroken
from onewindow.org import queries, services
from tests.org.conftest import NOW, SECADMIN, TODAY, Hire

pytestmark = pytest.mark.django_db
WEEK = TODAY + timedelta(days=6)


def test_the_deputy_stands_in_only_while_the_other_is_away(hire: Hire) -> None:
    one, deputy = hire("li", "examiner"), hire("he", "examiner")
    services.name_deputy(SECADMIN, one, deputy_id=deputy, now=NOW)
    assert queries.stands_in_for(deputy, on=TODAY) == set()
    absence = services.set_absence(SECADMIN, one, from_on=TODAY, until_on=WEEK, now=NOW)
    assert queries.stands_in_for(deputy, on=WEEK) == {one}
    assert queries.stands_in_for_usernames("he", on=TODAY) == {"li"}
    assert queries.is_away(one, on=TODAY) and not queries.is_away(one, on=WEEK + timedelta(days=1))
    services.cancel_absence(SECADMIN, absence, now=NOW)
    assert queries.stands_in_for(deputy, on=TODAY) == set()
    with pytest.raises(NotFound):
        services.cancel_absence(SECADMIN, absence, now=NOW)


def test_a_released_deputy_no_longer_stands_in(hire: Hire) -> None:
    one, deputy = hire("li", "examiner"), hire("he", "examiner")
    services.name_deputy(SECADMIN, one, deputy_id=deputy, now=NOW)
    services.set_absence(SECADMIN, one, from_on=TODAY, until_on=WEEK, now=NOW)
    services.release_deputy(SECADMIN, one, deputy_id=deputy, now=NOW)
    assert queries.stands_in_for(deputy, on=TODAY) == set()


def test_a_deputy_holds_the_same_duty_in_the_same_organ(hire: Hire, market: int) -> None:
    one = hire("li", "examiner")
    for deputy in (hire("he", "approver"), hire("wu", "examiner", organ=market), hire("mo")):
        with pytest.raises(RuleBroken) as refusal:
            services.name_deputy(SECADMIN, one, deputy_id=deputy, now=NOW)
        assert refusal.value.code == "unfit-deputy"
    with pytest.raises(RuleBroken):
        services.name_deputy(SECADMIN, one, deputy_id=one, now=NOW)


def test_one_speaks_for_oneself_and_a_head_for_the_organ(hire: Hire, market: int) -> None:
    one, head, stranger = hire("li", "examiner"), hire("he", "head"), hire("wu", "head", organ=market)

    def absent(username: str, staff_id: int) -> None:
        actor = queries.actor_for(staff_id, username=username, name="", on=TODAY)
        services.set_absence(actor, one, from_on=TODAY, until_on=WEEK, now=NOW)

    absent("li", one)
    absent("he", head)
    with pytest.raises(NotAllowed):
        absent("wu", stranger)


@pytest.mark.parametrize("first, last", [(-1, 3), (3, 1), (0, 400)])
def test_impossible_days_are_refused(hire: Hire, first: int, last: int) -> None:
    one = hire("li", "examiner")
    with pytest.raises(Invalid):
        services.set_absence(
            SECADMIN,
            one,
            from_on=TODAY + timedelta(days=first),
            until_on=TODAY + timedelta(days=last),
            now=NOW,
        )
