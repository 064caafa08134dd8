"""Imported notices: both formats, every kind of bad line, and a table built from what was read."""

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onewindow.kernel.calendar import DayException, DayTable
from onewindow.kernel.calendar_seed import seed_notices
from onewindow.kernel.notice import LineError, Notice, parse_notice
from tests.kernel.shared_data import shared_file, shared_rows

NATIONAL = {"name": "国庆节", "date": "2027-10-01", "isOffDay": True}
WORKED = {"name": "国庆节", "date": "2027-10-09", "isOffDay": False}
EXPECTED = (
    DayException(day=date(2027, 10, 1), is_workday=False, name="国庆节"),
    DayException(day=date(2027, 10, 9), is_workday=True, name="国庆节"),
)


def notice(*days: Any, **more: Any) -> str:
    return json.dumps({"year": 2027, "papers": ["国办发明电〔2026〕1号"], "days": list(days)} | more)


@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize("encode", [False, True])
def test_json(bom: str, encode: bool) -> None:
    text = bom + notice(NATIONAL, WORKED)
    read = parse_notice(text.encode() if encode else text, "2027.json")
    assert read == Notice(2027, (2027,), EXPECTED, "国办发明电〔2026〕1号", (), 2)


@pytest.mark.parametrize(
    "text",
    [
        "date,is_workday,name\n2027-10-01,0,国庆节\n2027-10-09,1,国庆节\n",
        "\ufeffdate,is_workday,name\r\n2027/10/1,0,国庆节\r\n\r\n20271009,1,国庆节",
        "日期,名称,是否工作日\n2027年10月1日,国庆节,否\n2027年10月9日,国庆节,是\n",
        "Date,weekday,IS_WORKDAY,name\n2027-10-01,5,False,国庆节\n2027-10-09,6,TRUE,国庆节\n",
    ],
)
def test_csv(text: str) -> None:
    read = parse_notice(text, "2027.csv")
    assert read == Notice(2027, (2027,), EXPECTED, "2027.csv", (), 2)
    assert parse_notice(text.removeprefix("\ufeff").encode("gb18030"), "2027.csv") == read


def test_the_oracle_is_a_notice_of_nineteen_years() -> None:
    text = shared_file("calendar/workday_oracle_2007_2025.csv").read_text("utf-8")
    read = parse_notice(text, "oracle.csv")
    assert read.years == tuple(range(2007, 2026))
    assert (read.read, read.errors) == (6940, ())
    table = DayTable.build(read.exceptions, read.years)
    rows = shared_rows("calendar/workday_oracle_2007_2025.csv")
    assert all(table.is_workday(date.fromisoformat(r["date"])) == (r["is_workday"] == "1") for r in rows)


def test_the_shipped_notices_read_back() -> None:
    days = [
        {"name": e.name, "date": e.day.isoformat(), "isOffDay": not e.is_workday}
        for e in seed_notices()[2026]
    ]
    read = parse_notice(json.dumps({"year": 2026, "days": days}), "2026.json")
    assert read.exceptions == seed_notices()[2026]


def test_a_notice_reaches_into_its_neighbours_without_settling_them() -> None:
    eve = {"name": "元旦", "date": "2026-12-31", "isOffDay": True}
    assert parse_notice(notice(eve, NATIONAL), "x").years == (2027,)
    csv = "date,is_workday,name\n2026-12-31,0,元旦\n2027-10-01,0,国庆节\n2028-01-02,1,元旦\n"
    assert parse_notice(csv, "x").years == (2027,)
    assert parse_notice("date,is_workday\n2027-02-06,0\n2027-02-20,1\n2026-12-31,0\n", "x").years == (2027,)


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        ({"name": "x", "date": "2027-02-30", "isOffDay": True}, "日期不存在"),
        ({"name": "x", "date": "27-2-3", "isOffDay": True}, "日期应为 YYYY-MM-DD"),
        ({"name": "x", "date": 20270203, "isOffDay": True}, "日期应为 YYYY-MM-DD"),
        ({"name": "x", "date": "2030-02-03", "isOffDay": True}, "2030-02-03 不属于 2027 年的通知"),
        ({"name": "x", "date": "2027-02-03"}, "每一天应有 name、date、isOffDay（true 或 false）"),
        (
            {"name": "x", "date": "2027-02-03", "isOffDay": 1},
            "每一天应有 name、date、isOffDay（true 或 false）",
        ),
        ({"name": "x" * 61, "date": "2027-02-03", "isOffDay": True}, "名称应为不超过 60 字的文字"),
        ({"name": [], "date": "2027-02-03", "isOffDay": True}, "名称应为不超过 60 字的文字"),
        ({"name": "x", "date": "2027-10-01", "isOffDay": False}, "2027-10-01 出现两次且互相矛盾"),
        ("2027-02-03", "每一天应有 name、date、isOffDay（true 或 false）"),
    ],
)
def test_a_bad_day_is_reported_and_the_others_are_read(day: Any, reason: str) -> None:
    read = parse_notice(notice(NATIONAL, day, WORKED), "x")
    assert read.errors == (LineError(2, reason),)
    assert read.exceptions == EXPECTED


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("2027-02-30,0,x", "日期不存在"),
        ("2027-02-28,2,x", "is_workday 应为 1 或 0"),
        ("2027-02-28", "列数不足"),
        ("1948-02-28,0,x", "日期不在 1949 至 2199 年之间"),
        ("2027-10-01,1,x", "2027-10-01 出现两次且互相矛盾"),
    ],
)
def test_a_bad_line_is_reported_with_its_number(line: str, reason: str) -> None:
    read = parse_notice(f"date,is_workday,name\n2027-10-01,0,国庆节\n\n{line}\n2027-10-09,1,国庆节\n", "x")
    assert read.errors == (LineError(4, reason),)
    assert read.exceptions == EXPECTED


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n ",
        "hello",
        "date,name\n2027-10-01,x\n",
        "{",
        "[]",
        "[" * 10_000,
        '{"a":' * 10_000,
        "{}",
        '{"year": 1e999, "days": []}',
        '{"year": 2027}',
        '{"year": 2027, "days": {}}',
        '{"year": true, "days": [1]}',
        '{"year": 99999999999999999999999, "days": [1]}',
        "\0",
        "{\ud800",
        b"\xff\xfe\xff\xff",
    ],
)
def test_hopeless_files_give_one_clear_error(text: str | bytes) -> None:
    read = parse_notice(text, "x")
    assert (read.year, read.years, read.exceptions) == (0, (), ())
    assert len(read.errors) == 1
    assert read.errors[0].reason


def test_errors_are_bounded() -> None:
    read = parse_notice("date,is_workday\n" + "x,0\n" * 5000, "x")
    assert len(read.errors) == 201
    assert read.errors[-1].reason == "错误过多，其余不再列出"


@given(st.text(max_size=200) | st.binary(max_size=200))
def test_nothing_makes_it_raise(text: str | bytes) -> None:
    parse_notice(text, "x")
    if isinstance(text, str):
        parse_notice("date,is_workday,name\n2027-10-01,0," + text, "x")
