"""Published lists on a page, as files and over the API: the same lines everywhere."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from onewindow.base import generations
from onewindow.catalog import listed


@pytest.fixture
def client(demo_city: None) -> Client:
    return Client()


def test_the_index_counts_what_the_lists_hold(client: Client) -> None:
    counts = listed.counts()
    assert counts["public-services"] > 1000 and counts["deferrable"] == 1
    assert counts["instant"] == len(list(listed.lines("instant")))
    text = client.get("/lists").content.decode()
    assert "权力和责任清单" in text and f"{counts['powers']} 个事项" in text


def test_a_list_goes_page_by_page_and_loses_nothing(client: Client) -> None:
    seen, cursor = [], None
    while True:
        lines, cursor = listed.page("public-services", cursor=cursor, limit=100)
        seen += [line[0] for line in lines]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == listed.counts()["public-services"]


def test_page_file_and_api_say_the_same(client: Client) -> None:
    lines = [list(line) for line in listed.lines("deferrable")]
    page = client.get("/lists/deferrable").getvalue().decode()
    assert lines[0][1] in page and lines[0][4] in page
    told = json.loads(client.get("/lists/deferrable.json").getvalue())
    assert told["rows"] == lines
    read = list(csv.reader(io.StringIO(client.get("/lists/deferrable.csv").getvalue().decode("utf-8-sig"))))
    assert read[0] == told["columns"] and read[1][:5] == lines[0][:5]
    sheet = load_workbook(io.BytesIO(client.get("/lists/deferrable.xlsx").getvalue())).active
    assert [cell.value for cell in sheet[2]][:5] == lines[0][:5]


def test_one_organ_only(client: Client) -> None:
    lines = list(listed.lines("powers", organ="区住建局"))
    assert lines and {line[3] for line in lines} == {"区住建局"}
    assert len(lines) < listed.counts()["powers"]


@pytest.mark.parametrize("path", ["/lists/nothing", "/lists/powers.exe", "/lists/nothing.csv"])
def test_what_is_not_there(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_foreign_cursor_is_refused(client: Client) -> None:
    assert client.get("/lists/powers?cursor=abc").status_code == 422


def test_lists_and_their_counts_are_made_anew_only_when_an_item_moves(
    client: Client, django_assert_num_queries: Any
) -> None:
    def read() -> bytes:
        return client.get("/lists/deferrable.csv").getvalue()

    first = read()
    listed.counts()
    with django_assert_num_queries(0):
        assert read() == first
        listed.counts()
    assert client.get("/lists/deferrable.csv?organ=nobody").getvalue() != first
    generations.bump("catalog")
    with CaptureQueriesContext(connection) as seen:
        assert read() == first
        listed.counts()
    assert len(seen) >= 2
