"""The action table of the contract, whole: every action × every state × every role, allowed or why not."""

from __future__ import annotations

from typing import Any

import pytest

from onewindow.cases.rules.decide import ACTS, act_named, offers
from onewindow.cases.rules.state import ENDS, STATES
from onewindow.kernel.errors import NotAllowed, NotFound, Refusal, Stale
from tests.cases.bench import CAST, NOTICE, PAUSE, WELL, Bench
from tests.cases.test_rules_hearing import ROLES
from tests.cases.test_rules_onward import ROLES as ONWARD
from tests.cases.test_rules_pledge import ROLES as PLEDGE

# Action: (states it starts from, who takes it, body beside the version). Written from the contract alone.
TABLE: dict[str, tuple[set[str], set[str], dict[str, Any]]] = {
    "submit": ({"draft"}, {"applicant"}, {}),
    "notify-correction": ({"received"}, {"clerk", "examiner"}, NOTICE),
    "resubmit": ({"correcting"}, {"applicant", "clerk"}, {"materials": [{"code": "M1"}]}),
    "accept": ({"received"}, {"clerk"}, {}),
    "refuse-acceptance": (
        {"received"},
        {"clerk", "examiner"},
        {"ground": "not-required", "reason": "不需要"},
    ),
    "return": ({"received", "correcting"}, {"clerk"}, {"reason": "退"}),
    "supply-deferred": (
        {"accepted", "in_review", "paused"},
        {"applicant", "clerk"},
        {"materials": [{"code": "M3"}]},
    ),
    "review": ({"accepted", "in_review"}, {"examiner"}, WELL),
    "pause": ({"accepted", "in_review"}, {"examiner"}, PAUSE),
    "resume": ({"paused"}, {"examiner"}, {"result": "通过"}),
    "extend": ({"accepted", "in_review"}, {"head"}, {"days": 5, "reason": "复杂"}),
    "forward": ({"accepted", "in_review"}, {"clerk", "examiner"}, {"to": "市局", "reason": "报批"}),
    "decide": ({"in_review"}, {"approver"}, {"outcome": "grant"}),
    "produce": ({"granted"}, {"examiner", "approver", "head"}, {}),
    "deliver": ({"produced", "denied"}, {"issuer"}, {"method": "window"}),
    "withdraw": (
        {"draft", "received", "correcting", "accepted", "in_review", "paused"},
        {"applicant"},
        {"reason": "不办"},
    ),
    "terminate": ({"accepted", "in_review", "paused"}, {"head"}, {"ground": "g", "reason": "r"}),
}
OFFICE = {"claim", "assign", "transfer", "note", "answer", "reveal"}
BESIDE = {"check-originals"}  # in test_rules_trust
# Third parties and hearings: in test_rules_hearing; checks, recusals and ends of licences: in test_rules_onward.
LATER = {*ROLES, *ONWARD, *PLEDGE}
# The second person of an act of two may not begin it; the leader extends joint cases only.
SECOND = {"return": {"approver", "head", "dual"}, "pause": {"approver", "head"}, "extend": {"leader"}}
AFTER = {
    "submit": "received", "notify-correction": "correcting", "resubmit": "received", "accept": "accepted",
    "refuse-acceptance": "refused_acceptance", "review": "in_review", "resume": "in_review", "decide": "granted",
    "produce": "produced", "deliver": "delivered", "withdraw": "withdrawn", "terminate": "terminated",
}  # fmt: skip


def _people(names: set[str]) -> set[str]:
    """Each role's second member counts like the first; ``dual`` is examiner and approver in one."""
    found = names | {f"{name}2" for name in names if f"{name}2" in CAST}
    return found | ({"dual"} if names & {"examiner", "approver"} else set())


def _bench(state: str, action: str) -> Bench:
    if action == "supply-deferred" and state in ("accepted", "in_review", "paused"):
        bench = Bench(given=("M1",)).act(
            "clerk", "accept", deferred=[{"material": "M3", "promised_on": "2026-09-16"}]
        )
        return bench if state == "accepted" else bench.to(state)
    return Bench().to(state)


def test_the_table_is_whole() -> None:
    assert TABLE.keys() | OFFICE | LATER | BESIDE == ACTS.keys()


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("action", TABLE)
def test_who_takes_which_action_in_which_state(action: str, state: str) -> None:
    states, roles, body = TABLE[action]
    for who in CAST:
        bench = _bench(state, action)
        before = bench.state
        code = _outcome(bench, who, action, body)
        place = f"{who} {action} in {state}: {code}"
        if who not in _people(roles) | SECOND.get(action, set()):
            assert code == "403 role-lacks-it", place
        elif action == "decide" and state == "accepted":
            assert code == "409 not-examined", place  # open to instant items only
        elif state not in states:
            assert code == "409 wrong-state", place
        elif who not in _people(roles):
            assert code in ("409 not-proposed", "403 needs-head"), place
        elif _is_same_person(bench, who, action, state):
            assert code == "409 same-person", place
        else:
            assert code == "", place
            assert bench.state.state == AFTER.get(action, state), place
        if code:
            assert bench.state == before


def _is_same_person(bench: Bench, who: str, action: str, state: str) -> bool:
    return action == "decide" and CAST[who].username in bench.state.life.examiners


def _outcome(bench: Bench, who: str, action: str, body: dict[str, Any]) -> str:
    try:
        bench.act(who, action, **body)
    except Refusal as refusal:
        kind = "403" if isinstance(refusal, NotAllowed) else "409"
        return f"{kind} {refusal.code}"
    return ""


@pytest.mark.parametrize("state", STATES)
def test_buttons_and_deeds_agree(state: str) -> None:
    """``actions`` says allowed exactly when the guard lets the deed through, and why when it does not."""
    for who in CAST:
        bench = Bench().to(state)
        for offer in offers(bench.state, bench.context(who)):
            if offer.name not in TABLE:
                continue
            code = _outcome(Bench().to(state), who, offer.name, TABLE[offer.name][2])
            assert offer.allowed == (code == ""), (who, offer, code)
            assert offer.allowed or offer.reason


@pytest.mark.parametrize("action", TABLE)
def test_an_old_version_is_stale_before_anything_else_of_the_case(action: str) -> None:
    states, roles, body = TABLE[action]
    for state in STATES:
        bench = Bench().to(state)
        for version in (bench.state.version - 1, bench.state.version + 1):
            with pytest.raises(Stale) as caught:
                bench.act(sorted(roles)[0], action, version=max(version, 0), **body)
            assert caught.value.code == "stale-version"


@pytest.mark.parametrize("state", sorted(ENDS))
def test_nothing_happens_after_the_end(state: str) -> None:
    bench = Bench().to(state)
    for action, (_, roles, body) in TABLE.items():
        for who in roles:
            assert _outcome(bench, who, action, body) == "409 wrong-state"
    assert bench.move("2027-06-01").state.state == state


def test_an_unknown_action_is_not_found() -> None:
    with pytest.raises(NotFound):
        act_named("bless")


@pytest.mark.parametrize(
    "state", ["received", "accepted", "in_review", "paused", "granted", "produced", "denied"]
)
def test_deeds_of_the_office_leave_the_state_alone(state: str) -> None:
    bench = Bench().to(state)
    bench.act("examiner", "claim").act("examiner", "note", text="记一笔").act(
        "examiner", "transfer", to="examiner2", reason="出差"
    )
    assert (bench.state.state, bench.state.holder) == (state, "examiner2")
    bench.act("head", "assign", to="examiner")
    assert bench.state.holder == "examiner"
    with pytest.raises(Refusal) as caught:
        bench.act("examiner2", "claim")
    assert caught.value.code == "held-by-other"
