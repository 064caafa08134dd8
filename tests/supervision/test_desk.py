"""Desk and wall: every figure opens as many cases as it tells, live answers end at once and cost one snapshot."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from html import unescape
from typing import Any

import msgspec
import pytest
from django.db import connection
from django.test import Client

from onewindow.base import clock, tokens
from onewindow.base.accounts import Account
from onewindow.base.ledger import sequencer
from onewindow.cases import services as cases
from onewindow.faces.supervision import drawing, live
from onewindow.supervision import services
from onewindow.supervision.queries import board, cuts, hours, listing, trends
from tests.world import FOOD, HOUSING, SEWAGE, START, Api

LATER = START + timedelta(days=15)


@pytest.fixture
def busy(city: None) -> Iterator[None]:
    """Granted on its third day; late and open; stopped; and one just received by another organ."""
    live._snapshots.clear()
    clerk, examiner, approver = Api("clerk1"), Api("examiner1"), Api("approver1")
    granted = clerk.act(clerk.create(SEWAGE), "accept")
    clerk.act(clerk.create(SEWAGE), "accept")
    clock.move_to(START + timedelta(days=2))
    granted = examiner.act(granted, "review", opinion="合格", **{"pass": True})
    approver.act(granted, "decide", outcome="grant")
    cases.sweep_until(LATER)
    clock.move_to(LATER)
    Api("clerk2").create(FOOD)
    while sequencer.catch_up() + services.sweep(LATER):
        pass
    yield
    live._snapshots.clear()


def page(username: str) -> Client:
    account = Account.objects.get(username=username)
    client = Client(raise_request_exception=False)
    client.cookies["onewindow"] = tokens.issue(account, purpose="page", now=clock.real_now()).token
    return client


def text_of(html: str) -> str:
    return unescape(re.sub(r"<[^>]+>", " ", html))


def test_every_figure_opens_as_many_cases_as_it_tells(busy: None) -> None:
    client, today = page("supervisor1"), clock.today()
    held = board.on_hand(cuts.Cut(), today=today)
    html = client.get("/supervision/board").content.decode()
    for name in board.COUNTED:
        told = len(listing.cases(name, cuts.Cut(), today=today)[0])
        assert told == getattr(held, name)
        link = f"/supervision/cases?show={name}"
        assert link in html
        assert client.get(link).content.decode().count("/supervision/cases/") == told
    assert (held.on_hand, held.red, held.over_promise) == (2, 1, 1)
    assert len(listing.cases("received", cuts.Cut(), today=today)[0]) == 1
    assert len(listing.cases("closed", cuts.Cut(), today=date(2026, 9, 10))[0]) == 1


def test_the_desk_of_a_head_shows_the_own_organ_alone(busy: None) -> None:
    client = page("head2")
    html = client.get("/supervision/cases?show=on_hand").content.decode()
    assert html.count("/supervision/cases/") == 1
    assert client.get("/supervision/board", {"organ": HOUSING}).status_code == 403
    assert client.get("/supervision/live/board", {"organ": HOUSING}).status_code == 403
    assert client.get("/supervision/cases.csv", {"organ": HOUSING}).status_code == 403
    assert page("citizen1").get("/supervision/wall").status_code == 403


def test_files_hold_the_same_cases_without_applicants(busy: None) -> None:
    got = page("supervisor1").get("/supervision/cases.csv?show=red")
    lines = b"".join(got.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert len(lines) == 2 and lines[0].startswith("办件编号,事项,部门")
    assert "王" not in lines[1].split(",")[0] and HOUSING in lines[1]


def test_a_list_is_read_page_by_page(busy: None) -> None:
    today, cut = clock.today(), cuts.Cut()
    whole, following = listing.cases("on_hand", cut, today=today)
    assert following is None
    first, cursor = listing.cases("on_hand", cut, today=today, limit=1)
    second, end = listing.cases("on_hand", cut, today=today, limit=1, cursor=cursor)
    assert [*first, *second] == whole and end is None
    client = page("supervisor1")
    assert client.get("/supervision/cases?show=nothing").status_code == 422
    assert client.get("/supervision/cases?cursor=x").status_code == 422


def test_hours_tell_what_was_done_and_what_comes(busy: None) -> None:
    today = clock.today()
    lines = hours.heat(cuts.Cut(), today=today, hour=9)
    assert lines is not None
    assert sum(line.done for line in lines) == 1
    assert [cell.is_done for cell in lines[0].cells][:2] == [True, False]
    assert hours.heat(cuts.Cut(task_code=SEWAGE), today=today, hour=9) is None
    day_of_grant = hours.heat(cuts.Cut(), today=date(2026, 9, 10), hour=23)
    assert day_of_grant is not None and sum(cell.decided for line in day_of_grant for cell in line.cells) == 1


def test_the_expected_hour_is_the_median_of_the_weeks_before(city: None) -> None:
    rows = [(date(2026, 9, 3), 4), (date(2026, 8, 27), 9), (date(2026, 8, 20), 5)]
    with connection.cursor() as cursor:
        for day, count in rows:
            cursor.execute(
                "INSERT INTO supervision_hour VALUES (%s, 7, 1, '511602', 14, %s, 0)", [day, count]
            )
    found = hours.heat(cuts.Cut(), today=date(2026, 9, 10), hour=9)
    assert found is not None
    # Six working Thursdays before: 4, 9, 5, 0, 0, 0.
    assert {cell.hour: cell.expected for cell in found[0].cells}[14] == 2
    assert date(2026, 10, 1) not in hours.alike(date(2026, 10, 15))


def test_series_and_sides_add_up(busy: None) -> None:
    today, since = clock.today(), date(2026, 1, 1)
    whole = cuts.counts(cuts.Cut(), since, today)
    for by in trends.CUTS:
        for cut in (cuts.Cut(), cuts.Cut(region="5116")):
            told = trends.side_by_side(by, cut, since, today)
            assert sum(one["received"] for one in told.values()) == whole["received"] == 3
    months = trends.months(cuts.Cut(), today=today)
    assert len(months) == 12 and sum(one["closed"] for _, one in months) == 1
    days = trends.working_days(cuts.Cut(), today=today)
    assert len(days) == 15 and days[-1][0] == today and sum(one["accepted"] for _, one in days) == 2
    combined = trends.months(cuts.Cut(region="5116", task_code=FOOD), today=today)
    assert sum(one["received"] for _, one in combined) == 1


def test_a_live_answer_ends_and_tells_only_what_changed(busy: None) -> None:
    client = page("supervisor1")
    first = client.get("/supervision/live/wall")
    assert first.headers["Content-Type"].startswith("text/event-stream") and not first.streaming
    body = first.content.decode()
    assert body.startswith("retry: 5000\n\n") and body.endswith("\n\n")
    seen = re.search(r"^id: (.+)$", body, re.M)
    assert seen is not None
    told = msgspec.json.decode(re.search(r"^data: (.+)$", body, re.M).group(1))  # type: ignore[union-attr]
    assert {"top", "heat", "ranking"} <= set(told)
    again = client.get("/supervision/live/wall", headers={"Last-Event-ID": seen.group(1)})
    assert again.content == b"retry: 5000\n\n"
    assert client.get("/supervision/live/nothing").status_code == 404


def test_listeners_share_a_snapshot_and_hear_of_a_new_case(busy: None, monkeypatch: Any) -> None:
    monkeypatch.setattr(live, "YOUNGEST_SECONDS", 0.0)
    made: list[str] = []
    parts = live._parts
    monkeypatch.setattr(live, "_parts", lambda *given: made.append(given[0]) or parts(*given))
    client = page("supervisor1")
    seen = re.search(r"^id: (.+)$", client.get("/supervision/live/board").content.decode(), re.M)
    assert seen is not None
    for _ in range(49):
        client.get("/supervision/live/board")
    assert made == ["board"]
    Api("clerk2").create(FOOD)
    from onewindow.base import generations

    while sequencer.catch_up() + services.sweep(LATER):
        pass
    generations.bump("supervision")  # the commit that the test's transaction does not make
    told = client.get("/supervision/live/board", headers={"Last-Event-ID": seen.group(1)}).content.decode()
    assert made == ["board", "board"]
    changed = msgspec.json.decode(re.search(r"^data: (.+)$", told, re.M).group(1))  # type: ignore[union-attr]
    assert "figures" in changed and "ranking" not in changed


def test_lines_and_bars() -> None:
    drawn = drawing.plot([[0, 5, 10]], width=100, height=50, margin=0)
    assert drawn.lines == ("0,50 50,25 100,0",) and drawn.top == 10
    assert drawing.plot([[0, 0]], width=10, height=10).top == 0
    from decimal import Decimal

    assert drawing.floor_of([Decimal("97.2"), None, Decimal(100)]) == 90
    assert drawing.bar(Decimal("97.2"), floor=90) == 72 and drawing.bar(None) == 0


@pytest.mark.parametrize(("path", "most"), [("/supervision/board", 26), ("/supervision/wall", 26)])
def test_a_page_takes_few_statements(
    busy: None, path: str, most: int, django_assert_max_num_queries: Any
) -> None:
    client = page("supervisor1")
    client.get(path)
    with django_assert_max_num_queries(most):
        assert client.get(path).status_code == 200
