"""告知承诺 (handbook 3.7): need without the material, decision without review, the check and what comes of it."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from onewindow.cases.rules.acceptance import missing, needs
from onewindow.cases.rules.acting import refusal as refusal_of
from onewindow.cases.rules.clocks import clocks_of, waits_for
from onewindow.cases.rules.decide import act_named, offers
from onewindow.cases.rules.retention import Retention, stays
from onewindow.cases.rules.state import CaseState, Pledge
from onewindow.kernel.errors import Invalid, Refusal
from tests.cases.bench import CAST, Bench
from tests.cases.test_rules_onward import CHECK, FOUND, refusal

KEPT = {"method": "data", "result": "kept", "findings": "与登记一致"}
UNMET = KEPT | {"result": "unmet", "requirements": ["补足资金"], "correct_by": "2026-09-30"}
FALSE = KEPT | {"result": "false"}
ROLES = {"check-pledge": {"examiner", "head"}, "repair-credit": {"head"}}


def promised(to: str = "received", **changes: Any) -> Bench:
    """A case whose promise stands for M1, which did not come."""
    bench = Bench(given=("M3",), covers=("M1",))
    if to == "received":
        return bench
    bench.act("clerk", "accept")
    if to == "accepted":
        return bench
    bench.act("approver", "decide", outcome="grant")
    return bench


def pledge(bench: Bench) -> Pledge:
    assert bench.state.life.pledge is not None
    return bench.state.life.pledge


def test_what_is_promised_need_not_come() -> None:
    bench = promised()
    assert needs(bench.state, bench.item)["M1"] == "optional" and missing(bench.state, bench.item) == []
    plain = Bench(given=("M3",))
    assert needs(plain.state, plain.item)["M1"] == "required" and missing(plain.state, plain.item) == ["M1"]
    assert refusal(plain, "clerk", "accept") == "materials-missing"


def test_it_is_decided_at_once_by_another_person_and_on_the_same_clocks() -> None:
    bench = promised("accepted")
    assert waits_for(bench.state, bench.item) == "approver"
    plain = Bench().act("clerk", "accept")
    assert waits_for(plain.state, plain.item) == "examiner"
    clocks = [
        {name: shown.due_on for name, (_, shown) in clocks_of(one.state, one.item, one.context("clerk").table).items()}
        for one in (bench, plain)
    ]  # fmt: skip
    assert clocks[0] == clocks[1] and set(clocks[0]) == {"correction", "promised", "legal"}
    assert refusal(plain, "approver", "decide", outcome="grant") == "not-examined"
    bench.act("approver", "decide", outcome="grant")
    assert (pledge(bench).standing, pledge(bench).due_on.isoformat()) == ("due", "2026-11-07")


def test_a_bad_opinion_still_binds() -> None:
    bench = promised("accepted").act("examiner", "review", opinion="不", **{"pass": False})
    assert refusal(bench, "approver", "decide", outcome="grant") == "review-not-passed"


def test_a_denial_leaves_nothing_to_check() -> None:
    bench = promised("accepted").act("approver", "decide", outcome="deny", reason="r")
    assert pledge(bench).standing == "signed"
    assert refusal(bench, "examiner", "check-pledge", **KEPT) == "wrong-state"


@pytest.mark.parametrize(
    ("body", "standing", "fact"),
    [
        (KEPT, "kept", "pledge-kept"),
        (UNMET, "rectifying", "rectification-ordered"),
        (FALSE, "breached", "pledge-breached"),
    ],
)
def test_what_a_check_makes_of_it(body: dict[str, Any], standing: str, fact: str) -> None:
    bench = promised("granted").act("examiner", "check-pledge", **body)
    assert pledge(bench).standing == standing and bench.types()[-1] == fact
    assert pledge(bench).checked_by == ("examiner",)


@pytest.mark.parametrize(
    ("who", "body", "code"),
    [
        ("examiner", KEPT, ""),
        ("head", KEPT, ""),
        ("approver", KEPT, "role-lacks-it"),
        ("clerk", KEPT, "role-lacks-it"),
        ("examiner", KEPT | {"method": "site"}, "no-site-check"),
        ("examiner", UNMET | {"requirements": []}, "required"),
        ("examiner", UNMET | {"correct_by": None}, "required"),
        ("examiner", UNMET | {"correct_by": "2026-09-08"}, "out-of-range"),
        ("examiner", UNMET | {"correct_by": "2026-12-08"}, "out-of-range"),
    ],
)
def test_what_a_check_must_say(who: str, body: dict[str, Any], code: str) -> None:
    assert refusal(promised("granted"), who, "check-pledge", **body) == code


def test_who_decided_does_not_check() -> None:
    bench = promised("accepted").act("dual", "decide", outcome="grant")
    assert refusal(bench, "dual", "check-pledge", **KEPT) == "same-person"
    assert refusal(bench, "examiner", "check-pledge", **KEPT) == ""


def test_an_order_runs_out_before_it_is_a_breach() -> None:
    bench = promised("granted").act("examiner", "check-pledge", **UNMET)
    assert refusal(bench, "examiner2", "check-pledge", **UNMET) == "term-runs"
    assert refusal(bench.move("2026-09-30"), "examiner2", "check-pledge", **UNMET) == "term-runs"
    done = (
        promised("granted").act("examiner", "check-pledge", **UNMET).act("examiner2", "check-pledge", **KEPT)
    )
    assert pledge(done).standing == "kept"
    assert refusal(done, "examiner", "check-pledge", **KEPT) == "already-checked"
    bench.move("2026-10-01").act("examiner2", "check-pledge", **KEPT | {"result": "unmet"})
    assert (pledge(bench).standing, pledge(bench).breach) == ("breached", "unmet")


def test_on_the_spot_two_go_again_after_the_grant() -> None:
    bench = promised("granted").act("examiner", "arrange-site-check", **CHECK)
    assert refusal(bench, "examiner", "check-pledge", **KEPT) == "site-check-pending"
    bench.move("2026-09-10T16:00").act("examiner", "record-site-check", **FOUND)
    bench.act("examiner", "check-pledge", **UNMET | {"method": "site"})
    # What was seen before the order says nothing of what was corrected.
    assert refusal(bench, "examiner", "check-pledge", **KEPT | {"method": "site"}) == "no-site-check"


def test_without_a_promise_nobody_goes_after_the_grant() -> None:
    bench = Bench().to("granted")
    assert refusal(bench, "examiner", "arrange-site-check", **CHECK) == "wrong-state"
    names = {one.name for one in offers(bench.state, bench.context("head"))}
    assert not names & {"check-pledge", "repair-credit"}
    told = {one.name: one.allowed for one in offers(promised("granted").state, bench.context("head"))}
    assert told["check-pledge"] and not told["repair-credit"]


def test_credit_is_repaired_by_another_with_a_reason() -> None:
    bench = promised("granted")
    assert refusal(bench, "head", "repair-credit", reason="r") == "no-breach"
    bench.act("head", "check-pledge", **FALSE)
    assert refusal(bench, "head", "repair-credit", reason="r") == "same-person"
    other = promised("granted").act("examiner", "check-pledge", **FALSE)
    with pytest.raises((Invalid, msgspec.ValidationError)):
        other.act("head", "repair-credit", reason="  ")
    other.act("head", "repair-credit", reason="已经补交资金")
    assert pledge(other).repaired_on is not None
    assert refusal(other, "head", "repair-credit", reason="r") == "no-breach"


def test_personal_values_stay_until_it_is_settled() -> None:
    def why(state: CaseState) -> list[str]:
        ended = msgspec.structs.replace(
            state, state="delivered", life=msgspec.structs.replace(state.life, ended_on=state.decided_on)
        )
        return [one.why for one in stays(ended, today=bench.now.date(), kept=Retention(0, 0))]

    bench = promised("granted")
    assert why(bench.state) == ["running"]
    bench.act("examiner", "check-pledge", **KEPT)
    assert why(bench.state) == ["remedy"]


@pytest.mark.parametrize("action", ROLES)
def test_each_deed_is_for_its_roles_alone(action: str) -> None:
    bench = promised("granted")
    for who, actor in CAST.items():
        lacks = refusal_of(act_named(action), bench.state, bench.context(who))
        assert (lacks is not None and lacks.code == "role-lacks-it") != bool(ROLES[action] & actor.roles), who


def test_a_refusal_changes_nothing() -> None:
    bench = promised("granted")
    before = bench.state
    with pytest.raises(Refusal):
        bench.act("approver", "check-pledge", **KEPT)
    assert bench.state is before
