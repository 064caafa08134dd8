"""The calendar of this platform: the shipped notices, what was imported since, and who is told."""

from datetime import date
from typing import Any

import pytest

from onewindow.base import calendars, facts
from onewindow.kernel.actor import SYSTEM
from onewindow.kernel.calendar_seed import seed_table
from onewindow.kernel.errors import Invalid
from onewindow.kernel.notice import Notice, parse_notice
from onewindow.site.cli import main

from .conftest import START

pytestmark = pytest.mark.django_db(transaction=True)

NOTICE = """{"year": 2027, "papers": ["国办发明电〔2026〕99号"], "days": [
 {"name": "元旦", "date": "2027-01-01", "isOffDay": true},
 {"name": "元旦", "date": "2027-01-03", "isOffDay": false},
 {"name": "国庆节", "date": "2027-10-01", "isOffDay": true}]}"""


@pytest.fixture(autouse=True)
def _listeners(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendars, "on_change", [])
    monkeypatch.setattr(calendars, "_cached", None)


def take(text: str = NOTICE, **rest: Any) -> calendars.Report:
    return calendars.import_notice(parse_notice(text, "2027.json"), now=START, actor=SYSTEM, **rest)


def test_without_imports_the_shipped_calendar_is_in_force() -> None:
    assert calendars.table() is seed_table()
    assert calendars.source(2027) == calendars.UNPUBLISHED


def test_a_notice_settles_its_year_and_is_recorded() -> None:
    assert calendars.table().is_provisional(2027)
    report = take()
    assert (report.read, report.new, report.changed, report.unchanged) == (3, 3, 0, 0)
    table = calendars.table()
    assert not table.is_provisional(2027)
    assert table.is_workday(date(2027, 1, 3))
    assert not table.is_workday(date(2027, 1, 1))
    assert table.is_workday(date(2027, 2, 8)), "only what the notice says is off"
    assert table.is_workday(date(2026, 10, 10)), "other years are as before"
    assert calendars.source(2027) == "国办发明电〔2026〕99号"
    assert [fact[1] for fact in facts.of_subject("calendar", 2027)] == ["notice-imported"]


def test_the_same_notice_again_changes_nothing() -> None:
    take()
    calls: list[object] = []
    calendars.on_change.append(lambda *args: calls.append(args))
    report = take()
    assert (report.new, report.changed, report.unchanged) == (0, 0, 3)
    assert calls == []
    assert len(facts.of_subject("calendar", 2027)) == 1


def test_a_dry_run_tells_and_writes_nothing() -> None:
    assert take(is_dry_run=True).new == 3
    assert calendars.table().is_provisional(2027)
    assert facts.of_subject("calendar", 2027) == []


def test_listeners_are_told_before_and_after() -> None:
    moved: list[list[int]] = []
    calendars.on_change.append(
        lambda before, after, now, actor: moved.append(list(calendars.changed_years(before, after)))
    )
    take()
    assert moved == [[2027]]


def test_a_listener_that_fails_undoes_the_import() -> None:
    def fail(*_: object) -> None:
        raise RuntimeError

    calendars.on_change.append(fail)
    with pytest.raises(RuntimeError):
        take()
    assert calendars.table().is_provisional(2027)


def test_a_corrected_notice_replaces_the_year() -> None:
    take()
    corrected = NOTICE.replace("2027-01-03", "2027-01-09")
    report = take(corrected)
    assert (report.new, report.changed, report.unchanged) == (1, 1, 2)
    table = calendars.table()
    assert not table.is_workday(date(2027, 1, 3))
    assert table.is_workday(date(2027, 1, 9))


def test_a_shipped_year_can_be_corrected() -> None:
    text = '{"year": 2026, "days": [{"name": "国庆节", "date": "2026-10-01", "isOffDay": true}]}'
    take(text)
    assert not calendars.table().is_workday(date(2026, 10, 1))
    assert calendars.table().is_workday(date(2026, 10, 2))


def test_a_notice_with_an_unreadable_line_is_not_taken() -> None:
    report = take(NOTICE.replace("2027-01-03", "2027-13-03"))
    assert [(error.line, error.reason) for error in report.rejected] == [(2, "日期不存在")]
    assert calendars.table().is_provisional(2027)


def test_an_empty_notice_is_refused() -> None:
    with pytest.raises(Invalid):
        calendars.import_notice(Notice(0, (), (), "x", ()), now=START, actor=SYSTEM)


def test_another_process_sees_the_import() -> None:
    calendars.table()
    take()
    stale = (calendars.generations.read("calendar") - 1, seed_table())
    calendars._cached = stale
    assert not calendars.table().is_provisional(2027)


@pytest.mark.parametrize(("arguments", "status"), [(["show", "2026"], 0), (["show", "1948"], 1)])
def test_command_show(
    arguments: list[str], status: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onewindow.site.cli._close_connections", lambda: None)
    assert main(["calendar", *arguments]) == status
    said = capsys.readouterr()
    assert ("2026: 248 working days, announced" in said.out) == (status == 0)
    assert bool(said.err) == (status == 1)
