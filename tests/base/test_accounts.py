"""Log-in, throttling, tokens and passwords, on real PostgreSQL and the real clock."""

import statistics
import time
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from onewindow.base import accounts, clock, generations, passwords, throttle, tokens
from onewindow.base.models import Account, LoginFailure, Token
from onewindow.kernel.actor import SYSTEM, Actor
from onewindow.kernel.errors import Invalid, NotAllowed, RuleBroken, TooFast, Unidentified
from tests.base.conftest import HASH, NOW, PASSWORD, SECADMIN

pytestmark = pytest.mark.django_db

HERE = "192.0.2.1"


def fail(username: str, times: int, address: str = HERE) -> None:
    for _ in range(times):
        with pytest.raises(Unidentified):
            accounts.login(username, "wrong", address=address)


def test_login_gives_a_token_that_names_its_owner(wang: Account) -> None:
    token, expires_at, account = accounts.login(" WANG ", PASSWORD, address=HERE)
    assert account.id == wang.id
    assert timedelta(hours=11) < expires_at - clock.real_now() <= timedelta(hours=12)
    actor = accounts.actor_of(token)
    assert actor is not None and (actor.account_id, actor.username) == (wang.id, "wang")
    assert token not in str(Token.objects.values_list("digest", flat=True))


@pytest.mark.parametrize("token", ["", "x", "令牌", "a" * 5000, "\udcff"])
def test_an_unknown_token_is_nobody(token: str) -> None:
    assert accounts.actor_of(token) is None
    assert accounts.logout(token) is False


@pytest.mark.parametrize(
    "username, password",
    [
        ("wang", "wrong"),
        ("nobody", PASSWORD),
        ("w\0ang", PASSWORD),
        ("王", "\udcff"),
        ("", ""),
        ("wang", "x" * 100_000),
    ],
)
def test_wrong_credentials_all_look_alike(wang: Account, username: str, password: str) -> None:
    with pytest.raises(Unidentified) as refusal:
        accounts.login(username, password, address=HERE)
    assert (refusal.value.code, refusal.value.text) == ("wrong-credentials", "用户名或密码不正确")


def test_a_closed_account_looks_like_a_wrong_password(wang: Account) -> None:
    token = accounts.login("wang", PASSWORD, address=HERE).token
    accounts.set_active(SECADMIN, "wang", is_active=False, now=NOW)
    assert accounts.actor_of(token) is None
    fail("wang", 1)
    with pytest.raises(Unidentified):
        accounts.login("wang", PASSWORD, address=HERE)


def test_an_unknown_user_costs_as_much_as_a_wrong_password(wang: Account) -> None:
    def cost(username: str) -> float:
        start = time.process_time()
        fail(username, 1)
        spent = time.process_time() - start
        LoginFailure.objects.all().delete()
        return spent

    fail("warm-up", 2)
    known = statistics.median(cost("wang") for _ in range(7))
    unknown = statistics.median(cost(f"nobody{number}") for number in range(7))
    assert 0.5 < unknown / known < 2


@pytest.mark.parametrize("username", ["wang", "nobody"])
def test_a_name_is_locked_after_five_failures_whether_it_exists_or_not(wang: Account, username: str) -> None:
    fail(username, throttle.per_account())
    with pytest.raises(TooFast) as refusal:
        accounts.login(username, PASSWORD, address="198.51.100.7")
    assert 0 < refusal.value.retry_after <= 15 * 60
    assert accounts.create("other", name="别", kind="staff", by=SYSTEM, now=NOW, password_hash=HASH)
    assert accounts.login("other", PASSWORD, address=HERE)


def test_a_lock_ends_fifteen_minutes_after_the_fifth_last_failure(
    wang: Account, real: list[datetime]
) -> None:
    fail("wang", throttle.per_account())
    assert Account.objects.get(pk=wang.pk).locked_until == real[0] + throttle.lock_time()
    real[0] += throttle.lock_time() - timedelta(seconds=1)
    with pytest.raises(TooFast):
        accounts.login("wang", PASSWORD, address=HERE)
    real[0] += timedelta(seconds=2)
    assert accounts.login("wang", PASSWORD, address=HERE)


def test_a_success_sets_the_account_back_to_zero(wang: Account, real: list[datetime]) -> None:
    for _ in range(3):
        fail("wang", throttle.per_account() - 1)
        real[0] += timedelta(seconds=1)
        assert accounts.login("wang", PASSWORD, address=HERE)
        real[0] += timedelta(seconds=1)
    row = Account.objects.get(pk=wang.pk)
    assert (row.failed_logins, row.locked_until) == (0, None)


def test_successes_never_throttle(wang: Account) -> None:
    for _ in range(throttle.per_account() + 5):
        accounts.login("wang", PASSWORD, address=HERE)
    assert not LoginFailure.objects.exists()


def test_an_address_is_stopped_after_many_failures_of_any_names(wang: Account) -> None:
    moment = clock.real_now()
    LoginFailure.objects.bulk_create(
        LoginFailure(username=f"u{number}", address=HERE, at=moment) for number in range(throttle.PER_ADDRESS)
    )
    with pytest.raises(TooFast):
        accounts.login("wang", PASSWORD, address=HERE)
    assert accounts.login("wang", PASSWORD, address="198.51.100.7")


def test_a_warm_token_costs_no_statement(wang: Account) -> None:
    token = accounts.login("wang", PASSWORD, address=HERE).token
    accounts.actor_of(token)
    with CaptureQueriesContext(
        connection,
    ) as statements:
        for _ in range(100):
            assert accounts.actor_of(token)
    assert len(statements) == 0


def test_use_is_written_at_most_once_a_minute(wang: Account, real: list[datetime]) -> None:
    token = accounts.login("wang", PASSWORD, address=HERE).token
    with CaptureQueriesContext(connection) as statements:
        for _ in range(10):
            real[0] += timedelta(seconds=30)
            assert accounts.actor_of(token)
    writes = [one for one in statements.captured_queries if one["sql"].startswith("UPDATE")]
    assert len(writes) == 5


@pytest.mark.parametrize(
    "purpose, idle, is_alive",
    [
        ("api", timedelta(hours=7, minutes=59), True),
        ("api", timedelta(hours=8, minutes=1), False),
        ("page", timedelta(minutes=29), True),
        ("page", timedelta(minutes=31), False),
    ],
)
def test_an_idle_token_ends(
    wang: Account, real: list[datetime], purpose: str, idle: timedelta, is_alive: bool
) -> None:
    token = accounts.login("wang", PASSWORD, address=HERE, purpose=purpose).token
    assert accounts.actor_of(token)
    real[0] += idle
    assert (accounts.actor_of(token) is not None) is is_alive


def test_a_token_used_all_day_ends_after_twelve_hours(wang: Account, real: list[datetime]) -> None:
    token = accounts.login("wang", PASSWORD, address=HERE).token
    for _ in range(3):
        real[0] += timedelta(hours=3, minutes=59)
        assert accounts.actor_of(token)
    real[0] += timedelta(minutes=4)
    assert accounts.actor_of(token) is None


def test_another_process_keeps_a_token_awake(wang: Account, real: list[datetime]) -> None:
    token = accounts.login("wang", PASSWORD, address=HERE, purpose="page").token
    assert accounts.actor_of(token)
    real[0] += timedelta(minutes=40)
    Token.objects.update(seen_at=real[0] - timedelta(minutes=1))
    assert accounts.actor_of(token)


def test_logout_ends_this_token_only(wang: Account) -> None:
    one = accounts.login("wang", PASSWORD, address=HERE).token
    other = accounts.login("wang", PASSWORD, address=HERE).token
    assert accounts.actor_of(one) and accounts.logout(one)
    assert accounts.actor_of(one) is None
    assert accounts.actor_of(other)
    assert accounts.logout(one) is False


def test_changing_the_password_ends_all_tokens(wang: Account) -> None:
    token = accounts.login("wang", PASSWORD, address=HERE).token
    actor = accounts.actor_of(token)
    assert actor
    accounts.change_password(actor, old=PASSWORD, new="another fine 17", address=HERE, now=NOW)
    assert accounts.actor_of(token) is None
    fail("wang", 1)
    with pytest.raises(Unidentified):
        accounts.login("wang", PASSWORD, address=HERE)
    assert accounts.login("wang", "another fine 17", address=HERE)


def test_guessing_the_old_password_is_throttled(wang: Account) -> None:
    actor = Actor(account_id=wang.id, username="wang", name="王")
    for _ in range(throttle.per_account()):
        with pytest.raises(Invalid):
            accounts.change_password(actor, old="wrong", new="another fine 17", address=HERE, now=NOW)
    with pytest.raises(TooFast):
        accounts.change_password(actor, old=PASSWORD, new="another fine 17", address=HERE, now=NOW)


@pytest.mark.parametrize(
    "password, code",
    [
        ("short 123", "too-short"),
        ("x" * 129, "too-long"),
        ("password123", "common"),
        ("1234567890", "common"),
        ("aaaaaaaaaaaa", "common"),
        ("qwertyuiop", "common"),
        ("87654321wang", "like-username"),
        ("OneWindow2026!", "guessable"),
        ("正确的马电池订书钉甲乙", None),
        ("correct horse 42", None),
    ],
)
def test_password_rules(password: str, code: str | None) -> None:
    if code is None:
        passwords.check(password, username="wang")
        return
    with pytest.raises(Invalid) as refusal:
        passwords.check(password, username="wang")
    assert refusal.value.fields[0].code == code
    assert refusal.value.text


@pytest.mark.parametrize("username", ["", "a", "-abc", "a b c", "王小明", "system", "x" * 65, "a\0bc"])
def test_bad_usernames(username: str) -> None:
    with pytest.raises(Invalid):
        accounts.create(username, name="某", kind="staff", by=SYSTEM, now=NOW, password_hash=HASH)


def test_a_username_is_taken_once_in_any_spelling(wang: Account) -> None:
    with pytest.raises(Invalid) as refusal:
        accounts.create("ＷＡＮＧ", name="某", kind="staff", by=SYSTEM, now=NOW, password_hash=HASH)
    assert refusal.value.code == "username-taken"


def test_only_a_system_administrator_opens_staff_accounts() -> None:
    with pytest.raises(NotAllowed):
        accounts.create("li4", name="李", kind="staff", by=SECADMIN, now=NOW, password_hash=HASH)


def test_a_reset_password_must_be_changed_first(wang: Account) -> None:
    fail("wang", throttle.per_account())
    temporary = accounts.reset_password(SECADMIN, "wang", now=NOW)
    token = accounts.login("wang", temporary, address=HERE).token
    assert accounts.actor_of(token) is None
    session = accounts.session_of(token)
    assert session and session.must_change
    accounts.change_password(session.actor, old=temporary, new="another fine 17", address=HERE, now=NOW)
    token = accounts.login("wang", "another fine 17", address=HERE).token
    assert accounts.actor_of(token)


def test_only_the_security_administrator_resets(wang: Account) -> None:
    for role in ("sysadmin", "auditor", "manager", "clerk"):
        with pytest.raises(NotAllowed):
            actor = Actor(account_id=-2, username="x", name="x", roles=frozenset({role}))
            accounts.reset_password(actor, "wang", now=NOW)


def test_an_administrator_is_not_reset_by_another(wang: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    def auditor(account: Account) -> Actor:
        return Actor(account_id=account.id, username="wang", name="王", roles=frozenset({"auditor"}))

    monkeypatch.setattr(tokens, "builder", auditor)
    with pytest.raises(RuleBroken):
        accounts.reset_password(SECADMIN, "wang", now=NOW)
    assert accounts.reset_password(SYSTEM, "wang", now=NOW)


def test_passwords_stand_nowhere_in_clear(wang: Account) -> None:
    row = Account.objects.get(pk=wang.pk)
    assert row.password.startswith("argon2$argon2id$")
    assert PASSWORD not in row.password


def test_an_actor_is_asked_for_anew_when_the_business_day_or_the_clock_changes(
    wang: Account, real: list[datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Account] = []

    def build(account: Account) -> Actor:
        asked.append(account)
        return Actor(account_id=account.id, username="wang", name="王")

    monkeypatch.setattr(tokens, "builder", build)
    real[0] = real[0].replace(hour=23, minute=50)
    monkeypatch.setattr(clock, "now", lambda: real[0])
    token = accounts.login("wang", PASSWORD, address=HERE).token
    for minutes, times in ((0, 1), (5, 1), (4, 1), (2, 2), (1, 2)):
        real[0] += timedelta(minutes=minutes)
        assert accounts.actor_of(token)
        assert len(asked) == times, minutes
    generations.put("clock", generations.read("clock") + 1)
    assert accounts.actor_of(token)
    assert len(asked) == 3
    generations.put("clock", 0)
