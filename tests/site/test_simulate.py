"""A small day at the centre: through the real deeds, the same for the same seed, and nothing bent afterwards."""

import csv
import io
import zipfile
from argparse import Namespace
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from xml.etree import ElementTree

import pytest
from django.db import connection
from openpyxl import load_workbook

from onewindow.base import clock, tables
from onewindow.base.ledger import verify
from onewindow.cases import proof
from onewindow.kernel.identifiers import id_card, uscc
from onewindow.site import meter
from onewindow.site.cli import Failure, export
from onewindow.site.cli import simulate as command
from onewindow.site.simulate import crowd, day, hours, mix
from onewindow.supervision.logs import xes_writing
from tests import demonstration

CASES = 60
DAY = date(2026, 9, 7)


@pytest.fixture(scope="module")
def city(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), demonstration.stands():
        yield


@pytest.fixture(scope="module")
def played(city: None) -> day.Result:
    return day.play(DAY, cases=CASES, seed=5)


def moments(sql: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [row[0] for row in cursor.fetchall()]


def test_every_case_is_received_that_day_and_comes_to_its_end(played: day.Result) -> None:
    assert played.received == CASES
    assert played.cut_short == 0
    assert sum(played.states.values()) == CASES
    assert set(played.states) <= {"delivered", "refused_acceptance", "returned", "withdrawn", "terminated"}
    assert played.decided >= CASES * 0.85
    received = moments("SELECT received_at FROM cases_case ORDER BY id DESC LIMIT 60")
    opens, closes = hours.at(DAY, hours.OPENS), hours.at(DAY, hours.CLOSES)
    assert all(opens <= at <= closes for at in received)


def test_no_fact_lies_in_the_future_of_the_clock(played: day.Result) -> None:
    assert moments("SELECT max(at) FROM base_fact")[0] <= clock.now()
    assert played.ended_at <= clock.now() < played.ended_at + timedelta(minutes=30)


def test_nothing_is_bent_afterwards(played: day.Result) -> None:
    assert list(verify.run()) == []
    assert list(proof.findings()) == []


def test_the_clock_does_not_go_back_for_a_day(played: day.Result) -> None:
    with pytest.raises(Failure, match="never goes back"):
        command._first(DAY)
    with pytest.raises(Failure, match="closed"):
        command._first(date(2027, 10, 1))
    assert hours.is_workday(command._first(None))


@pytest.mark.parametrize("what", ["cases", "events", "items"])
def test_lists_are_read_by_others(played: day.Result, tmp_path: Path, what: str) -> None:
    as_csv, as_book = tmp_path / "list.csv", tmp_path / "list.xlsx"
    export._export(Namespace(what=what, format="csv", out=as_csv))
    export._export(Namespace(what=what, format="xlsx", out=as_book))
    with as_csv.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    rows = list(load_workbook(as_book, read_only=True)[what].iter_rows(values_only=True))
    assert len(lines) == len(rows) - 1 > 0
    assert list(lines[0]) == list(rows[0])
    assert all(len(line) == len(rows[0]) and None not in line for line in lines)
    key = next(iter(lines[0]))
    assert [line[key] for line in lines] == [row[0] for row in rows[1:]]


def test_lists_hold_what_the_tables_hold(played: day.Result, tmp_path: Path) -> None:
    out = io.BytesIO()
    count = export._write("cases", "csv", out)
    lines = list(csv.DictReader(io.StringIO(out.getvalue().decode())))
    assert count == len(lines) == moments("SELECT count(*) FROM cases_case WHERE state <> 'draft'")[0]
    for line in lines:
        if line["applicant"] and "公司" not in line["applicant"]:
            assert "*" in line["applicant"]
    assert (
        export._write("items", "csv", io.BytesIO()) == moments("SELECT count(*) FROM catalog_itemsearch")[0]
    )


def test_lists_hold_no_personal_numbers(played: day.Result) -> None:
    out = io.BytesIO()
    export._write("cases", "csv", out)
    export._write("events", "xes", out)
    text = out.getvalue().decode()
    people = crowd.Crowd(5)._people + list(range(1, 60))
    assert not [number for number in people if crowd.person(number)["id_number"] in text]
    assert not [number for number in people if crowd.person(number)["phone"] in text]


def test_an_event_log_is_read_by_others(played: day.Result, tmp_path: Path) -> None:
    export._export(Namespace(what="events", format="xes", out=tmp_path / "log.xes"))
    space = {"x": "http://www.xes-standard.org/"}
    log = ElementTree.parse(tmp_path / "log.xes").getroot()
    traces = log.findall("x:trace", space)
    assert len(traces) == moments("SELECT count(*) FROM cases_case WHERE state <> 'draft'")[0]
    for trace in traces[-CASES:]:
        at = [
            datetime.fromisoformat(one.attrib["value"])
            for one in trace.findall("x:event/x:date[@key='time:timestamp']", space)
        ]
        assert at == sorted(at) and len(at) >= 2
    assert not list(tmp_path.glob("*.part"))


def test_only_events_are_a_log() -> None:
    with pytest.raises(Failure, match="events"):
        export._export(Namespace(what="cases", format="xes", out=None))


def test_the_same_seed_gives_the_same_day(played: day.Result) -> None:
    """Runs last: it begins anew twice."""
    demonstration.afresh()
    assert _same(day.play(DAY, cases=CASES, seed=5)) == _same(played)
    demonstration.afresh()
    assert _same(day.play(DAY, cases=CASES, seed=6)) != _same(played)


def _same(result: day.Result) -> tuple[Any, ...]:
    return tuple(getattr(result, name) for name in day.Result.__struct_fields__)


# ---------------------------------------------------------------- without a database


def test_arrivals_lie_within_the_day_and_have_their_peaks() -> None:
    at = mix.arrivals(DAY, 4000, Random(1))
    assert len(at) == 4000 and at == sorted(at)
    assert at[0] >= hours.at(DAY, hours.OPENS) and at[-1] <= hours.at(DAY, hours.CLOSES)
    by_hour = [sum(1 for one in at if one.hour == hour) for hour in range(8, 18)]
    assert by_hour[2] > by_hour[4] < by_hour[7]  # 10 and 15 o'clock against noon


def test_applicants_check_and_cannot_be_alive() -> None:
    people = [crowd.person(number) for number in crowd.Crowd(9)._people[:500]]
    assert len({one["id_number"] for one in people}) == len(people)
    assert all(id_card.check(one["id_number"], today=DAY) is None for one in people)
    assert all(one["id_number"][6:10] < "1910" for one in people)
    assert all(uscc.check(crowd.firm(number)["id_number"]) is None for number in crowd.Crowd(9)._firms)


@pytest.mark.parametrize(
    ("moment", "minutes", "expected"),
    [
        ("2026-09-07T09:00:00", 10, "2026-09-07T09:10:00"),
        ("2026-09-07T11:55:00", 10, "2026-09-07T13:35:00"),
        ("2026-09-07T16:55:00", 10, "2026-09-08T09:05:00"),
        ("2026-09-11T17:20:00", 30, "2026-09-14T09:30:00"),
        ("2026-09-12T10:00:00", 5, "2026-09-14T09:05:00"),
        ("2026-09-07T03:00:00", 1, "2026-09-07T09:01:00"),
    ],
)
@pytest.mark.django_db
def test_work_waits_for_office_hours(moment: str, minutes: int, expected: str) -> None:
    at = datetime.fromisoformat(moment + "+08:00")
    assert hours.soon(at, minutes) == datetime.fromisoformat(expected + "+08:00")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_cells_are_no_formulas(text: str) -> None:
    out = io.BytesIO()
    tables.write_csv(out, ["a"], [[text]])
    assert list(csv.reader(io.StringIO(out.getvalue().decode(), newline="")))[1] == ["'" + text]
    book = io.BytesIO()
    tables.write_xlsx(book, "a", ["a"], [[text], [-1]])
    rows = load_workbook(book)["a"]
    assert rows["A2"].data_type == "s" and rows["A2"].value.startswith("'")
    assert rows["A3"].value == -1


def test_a_long_list_goes_on_in_the_next_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "SHEET_ROWS", 3)
    out = io.BytesIO()
    assert tables.write_xlsx(out, "a", ["n"], [[n] for n in range(5)]) == 5
    book = load_workbook(out)
    assert [[cell.value for cell in sheet["A"]] for sheet in book] == [["n", 0, 1], ["n", 2, 3], ["n", 4]]


def test_an_empty_list_is_a_workbook_too() -> None:
    out = io.BytesIO()
    assert tables.write_xlsx(out, "a", ["n"], []) == 0
    assert zipfile.is_zipfile(out)


def test_what_xml_cannot_hold_is_left_out() -> None:
    assert ElementTree.fromstring(xes_writing.text("key", 'a\x00\x0b<&"\ud800b')).attrib["value"] == 'a<&"b'


@pytest.mark.parametrize(("terminal", "expected"), [(True, "\r"), (False, "\n")])
def test_the_meter_suits_its_place(terminal: bool, expected: str) -> None:
    out = io.StringIO()
    out.isatty = lambda: terminal  # type: ignore[method-assign]
    bar = meter.Meter("x", out)
    for share in (0, 0.01, 0.02, 0.5, 1.0):
        bar(share, "text")
    bar.close()
    assert out.getvalue().count(expected) == (2 if terminal else 3)  # a terminal is drawn ten times a second
    assert "100%" in out.getvalue()
