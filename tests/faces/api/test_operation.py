"""Liveness, readiness, figures, and uploads on a disk that is filling up."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, override_settings

from onewindow.base import calendars, clock, disk, health, tally
from onewindow.site import door, middleware, tracing
from tests.documents.corpus import image
from tests.faces.api.envelope import upload
from tests.world import SEWAGE, Api, application

Open = Callable[..., Api]
SAMPLE = re.compile(r'onewindow_[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? -?[0-9.e+-]+')


def test_alive_asks_nothing(client: Client) -> None:
    # No `db` fixture: a statement would fail here.
    assert (client.get("/healthz").status_code, client.get("/healthz").content) == (200, b"ok\n")


@pytest.mark.parametrize(("silence", "word"), [(None, "not ok"), (5, "ok"), (31, "not ok")])
def test_a_silent_worker_is_told_but_everybody_is_served(
    api: Open, client: Client, silence: int | None, word: str
) -> None:
    now = clock.real_now()
    if silence is not None:
        health.beat(now - timedelta(seconds=silence), sweep_seconds=0.01)
    found = client.get("/readyz")
    assert found.status_code == 200 and found.content.startswith(b"ready\n")
    assert f"\nworker {word}\n" in found.content.decode()


def test_not_ready_before_the_migrations(api: Open, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_is_migrated", False)
    assert client.get("/readyz").status_code == 200  # all that is carried is applied
    monkeypatch.setattr(health, "_is_migrated", False)
    monkeypatch.setattr(health, "_carried", lambda: {("base", "9999_not_yet")})
    found = client.get("/readyz")
    assert found.status_code == 503 and b"migrations not ok" in found.content


def test_figures_are_whole_and_well_formed(api: Open, client: Client) -> None:
    health.beat(clock.real_now(), sweep_seconds=0.25)
    lines = client.get("/metrics").content.decode().splitlines()
    samples = [line for line in lines if not line.startswith("#")]
    assert not [line for line in samples if not SAMPLE.fullmatch(line)]
    told = {line.split()[2] for line in lines if line.startswith("# TYPE")}
    assert told >= {
        f"onewindow_{name}"
        for name in (
            *("requests_total", "request_seconds", "outbox_waiting", "outbox_oldest_seconds", "outbox_dead"),
            *("ledger_unnumbered", "ledger_lag_seconds", "ledger_head_age_seconds", "jobs", "sweep_seconds"),
            *("database_connections", "disk_used_share", "calendar_months_left", "certificate_seconds_left"),
        )
    }
    assert "onewindow_sweep_seconds 0.25" in samples


@pytest.mark.parametrize(
    ("token", "headers", "status"),
    [
        ("", {}, 200),
        ("", {"REMOTE_ADDR": "10.0.0.9"}, 404),
        ("", {"HTTP_X_FORWARDED_FOR": "10.0.0.9"}, 404),
        ("s3cret", {}, 404),
        ("s3cret", {"HTTP_AUTHORIZATION": "Bearer wrong"}, 404),
        ("s3cret", {"HTTP_AUTHORIZATION": "Bearer s3cret", "REMOTE_ADDR": "10.0.0.9"}, 200),
    ],
)
def test_who_may_read_figures(
    api: Open, client: Client, token: str, headers: dict[str, str], status: int
) -> None:
    with override_settings(ONEWINDOW_METRICS_TOKEN=token):
        assert client.get("/metrics", **headers).status_code == status


@pytest.fixture
def counted(tmp_path: Path) -> Iterator[Path]:
    with override_settings(ONEWINDOW_DATA_DIR=tmp_path):
        tally.declare(["a", "b", "other"])
        yield tmp_path
        tally.declare([])


def test_counts_of_all_processes_stay_when_one_is_gone(counted: Path) -> None:
    code = (
        "from django.conf import settings; from pathlib import Path; import sys\n"
        "settings.configure(ONEWINDOW_DATA_DIR=Path(sys.argv[1]))\n"
        "from onewindow.base import tally\n"
        "tally.declare(['a', 'b', 'other'])\n"
        "for _ in range(3): tally.count('a', 200, 0.02)\n"
        "tally.count('b', 418, 60)\n"
    )
    tally.count("a", 500, 0.001)
    for _ in range(2):
        subprocess.run([sys.executable, "-c", code, str(counted)], check=True)
    found = {one.name: one for one in tally.totals()}
    assert found["a"].statuses == {"200": 6, "500": 1} and found["a"].count == 7
    assert found["a"].buckets[0] == 1 and found["a"].buckets[2] == 6
    assert found["b"].statuses == {"other": 2} and found["b"].buckets[-1] == 2
    assert found["b"].seconds == 120


def test_every_request_is_counted_by_operation_and_named(api: Open, counted: Path) -> None:
    through = door.Door(_page)
    answers = [
        _ask(through, path)
        for path in ("/api/v1/calendar/2026", "/api/v1/cases/370105199001011234", "/static/a.css", "/x")
    ]
    assert [one[0] for one in answers] == ["200 OK", "401 Unauthorized", "200 OK", "200 OK"]
    assert all(re.fullmatch("[0-9a-f]{16}", dict(one[1])[tracing.HEADER]) for one in answers)
    counts = {one.name: one.statuses for one in tally.totals()}
    assert counts == {
        "get-calendar-year": {"200": 1},
        "get-cases-case_no": {"401": 1},
        "static": {"200": 1},
        "other": {"200": 1},
    }
    named = _ask(through, "/x", HTTP_X_REQUEST_ID="0123456789abcdef")
    assert dict(named[1])[tracing.HEADER] == "0123456789abcdef"
    other = _ask(through, "/x", HTTP_X_REQUEST_ID="370105199001011234")
    assert dict(other[1])[tracing.HEADER] != "370105199001011234"


def _page(environ: dict[str, Any], start: Any) -> list[bytes]:
    start("200 OK", [])
    return [b"page"]


def _ask(through: door.Door, path: str, **headers: str) -> tuple[str, list[tuple[str, str]]]:
    told: list[Any] = []
    environ = {"PATH_INFO": path, "REQUEST_METHOD": "GET", "wsgi.input": None, **headers}
    list(through(environ, lambda *given: told.append(given)))
    return told[0][:2]


@pytest.mark.parametrize("path", ["/", "/login", "/nowhere", "/healthz"])
def test_pages_have_few_names(api: Open, client: Client, path: str) -> None:
    found = client.get(path)
    name = found.wsgi_request.environ["onewindow.operation"]
    assert name is None if path == "/nowhere" else name in middleware.PAGES


def test_a_full_disk_refuses_uploads_and_nothing_else(api: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    full = [disk.Disk("data", 100, 90), disk.Disk("files", 1000, 149)]
    monkeypatch.setattr(disk, "disks", lambda: full)
    clerk = api("clerk1")
    refused = upload(clerk, "a.jpg", image("JPEG"))
    assert refused.status == 507 and refused.code == "no-room"
    assert clerk.post("/cases", application(SEWAGE, channel="window")).status == 201
    for room in (disk.Disk("files", 1000, 151), disk.Disk("files", 100 * disk.PLENTY, disk.PLENTY)):
        full[1] = room
        assert upload(clerk, "a.jpg", image("JPEG")).status == 201


def test_a_disk_is_measured_where_the_place_will_be(tmp_path: Path) -> None:
    found = disk.measure("files", tmp_path / "not" / "yet")
    assert found.total > found.free > 0 and 0 < found.share < 1


@pytest.mark.parametrize(
    ("day", "missing", "left"),
    [("2026-11-30", None, 1), ("2026-12-01", 2027, 0), ("2027-01-01", 2027, 0), ("2026-01-31", None, 11)],
)
def test_a_missing_notice_is_told_from_december_on(
    api: Open, day: str, missing: int | None, left: int
) -> None:
    assert calendars.missing_year(date.fromisoformat(day)) == missing
    assert calendars.months_left(date.fromisoformat(day)) == left
