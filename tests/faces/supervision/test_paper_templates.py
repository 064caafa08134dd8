"""The centre looks at papers and lays words over them; nobody else may."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client

from onewindow.documents.models import PaperTemplate

Browser = Callable[[str], Client]


def test_papers_are_shown_and_words_laid_over_them(browser: Browser) -> None:
    centre = browser("manager1")
    index = centre.get("/console/papers").content.decode()
    assert "听证笔录" in index and "准予行政许可决定书" in index
    page = centre.get("/console/papers/grant")
    assert page.status_code == 200 and "example.png" in page.content.decode()
    assert centre.get("/console/papers/grant/example.pdf").content.startswith(b"%PDF-")
    assert centre.get("/console/papers/grant/example.png").content.startswith(b"\x89PNG")
    assert centre.get("/console/papers/nothing").status_code == 404
    assert centre.get("/console/papers/grant/example.exe").status_code == 404

    words = {"head": "请妥善保管。", "in_force_on": "2099-01-01", "organ": ""}
    assert centre.post("/console/papers/grant", words).status_code == 302
    (row,) = PaperTemplate.objects.all()
    assert (row.head, row.organ_id, row.laid_by) == ("请妥善保管。", None, "manager1")
    example = centre.get(f"/console/papers/grant/example.pdf?number={row.number}")
    assert (
        example.status_code == 200 and str(row.number) in centre.get("/console/papers/grant").content.decode()
    )

    for bad, told in (
        ({"in_force_on": "2001-01-01"}, "启用日期不能早于今天"),
        ({"in_force_on": "x"}, "请填启用日期"),
        ({"in_force_on": "2099-01-01", "organ": "999999"}, "没有这个单位"),
        ({"in_force_on": "2099-01-01", "source": "#data.facts"}, "模板少了必须载明的内容"),
    ):
        answer = centre.post("/console/papers/grant", bad)
        assert answer.status_code == 422 and told in answer.content.decode()
    assert PaperTemplate.objects.count() == 1


def test_others_stay_outside(browser: Browser) -> None:
    for username in ("clerk1", "sysadmin", "supervisor1"):
        assert browser(username).get("/console/papers").status_code == 403
