"""Second factors: codes taken once, guesses counted, recovery codes, who must have one, log-ins that end."""

from __future__ import annotations

from base64 import b32decode
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from hypothesis import given
from hypothesis import strategies as st

from onewindow.base import accounts, clock, entering, oversight, passwords, sessions, throttle, tokens, worker
from onewindow.base.factors import challenges, passkeys, recovery, store, totp
from onewindow.base.models import Account, Factor, RecoveryCode
from onewindow.kernel.actor import SYSTEM, Actor
from onewindow.kernel.errors import Invalid, NotAllowed, NotFound, RuleBroken, TooFast, Unidentified
from tests.base.conftest import NOW, PASSWORD, SECADMIN

pytestmark = pytest.mark.django_db

HERE = "192.0.2.77"


class App:
    """An authenticator app that has scanned the code."""

    def __init__(self, uri: str) -> None:
        self.secret = b32decode(parse_qs(urlsplit(uri).query)["secret"][0])

    def code(self, at: datetime) -> str:
        return TOTP(self.secret, 6, SHA1(), 30).generate(int(at.timestamp())).decode()


def enrol(account: Account, at: datetime, *, token: str = "") -> tuple[App, list[str]]:
    actor = tokens.build_actor(account)
    offer = totp.offer(actor, now=at)
    app = App(offer.uri)
    secret, step = totp.proven(actor, offer.sealed, app.code(at), now=at)
    return app, store.add(actor, kind="totp", name="", secret=secret, counter=step, token=token, now=NOW)


def login(**more: Any) -> tokens.Login:
    return accounts.login("wang", PASSWORD, address=HERE, **more)


# The vectors of RFC 6238, appendix B, cut to six digits.
@pytest.mark.parametrize(
    "second, code",
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037")],
)  # fmt: skip
def test_the_codes_of_the_standard(second: int, code: str) -> None:
    at = datetime.fromtimestamp(second, clock.SHANGHAI)
    assert totp._step_of(b"12345678901234567890", code, after=0, now=at) == second // 30


@given(late=st.integers(-120, 120))
def test_one_step_of_grace_and_no_more(late: int) -> None:
    here = datetime.fromtimestamp(1_800_000_015, clock.SHANGHAI)
    shown = totp._codes(b"k" * 20).generate(1_800_000_015 + late).decode()
    found = totp._step_of(b"k" * 20, shown, after=0, now=here)
    steps = (1_800_000_015 + late) // 30 - 1_800_000_015 // 30
    assert (found is not None) == (abs(steps) <= 1)


def test_a_code_is_asked_for_and_taken_once(wang: Account, real: list[datetime]) -> None:
    app, _ = enrol(wang, real[0])
    real[0] += timedelta(seconds=60)
    with pytest.raises(entering.FactorNeeded) as needed:
        login()
    assert needed.value.code == "second-factor-required"
    assert needed.value.step == ""
    code = app.code(real[0])
    assert login(otp=code).token
    with pytest.raises(Unidentified) as refusal:
        login(otp=code)
    assert refusal.value.code == "second-factor-wrong"


def test_the_code_of_enrolment_opens_nothing(wang: Account, real: list[datetime]) -> None:
    app, _ = enrol(wang, real[0])
    with pytest.raises(Unidentified):
        login(otp=app.code(real[0]))


def test_a_page_goes_on_by_a_step_that_acts_for_nobody(wang: Account, real: list[datetime]) -> None:
    app, _ = enrol(wang, real[0])
    real[0] += timedelta(seconds=60)
    with pytest.raises(entering.FactorNeeded) as needed:
        login(purpose="page")
    step = needed.value.step
    assert step and accounts.session_of(step) is None
    issued = accounts.finish(step, app.code(real[0]), address=HERE, device="Firefox")
    assert accounts.actor_of(issued.token)
    with pytest.raises(Unidentified):
        accounts.owner_of_step(step)


def test_a_step_ends_by_itself(wang: Account, real: list[datetime]) -> None:
    enrol(wang, real[0])
    with pytest.raises(entering.FactorNeeded) as needed:
        login(purpose="page")
    real[0] += tokens.STEP
    with pytest.raises(Unidentified) as refusal:
        accounts.finish(needed.value.step, "000000", address=HERE)
    assert refusal.value.code == "step-ended"


def test_a_known_password_gives_no_endless_guesses_at_the_code(wang: Account, real: list[datetime]) -> None:
    """A right password between wrong codes does not set the count back."""
    enrol(wang, real[0])
    for _ in range(throttle.per_account()):
        with pytest.raises(entering.FactorNeeded):
            login(purpose="page")
        with pytest.raises(Unidentified):
            login(otp="000000")
    with pytest.raises(TooFast):
        login(otp="000000")


@pytest.mark.parametrize("spelt", [str, str.upper, lambda code: code.replace("-", " ")])
def test_a_recovery_code_serves_once(wang: Account, real: list[datetime], spelt: Any) -> None:
    _, codes = enrol(wang, real[0])
    assert len(set(codes)) == recovery.COUNT
    assert login(otp=spelt(codes[3])).token
    with pytest.raises(Unidentified):
        login(otp=codes[3])
    assert recovery.left(wang.id) == recovery.COUNT - 1
    kept = b"".join(bytes(row) for row in RecoveryCode.objects.values_list("digest", flat=True))
    assert codes[0].encode() not in kept


def test_new_recovery_codes_end_the_old(wang: Account, real: list[datetime]) -> None:
    _, old = enrol(wang, real[0])
    new = store.renew_codes(tokens.build_actor(wang), now=NOW)
    with pytest.raises(Unidentified):
        login(otp=old[0])
    assert login(otp=new[0]).token


def test_secrets_stand_nowhere_in_clear(wang: Account, real: list[datetime]) -> None:
    app, _ = enrol(wang, real[0])
    assert app.secret not in bytes(Factor.objects.get().secret)


def test_an_offer_is_for_one_person_and_a_quarter_of_an_hour(wang: Account, real: list[datetime]) -> None:
    actor = tokens.build_actor(wang)
    offer = totp.offer(actor, now=real[0])
    code = App(offer.uri).code(real[0])
    other = Actor(account_id=wang.id + 1, username="li", name="李")
    for who, at in ((other, real[0]), (actor, real[0] + totp.SET_UP + timedelta(seconds=1))):
        with pytest.raises(Invalid) as refusal:
            totp.proven(who, offer.sealed, code, now=at)
        assert refusal.value.code == "offer-ended"


@pytest.mark.parametrize("sealed", ["", "x", "令牌", "AAAA", "A" * 400])
def test_a_foreign_offer_is_none(wang: Account, sealed: str) -> None:
    with pytest.raises(Invalid):
        totp.proven(tokens.build_actor(wang), sealed, "000000", now=NOW)


def test_a_new_factor_ends_the_log_ins_made_without_it(wang: Account, real: list[datetime]) -> None:
    before, here = login().token, login().token
    enrol(wang, real[0], token=here)
    assert accounts.actor_of(before) is None
    assert accounts.actor_of(here)


# ---------------------------------------------------------------- who must have one


def _as(monkeypatch: pytest.MonkeyPatch, *roles: str) -> None:
    def build(account: Account) -> Actor:
        return Actor(account_id=account.id, username="wang", name="王", roles=frozenset(roles))

    monkeypatch.setattr(tokens, "builder", build)


@pytest.mark.parametrize(
    "setting, role, must",
    [
        ("offered", "sysadmin", False), ("administrators", "clerk", False), ("administrators", "citizen", False),
        ("administrators", "sysadmin", True), ("administrators", "secadmin", True),
        ("administrators", "auditor", True), ("staff", "clerk", True), ("staff", "auditor", True),
        ("staff", "citizen", False),
    ],
)  # fmt: skip
def test_who_must_have_one(
    wang: Account, real: list[datetime], monkeypatch: pytest.MonkeyPatch, settings: Any,
    setting: str, role: str, must: bool,
) -> None:  # fmt: skip
    _as(monkeypatch, role)
    settings.ONEWINDOW_SECOND_FACTOR = setting
    token = login(purpose="page").token
    session = accounts.session_of(token)
    assert session is not None and session.must_enrol == must
    assert (accounts.actor_of(token) is None) == must
    if not must:
        assert login().token
        return
    with pytest.raises(Unidentified) as refusal:
        login()
    assert refusal.value.code == "second-factor-not-set-up"
    enrol(wang, real[0], token=token)
    assert accounts.actor_of(token)
    only = store.of(wang.id)[0]
    with pytest.raises(RuleBroken):
        store.remove(tokens.build_actor(wang), only.id, token=token, now=NOW)


def test_where_none_is_required_the_last_may_go(wang: Account, real: list[datetime]) -> None:
    enrol(wang, real[0])
    with pytest.raises(NotFound):
        store.remove(tokens.build_actor(wang), 10**12, token="", now=NOW)
    store.remove(tokens.build_actor(wang), store.of(wang.id)[0].id, token="", now=NOW)
    assert login().token and not RecoveryCode.objects.exists()


def test_lost_factors_are_cleared_by_security_and_of_administrators_at_the_machine(
    wang: Account, real: list[datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    enrol(wang, real[0])
    clerk = Actor(account_id=-3, username="c", name="", roles=frozenset({"clerk", "sysadmin"}))
    with pytest.raises(NotAllowed):
        store.clear(clerk, "wang", now=NOW)
    _as(monkeypatch, "auditor")
    with pytest.raises(RuleBroken):
        store.clear(SECADMIN, "wang", now=NOW)
    assert store.clear(SYSTEM, "wang", now=NOW) == 1
    assert login().token
    kinds = [line.type for line in oversight.log(stream="account", subject=wang.id)[0]]
    assert kinds[:2] == ["factors-cleared", "factor-added"]


# ---------------------------------------------------------------- challenges


def test_a_challenge_is_good_once_for_one_purpose_and_person_and_five_minutes() -> None:
    made = challenges.make("login", 7, now=NOW)
    for purpose, who, at in (
        ("register", 7, NOW),
        ("login", 8, NOW),
        ("login", 0, NOW),
        ("login", 7, NOW + challenges.LIFE + timedelta(seconds=1)),
    ):
        with pytest.raises(Unidentified):
            challenges.spend(made, purpose, who, now=at)
    challenges.spend(made, "login", 7, now=NOW)
    with pytest.raises(Unidentified):
        challenges.spend(made, "login", 7, now=NOW)
    assert worker.clear_away(NOW) == 0
    assert worker.clear_away(NOW + 2 * challenges.LIFE) == 1


@given(st.binary(max_size=60))
def test_a_made_up_challenge_is_refused(challenge: bytes) -> None:
    with pytest.raises(Unidentified):
        challenges.spend(challenge, "login", 0, now=NOW)


@pytest.mark.parametrize(
    "answer", ["", "{}", "[]", "null", "令牌", '{"response": {"clientDataJSON": "e30"}}', "[" * 9000, "x" * 30_000]
)  # fmt: skip
def test_a_broken_answer_of_a_browser_is_refused(wang: Account, answer: str) -> None:
    site = passkeys.Site(host="example.test", origin="https://example.test")
    with pytest.raises(Unidentified):
        accounts.by_passkey(answer, site=site, address=HERE)
    with pytest.raises(Unidentified):
        passkeys.proven(tokens.build_actor(wang), answer, site=site, now=NOW)


@pytest.mark.parametrize(
    "host, fits",
    [("localhost", True), ("a.example", True), ("127.0.0.1", False), ("[::1]", False), ("", False)],
)
def test_passkeys_want_a_name(host: str, fits: bool) -> None:
    assert passkeys.Site(host=host, origin="").is_fit is fits


# ---------------------------------------------------------------- passwords and log-ins


@pytest.mark.parametrize(
    "password, is_good",
    [
        ("only small letters", False), ("small and Capital", True), ("small4digits8x", False),
        ("ALL CAPITALS 7", True), ("正确的马电池订书钉甲乙", False), ("正确的马电池 horse 9", True),
    ],
)  # fmt: skip
def test_staff_mix_three_of_four_classes(password: str, is_good: bool) -> None:
    passwords.check(password, username="wang")
    if is_good:
        return passwords.check(password, username="wang", is_staff=True)
    with pytest.raises(Invalid) as refusal:
        passwords.check(password, username="wang", is_staff=True)
    assert refusal.value.fields[0].code == "too-plain"
    return None


def test_a_password_of_staff_runs_out(wang: Account, real: list[datetime], settings: Any) -> None:
    settings.ONEWINDOW_PASSWORD_DAYS = 90
    assert accounts.actor_of(login().token)
    real[0] += timedelta(days=91)
    session = accounts.session_of(login(purpose="page").token)
    assert session and session.must_change
    Account.objects.update(kind="applicant")
    assert accounts.actor_of(login().token)


def test_log_ins_are_listed_masked_and_ended(wang: Account, real: list[datetime]) -> None:
    here = login(purpose="page", device="Firefox · Windows").token
    there = accounts.login("wang", PASSWORD, address="2001:db8:1:2::9", device="curl").token
    lines = sessions.of(wang.id, token=here)
    assert [line.is_this for line in lines].count(True) == 1
    assert {line.address for line in lines} == {"192.0.2.*", "2001:db8:1:*"}
    other = next(line for line in lines if not line.is_this)
    me = tokens.build_actor(wang)
    stranger = Actor(account_id=wang.id + 1, username="li", name="李")
    with pytest.raises(NotFound):
        sessions.end(stranger, other.key, now=NOW)
    sessions.end(me, other.key, now=NOW)
    assert accounts.actor_of(there) is None and accounts.actor_of(here)
    with pytest.raises(NotFound):
        sessions.end(me, other.key, now=NOW)
    login()
    assert sessions.end_others(me, here, now=NOW) == 1
    assert [line.is_this for line in sessions.of(wang.id, token=here)] == [True]
    with pytest.raises(NotAllowed):
        sessions.end_of(me, "wang", now=NOW)
    assert sessions.end_of(SECADMIN, "wang", now=NOW) == 1
    assert accounts.actor_of(here) is None
    assert oversight.log(stream="account", type="sessions-ended")[0][0].actor == "sec"


def test_a_page_rests_and_lives_as_the_settings_say(
    wang: Account, real: list[datetime], settings: Any
) -> None:
    settings.ONEWINDOW_SESSION_IDLE_MINUTES, settings.ONEWINDOW_SESSION_HOURS = 15, 2
    token = login(purpose="page").token
    real[0] += timedelta(minutes=14)
    assert accounts.actor_of(token)
    real[0] += timedelta(minutes=16)
    assert accounts.actor_of(token) is None
    assert not sessions.of(wang.id)
    token = login(purpose="page").token
    for _ in range(9):
        real[0] += timedelta(minutes=13)
        assert accounts.actor_of(token)
    real[0] += timedelta(minutes=4)
    assert accounts.actor_of(token) is None
