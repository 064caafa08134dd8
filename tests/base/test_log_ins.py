"""The record of log-ins: how one came in, how not, when it ended; addresses shortened, nothing typed shown."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from onewindow.base import accounts, facts, log_ins, tokens
from onewindow.base.models import Account, LoginFailure
from onewindow.kernel.actor import SYSTEM, Actor
from onewindow.kernel.errors import NotAllowed, Unidentified

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse 42"
START = datetime.fromisoformat("2026-09-08T09:00:00+08:00")


@pytest.fixture
def real(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    now = [START]
    monkeypatch.setattr(tokens, "real_now", lambda: now[0])
    accounts.create("one", name="甲", kind="applicant", by=SYSTEM, now=START, password=PASSWORD)
    return now


def enter(real: list[datetime], name: str = "one", password: str = PASSWORD, **more: Any) -> Any:
    real[0] += timedelta(seconds=1)
    return accounts.login(name, password, address="203.0.113.77", device="Firefox · Linux", **more)


def told(**asked: Any) -> list[tuple[str, str, str]]:
    return [(one.username, one.outcome, one.ended) for one in log_ins.page(log_ins.Asked(**asked))[0]]


def test_what_is_told_of_each(real: list[datetime]) -> None:
    first = enter(real)
    for name, password in (("one", "wrong wrong 1"), ("my-password-typed-here", PASSWORD)):
        with pytest.raises(Unidentified):
            enter(real, name, password)
    tokens.logout(first.token)
    enter(real, purpose="page")
    assert told() == [
        ("one", "in", ""),
        ("", "password", ""),
        ("one", "password", ""),
        ("one", "in", "closed"),
    ]
    lines, _ = log_ins.page(log_ins.Asked())
    assert {one.address for one in lines} == {"203.0.113.*"}
    assert {one.purpose for one in lines} == {"page", "api", ""}
    assert lines[0].device == "Firefox · Linux"
    real[0] += timedelta(days=1)
    assert log_ins.page(log_ins.Asked())[0][0].ended == "lapsed"


def test_second_factors_are_told(real: list[datetime], monkeypatch: pytest.MonkeyPatch) -> None:
    from onewindow.base import entering

    monkeypatch.setattr(entering.store, "has_any", lambda id: True)
    monkeypatch.setattr(entering.totp, "take", lambda id, otp, now: otp == "123456")
    enter(real, otp="123456")
    with pytest.raises(Unidentified):
        enter(real, otp="654321")
    assert [(one.outcome, one.factor) for one in log_ins.page(log_ins.Asked())[0]] == [
        ("code", ""),
        ("in", "totp"),
    ]


def test_it_is_searched(real: list[datetime]) -> None:
    accounts.create("two", name="乙", kind="applicant", by=SYSTEM, now=START, password=PASSWORD)
    enter(real)
    real[0] += timedelta(days=2)
    enter(real, "two")
    with pytest.raises(Unidentified):
        enter(real, "two", "wrong wrong 1")
    assert told(username="two") == [("two", "password", ""), ("two", "in", "")]
    assert told(username="two", outcome="wrong") == [("two", "password", "")]
    assert [name for name, *_ in told(outcome="in")] == ["two", "one"]
    assert [name for name, *_ in told(until=START + timedelta(days=1))] == ["one"]
    assert [name for name, *_ in told(since=START + timedelta(days=1))] == ["two", "two"]


def test_pages_go_on(real: list[datetime]) -> None:
    for _ in range(5):
        enter(real)
    seen, before = [], None
    while True:
        page, before = log_ins.page(log_ins.Asked(), before=before, limit=2)
        seen += [one.at for one in page]
        if before is None:
            break
    assert len(seen) == len(set(seen)) == 5 and seen == sorted(seen, reverse=True)


def test_a_reset_lifts_a_lock_and_keeps_the_record(real: list[datetime]) -> None:
    for _ in range(5):
        with pytest.raises(Unidentified):
            enter(real, password="wrong wrong 1")
    password = accounts.reset_password(SYSTEM, "one", now=START)
    enter(real, password=password)
    assert LoginFailure.objects.filter(is_lifted=True).count() == 5
    assert [outcome for _, outcome, _ in told()].count("password") == 5


def test_an_export_is_the_auditors_and_a_fact(real: list[datetime]) -> None:
    enter(real)
    account = Account.objects.create(
        username="auditor", name="A", kind="staff", password="!", created_at=START
    )
    auditor = Actor(account_id=account.pk, username="auditor", name="A", roles=frozenset({"auditor"}))
    assert len(list(log_ins.export(auditor, log_ins.Asked(), now=START))) == 1
    assert facts.of_subject("account", account.pk)[-1][1] == "log-ins-exported"
    with pytest.raises(NotAllowed):
        log_ins.export(SYSTEM, log_ins.Asked(), now=START)
