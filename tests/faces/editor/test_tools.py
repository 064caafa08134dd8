"""Reports and tools of the editor through the pages: who may, what they show, what they hand out and take in."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl import load_workbook

from onewindow.base import clock
from onewindow.catalog import kept_reports, queries, services
from onewindow.catalog.definition import Limit
from onewindow.catalog.models import Change
from onewindow.kernel.actor import SYSTEM
from onewindow.org import queries as org
from tests import world
from tests.catalog.items import sound
from tests.faces.editor.conftest import CODE, Desk, said

Desks = Callable[[str], Desk]
ALL = ("catalog1", "establishment1", "legal1", "leader1", "manager1", "supervisor1")
PAGES = {
    "/editor/quality": ALL,
    "/editor/quality/mend.xlsx": ALL,
    "/editor/sheets": ("catalog1",),
    "/editor/bulk": ("catalog1",),
    "/editor/comparison": ALL,
    "/editor/compression": ALL,
    "/editor/compression?set=example": ALL,
}


@pytest.mark.parametrize("path", PAGES)
def test_pages_answer_for_their_roles_and_refuse_others(desk: Desks, path: str) -> None:
    for username in (*ALL, "clerk1", "examiner1", "citizen1"):
        answer = desk(username).client.get(path)
        assert answer.status_code == (200 if username in PAGES[path] else 403), username


def book(answer: Any) -> Any:
    return load_workbook(io.BytesIO(b"".join(answer.streaming_content)))


def publish(code: str, organ: str, **changes: Any) -> None:
    found = org.find_organ(name=organ)
    assert found is not None
    item = sound(code, organ_id=found.id, **({"organ_name": organ} | changes))
    services.publish(item, actor=SYSTEM, now=world.OPENED)


def test_quality_shows_scores_with_their_formula_and_what_to_mend_first(desk: Desks) -> None:
    page = said(desk("manager1").open("/editor/quality"))
    assert "准确度 = 70% × 规则分 + 30% × 完整度" in page
    assert world.HOUSING in page and world.MARKET in page and "还没有核对报告" in page
    report = kept_reports.quality_report(now=clock.now()).report
    assert str(report.score) in page and report.mend
    assert report.mend[0].task_code in page.split("各部门指南准确度")[0]
    for part in ("organs", "rules", "elements", "mend"):
        sheet = book(desk("manager1").client.get(f"/editor/quality/{part}.xlsx")).active
        assert sheet.max_row > 1, part
    text = b"".join(desk("manager1").client.get("/editor/quality/organs.csv").streaming_content).decode(
        "utf-8-sig"
    )
    assert any(line.startswith(f"{world.HOUSING},") for line in text.splitlines())
    desk("manager1").open("/editor/quality/organs.pdf", 404)


def test_quality_of_one_organ_counts_its_items_alone(desk: Desks) -> None:
    market = org.find_organ(name=world.MARKET)
    assert market is not None
    page = said(desk("legal1").open(f"/editor/quality/organs/{market.id}"))
    kept = kept_reports.quality_report(organ_id=market.id, now=clock.now())
    assert kept.report.items == 2 and "（区市监局）" in page
    assert world.SEWAGE not in page
    desk("legal1").open("/editor/quality/organs/99999", 404)


def test_a_report_is_kept_until_the_catalogue_moves(desk: Desks, monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    honest = kept_reports.make
    monkeypatch.setattr(kept_reports, "make", lambda *a, **k: made.append(a) or honest(*a, **k))
    for _ in range(2):
        desk("manager1").open("/editor/quality")
    assert len(made) == 1
    publish("511A0148800000-511602000000-000-11511301008778255F-1-00", world.HOUSING, name="另一项排水许可")
    page = desk("manager1").open("/editor/quality")
    assert len(made) == 2 and "另一项排水许可" in page


def test_a_large_catalogue_is_judged_by_the_worker(desk: Desks, monkeypatch: pytest.MonkeyPatch) -> None:
    desk("manager1").open("/editor/quality")
    monkeypatch.setattr(kept_reports, "AT_ONCE", 3)
    publish("511A0148800000-511602000000-000-11511301008778255F-1-00", world.HOUSING, name="另一项排水许可")
    for _ in range(2):  # ordered once, asked for twice
        page = said(desk("manager1").open("/editor/quality"))
        assert "正在重新计算" in page and "指南准确度" in page
    before = kept_reports.quality_report(now=clock.now())
    assert before.is_coming and not before.is_fresh
    kept_reports.make("quality", "zh-hans", now=clock.now())
    after = kept_reports.quality_report(now=clock.now())
    assert after.is_fresh and after.report.items == before.report.items + 1


def test_bulk_previews_then_begins_one_change(desk: Desks) -> None:
    one = desk("catalog1")
    fields = {"codes": CODE, "use": ["shorten-promise"], "days": "5", "percent": ""}
    assert "符合条件的有 1 项" in said(
        one.send("/editor/bulk", fields | {"do": "count"}, 200).content.decode()
    )
    page = said(one.send("/editor/bulk", fields | {"do": "preview"}, 200).content.decode())
    assert (
        re.search(r"选中 1 会改变 1 不变 0 违反规则 0", page)
        and "7 个工作日" in page
        and "5 个工作日" in page
    )
    assert not Change.objects.exists()
    page = said(one.send("/editor/bulk", fields | {"do": "propose", "reason": "提速"}, 422).content.decode())
    assert "请填写变更的名称和理由" in page and "会改变 1" in page
    answer = one.send("/editor/bulk", fields | {"do": "propose", "title": "统一缩短", "reason": "提速"})
    change = queries.change(world.actor("catalog1"), answer.headers["Location"].rsplit("/", 1)[1])
    assert change["targets"][0]["definition"]["promised_limit"]["days"] == 5


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, "请勾选并填写至少一种改动"),
        ({"use": ["shorten-promise"], "days": "abc"}, "请填写整数"),
        ({"use": ["shorten-promise"]}, "请写明缩短到几天"),
        ({"use": ["replace-text"], "replace_in": "task_code", "replace_find": "x"}, "这个要素中不能替换文字"),
        ({"use": ["set-element"], "set_element": "nothing"}, "没有这个要素"),
        ({"use": ["add-material"], "add_code": ""}, "材料要有编号和名称"),
        ({"use": ["remove-material"]}, "请写明材料的编号或名称"),
        ({"use": ["set-contact"]}, "没有要改的联系方式"),
    ],
)
def test_bulk_says_what_is_wrong_with_an_operation(desk: Desks, fields: dict[str, Any], told: str) -> None:
    page = desk("catalog1").send("/editor/bulk", fields | {"do": "preview"}, 422).content.decode()
    assert told in page


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        (
            {
                "use": ["replace-text"],
                "replace_in": "conditions",
                "replace_find": "工业",
                "replace_by": "制造",
            },
            "制造",
        ),
        (
            {"use": ["add-material"], "add_code": "M09", "add_name": "平面图", "add_need": "optional"},
            "平面图",
        ),
        ({"use": ["remove-material"], "remove_name": "排水申请表"}, "排水申请表"),
        ({"use": ["set-contact"], "consult": "0826-0000009"}, "0826-0000009"),
        ({"use": ["set-hours"], "hours": "每天 8:00 至 20:00"}, "每天 8:00 至 20:00"),
    ],
)
def test_every_operation_shows_its_difference(desk: Desks, fields: dict[str, Any], told: str) -> None:
    page = desk("catalog1").send("/editor/bulk", fields | {"codes": CODE}, 200).content.decode()
    assert "会改变</dt><dd>1" in page
    assert told in "".join(re.findall(r"<(?:ins|del)>(.*?)</(?:ins|del)>", page, re.S))


def test_organs_are_compared(desk: Desks) -> None:
    other = "511A0148700000-511602000000-000-11511301MB051073XA-1-00"
    publish(other, world.MARKET, promised_limit=Limit(12), visits=1)
    page = said(desk("leader1").open("/editor/comparison?q=排水许可"))
    assert "7 个工作日" in page and "12 个工作日" in page and "承诺办结时限 100%" in page
    assert "没有找到" in said(desk("leader1").open("/editor/comparison?q=没有这样的事"))
    sheet = book(desk("leader1").client.get("/editor/comparison.xlsx")).active
    assert other in {row[5].value for row in sheet.iter_rows(min_row=2)}


EXAMPLE = "/editor/compression?set=example"


def test_the_example_shows_the_published_sums_computed(desk: Desks) -> None:
    page = said(desk("supervisor1").open(EXAMPLE))
    assert "82.12% 358 → 64" in page and "79.62% 373 → 76" in page
    assert "（Σ法定天数 − Σ承诺天数）÷ Σ法定天数" in page and "22 项（共选 22 项）" in page
    assert "假设之后" not in page


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("percent=10", "承诺不超过法定时限的 10%"),
        ("days=2", "358 → 32 天（91.06%）"),  # sixteen promises capped at two days
        ("fetched=on", "373 → 70 份（81.23%）"),  # six groups that government issued
        ("visits=0", "到现场不超过 0 次"),
    ],
)
def test_what_if(desk: Desks, query: str, told: str) -> None:
    page = said(desk("supervisor1").open(f"{EXAMPLE}&{query}"))
    assert told in page and "假设之后" in page and "82.12% 358 → 64" in page
    # Sliders at their ends assume nothing.
    assert "假设之后" not in said(desk("supervisor1").open(f"{EXAMPLE}&percent=100&days=7&visits=1"))


def test_compression_of_chosen_items_and_its_workbooks(desk: Desks) -> None:
    one = desk("manager1")
    page = said(one.open(f"/editor/compression?set=chosen&codes={CODE}"))
    assert "65.00% 20 → 7" in page
    assert "没有符合条件的事项" in said(one.open("/editor/compression?set=chosen&codes=NONE"))
    cells = {
        str(cell.value)
        for row in book(
            one.client.get("/editor/compression/figures.xlsx?set=example&days=2")
        ).active.iter_rows()
        for cell in row
    }
    assert "358 → 64 天（82.12%）" in cells and "358 → 32 天（91.06%）" in cells
    assert book(one.client.get("/editor/compression/materials.xlsx?set=example")).active.max_row == 77
    assert book(one.client.get("/editor/compression/items.xlsx?set=example")).active.max_row == 23
    one.open("/editor/compression/figures.xlsx", 404)


@pytest.mark.parametrize("path", [path for path in PAGES if not path.endswith("xlsx")])
def test_pages_speak_english(desk: Desks, path: str) -> None:
    one = desk("catalog1")
    one.client.cookies["language"] = "en"
    told = re.sub(r"<(script|option|td|h3|li)\b.*?</\1>", "", one.open(path), flags=re.S)
    main = said(told.replace("一窗", ""))
    assert not re.findall(r"[\u4e00-\u9fff]{2,}", main), re.findall(
        r".{0,20}[\u4e00-\u9fff]{2,}.{0,20}", main
    )[:8]
