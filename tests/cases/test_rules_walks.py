"""Random lives of cases: whatever people do and however time passes, the law and the fold hold."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from onewindow.cases.rules import clocks
from onewindow.cases.rules.decide import offers, tick
from onewindow.cases.rules.evolve import evolve, first
from onewindow.cases.rules.licence import ENDINGS
from onewindow.cases.rules.state import BEFORE_DECISION, ENDS, GRANTED, CaseState
from onewindow.kernel.errors import Refusal
from tests.cases.bench import CAST, INSTANT, NOTICE, PAUSE, WELL, Bench, item, table
from tests.cases.test_rules_hearing import MEETING, RECORD
from tests.cases.test_rules_onward import CANCEL, CHECK, FOUND, REVOKE, WITHDRAW
from tests.cases.test_rules_pledge import FALSE, KEPT, UNMET

BODIES: dict[str, list[dict[str, Any]]] = {
    "submit": [{}],
    "notify-correction": [NOTICE],
    "resubmit": [{"materials": [{"code": "M1"}]}, {}],
    "accept": [{}, {"deferred": [{"material": "M3", "promised_on": "2026-09-16"}]}],
    "refuse-acceptance": [{"ground": "not-corrected", "reason": "r"}],
    "return": [{"reason": "r"}],
    "supply-deferred": [{"materials": [{"code": "M3"}]}],
    "review": [WELL, {"opinion": "不", "pass": False}],
    "pause": [PAUSE],
    "resume": [{"result": "r"}],
    "extend": [{"days": 3, "reason": "r"}],
    "forward": [{"to": "市局", "reason": "r"}],
    "answer": [{"result": "r"}],
    "decide": [{"outcome": "grant"}, {"outcome": "deny", "reason": "r"}],
    "produce": [{}],
    "deliver": [{"method": "window"}],
    "withdraw": [{"reason": "r"}],
    "terminate": [{"ground": "g", "reason": "r"}],
    "claim": [{}],
    "note": [{"text": "t"}],
    "judge-interest": [{"touches": True, "reason": "r"}, {"touches": False, "reason": "r"}],
    "register-party": [{"type": "person", "name": "n", "interest": "i"}],
    "invite-statements": [{"matters": "m", "answer_by": "2026-09-15"}],
    "record-statement": [{"text": "t"}, {"party": 1, "text": "t"}],
    "tell-hearing-rights": [{"matters": "m"}],
    "request-hearing": [{}, {"party": 1}],
    "waive-hearing": [{}, {"party": 1}],
    "arrange-hearing": [MEETING, MEETING | {"held_at": "2026-09-30T09:30:00+08:00"}],
    "record-hearing": [RECORD, RECORD | {"ended_at": "2026-09-30T11:00:00+08:00"}],
    "cancel-hearing": [{"reason": "r"}, {"reason": "r", "withdrawn": True}],
    "arrange-site-check": [CHECK],
    "record-site-check": [FOUND, FOUND | {"signature": "refused", "remark": "r"}],
    "cancel-site-check": [{"reason": "r"}],
    "request-recusal": [{"seat": "examiner", "reason": "r"}, {"seat": "host", "reason": "r"}],
    "step-aside": [{"ground": "own-interest", "reason": "r"}],
    "decide-recusal": [
        {"granted": True, "reason": "r", "to": "examiner2"},
        {"granted": False, "reason": "r"},
    ],
    "revoke-licence": [REVOKE, {}],
    "withdraw-licence": [WITHDRAW, {}],
    "cancel-licence": [CANCEL, {}],
    "drop-proposal": [{"reason": "r"}],
    "check-pledge": [KEPT, UNMET | {"method": "site"}, UNMET, FALSE],
    "repair-credit": [{"reason": "r"}],
}
# Ends are rare, so that walks grow long.
ENDING = {"withdraw", "terminate", "refuse-acceptance", "return"}
_step = st.tuples(
    st.sampled_from(sorted(CAST)),
    st.sampled_from([name for name in sorted(BODIES) if name not in ENDING] * 3 + sorted(ENDING)),
    st.integers(0, 3),
    st.integers(0, 6),
)
_walk = st.lists(_step, min_size=8, max_size=40)
# A push along the usual way, so that walks also get far.
_FAR = [
    ("clerk", "accept"),
    ("examiner", "review"),
    ("approver", "decide"),
    ("head", "produce"),
    ("issuer", "deliver"),
]
_given = st.sets(st.sampled_from(["M1", "M2", "M3"]))


def _go(bench: Bench, steps: list[tuple[str, str, int, int]]) -> None:
    for number, (who, action, variant, days) in enumerate(steps):
        bench.move((bench.now + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M"))
        _hold(bench)
        _try(bench, who, action, BODIES[action][variant % len(BODIES[action])])
        if number % 4 == 3:
            for someone, deed in _FAR:
                if _try(bench, someone, deed, BODIES[deed][0]):
                    break
        _hold(bench)


def _try(bench: Bench, who: str, action: str, body: dict[str, Any]) -> bool:
    before = bench.state
    try:
        bench.act(who, action, **body)
    except Refusal:
        assert bench.state is before
        return False
    return True


def _hold(bench: Bench) -> None:
    state = bench.state
    assert state.version == len(bench.told)
    assert _folded(bench) == state
    _order_of_life(bench, state)
    _clocks_add_up(bench, state)
    _time_has_done_its_work(bench, state)
    if state.life.proposal is not None:
        is_ending = state.life.proposal.action in ENDINGS
        assert state.state in (GRANTED if is_ending else ("received", "correcting", "accepted", "in_review"))
    if state.state in ENDS:
        onward = {*ENDINGS, "drop-proposal", "step-aside", "decide-recusal"}
        later = {"note", "reveal"} | (onward if state.life.outcome == "grant" else set())
        if state.life.pledge is not None:
            later |= {
                "check-pledge",
                "repair-credit",
                "arrange-site-check",
                "record-site-check",
                "cancel-site-check",
            }
        later |= {"record-statement"} if state.life.proposal is not None else set()
        assert not any(one.allowed for one in offers(state, bench.context("dual")) if one.name not in later)


def _folded(bench: Bench) -> CaseState:
    state = first(bench.told[0], id=1)
    for told in bench.told[1:]:
        state = evolve(state, told)
    return state


def _order_of_life(bench: Bench, state: CaseState) -> None:
    types = bench.types()
    assert types.count("correction-notified") <= 1
    assert types.count("extended") <= 1
    assert types.count("accepted") <= 1
    assert types.count("granted") + types.count("denied") <= 1
    if state.decided_on is not None:
        assert "accepted" in types and state.accepted_on is not None and state.decided_on >= state.accepted_on
    if state.state not in BEFORE_DECISION and state.state not in ENDS:
        assert state.life.outcome in ("grant", "deny")
    if state.life.outcome == "grant":
        assert not any(row.state == "deferred" for row in state.materials)
        assert bench.item.kind == "instant" or state.life.decided_by not in state.life.examiners
    stamps = [told.at for told in bench.told]
    assert stamps == sorted(stamps)


def _clocks_add_up(bench: Bench, state: CaseState) -> None:
    moved_on = clocks.day_of(state.last_at)
    assert clocks.clocks_of(state, bench.item, table()) == {
        name: (span, clocks.read(span, moved_on, table()))
        for name, span in clocks.spans(state, bench.item).items()
    }
    today = clocks.day_of(bench.now)
    for name, span in clocks.spans(state, bench.item).items():
        shown = clocks.read(span, today, table())
        assert shown.used + shown.remaining == span.limit + span.extension, name
        assert shown.used >= 0 and shown.due_on >= span.started_on
        assert (shown.state == "missed") <= (shown.light == "red")


def _time_has_done_its_work(bench: Bench, state: CaseState) -> None:
    assert tick(state, bench.context("system")) == []
    wake = clocks.outlook(state, bench.item, table()).wake_at
    assert wake is None or wake > bench.now


@settings(max_examples=150, deadline=None)
@given(steps=_walk, given=_given, is_draft=st.booleans())
def test_a_commitment_case(steps: list[tuple[str, str, int, int]], given: set[str], is_draft: bool) -> None:
    bench = Bench(given=sorted(given))
    _go(bench.drafted() if is_draft else bench, steps)


@settings(max_examples=80, deadline=None)
@given(steps=_walk)
def test_a_case_on_a_promise(steps: list[tuple[str, str, int, int]]) -> None:
    _go(Bench(given=("M3",), covers=("M1",)), steps)


@settings(max_examples=50, deadline=None)
@given(steps=_walk)
def test_an_instant_case(steps: list[tuple[str, str, int, int]]) -> None:
    _go(Bench(INSTANT), steps)


@settings(max_examples=50, deadline=None)
@given(steps=_walk)
def test_a_case_without_limits(steps: list[tuple[str, str, int, int]]) -> None:
    _go(Bench(item(legal_limit=None, promised_limit=None)), steps)
