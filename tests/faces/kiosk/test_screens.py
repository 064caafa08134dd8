"""The touch screens: five choices at most, no dead end, the list that the answers lead to."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.http import QueryDict
from django.test import Client

from onewindow.catalog import queries as catalog
from onewindow.faces.kiosk.screens import CHOICES, part

BUILDING = "511A0126300000-511602000000-000-11511301008778255F-1-00"
SEWAGE = "511A0148600000-511602000000-000-11511301008778255F-1-00"


@pytest.fixture
def client(demo_city: None) -> Client:
    return Client()


def choices(text: str) -> list[str]:
    found = re.search(r'<ul class="k-do.*?</ul>', text, re.DOTALL)
    return [unescape(url) for url in re.findall(r'<a href="([^"]+)"', found[0])] if found else []


def test_from_the_door_to_an_item_by_touch(client: Client) -> None:
    url, seen = "/kiosk", []
    while "/kiosk/items/" not in url:
        text = client.get(url).content.decode()
        found = choices(text)
        assert 0 < len(found) <= CHOICES
        seen.append(url)
        url = found[0]
    assert client.get(url).status_code == 200
    assert len(seen) == 3


@pytest.mark.parametrize("audience", ["person", "organisation"])
def test_no_screen_has_more_than_five_choices(client: Client, audience: str) -> None:
    url = f"/kiosk/{audience}/themes"
    while url:
        text = client.get(url).content.decode()
        assert 0 < len(choices(text)) <= CHOICES
        after = re.search(r'href="([^"]+)">下一屏', text)
        url = f"/kiosk/{audience}/themes{unescape(after[1])}" if after else ""


def test_letters_find_an_item(client: Client) -> None:
    text = client.get("/kiosk/letters?q=czws").content.decode()
    assert SEWAGE in text and "CZWS" in text
    assert client.get("/kiosk/letters?q=%3Cscript%3E").status_code == 200


def test_questions_come_one_a_screen_and_end_in_the_list(client: Client) -> None:
    item = catalog.current(BUILDING)
    url, asked = f"/kiosk/items/{BUILDING}/ask", []
    while True:
        answer = client.get(url)
        if answer.status_code == 302:
            break
        text = answer.content.decode()
        asked.append(next(q.code for q in item.questions if f"<h1>{q.text}</h1>" in text))
        onward = re.search(r'<a class="k-go" href="([^"]+)"', text)
        url = f"/kiosk/items/{BUILDING}/ask" + (unescape(onward[1]) if onward else choices(text)[0])
    assert asked[0] == item.start_question and len(set(asked)) > 1
    text = client.get(answer.url).content.decode()
    assert "打印清单" in text or "这种情形不在这里办" in text
    if "打印清单" in text:
        assert re.search(r'k-qr"><svg[^>]* viewBox=', text)  # else no camera reads it


def test_the_list_is_that_of_the_answers(client: Client) -> None:
    text = client.get(f"/kiosk/items/{SEWAGE}/list").content.decode()
    for row in catalog.current(SEWAGE).materials:
        assert text.count(row.name) >= 2  # on the screen and on the paper


@pytest.mark.parametrize(
    "path", ["/kiosk/cat/themes", "/kiosk/cat/items", "/kiosk/items/none", "/kiosk/items/none/ask"]
)
def test_what_is_not_there(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("asked", "number", "before", "after"),
    [
        ("1", 1, False, True),
        ("3", 3, True, False),
        ("99", 3, True, False),
        ("-1", 1, False, True),
        ("x", 1, False, True),
    ],
)
def test_pages_never_run_out(asked: str, number: int, before: bool, after: bool) -> None:
    found = part(list(range(11)), QueryDict(f"page={asked}&a.Q=1&a.Q=2"))
    assert (found.number, bool(found.before), bool(found.after), found.of) == (number, before, after, 3)
    assert len(found.shown) == (1 if number == 3 else 5)
    assert all("a.Q=1&a.Q=2" in link for link in (found.before, found.after) if link)
