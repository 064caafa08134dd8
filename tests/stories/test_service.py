"""Papers are served: opened by who consented, left with a witness, delivered with the result; terms run from it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from onewindow.base import clock
from onewindow.cases import proof, services
from tests.world import SEWAGE, Api, actor, move

Open = Callable[..., Api]


def served(case: dict) -> dict[str, dict]:
    kinds = {one["document_no"]: one["kind"] for one in case["documents"]}
    return {kinds[one["document_no"]]: one for one in case["services"]}


def open_paper(case: dict, kind: str) -> None:
    number = next(one["document_no"] for one in case["documents"] if one["kind"] == kind)
    services.open_paper(actor("citizen1"), case["case_no"], number, now=clock.now())


def test_the_first_opening_serves_a_paper_and_makes_nobody_stale(api: Open) -> None:
    case = api("clerk1").act(api("citizen1").create(SEWAGE, electronic_service=True), "accept")
    open_paper(case, "acceptance")
    open_paper(case, "acceptance")
    after = api("citizen1").view(case)
    assert [one["type"] for one in after["events"]].count("served") == 1
    assert served(after)["acceptance"]["read_at"] is not None
    assert [one["kind"] for one in after["documents"]].count("delivery") == 1
    # The examiner looked before it was opened.
    seen = api("examiner1").act(case, "review", opinion="不符", version=case["version"], **{"pass": False})
    assert seen["state"] == "in_review"


def test_without_consent_an_opening_is_no_service(api: Open) -> None:
    case = api("clerk1").act(api("citizen1").create(SEWAGE, electronic_service=False), "accept")
    open_paper(case, "acceptance")
    assert api("citizen1").view(case)["services"] == []


def test_a_denial_that_is_left_starts_its_terms(api: Open) -> None:
    case = api("clerk1").act(api("citizen1").create(SEWAGE), "accept")
    case = api("examiner1").act(case, "review", opinion="不符", **{"pass": False})
    case = api("approver1").act(case, "decide", outcome="deny", reason="不符合条件")
    number = next(one["document_no"] for one in case["documents"] if one["kind"] == "denial")
    move("2026-09-09")
    case = api("issuer1").act(
        case, "serve", document_no=number, method="left", remark="拒绝签收", witnesses=["社区某人"]
    )
    assert served(case)["denial"]["terms"] == [
        {"remedy": "reconsideration", "until": "2026-11-09"},  # 11-08 is a Sunday
        {"remedy": "suit", "until": "2027-03-09"},
    ]
    assert "社区某人" not in str(case["events"]) and list(proof.findings()) == []


@pytest.mark.parametrize("outcome", ["grant", "deny"])
def test_the_delivery_of_the_result_serves_the_decision(api: Open, outcome: str) -> None:
    case = api("clerk1").act(api("citizen1").create(SEWAGE), "accept")
    case = api("examiner1").act(case, "review", opinion="意见", **{"pass": outcome == "grant"})
    case = api("approver1").act(case, "decide", outcome=outcome, reason="理由")
    if outcome == "grant":
        case = api("head1").act(case, "produce")
    case = api("issuer1").act(case, "deliver", method="window")
    one = served(case)["grant" if outcome == "grant" else "denial"]
    assert one["method"] == "window" and bool(one["terms"]) == (outcome == "deny")
