"""The pages of coming in and of one's own safety, as a browser without script sees them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from onewindow.base import clock, throttle, tokens
from onewindow.base.models import Account
from tests import world
from tests.base.test_factors import App, enrol


@pytest.fixture(scope="module")
def _city(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with world.standing(django_db_blocker):
        yield


@pytest.fixture
def real(_city: None, db: None, monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    moment = [clock.real_now()]
    monkeypatch.setattr(tokens, "real_now", lambda: moment[0])
    monkeypatch.setattr(clock, "real_now", lambda: moment[0])
    return moment


def enter(username: str, **more: str) -> Client:
    client = Client(HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Chrome/140 Safari/537")
    client.response = client.post("/login", {"username": username, "password": world.PASSWORD} | more)  # type: ignore[attr-defined]
    return client


def where(client: Client) -> str:
    return str(client.response.headers.get("Location", client.response.status_code))  # type: ignore[attr-defined]


def test_without_a_factor_the_password_is_enough(real: list[datetime]) -> None:
    assert where(enter("clerk1")) == "/counter"
    assert where(enter("clerk1", next="/counter/waiting")) == "/counter/waiting"
    assert where(enter("clerk1", next="//evil.example")) == "/counter"


def test_second_step(real: list[datetime]) -> None:
    app, codes = enrol(Account.objects.get(username="clerk1"), real[0])
    real[0] += timedelta(seconds=60)
    client = enter("clerk1", next="/counter/waiting")
    assert where(client) == "/login/step?next=/counter/waiting"
    assert client.get("/counter").status_code == 302
    wrong = client.post("/login/step", {"code": "000000"})
    assert wrong.status_code == 401 and "验证码不对" in wrong.content.decode()
    right = client.post("/login/step", {"code": app.code(real[0]), "next": "/counter/waiting"})
    assert right.headers["Location"] == "/counter/waiting"
    assert client.get("/counter").status_code == 200
    assert client.cookies["onewindow-step"].value == ""
    other = enter("clerk1")
    assert other.post("/login/step", {"code": codes[0]}).status_code == 302
    assert "9" in re.sub(r"\s", "", other.get("/account").content.decode().partition("还剩")[2][:4])


def test_a_step_without_a_password_leads_back(real: list[datetime]) -> None:
    assert Client().get("/login/step").status_code == 401
    client = Client()
    client.cookies["onewindow-step"] = "made-up"
    assert client.post("/login/step", {"code": "123456"}).status_code == 401


def test_an_administrator_sets_up_before_anything_else(real: list[datetime], settings: Any) -> None:
    settings.ONEWINDOW_SECOND_FACTOR = "administrators"
    client = enter("secadmin")
    assert where(client) == "/account"
    for path in ("/console", "/console/accounts", "/my"):
        assert client.get(path).headers["Location"] == "/account"
    assert world.Api().post("/tokens", _credentials("secadmin")).code == "second-factor-not-set-up"
    page = client.get("/account/app").content.decode()
    app = App(_uri(page))
    sealed = re.search(r'name="sealed" value="([^"]+)"', page)
    assert sealed
    form = {"sealed": sealed[1], "code": app.code(real[0]), "password": "wrong"}
    refused = client.post("/account/app", form)
    assert refused.status_code == 422 and "密码不正确" in refused.content.decode()
    done = client.post("/account/app", form | {"password": world.PASSWORD})
    assert done.content.decode().count("<code>") == 10
    assert done.headers["Cache-Control"].find("no-store") >= 0
    assert client.get("/console/accounts").status_code == 200
    real[0] += timedelta(seconds=60)
    api = world.Api()
    assert api.post("/tokens", _credentials("secadmin")).code == "second-factor-required"
    wrong = api.post("/tokens", _credentials("secadmin") | {"otp": "000000"})
    assert (wrong.status, wrong.code) == (401, "second-factor-wrong")
    assert api.post("/tokens", _credentials("secadmin") | {"otp": app.code(real[0])}).status == 200


def _uri(page: str) -> str:
    text = re.search(r'class="key">([^<]+)<', page)
    assert text
    return "otpauth://totp/x?secret=" + text[1].replace(" ", "")


def _credentials(username: str) -> dict[str, str]:
    return {"username": username, "password": world.PASSWORD}


def test_a_temporary_password_gives_no_token_and_no_error(real: list[datetime]) -> None:
    Account.objects.filter(username="clerk1").update(must_change_password=True)
    answer = world.Api().post("/tokens", _credentials("clerk1"))
    assert (answer.status, answer.code) == (401, "password-change-required")


def test_one_ends_a_log_in_elsewhere(real: list[datetime]) -> None:
    here, there = enter("clerk1"), enter("clerk1")
    page = here.get("/account").content.decode()
    assert page.count("Chrome · Windows") == 2 and "127.0.0.*" in page and "127.0.0.1" not in page
    key = re.search(r'name="key" value="([0-9a-f]+)"', page)
    assert key
    assert enter("clerk2").post("/account/sessions", {"key": key[1]}).status_code == 404
    assert there.get("/counter").status_code == 200
    assert here.post("/account/sessions", {"key": key[1]}).status_code == 302
    assert there.get("/counter").status_code == 302
    assert here.get("/counter").status_code == 200


def test_security_ends_all_log_ins_of_somebody(real: list[datetime]) -> None:
    there, security = enter("clerk1"), enter("secadmin")
    assert "Chrome · Windows" in security.get("/console/accounts/clerk1").content.decode()
    assert security.post("/console/accounts/clerk1", {"do": "end-sessions"}).status_code == 302
    assert there.get("/counter").status_code == 302


def test_security_clears_what_a_clerk_has_lost(real: list[datetime]) -> None:
    enrol(Account.objects.get(username="clerk1"), real[0])
    assert where(enter("clerk1")).startswith("/login/step")
    security = enter("secadmin")
    assert security.post("/console/accounts/clerk1", {"do": "clear-factors"}).status_code == 302
    assert where(enter("clerk1")) == "/counter"


def test_a_locked_name_is_told_when_to_come_back(real: list[datetime]) -> None:
    client = Client()
    for _ in range(throttle.per_account()):
        assert client.post("/login", {"username": "clerk1", "password": "no"}).status_code == 401
    locked = client.post("/login", {"username": "clerk1", "password": world.PASSWORD})
    assert locked.status_code == 429 and int(locked.headers["Retry-After"]) > 0


def test_logging_out_clears_the_browser(real: list[datetime]) -> None:
    client = enter("clerk1")
    assert "cache" in client.post("/logout").headers["Clear-Site-Data"]
    assert client.get("/counter").status_code == 302


def test_two_of_security_change_a_duty(real: list[datetime]) -> None:
    one, two = enter("secadmin"), enter("secadmin2")
    path = "/console/accounts/clerk1"
    asked = {"do": "appoint", "role": "issuer", "organ": "", "reason": "调岗通知"}
    proposed = one.post(path, asked)
    assert proposed.status_code == 302, proposed.content.decode()[-3000:]
    assert proposed.headers["Location"].endswith("half")
    change = re.search(r'name="change" value="(\d+)"', one.get(path).content.decode())
    assert change
    assert "等待确认" in two.get("/console/accounts").content.decode()
    own = one.post(path, {"do": "confirm", "change": change[1]})
    assert own.status_code == 409
    assert two.post(path, {"do": "confirm", "change": change[1]}).status_code == 302
    assert enter("clerk1").get("/issue").status_code == 200
    assert two.post(path, {"do": "confirm", "change": change[1]}).status_code == 409
