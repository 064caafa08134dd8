"""A file review from the draw to the published figures, and a follow-up call that becomes a ticket."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from onewindow.base import clock
from onewindow.reviews.models import Call, File, Round, Ticket
from onewindow.reviews.queries import rounds as reads
from onewindow.reviews.services import calls, files, rounds
from tests.world import FUND, Api, actor, move

Open = Callable[..., Api]


def draw(purpose: str) -> Round:
    asked = {
        "purpose": purpose,
        "since": "2026-09-08",
        "until": "2026-09-08",
        "size": 1,
        "seed": "public-draw-5",
    }
    return Round.objects.get(number=rounds.draw(actor("supervisor1"), asked, now=clock.now()))


def read(who: str, file: File, points: int, text: str = "") -> str:
    body: dict[str, Any] = {"deducted": {"basis": points}, "reasons": {"basis": "没有引用条款"}, "text": text}
    return files.read(actor(who), file.round.number, file.case_no, body, now=clock.now())


def test_from_the_draw_to_the_published_figures(api: Open) -> None:
    case = api("clerk1").act(api("clerk1").create(FUND), "accept")
    api("approver1").act(case, "decide", outcome="grant")
    move("2026-09-09T09:00")

    row = draw("file")
    file = File.objects.get(round=row)
    assert [read("supervisor1", file, 0), read("head2", file, 15), read("manager1", file, 10)] == [
        "first", "second", "third",
    ]  # fmt: skip
    files.appeal(actor("head1"), row.number, file.case_no, text="第二页引用了条款", now=clock.now())
    assert read("leader1", file, 5, "引用了，但不完整") == "settle"
    rounds.publish(actor("supervisor1"), row.number, now=clock.now())
    row.refresh_from_db()
    assert row.totals["all"] == {"read": 1, "estimate": 950, "lowest": 950}
    assert reads.drawn_again(row) == {"population": True, "sample": True}

    call = Call.objects.get(round=draw("call"))
    calls.open_phone(actor("manager1"), call.round.number, call.case_no, reason="跟踪回访", now=clock.now())
    body = {"version": 1, "outcome": "reached", "grade": 2, "problems": ["several-trips"], "as_rating": True}
    assert calls.note(actor("manager1"), call.round.number, call.case_no, body, now=clock.now()) is None
    (line,) = api("manager1").get("/tickets?state=opened").json["results"]
    assert Ticket.objects.get(number=line["number"]).rating.way == "call"
