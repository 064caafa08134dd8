"""Sheets that one takes along: read back from the PDF that a reader would show."""

from __future__ import annotations

import subprocess

import pytest
from django.test import Client

from onewindow.catalog import queries as catalog

CONSTRUCTION = "511A0126300000-511602000000-000-11511301008778255F-1-00"
DRAINAGE = "511A0148600000-511602000000-000-11511301008778255F-1-00"


@pytest.fixture
def client(demo_city: None) -> Client:
    return Client()


def text_of(pdf: bytes) -> str:
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode().replace(" ", "")


def test_the_service_sheet_discloses_five_things(client: Client) -> None:
    answer = client.get(f"/items/{DRAINAGE}/service.pdf")
    assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
    text = text_of(answer.content)
    item = catalog.current(DRAINAGE)
    for part in (
        "服务告知单",
        "办理内容",
        "办理程序",
        "申请材料",
        "办理时限",
        "收费标准",
        item.name,
        item.task_code,
    ):
        assert part in text
    for row in item.materials:
        assert row.name[:10] in text
    assert "20个工作日" in text and "7个工作日" in text


def test_what_the_source_lacks_is_said_and_not_invented(client: Client) -> None:
    rows, _ = catalog.search("", handled=False, limit=1)
    text = text_of(client.get(f"/items/{rows[0]['task_code']}/service.pdf").content)
    assert "本事项尚未公布此项" in text


def test_the_checklist_follows_the_answers(client: Client) -> None:
    item = catalog.current(CONSTRUCTION)
    question = item.questions[0]
    whole = text_of(client.get(f"/items/{CONSTRUCTION}/checklist.pdf").content)
    assert "还有情形问题没有回答" in whole
    lists = set()
    for option in question.options:
        text = text_of(
            client.get(f"/items/{CONSTRUCTION}/checklist.pdf?a.{question.code}={option.code}").content
        )
        assert question.text[:8] in text
        lists.add(frozenset(row.name for row in item.materials if row.name.replace(" ", "")[:12] in text))
    assert len(lists) > 1


@pytest.mark.parametrize("name", ["service", "checklist"])
def test_an_item_that_is_not_there_has_no_sheet(client: Client, name: str) -> None:
    assert client.get(f"/items/no-such-item/{name}.pdf").status_code == 404
