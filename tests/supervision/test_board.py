"""Real cases on the board and in the indicators, by the API, for those who may look."""

from __future__ import annotations

from datetime import timedelta

import pytest

from onewindow.base import clock
from onewindow.base.ledger import sequencer
from onewindow.cases import services as cases
from onewindow.supervision import services
from tests.world import FOOD, HOUSING, MARKET, SEWAGE, START, Api


@pytest.fixture
def busy(city: None) -> None:
    """Three cases: one granted on the third day, one late and open, one just received in another organ."""
    clerk, examiner, approver = Api("clerk1"), Api("examiner1"), Api("approver1")
    granted = clerk.act(clerk.create(SEWAGE), "accept")
    clerk.act(clerk.create(SEWAGE), "accept")
    clock.move_to(START + timedelta(days=2))
    granted = examiner.act(granted, "review", opinion="合格", **{"pass": True})
    approver.act(granted, "decide", outcome="grant")
    later = START + timedelta(days=15)
    cases.sweep_until(later)
    clock.move_to(later)
    Api("clerk2").create(FOOD)
    while sequencer.catch_up() + services.sweep(later):
        pass


def test_the_board_tells_what_lies_on_hand(busy: None) -> None:
    told = Api("supervisor1").get("/supervision/board").json
    assert told == {
        "received": 1,
        "accepted": 0,
        "closed": 0,
        "on_hand": 2,
        "by_light": {"green": 1, "yellow": 0, "red": 1, "grey": 0},
        "due_in": {"1": 0, "3": 0, "5": 1},
        "over_promise": 1,
        "over_law": 0,
    }
    assert Api("supervisor1").get(f"/supervision/board?organ={MARKET}").json["over_promise"] == 0
    assert Api("head2").get("/supervision/board").json["on_hand"] == 1


def test_indicators_over_cuts(busy: None) -> None:
    period = "from=2026-09-01&to=2026-09-30"
    ask = Api("supervisor1")

    def value(name: str, more: str = "") -> tuple[float | None, int, int | None]:
        told = ask.get(f"/indicators/values?name={name}&{period}{more}").json
        return told["value"], told["numerator"], told["denominator"]

    assert value("completion_rate") == (50.0, 1, 2)
    assert value("same_day_closure_rate") == (0.0, 0, 1)
    assert value("same_day_closure_rate", f"&organ={MARKET}") == (None, 0, 0)
    assert value("on_time_rate", f"&organ={HOUSING}&person=approver1") == (100.0, 1, 1)
    assert value("overdue_promise") == (1.0, 1, None)
    assert value("mean_handling_days") == (2.0, 2, 1)
    assert value("online_share_cases", f"&item={SEWAGE}&region=5116") == (0.0, 0, 2)


def test_an_organ_sees_its_own_figures_alone(busy: None) -> None:
    answer = Api("head2").get(f"/supervision/board?organ={HOUSING}")
    assert (answer.status, answer.code) == (403, "not-your-organ")
    told = Api("head2").get("/indicators/values?name=completion_rate&from=2026-09-01&to=2026-09-30").json
    assert told["denominator"] == 0
    assert Api("citizen1").get("/supervision/board").status == 403
    assert Api().get("/indicators").status == 401


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("name=nothing", 404),
        ("name=completion_rate&from=2026-09-02&to=2026-09-01", 422),
        ("name=completion_rate&organ=%E6%97%A0", 422),
        ("name=completion_rate&window=9999", 422),
        ("name=completion_rate&region=x", 422),
        ("name=completion_rate&from=1900-01-01&to=2026-09-01", 422),
        ("", 404),
    ],
)
def test_what_names_nothing(city: None, query: str, status: int) -> None:
    assert Api("supervisor1").get(f"/indicators/values?{query}").status == status
