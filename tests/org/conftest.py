"""A small district for the tests of the organisation."""

from collections.abc import Callable
from datetime import datetime

import pytest

from onewindow.base import clock, passwords
from onewindow.kernel.actor import SYSTEM, Actor
from onewindow.org import services

NOW = datetime(2026, 9, 7, 9, 0, tzinfo=clock.SHANGHAI)
TODAY = NOW.date()
HASH = passwords.encode("correct horse 42")
SYSADMIN = Actor(account_id=-1, username="sys", name="系", roles=frozenset({"sysadmin"}))
SECADMIN = Actor(account_id=-2, username="sec", name="安", roles=frozenset({"secadmin"}))
Hire = Callable[..., int]


@pytest.fixture
def housing(db: None) -> int:
    return services.ensure_organ(code="H", name="区住建局", uscc=None, region=None, now=NOW).id


@pytest.fixture
def market(db: None) -> int:
    return services.ensure_organ(code="M", name="区市监局", uscc=None, region=None, now=NOW).id


@pytest.fixture
def hire(housing: int) -> Hire:
    """Take somebody on: ``hire("li", "examiner")`` gives the staff id."""

    def one(username: str, *roles: str, organ: int | None = housing) -> int:
        staff_id = services.hire(
            SYSADMIN, username=username, name=username, organ_id=organ or housing, password_hash=HASH, now=NOW
        )
        for role in roles:
            services.appoint(SYSTEM, staff_id, role=role, organ_id=organ, now=NOW)
        return staff_id

    return one
