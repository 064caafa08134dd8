"""Workbooks through the pages: taken along, brought back, tried and proposed; large ones by the worker."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import msgspec
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from onewindow.base import clock
from onewindow.catalog import queries, tasks
from onewindow.catalog.models import Change, SheetJob
from onewindow.catalog.sheets import keeping, proposing, spool, taking, working, writing
from onewindow.catalog.sheets.package import Limits
from onewindow.kernel.errors import NotFound
from tests import world
from tests.faces.editor.conftest import CODE, Desk, said

Desks = Callable[[str], Desk]


def book(answer: Any) -> Any:
    return load_workbook(io.BytesIO(b"".join(answer.streaming_content)))


def exported(one: Desk, query: str = f"layout=workbook&codes={CODE}") -> bytes:
    answer = one.client.post("/editor/sheets/export", parse_qs(query))
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def changed(content: bytes, **cells: Any) -> bytes:
    """The workbook with cells of its first row of items set, by their header."""
    workbook = load_workbook(io.BytesIO(content))
    sheet = workbook["事项"]
    heads = {str(cell.value).strip("*"): cell.column for row in sheet.iter_rows(max_row=2) for cell in row}
    line = next(cell.row for cell in sheet["A"] if cell.value == CODE)
    for head, value in cells.items():
        sheet.cell(line, heads[head]).value = value
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def brought(one: Desk, content: bytes, name: str = "items.xlsx") -> str:
    """The address of the report of a workbook that was sent."""
    answer = one.client.post("/editor/sheets", {"file": SimpleUploadedFile(name, content), "layout": "auto"})
    assert answer.status_code == 302, said(answer.content.decode())
    return str(answer.headers["Location"])


@pytest.mark.parametrize("layout", ["workbook", "exchange"])
def test_what_is_taken_along_comes_back_unchanged(desk: Desks, layout: str) -> None:
    one = desk("catalog1")
    page = said(one.open(brought(one, exported(one, f"layout={layout}&codes={CODE}"))))
    assert re.search(r"读到 1 新增 0 改动 0 不变 1 拒收 0", page), page[:600]
    assert "建立变更申请" not in page


def test_a_workbook_ends_in_a_change_request(desk: Desks) -> None:
    one = desk("catalog1")
    path = brought(one, changed(exported(one), 承诺办结时限=5))
    assert "改动 1" in said(one.open(path)) and not Change.objects.exists()
    refused = one.send(path, {"title": "", "reason": "提速"}, 422).content.decode()
    assert "请填写变更的名称和理由" in refused and "提速" in refused
    answer = one.send(path, {"title": "缩短承诺", "reason": "提速", "basis": "内部规程", "effective_on": ""})
    change = queries.change(world.actor("catalog1"), answer.headers["Location"].rsplit("/", 1)[1])
    assert (change["title"], change["state"], change["kind"]) == ("缩短承诺", "to-submit", "change")
    assert change["targets"][0]["definition"]["promised_limit"]["days"] == 5
    assert change["number"] in one.open(path) and "建立变更申请" not in one.open(path)
    one.send(path, {"title": "缩短承诺", "reason": "提速"})
    assert Change.objects.count() == 1, "asked twice, made once"


def test_the_report_tells_each_odd_cell(desk: Desks) -> None:
    one = desk("catalog1")
    path = brought(one, changed(exported(one), 承诺办结时限="很快", 办件类型="急件"))
    page = said(one.open(path))
    assert "拒收 1" in page and "建立变更申请" not in page
    cells = re.findall(r"错误 事项 ([A-Z]+\d+)", page)
    assert len(cells) == 2, page[:1500]
    sheet = book(one.client.get(path + "/notes.xlsx")).active
    assert {row[1].value for row in sheet.iter_rows(min_row=2)} >= set(cells)
    desk("catalog1").open("/editor/sheets/" + "0" * 32, 404)
    desk("catalog1").open("/editor/sheets/..", 404)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no workbook", "不是工作簿".encode() * 100])
def test_whatever_is_sent_gets_a_report(desk: Desks, content: bytes) -> None:
    one = desk("catalog1")
    answer = one.client.post("/editor/sheets", {"file": SimpleUploadedFile("x.xlsx", content)})
    assert answer.status_code == 302
    assert "整份工作簿没有读入" in one.open(answer.headers["Location"])


def test_a_post_without_a_file_says_so(desk: Desks) -> None:
    assert "请选择要导入的工作簿" in desk("catalog1").send("/editor/sheets", {}, 422).content.decode()


def test_a_workbook_is_its_senders_alone(desk: Desks) -> None:
    path = brought(desk("catalog1"), exported(desk("catalog1")))
    other = msgspec.structs.replace(world.actor("catalog1"), account_id=99)
    with pytest.raises(NotFound):
        keeping.found(other, path.rsplit("/", 1)[1])


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every workbook is the worker's."""
    monkeypatch.setattr(keeping, "AT_ONCE_BYTES", 0)
    monkeypatch.setattr(keeping, "AT_ONCE_ITEMS", 0)


def token_of(path: str) -> str:
    return path.rsplit("/", 1)[1]


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    monkeypatch.setattr(working, "_TELL_SECONDS", 0.0)
    return lambda path: tasks.work_on_sheet(token=token_of(path))


def test_only_editors_export(desk: Desks) -> None:
    for username, status in (("catalog1", 200), ("manager1", 403), ("citizen1", 403)):
        assert desk(username).send("/editor/sheets/export", {"layout": "workbook"}, status)
    desk("catalog1").send("/editor/sheets/export", {"layout": "other"}, 404)
    desk("catalog1").open("/editor/sheets/export", 405)


def test_a_large_workbook_is_tried_and_proposed_by_the_worker(
    desk: Desks, large: None, worker: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = desk("catalog1")
    content = changed(made_at_once(), 承诺办结时限=5)
    path = brought(one, content)
    page = said(one.open(path))
    assert "等待检查" in page and "逐格说明" not in page and "等待检查" in said(one.open("/editor/sheets"))
    told = []
    honest = working._Progress.__call__
    monkeypatch.setattr(
        working._Progress, "__call__", lambda self, *at: (told.append(at), honest(self, *at))[1]
    )
    worker(path)
    assert told and told[-1][0] <= told[-1][1]
    watching = one.client.get(path, headers={"HX-Request": "true"})
    assert watching.headers["HX-Refresh"] == "true"
    assert "改动 1" in said(one.open(path)) and not Change.objects.exists()
    one.send(path, {"title": "", "reason": "提速"}, 422)
    answer = one.send(path, {"title": "缩短承诺", "reason": "提速"})
    assert "等待建立变更申请" in said(one.open(answer.headers["Location"])) and not Change.objects.exists()
    one.send(path, {"title": "缩短承诺", "reason": "提速"}, 409)  # it is being worked on
    worker(path)
    worker(path)
    change = Change.objects.get()
    assert change.number in one.open(path)
    worker(path)
    assert Change.objects.count() == 1


def made_at_once() -> bytes:
    out = io.BytesIO()
    writing.write(out, taking.in_force([CODE]), taking.layouts()["workbook"])
    return out.getvalue()


class Killed(BaseException):
    """The worker was killed: nothing of Python runs any more."""


@pytest.mark.parametrize("step", ["try", "propose"])
def test_a_killed_worker_begins_again_and_does_it_once(
    desk: Desks, large: None, worker: Callable[[str], None], monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    one = desk("catalog1")
    path = brought(one, changed(made_at_once(), 承诺办结时限=5))
    if step == "propose":
        worker(path)
        one.send(path, {"title": "缩短承诺", "reason": "提速"})

    def die(*_: Any, **__: Any) -> None:
        raise Killed

    name = "put_report" if step == "try" else "propose"
    honest = getattr(spool if step == "try" else proposing, name)
    dying = (lambda *a, **k: die()) if step == "try" else lambda *a, **k: die(honest(*a, **k))
    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(spool if step == "try" else proposing, name, dying)
        worker(path)
    assert SheetJob.objects.get().state == "running" and not Change.objects.exists()
    worker(path)
    assert SheetJob.objects.get().state == "done"
    assert Change.objects.count() == (step == "propose")


def test_what_kills_its_worker_each_time_is_given_up(
    desk: Desks, large: None, worker: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = desk("catalog1")
    path = brought(one, made_at_once())

    def die(*_: Any, **__: Any) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(proposing, "read", die)
        for _ in range(working.MOST_STARTS):
            with pytest.raises(Killed):
                worker(path)
        worker(path)
    assert "处理这份工作簿时出错" in one.open(path)


def test_a_failure_is_told_and_not_shown_as_a_crash(desk: Desks, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError

    one = desk("catalog1")
    content = made_at_once()
    monkeypatch.setattr(proposing, "read", broken)
    page = said(one.open(brought(one, content)))
    assert "没有检查成" in page and "处理这份工作簿时出错" in page


def test_who_is_an_editor_no_more_gets_nothing_done(
    desk: Desks, large: None, worker: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = desk("catalog1")
    path = brought(one, made_at_once())
    nobody = msgspec.structs.replace(world.actor("catalog1"), roles=frozenset())
    with monkeypatch.context() as patched:
        patched.setattr(working.accounts, "actor", lambda _: nobody)
        worker(path)
    assert "只有事项编辑" in one.open(path)


def test_what_takes_too_long_is_stopped_with_a_report(
    desk: Desks, large: None, worker: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = desk("catalog1")
    path = brought(one, made_at_once())
    monkeypatch.setattr(working, "MOST_SECONDS", 0.0)
    worker(path)
    page = one.open(path)
    assert "整份工作簿没有读入" in page and "处理时间太长" in page


def test_a_workbook_thrown_away_stops_its_work(
    desk: Desks, large: None, worker: Callable[[str], None]
) -> None:
    one = desk("catalog1")
    path = brought(one, made_at_once())
    one.send(path, {"do": "forget"})
    worker(path)
    one.open(path, 404)
    assert not spool.path_of(token_of(path)).exists()


def test_a_large_export_is_written_by_the_worker_and_expires(
    desk: Desks, large: None, worker: Callable[[str], None]
) -> None:
    one = desk("catalog1")
    path = one.send("/editor/sheets/export", {"layout": "workbook", "codes": CODE}).headers["Location"]
    assert "等待导出" in said(one.open(path))
    one.open(path + "/download", 404)
    one.open(path + "/notes.xlsx", 404)
    worker(path)
    assert "共 1 项" in said(one.open(path))
    sheet = book(one.client.get(path + "/download"))["事项"]
    assert CODE in {cell.value for cell in sheet["A"]}
    desk("manager1").open(path + "/download", 403)
    SheetJob.objects.update(expires_at=clock.real_now() - timedelta(seconds=1))
    one.open(path + "/download", 404)
    assert keeping.forget_old(clock.real_now()) == 1
    assert not SheetJob.objects.exists() and not spool.path_of(token_of(path)).exists()


def test_an_editor_keeps_five_and_the_oldest_goes(desk: Desks) -> None:
    one = desk("catalog1")
    paths = [brought(one, b"not a workbook") for _ in range(keeping.MOST + 1)]
    one.open(paths[0], 404)
    for path in paths[1:]:
        one.open(path)


def test_a_workbook_that_is_too_large_is_refused(desk: Desks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proposing, "LIMITS", Limits(file_bytes=2_000_000))
    file = SimpleUploadedFile("x.xlsx", b"0" * 2_000_001)
    assert "不能超过 2 MB" in desk("catalog1").send("/editor/sheets", {"file": file}, 413).content.decode()
    assert not SheetJob.objects.exists()


@pytest.mark.parametrize("state", ["waiting", "running", "done", "failed"])
def test_the_worker_s_page_speaks_english(desk: Desks, large: None, state: str) -> None:
    one = desk("catalog1")
    path = one.send("/editor/sheets/export", {"layout": "workbook", "codes": CODE}).headers["Location"]
    SheetJob.objects.update(state=state, progress=500, total=7000)
    one.client.cookies["language"] = "en"
    main = said(one.open(path).replace("一窗", ""))
    assert not re.findall(r"[\u4e00-\u9fff]{2,}", main), main
