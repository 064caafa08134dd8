"""Identifiers against every shared code, the handbook's examples and constructed errors."""

import csv
import gzip
import json
from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onewindow.kernel.identifiers import (
    division_code,
    id_card,
    item_code,
    passport,
    project_code,
    uscc,
)
from onewindow.kernel.identifiers.problem import Problem
from tests.kernel.shared_data import shared_file, shared_rows

TODAY = date(2026, 11, 22)


def code_of(found: object) -> str | None:
    return found.code if isinstance(found, Problem) else None


# Identity numbers: those of GB 11643's own appendix, and made ones of nobody living.


def made_id(division: str, born: str, order: str) -> str:
    body = division + born + order
    return body + id_card.check_digit(body)


@pytest.mark.parametrize(
    ("text", "born_on", "sex"),
    [
        ("11010519491231002X", date(1949, 12, 31), "female"),
        ("440524188001010014", date(1880, 1, 1), "male"),
        (" 110105 19491231 002x ", date(1949, 12, 31), "female"),
        ("１１０１０５１９４９１２３１００２Ｘ", date(1949, 12, 31), "female"),
        (made_id("999999", "19000101", "001"), date(1900, 1, 1), "male"),
    ],
)
def test_good_identity_numbers(text: str, born_on: date, sex: str) -> None:
    found = id_card.parse(text, today=TODAY)
    assert isinstance(found, id_card.IdCard)
    assert (found.born_on, found.sex) == (born_on, sex)
    assert id_card.check(text, today=TODAY) is None


def test_first_generation_numbers_are_upgraded() -> None:
    found = id_card.parse("110105491231002", today=TODAY)
    assert isinstance(found, id_card.IdCard)
    assert found.number == "11010519491231002X"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "id-card-shape"),
        ("1101051949123100", "id-card-shape"),
        ("X" * 18, "id-card-shape"),
        ("١١٠١٠٥١٩٤٩١٢٣١٠٠٢X", "id-card-shape"),
        ("1" * 100_000, "id-card-shape"),
        ("110105194912310021", "id-card-check"),
        (made_id("110105", "19490230", "002"), "id-card-date"),
        (made_id("110105", "19490000", "002"), "id-card-date"),
        (made_id("110105", "17991231", "002"), "id-card-date"),
        (made_id("110105", "20261123", "002"), "id-card-date"),
    ],
)
def test_bad_identity_numbers(text: str, code: str) -> None:
    assert code_of(id_card.parse(text, today=TODAY)) == code


@given(order=st.integers(0, 999), place=st.integers(0, 17), digit=st.sampled_from("0123456789"))
def test_a_wrong_digit_of_an_identity_number_is_found(order: int, place: int, digit: str) -> None:
    number = made_id("511602", "19010203", f"{order:03d}")
    wrong = number[:place] + digit + number[place + 1 :]
    assert (id_card.check(wrong, today=TODAY) is None) == (wrong == number)


# Credit codes.


def test_every_shared_credit_code() -> None:
    rows = shared_rows("codes/gov_org_uscc.csv")
    assert len(rows) == 223
    for row in rows:
        problem = uscc.check(row["uscc"])
        assert (problem is None) == (row["stdnum_valid"] == "1"), row
        if problem is not None:
            shape = row["reason_if_invalid"] == "InvalidFormat"
            assert problem.code == ("uscc-shape" if shape else "uscc-check")
            assert uscc.accept(row["uscc"]) == problem
            accepted = uscc.accept(row["uscc"], "登记机关确认代码无误")
            assert accepted == uscc.Accepted(row["uscc"], "登记机关确认代码无误")


@pytest.mark.parametrize("code", ["11440400006988451Y", "11110000000021135M", "11370800MB28559184"])
def test_handbook_credit_codes(code: str) -> None:
    assert uscc.accept(f" {code.lower()} ") == uscc.Accepted(code)
    for place in range(18):
        other = "1" if code[place] != "1" else "2"
        assert uscc.check(code[:place] + other + code[place + 1 :]) is not None


@pytest.mark.parametrize(
    ("text", "reason", "code"),
    [
        ("13440000515356094L", "", "uscc-check"),
        ("13440000515356094L", "  \n", "uscc-check"),
        ("13440000515356094L", "对", "uscc-reason"),
        ("13440000515356094", "登记机关确认代码无误", "uscc-shape"),
        ("1344000051535609４字", "登记机关确认代码无误", "uscc-shape"),
    ],
)
def test_an_override_needs_a_reason_and_eighteen_characters(text: str, reason: str, code: str) -> None:
    assert code_of(uscc.accept(text, reason)) == code


def test_a_needless_reason_is_not_kept() -> None:
    assert uscc.accept("11440400006988451Y", "登记机关确认代码无误") == uscc.Accepted("11440400006988451Y")


# Item codes.


def test_every_shared_item_code_is_classified() -> None:
    codes = []
    with shared_file("items/guangdong_provincial_items_2021.jsonl").open(encoding="utf-8") as stream:
        for row in map(json.loads, stream):
            found = item_code.parse(row["TASK_CODE"])
            assert isinstance(found, item_code.ItemCode), row["TASK_CODE"]
            assert (found.basic, found.level) == (row["CATAID"], 2)
            codes.append(found)
    for row in shared_rows("items/guangan_district_items.csv"):
        found = item_code.parse(row["item_code"])
        assert isinstance(found, item_code.ItemCode), row["item_code"]
        assert found.text == row["item_code"]
        assert found.basic.startswith(row["base_code"])
        if row["org_uscc"] and uscc.check(row["org_uscc"]) is None:
            assert found.body_uscc == uscc.normal(row["org_uscc"])
        codes.append(found)
    assert Counter(found.layout for found in codes) == {
        "national-31": 1789,
        "national-33": 235,
        "dashed": 1114,
        "dashed-local": 18,
        "dashed-short": 3,
    }
    assert Counter(found.layout for found in codes if found.body_uscc is None) == {
        "national-31": 6,
        "dashed": 150,
        "dashed-short": 2,
    }
    assert {found.level for found in codes if found.region == "511602000000"} == {4}


def test_the_handbook_item_code() -> None:
    found = item_code.parse("11370800MB285591843370117002011")
    assert isinstance(found, item_code.ItemCode)
    assert (found.layout, found.body_uscc, found.level) == ("national-31", "11370800MB28559184", 3)
    assert found.basic == "370117002011"


@pytest.mark.parametrize(
    ("text", "layout", "basic", "region", "suffix"),
    [
        ("11440400006988451Y32001013002", "guangdong-29", "2001013002", None, None),
        ("11440000006940116U244010200300103", "national-33", "440102003001", None, "03"),
        (
            "511A0148600000-511602000000-000-11511301008778255F-1-00",
            "dashed",
            "511A0148600000",
            "511602000000",
            "000-1-00",
        ),
        (
            "G-000007-001-511602000000-000-115113010833722043-1-00",
            "dashed-local",
            "G-000007-001",
            "511602000000",
            "000-1-00",
        ),
        ("E-000004-001-11511301008778386B", "dashed-short", "E-000004-001", None, None),
    ],
)
def test_layouts(text: str, layout: str, basic: str, region: str | None, suffix: str | None) -> None:
    found = item_code.parse(f" {text}\n")
    assert isinstance(found, item_code.ItemCode)
    shown = (found.text, found.layout, found.basic, found.region, found.suffix)
    assert shown == (text, layout, basic, region, suffix)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "11370800MB28559184337011700201",
        "11370800MB2855918433701170020111",
        "11370800MB285591847370117002011",
        "11370800MB28559184337-117002011",
        "511A0148600000-511602000000-000-11511301008778255F-1",
        "511A0148600000-51160200000-000-11511301008778255F-1-00",
        "１1370800MB285591843370117002011",
        "-" * 60,
        "1" * 100_000,
    ],
)
def test_other_text_is_no_item_code(text: str) -> None:
    assert code_of(item_code.parse(text)) == "item-code-shape"


# Project codes.


@pytest.mark.parametrize(
    ("text", "layout", "since", "procedure"),
    [
        ("2017-130000-01-01-00001", "yyyy", date(2017, 1, 1), "审批"),
        ("2020-440100-47-03-012345", "yyyy", date(2020, 1, 1), "备案"),
        ("2011-440100-04-01-123456", "yymm", date(2020, 11, 1), None),
        ("2010-440100-04-01-123456", "yymm", date(2020, 10, 1), None),
        ("2609－511602－04－05－123456", "yymm", date(2026, 9, 1), None),
    ],
)
def test_project_codes(text: str, layout: str, since: date, procedure: str | None) -> None:
    found = project_code.parse(text)
    assert isinstance(found, project_code.ProjectCode)
    assert (found.layout, found.since, found.procedure) == (layout, since, procedure)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "project-shape"),
        ("20171300000101000001", "project-shape"),
        ("2609-511602-04-05-1234567", "project-shape"),
        ("2609-511602-04-05-12345", "project-shape"),
        ("2613-511602-04-05-123456", "project-time"),
        ("2600-511602-04-05-123456", "project-time"),
        ("1999-511602-04-05-123456", "project-time"),
        ("1909-511602-04-05-123456", "project-time"),
        ("2009-511602-04-05-123456", "project-time"),
        ("0000-511602-04-05-123456", "project-time"),
    ],
)
def test_bad_project_codes(text: str, code: str) -> None:
    assert code_of(project_code.parse(text)) == code


# Divisions.


@pytest.mark.parametrize(
    ("name", "up", "count", "unlike"),
    [
        ("modood_provinces.csv", None, 31, set()),
        ("modood_cities.csv", "provinceCode", 342, set()),
        # Cities without districts stand for themselves; one county stands in the list of towns.
        ("modood_areas.csv", "cityCode", 2978, {"441900", "442000", "460400"}),
        ("modood_streets.csv.gz", "areaCode", 41_352, {"350527000"}),
        ("villages_5116.csv", "streetCode", 1715, set()),
    ],
)
def test_every_shared_division(name: str, up: str | None, count: int, unlike: set[str]) -> None:
    path = shared_file(f"divisions/{name}")
    seen, differing = 0, set()
    with gzip.open(path, "rt", encoding="utf-8-sig") if name.endswith("gz") else path.open("rt") as stream:
        for row in csv.DictReader(stream):
            found = division_code.parse(row["code"])
            above = division_code.parse(row[up]) if up else None
            assert isinstance(found, division_code.Division), row
            assert not isinstance(above, Problem), row
            seen += 1
            if found.parent != (above.code if above else None):
                differing.add(row["code"])
    assert (seen, differing) == (count, unlike)


@pytest.mark.parametrize(
    ("text", "code", "level", "parent"),
    [
        ("51", "510000", 2, None),
        ("510000000000", "510000", 2, None),
        ("511600", "511600", 3, "510000"),
        ("511602000000", "511602", 4, "511600"),
        ("511602001", "511602001", 5, "511602"),
        ("511602001001", "511602001001", 6, "511602001"),
        ("441900003", "441900003", 5, "441900"),
    ],
)
def test_levels_and_parents(text: str, code: str, level: int, parent: str | None) -> None:
    found = division_code.parse(text)
    assert isinstance(found, division_code.Division)
    assert (found.code, found.level, found.parent) == (code, level, parent)
    assert found.full == code.ljust(12, "0")


@pytest.mark.parametrize("text", ["", "5", "51160", "5116020", "991602", "510002", "五一一六〇二", "51160٢"])
def test_bad_divisions(text: str) -> None:
    assert isinstance(division_code.parse(text), Problem)


# Passports.


@pytest.mark.parametrize(
    ("text", "good"), [("E12345678", True), ("ek 0000001", True), ("ABCDEFG", False), ("E1", False)]
)
def test_passports(text: str, good: bool) -> None:
    assert (passport.check(text) is None) == good


@given(st.text(max_size=80))
def test_no_text_makes_a_reader_fail(text: str) -> None:
    id_card.parse(text, today=TODAY)
    uscc.accept(text, text)
    for read in (item_code.parse, project_code.parse, division_code.parse, passport.check):
        read(text)
