"""Pages of cards, rules and scores: who opens them, what they show, what their buttons do."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from onewindow.supervision import conventions
from onewindow.supervision.models import Card

Browser = Callable[[str], Client]
PAGES = ("/supervision/cards", "/supervision/rules", "/supervision/scores")


def limit_card() -> str:
    """The number of the card for the limit."""
    return Card.objects.get(rule="2").card_no


@pytest.mark.parametrize("path", PAGES)
def test_who_opens_the_pages(browser: Browser, path: str) -> None:
    for who in ("supervisor1", "manager1", "head1"):
        assert browser(who).get(path).status_code == 200
    for who in ("clerk1", "citizen1", "catalog1", "auditor"):
        assert browser(who).get(path).status_code == 403
    assert browser("examiner1").get("/supervision/cards").status_code == 200


def test_the_list_narrows_and_links(browser: Browser) -> None:
    text = browser("supervisor1").get("/supervision/cards?level=yellow&rule=2").content.decode()
    assert limit_card() in text and "超时限" in text and "手工发卡" in text
    assert limit_card() not in browser("supervisor1").get("/supervision/cards?level=red").content.decode()
    assert limit_card() not in browser("head2").get("/supervision/cards").content.decode()
    assert browser("head2").get(f"/supervision/cards/{limit_card()}").status_code == 404


def test_a_card_goes_its_way_by_its_buttons(browser: Browser) -> None:
    path = f"/supervision/cards/{limit_card()}"
    early = browser("supervisor1").post(path, {"do": "uphold", "reason": "核实无误"})
    assert early.status_code == 409 and "核实无误" in early.content.decode()
    assert browser("head1").post(path, {"do": "explain", "reason": "人手不足"}).status_code == 302
    assert browser("supervisor1").post(path, {"do": "inquire", "reason": "限期办结"}).status_code == 302
    assert browser("head1").post(path, {"do": "answer", "reason": "已办结"}).status_code == 302
    assert browser("supervisor1").post(path, {"do": "uphold", "reason": "核实无误"}).status_code == 302
    text = browser("head1").get(path).content.decode()
    for said in ("人手不足", "限期办结", "已办结", "核实无误", "已维持", "存在证明", 'value="appeal"'):
        assert said in text
    assert 'href="/supervision/cases/' in text
    letter = browser("head1").get(f"{path}/letters/1.pdf")
    assert letter.content.startswith(b"%PDF") and letter["Content-Type"] == "application/pdf"
    assert browser("head1").get(f"{path}/letters/2.pdf").status_code == 404


def test_a_card_speaks_english(browser: Browser) -> None:
    client = browser("supervisor1")
    text = client.get(
        f"/supervision/cards/{limit_card()}", headers={"Accept-Language": "en"}
    ).content.decode()
    assert "Promised in 7 days" in text and "Limit passed" in text


def test_a_card_by_hand(browser: Browser) -> None:
    case_no = Card.objects.get(rule="2").case_no
    fields = {
        "case_no": case_no,
        "level": "yellow",
        "reason": "要求自备复印件",
        "evidence": "1, 2",
        "person": "",
    }
    wrong = browser("supervisor1").post("/supervision/cards/new", fields | {"evidence": "一"})
    assert wrong.status_code == 422
    assert browser("supervisor1").post("/supervision/cards/new", fields).status_code == 302
    assert Card.objects.get(rule="8").evidence[1]["type"] == "accepted"


def test_the_convention_is_switched_by_the_supervisor_alone(browser: Browser) -> None:
    fields = {name: getattr(conventions.current(), name) for name in conventions.current().__struct_fields__}
    told = {name: value for name, value in fields.items() if isinstance(value, int)}
    told |= {"profile": "yellow-red", "on": ["2", "9"], "near_days": 2}
    assert browser("manager1").post("/supervision/rules", told).status_code == 403
    assert browser("supervisor1").post("/supervision/rules", told | {"near_days": "x"}).status_code == 422
    assert browser("supervisor1").post("/supervision/rules", told).status_code == 302
    now = conventions.current()
    assert (now.name, now.near_days, "3" in now.off, "9" in now.off) == ("yellow-red", 2, True, False)
    assert "临期黄牌、超时红牌" in browser("head1").get("/supervision/rules").content.decode()


def test_scores_and_their_tables(browser: Browser) -> None:
    text = browser("supervisor1").get("/supervision/scores").content.decode()
    assert "区住建局" in text and "每张扣 5 分" in text
    table = browser("head1").get("/supervision/scores/organs.csv")
    lines = b"".join(table.streaming_content).decode().splitlines()
    assert len(lines) == 2 and lines[1].startswith("区住建局,")
    assert browser("supervisor1").get("/supervision/scores/persons.xlsx").status_code == 200
    assert browser("supervisor1").get("/supervision/scores/persons.doc").status_code == 404
