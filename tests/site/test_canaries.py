"""Canaries: made-up personal values go through every operation and page and come out in no log."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.core import signals
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test import Client

from onewindow.base import clock, generations, outbox, tokens
from onewindow.base.models import Account
from onewindow.cases import queries as case_queries
from onewindow.faces.api import metrics
from onewindow.faces.api.openapi import OPERATIONS
from onewindow.site import door
from onewindow.site.logging import OnlyBugs, RedactingFormatter
from onewindow.ui import session
from tests import world
from tests.database import ROOT
from tests.site.test_fence import ROUTES, Got

CANARIES = {
    "id_number": "11010519491231002X",
    "phone": "13987650017",
    "name": "金丝雀探路",
    "address": "示范区鹦哥巷 4077 号",
}
WHO = ("citizen1", "clerk1", "examiner1", "secadmin", "supervisor1")


@pytest.fixture(scope="module")
def _city(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with world.standing(django_db_blocker):
        yield


@pytest.fixture
def log(_city: None, db: None) -> Iterator[io.StringIO]:
    """All that any logger says, as it would be written."""
    clock.move_to(world.START)
    world.Api.tokens.clear()
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(RedactingFormatter())
    handler.addFilter(OnlyBugs())
    root, before = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield written
    root.removeHandler(handler)
    root.setLevel(before)
    generations.put("clock", 0)


def leaks(text: str) -> list[str]:
    """Canaries in ``text``, spelt out, escaped for JSON, or for an address."""
    found = []
    for name, value in CANARIES.items():
        spellings = {value, json.dumps(value).strip('"'), quote(value), value.partition(" ")[0]}
        found += [name for one in spellings if one in text]
    return found


def body() -> dict[str, Any]:
    """An application by somebody who does not exist."""
    applicant = {"type": "person", "id_type": "id_card"} | {
        name: CANARIES[name] for name in ("name", "id_number", "phone")
    }
    form = world.FORMS[world.SEWAGE] | {"site_address": CANARIES["address"], "drainer_name": CANARIES["name"]}
    return world.application(world.SEWAGE, applicant=applicant, form=form, channel="window")


def test_a_canary_is_found_when_it_sings(log: io.StringIO) -> None:
    """The negative control: what bypasses the formatter is seen."""
    log.write(f"applicant {CANARIES['name']} {CANARIES['phone']}")
    assert set(leaks(log.getvalue())) == {"phone", "name"}


@pytest.mark.parametrize("username", WHO)
def test_no_operation_tells(log: io.StringIO, username: str) -> None:
    api = world.Api(username)
    made = world.Api("clerk1").post("/cases", body())
    assert made.status == 201, made
    places = {"case_no": made.json["case_no"], "action": "note", "task_code": world.SEWAGE, "year": "2026"}
    for one in OPERATIONS:
        path = one.path
        for name in ("card_no", "file_id", "document_no", "slug", "number"):
            path = path.replace("{" + name + "}", quote(CANARIES["name"]))
        for name, value in places.items():
            path = path.replace("{" + name + "}", value)
        for canary in CANARIES.values():
            api(one.method, f"{path}?q={quote(canary)}", body() if one.method != "GET" else None)
    assert not leaks(log.getvalue())


@pytest.mark.parametrize("username", WHO)
def test_no_page_tells(log: io.StringIO, username: str) -> None:
    client = Client(raise_request_exception=False)
    account = Account.objects.get(username=username)
    client.cookies[session.COOKIE] = tokens.issue(account, purpose="page", now=clock.real_now()).token
    for path in ROUTES:
        if path in ("/logout", "/password"):
            continue
        told = {"q": CANARIES["name"], "username": CANARIES["id_number"], **CANARIES}
        client.get(path, told)
        client.post(path, told)
    assert not leaks(log.getvalue())


def test_neither_figures_nor_the_access_log_tell(
    log: io.StringIO, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Through the door, as a web server calls: what is counted and logged is the operation, never path or query."""
    settings.ONEWINDOW_ACCESS_LOG = True
    monkeypatch.setattr(signals.request_started, "send", lambda **_: [])  # the connection is the test's
    monkeypatch.setattr(signals.request_finished, "send", lambda **_: [])
    name, number = quote(CANARIES["name"]), CANARIES["id_number"]
    entrance, token = door.Door(WSGIHandler()), world.Api._token("clerk1")
    paths = [
        f"/api/v1/cases?q={name}", f"/api/v1/cases/{name}", f"/api/v1/{name}", f"/search?q={name}",
        f"/my/cases/{number}", f"/verify/{number}?code={name}", f"/static/{name}", f"/{name}?{number}",
    ]  # fmt: skip
    for path in paths:
        for method in ("GET", "POST"):
            Got(entrance, method, path, HTTP_AUTHORIZATION=f"Bearer {token}")
    written = log.getvalue()
    assert written.count("onewindow.access") >= 2 * len(paths), "each is logged"
    assert not leaks(written)
    told = metrics.text(clock.real_now())
    assert "onewindow_requests_total" in told and not leaks(told)


def test_the_proxy_that_ships_logs_no_paths() -> None:
    told = (ROOT / "deploy" / "nginx.conf").read_text()
    assert "access_log off;" in told
    assert not re.search(r"^\s*(log_format|access_log\s+/)", told, re.MULTILINE)


def test_a_bug_tells_where_and_not_whom(log: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise ValueError(f"cannot take {CANARIES!r}")

    monkeypatch.setattr(case_queries, "find", broken)
    token = world.Api._token("clerk1")
    answer = Client(raise_request_exception=False).get(
        "/api/v1/cases", {"q": CANARIES["name"]}, headers={"Authorization": f"Bearer {token}"}
    )
    assert answer.status_code == 500 and not leaks(answer.content.decode())
    assert "Traceback" not in answer.content.decode()
    written = log.getvalue()
    assert "ValueError" in written and "test_canaries.py" in written
    assert not leaks(written)


def test_a_dead_letter_tells_nothing(log: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: Any) -> None:
        raise ValueError(f"cannot send to {CANARIES!r}")

    monkeypatch.setitem(outbox._handlers, "papers", broken)
    made = world.Api("clerk1").post("/cases", body())
    assert made.status == 201
    outbox.deliver_due(clock.now())
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(error, ' ') FROM base_delivery WHERE error <> ''")
        (kept,) = cursor.fetchone()
    assert kept and "ValueError" in kept
    assert not leaks(kept) and not leaks(log.getvalue())


def test_facts_hold_no_canary(log: io.StringIO) -> None:
    made = world.Api("clerk1").post("/cases", body())
    assert made.status == 201
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(data::text, ' ') FROM base_fact")
        (kept,) = cursor.fetchone()
    assert not leaks(kept)
