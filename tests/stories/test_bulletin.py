"""A month's bulletin from cases to what everybody reads: composed, published, taken along, corrected."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from onewindow.base import clock
from onewindow.kernel import canonical
from onewindow.reviews import services as reviews
from onewindow.supervision import services as supervision
from onewindow.ui import session
from tests.world import FOOD, FUND, HOUSING, MARKET, Api, move

Open = Callable[..., Api]
PAGE = "/supervision/bulletin?period=2026-09"
READERS = "supervisor1 manager1 leader1 head1 head2"
OTHERS = "citizen1 clerk1 examiner1 approver1 issuer1 catalog1 sysadmin secadmin auditor"


def browser(api: Open, who: str) -> Client:
    api(who).get("/cases")
    client = Client()
    client.cookies[session.COOKIE] = Api.tokens[who]
    return client


def text(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.content.decode()[:600]
    found: str = answer.content.decode()
    return found


@pytest.fixture
def october(api: Open) -> None:
    """September is over: six queries answered at once, of which three were rated; one record received elsewhere."""
    for place in range(6):
        case = api("approver1").act(
            api("clerk1").act(api("clerk1").create(FUND), "accept"), "decide", outcome="grant"
        )
        if place < 3:
            body = {
                "case_no": case["case_no"],
                "check": case["query_code"],
                "link": "completion",
                "anonymous": True,
            }
            assert api().post("/ratings", body | {"grade": (5, 4, 1)[place]}).status == 201
    api("clerk2").create(FOOD)
    move("2026-10-09")
    reviews.sweep(clock.now())
    while supervision.follow(clock.now()):
        pass


def test_from_cases_to_what_everybody_reads(api: Open, october: None) -> None:
    watcher, anybody = browser(api, "supervisor1"), Client()
    draft = text(watcher.get("/supervision/bulletin"))
    assert "2026年9月" in draft and "没有发布" in draft and MARKET in draft, (
        "the last whole month comes first"
    )
    assert "还没有发布数据" in text(anybody.get("/figures"))
    assert anybody.get("/figures/2026-09").status_code == 404
    assert api().get("/figures").json == {"results": [], "next": None}
    assert api().get("/figures/2026-09").status == 404
    assert text(watcher.get("/supervision/bulletin?period=2026-10")).count("还没有结束") == 1
    assert watcher.post("/supervision/bulletin?period=2026-10").status_code == 409

    assert watcher.post(PAGE).status_code == 303
    assert "第 1 版" in text(watcher.get(PAGE))
    assert "2026年9月" in text(anybody.get("/figures"))
    page = text(anybody.get("/figures/2026-09"))
    for part in (
        "第 1 版",
        HOUSING,
        "100.00%",
        "无数据",
        "不公布",
        "不足 5 个",
        "受理当日办结的办件",
        "<svg",
    ):
        assert part in page, part
    assert "2026-09" in text(anybody.get("/figures/2026-09", headers={"Accept-Language": "en"}))

    problem = text(watcher.post(PAGE), 422)
    assert "更正要写明理由" in problem
    assert watcher.post(PAGE, {"reason": "补计一件"}).status_code == 303
    newest = text(anybody.get("/figures/2026-09"))
    assert "第 2 版" in newest and "补计一件" in newest
    first = text(anybody.get("/figures/2026-09?edition=1"))
    assert "已有更正" in first and "补计一件" not in first
    assert [one["edition"] for one in api().get("/figures").json["results"]] == [2]
    assert anybody.get("/figures/2026-09?edition=3").status_code == 404


def test_what_is_taken_along_says_the_same(api: Open, october: None) -> None:
    watcher, anybody = browser(api, "supervisor1"), Client()
    watcher.post(PAGE)
    told = json.loads(anybody.get("/figures/2026-09.json").getvalue())
    rest = {name: value for name, value in told.items() if name != "digest"}
    assert hashlib.sha256(canonical.dumps(rest)).hexdigest() == told["digest"], "anybody can check it"
    assert api().get("/figures/2026-09").json == told
    assert told["figures"]["flow"] == {"received": 7, "accepted": 6, "closed": 6, "granted": 6}
    assert told["figures"]["ratings"]["is_hidden"] and told["figures"]["ratings"]["count"] is None

    book = load_workbook(io.BytesIO(anybody.get("/figures/2026-09.xlsx").getvalue()))
    assert book.sheetnames[:2] == ["指标", "办件量"] and book.sheetnames[-1] == "定义"
    lines = {row[0]: row[1:] for row in book["指标"].iter_rows(min_row=2, values_only=True)}
    assert (float(lines["办结率"][0]), lines["办结率"][2:4]) == (100.0, (6, 6))
    assert lines["好评率"][0] == "不公布" and lines["进驻率"][0] is not None
    assert {row[0]: row[2] for row in book["部门"].iter_rows(min_row=2, values_only=True)} == {
        HOUSING: 6,
        MARKET: 1,
    }
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)

    rows = list(csv.reader(io.StringIO(anybody.get("/figures/2026-09.csv").getvalue().decode("utf-8-sig"))))
    assert ["指标", "办结率", "本期", "100.00"] in rows
    inside = load_workbook(io.BytesIO(watcher.get("/supervision/bulletin.xlsx?period=2026-09").getvalue()))
    numbers = {row[0]: row[1] for row in inside["评价和投诉"].iter_rows(min_row=2, values_only=True)}
    assert (numbers["有效评价数"], float(numbers["好评率（%）"])) == (3, 66.67), (
        "the offices read what the public does not"
    )
    paper = watcher.get("/supervision/bulletin.pdf?period=2026-09")
    assert paper.content.startswith(b"%PDF") and paper["Content-Type"] == "application/pdf"
    for path in ("/figures/2026-09.exe", "/supervision/bulletin.exe?period=2026-09", "/figures/nonsense.csv"):
        assert watcher.get(path).status_code in (404, 422), path


def test_who_reads_and_publishes(api: Open, october: None) -> None:
    for who in READERS.split():
        seen = text(browser(api, who).get(PAGE))
        assert ("发布后数字冻结" in seen) == (who == "supervisor1")
        assert browser(api, who).get("/supervision/bulletin.xlsx?period=2026-09").status_code == 200
    for who in OTHERS.split():
        assert browser(api, who).get(PAGE).status_code == 403, who
        assert browser(api, who).get("/supervision/bulletin.pdf?period=2026-09").status_code == 403, who
    for who in ("manager1", "leader1", "head1"):
        assert browser(api, who).post(PAGE).status_code == 403, who
    own = text(browser(api, "head1").get(PAGE))
    assert f"{HOUSING} 2026年9月" in own and MARKET not in own
    assert browser(api, "head1").get(f"{PAGE}&organ={MARKET}").status_code == 403
    assert Client().get(PAGE).status_code == 302


@pytest.mark.parametrize(
    "path",
    [
        "/figures/2026-99", "/figures/%00", "/figures/2026-09?edition=1;--", "/figures/../../etc", "/figures/2026-09%0a",
        "/api/v1/figures/x", "/api/v1/figures/2026-09?edition=0",
    ],
)  # fmt: skip
def test_nonsense_in_an_address(api: Open, path: str) -> None:
    assert Client().get(path).status_code in (404, 422)


def test_a_bulletin_takes_few_statements(
    api: Open, october: None, django_assert_max_num_queries: Any
) -> None:
    watcher = browser(api, "supervisor1")
    watcher.get(PAGE)
    with django_assert_max_num_queries(60):
        watcher.get(PAGE)
    watcher.post(PAGE)
    with django_assert_max_num_queries(12):
        watcher.get(PAGE)
    with django_assert_max_num_queries(4):
        Client().get("/figures/2026-09")
