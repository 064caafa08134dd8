"""Matters that supervision watches: late ones, a card taken back on appeal, silence, and the way round the hall."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.world import SEWAGE, Api, move

Open = Callable[..., Api]
WELL = {"opinion": "材料齐全，符合条件。", "pass": True}


def cards(who: Api, **filters: str) -> list[dict[str, Any]]:
    answer = who.get("/supervision/cards?" + "&".join(f"{name}={value}" for name, value in filters.items()))
    assert answer.status == 200, answer
    found: list[dict[str, Any]] = answer.json["results"]
    return found


def only(who: Api, **filters: str) -> dict[str, Any]:
    found = cards(who, **filters)
    assert len(found) == 1, found
    return found[0]


def say(
    who: Api, card: dict[str, Any], action: str, reason: str = "情况属实，已经核对。", **more: Any
) -> Any:
    return who.post(f"/supervision/cards/{card['card_no']}/actions/{action}", {"reason": reason} | more)


def done(who: Api, card: dict[str, Any], action: str, **more: Any) -> dict[str, Any]:
    answer = say(who, card, action, **more)
    assert answer.status == 200, answer
    after: dict[str, Any] = answer.json
    return after


def test_a_matter_turns_yellow_then_red_and_is_explained(api: Open) -> None:
    case = api("clerk1").act(api("clerk1").create(SEWAGE), "accept")
    number, watcher = case["case_no"], api("supervisor1")
    assert cards(watcher, case_no=number, rule="2") == []
    move("2026-09-16T00:00")
    near = only(watcher, case_no=number, rule="2")
    assert (near["rule"], near["level"], near["reply_due"], near["state"]) == (
        "2",
        "reminder",
        None,
        "issued",
    )
    move("2026-09-18T00:00")
    yellow = only(watcher, case_no=number, rule="2")
    assert yellow["card_no"] == near["card_no"]
    assert (yellow["level"], yellow["raised_at"]) == ("yellow", "2026-09-18T00:00:00+08:00")
    assert (yellow["reply_due"], yellow["organ"], yellow["person"]) == ("2026-09-21", "区住建局", "clerk1")
    assert [(one["seq"], one["type"]) for one in yellow["evidence"]] == [(1, "received"), (2, "accepted")]
    assert only(api("head1"), case_no=number, rule="2")["card_no"] == near["card_no"]
    assert (
        cards(api("head2")) == [] and api("head2").get(f"/supervision/cards/{near['card_no']}").status == 404
    )
    refused = say(watcher, yellow, "uphold")
    assert (refused.status, refused.code) == (409, "too-early")
    move("2026-09-23T00:00")
    red = only(watcher, case_no=number, rule="2")
    assert (red["level"], red["state"]) == ("red", "issued")
    explained = done(api("head1"), red, "explain", reason="审查人病假，没有及时转交，已安排他人办理。")
    assert (explained["state"], explained["explanation"]["is_late"]) == ("explained", False)
    upheld = done(watcher, explained, "uphold", reason="没有启用 AB 岗，超时属实。")
    assert upheld["state"] == "upheld"
    kinds = [one["type"] for one in upheld["events"]]
    assert kinds == ["issued", "raised", "term-missed", "raised", "explained", "upheld"]
    api("examiner1").act(case, "review", **WELL)
    move("2026-10-30")
    assert only(watcher, case_no=number, rule="2")["state"] == "upheld"


def test_a_card_is_withdrawn_on_appeal(api: Open) -> None:
    case = api("clerk1").act(api("clerk1").create(SEWAGE), "accept")
    move("2026-09-18T09:00")
    card = only(api("supervisor1"), case_no=case["case_no"], rule="2")
    done(api("head1"), card, "explain")
    upheld = done(api("supervisor1"), card, "uphold")
    assert say(api("examiner1"), upheld, "appeal").status == 403
    appealed = done(api("head1"), upheld, "appeal", reason="当日系统停机，无法操作，有停机公告为证。")
    assert appealed["state"] == "appealed"
    refused = say(api("supervisor1"), appealed, "uphold")
    assert (refused.status, refused.code) == (409, "same-person")
    withdrawn = done(api("manager1"), appealed, "withdraw", reason="停机属实，卡予以撤销。")
    assert (withdrawn["state"], withdrawn["final"]["text"]) == ("withdrawn", "停机属实，卡予以撤销。")
    assert [one["type"] for one in withdrawn["events"]][-1] == "withdrawn"
    assert say(api("head1"), withdrawn, "appeal").status == 409
    move("2026-09-30")
    assert only(api("supervisor1"), case_no=case["case_no"], rule="2")["state"] == "withdrawn"
    move("2026-10-13")  # past the law: a new breach, for which the card stands up again
    assert only(api("supervisor1"), case_no=case["case_no"], rule="2")["level"] == "red"


def test_supervision_finds_a_deemed_acceptance(api: Open) -> None:
    case = api("citizen1").create(SEWAGE)
    move("2026-09-14T00:00")
    assert only(api("supervisor1"), case_no=case["case_no"], rule="9")["level"] == "reminder"
    move("2026-09-16T00:00")
    found = only(api("supervisor1"), case_no=case["case_no"], rule="9")
    assert (found["level"], found["raised_at"]) == ("red", "2026-09-16T00:00:00+08:00")
    assert api("clerk1").view(case)["deemed"] is True
    assert "2026-09-15" in found["reason"]
    whole = api("supervisor1").get(f"/supervision/cards/{found['card_no']}").json
    assert "第三十二条" in whole["basis"] and len(whole["evidence"][0]["leaf_hash"]) == 64
    proof = api().get(f"/ledger/proof?case_no={case['case_no']}&seq=1").json
    assert proof["leaf_hash"] == whole["evidence"][0]["leaf_hash"]


def test_who_goes_round_the_hall_is_found(api: Open) -> None:
    """The department cannot begin a matter by itself; what it had decided is entered in one go, at night."""
    from tests.world import application

    assert api("examiner1").post("/cases", application(SEWAGE, channel="window")).status == 403
    move("2026-09-08T22:10")
    case = api("clerk1").act(api("clerk1").create(SEWAGE), "accept")
    api("examiner1").act(case, "review", **WELL)
    api("approver1").act(case, "decide", outcome="grant")
    move("2026-09-08T22:20")
    found = {one["level"]: one for one in cards(api("supervisor1"), case_no=case["case_no"], rule="6")}
    assert found.keys() == {"reminder", "yellow"}
    assert "22:10" in found["reminder"]["reason"]
    assert [one["type"] for one in found["yellow"]["evidence"]] == [
        "received",
        "accepted",
        "reviewed",
        "granted",
    ]
    assert (found["yellow"]["person"], found["yellow"]["organ"]) == ("approver1", "区住建局")


def test_a_letter_with_a_term_is_answered(api: Open) -> None:
    case = api("clerk1").act(api("clerk1").create(SEWAGE), "accept")
    move("2026-09-18T09:00")
    card = only(api("supervisor1"), case_no=case["case_no"], rule="2")
    far = say(api("supervisor1"), card, "inquire", answer_by="2027-09-18")
    assert (far.status, far.fields) == (422, ["answer_by"])
    sent = done(api("supervisor1"), card, "inquire", reason="请限期办结并书面说明。", answer_by="2026-09-21")
    assert sent["letters"][0]["answer_by"] == "2026-09-21" and sent["state"] == "issued"
    assert say(api("manager1"), card, "inquire").code == "letter-open"
    move("2026-09-22T00:00")
    late = api("supervisor1").get(f"/supervision/cards/{card['card_no']}").json
    assert late["letters"][0]["is_missed"] and late["is_overdue"]
    answered = done(api("head1"), card, "answer", reason="已于今日办结。")
    assert answered["letters"][0]["answer"]["is_late"] is True
    assert say(api("head1"), card, "answer", reason="再答一次。").code == "no-letter"


@pytest.mark.parametrize("who", ["clerk1", "citizen1", "issuer1", "auditor", "leader1"])
def test_nobody_else_sees_cards(api: Open, who: str) -> None:
    assert api(who).get("/supervision/cards").status == 403


def test_a_card_by_hand_once(api: Open) -> None:
    case = api("clerk1").create(SEWAGE)
    move("2026-09-08T10:00")
    body = {
        "case_no": case["case_no"],
        "level": "yellow",
        "reason": "窗口要求申请人自备复印件。",
        "evidence": [1],
    }
    assert api("head1").post("/supervision/cards", body).status == 403
    made = api("supervisor1").post("/supervision/cards", body)
    assert (made.status, made.json["rule"], made.json["reason"]) == (201, "8", "窗口要求申请人自备复印件。")
    again = api("supervisor1").post("/supervision/cards", body)
    assert again.json["card_no"] == made.json["card_no"]
    wrong = api("supervisor1").post("/supervision/cards", body | {"evidence": [7]})
    assert (wrong.status, wrong.fields) == (422, ["evidence.0"])
    assert api("supervisor1").post("/supervision/cards", body | {"case_no": "x"}).status == 404


def test_the_same_said_twice_is_said_once_and_old_versions_are_told(api: Open) -> None:
    case = api("clerk1").act(api("clerk1").create(SEWAGE), "accept")
    move("2026-09-18T09:00")
    card = only(api("supervisor1"), case_no=case["case_no"], rule="2")
    first = done(api("head1"), card, "explain", version=card["version"])
    again = done(api("head1"), card, "explain", version=card["version"])
    assert again == first
    stale = say(api("supervisor1"), card, "uphold", version=card["version"])
    assert (stale.status, stale.code) == (409, "stale-version")
    other = say(api("head1"), card, "explain", reason="另一番话。")
    assert (other.status, other.code) == (409, "wrong-state")
