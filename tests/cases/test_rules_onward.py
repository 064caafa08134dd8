"""Articles 8, 34, 48, 69 and 70 of the Licensing Law: checks on the spot, recusal, what becomes of a licence."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from onewindow.cases.rules import clocks, licence
from onewindow.cases.rules.acting import refusal as refusal_of
from onewindow.cases.rules.decide import ACTS, act_named, offers
from onewindow.cases.rules.retention import Retention, stays
from tests.cases.bench import CAST, WELL, Bench, at, item
from tests.cases.test_rules_hearing import MEETING, RECORD, arranged, refusal

CHECK = {
    "meets_at": "2026-09-10T14:00:00+08:00",
    "place": "某路一号",
    "checkers": ["examiner", "examiner2"],
    "points": ["隔油池", "管道"],
}
FOUND = {
    "checked_at": "2026-09-10T14:05:00+08:00",
    "ended_at": "2026-09-10T15:00:00+08:00",
    "findings": [
        {"point": "隔油池", "finding": "已建"},
        {"point": "管道", "finding": "混接", "conforms": False},
    ],
    "result": "to-correct",
    "opinion": "改接",
    "present": "张三",
    "signature": "signed",
}
REVOKE = {
    "ground": "unqualified",
    "facts": "检测报告不符合条件",
    "reason": "不具备条件",
    "public_interest": "撤销不损害公共利益",
    "compensation": "依法赔偿",
    "answer_by": "2026-09-15",
}
WITHDRAW = {
    "ground": "facts-changed",
    "reason": "管网改造",
    "compensation": "免费改接",
    "answer_by": "2026-09-15",
}
CANCEL = {"ground": "dissolved", "reason": "已注销登记"}
ROLES = {
    "arrange-site-check": {"examiner", "head"},
    "record-site-check": {"examiner", "approver", "head"},
    "cancel-site-check": {"examiner", "head"},
    "request-recusal": {"applicant", "clerk", "examiner"},
    "step-aside": {"clerk", "examiner", "approver", "head", "issuer"},
    "decide-recusal": {"head", "leader"},
    "revoke-licence": {"examiner", "approver", "head"},
    "withdraw-licence": {"examiner", "approver", "head"},
    "cancel-licence": {"examiner", "approver", "head"},
    "drop-proposal": {"examiner", "approver", "head"},
}


@pytest.mark.parametrize("action", ROLES)
def test_each_deed_is_for_its_roles_alone(action: str) -> None:
    bench = Bench().act("clerk", "accept")
    for who, actor in CAST.items():
        lacks = refusal_of(act_named(action), bench.state, bench.context(who))
        plays = bool(ROLES[action] & (actor.roles | ({"applicant"} if who == "applicant" else set())))
        assert (lacks is not None and lacks.code == "role-lacks-it") != plays, (who, action)


# Article 34


def accepted() -> Bench:
    return Bench().act("clerk", "accept")


def visiting() -> Bench:
    return accepted().act("examiner", "arrange-site-check", **CHECK)


def visited(**changes: Any) -> Bench:
    return visiting().move("2026-09-10T16:00").act("examiner2", "record-site-check", **FOUND | changes)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, ""),
        ({"checkers": ["examiner"]}, "two-needed"),
        ({"checkers": []}, "two-needed"),
        ({"checkers": ["examiner", "examiner"]}, "same-person"),
        ({"checkers": ["examiner", "nobody"]}, "unknown-person"),
        ({"checkers": ["examiner", "examiner2", "clerk"]}, ""),
        ({"meets_at": "2026-09-08T08:00:00+08:00"}, "out-of-range"),
        ({"meets_at": "2026-09-10T14:00:00"}, "no-zone"),
    ],
)
def test_two_of_the_organ_go(changes: dict[str, Any], code: str) -> None:
    assert refusal(accepted(), "examiner", "arrange-site-check", **CHECK | changes) == code


def test_one_check_at_a_time() -> None:
    bench = visiting()
    assert refusal(bench, "examiner", "arrange-site-check", **CHECK) == "already-arranged"
    bench.act("head", "cancel-site-check", reason="改期")
    assert refusal(bench, "examiner", "record-site-check", **FOUND) == "no-site-check"
    assert refusal(bench, "examiner", "arrange-site-check", **CHECK) == ""


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, ""),
        ({"findings": FOUND["findings"][:1]}, "points-open"),
        ({"checked_at": "2026-09-10T13:00:00+08:00"}, "out-of-range"),
        ({"ended_at": "2026-09-10T17:00:00+08:00"}, "out-of-range"),
        ({"ended_at": "2026-09-10T15:00:00"}, "no-zone"),
        ({"result": "conforms"}, "contrary"),
        ({"present": None}, "required"),
        ({"signature": "refused"}, "required"),
        ({"signature": "refused", "remark": "拒绝，见证人在场"}, ""),
        ({"signature": "absent", "present": None}, "required"),
        ({"signature": "absent", "present": None, "remark": "门关着"}, ""),
    ],
)
def test_the_record_is_whole(changes: dict[str, Any], code: str) -> None:
    bench = visiting().move("2026-09-10T16:00")
    assert refusal(bench, "examiner", "record-site-check", **FOUND | changes) == code


def test_who_was_there_writes_the_record_after_it() -> None:
    bench = visiting()
    assert refusal(bench, "examiner", "record-site-check", **FOUND) == "not-yet"
    bench.move("2026-09-10T16:00")
    assert refusal(bench, "head", "record-site-check", **FOUND) == "not-a-checker"
    assert refusal(bench, "examiner2", "record-site-check", **FOUND) == ""


def test_the_clock_runs_on_and_the_decision_waits() -> None:
    """Not among the procedures of article 45: 09-09 and 09-10 count."""
    bench = visiting().act("examiner", "review", **WELL).move("2026-09-10T16:00")
    assert bench.state.state == "in_review" and bench.clock("legal").used == 2
    assert refusal(bench, "approver", "decide", outcome="grant") == "site-check-pending"
    bench.act("examiner2", "record-site-check", **FOUND)
    assert bench.clock("legal").used == 2
    assert refusal(bench, "approver", "decide", outcome="grant") == ""


def test_who_checked_does_not_decide() -> None:
    bench = accepted().act("examiner", "arrange-site-check", **CHECK | {"checkers": ["examiner2", "clerk"]})
    bench.move("2026-09-10T16:00").act("examiner2", "record-site-check", **FOUND)
    bench.act("examiner", "review", **WELL)
    bench.state = msgspec.structs.replace(
        bench.state,
        life=msgspec.structs.replace(
            bench.state.life,
            site_checks=(
                msgspec.structs.replace(bench.state.life.site_checks[0], checkers=("approver", "clerk")),
            ),
        ),
    )
    assert refusal(bench, "approver", "decide", outcome="grant") == "same-person"


def test_no_place_and_no_name_stands_in_a_fact() -> None:
    said = msgspec.json.encode([one.data for one in visited().told]).decode()
    assert "某路" not in said and "张三" not in said and "混接" not in said
    assert '"failed":1' in said and '"verdict":"to-correct"' in said


# Article 48(1)(3)


def test_a_host_who_is_concerned_steps_down_and_another_takes_over() -> None:
    bench = arranged().act("applicant", "request-recusal", seat="host", reason="是亲戚")
    assert refusal(bench, "applicant", "request-recusal", seat="host", reason="x") == "already-requested"
    bench.move("2026-09-17T11:30")
    assert refusal(bench, "examiner2", "record-hearing", **RECORD) == "recusal-pending"
    for to, code in ((None, "required"), ("examiner2", "unknown-person"), ("clerk", "same-person")):
        assert refusal(bench, "head", "decide-recusal", granted=True, reason="属实", to=to) == code
    assert "是亲戚" not in msgspec.json.encode([one.data for one in bench.told]).decode()


def test_the_successor_keeps_the_record() -> None:
    bench = (
        Bench().act("clerk", "accept").act("head", "arrange-hearing", **MEETING | {"recorder": "examiner"})
    )
    bench.act("applicant", "request-recusal", seat="host", reason="是亲戚")
    bench.act("head", "decide-recusal", granted=True, reason="属实", to="clerk")
    found = bench.state.life.hearing
    assert found is not None and found.host == "clerk"
    bench.move("2026-09-17T11:30")
    assert refusal(bench, "examiner2", "record-hearing", **RECORD) == "not-the-host"
    bench.act("head", "cancel-hearing", reason="改期")
    bench.move("2026-09-08")
    assert (
        refusal(bench, "head", "arrange-hearing", **MEETING | {"held_at": "2026-10-20T09:00:00+08:00"})
        == "recused"
    )


def test_an_examiner_who_steps_down_does_nothing_more() -> None:
    bench = accepted().act("examiner", "review", **WELL)
    bench.act("clerk", "request-recusal", seat="examiner", reason="是亲戚")
    assert refusal(bench, "approver", "decide", outcome="grant") == "recusal-pending"
    assert refusal(bench, "examiner", "review", **WELL) == "recusal-pending"
    bench.act("head", "decide-recusal", granted=True, reason="属实", to="examiner2")
    assert bench.state.holder == "examiner2"
    assert refusal(bench, "examiner", "review", **WELL) == "recused"
    assert refusal(bench, "examiner2", "review", **WELL) == ""


def test_nobody_decides_on_their_own_recusal_and_a_refusal_is_final() -> None:
    bench = accepted().act("examiner", "review", **WELL)
    assert refusal(bench, "applicant", "request-recusal", seat="host", reason="x") == "nobody-seated"
    bench.act("applicant", "request-recusal", seat="examiner", reason="x")
    bench.act("head", "decide-recusal", granted=False, reason="查无此事")
    assert refusal(bench, "applicant", "request-recusal", seat="examiner", reason="y") == "already-decided"
    assert refusal(bench, "approver", "decide", outcome="grant") == ""


def test_nobody_to_step_down_before_anybody_acts() -> None:
    assert refusal(accepted(), "applicant", "request-recusal", seat="examiner", reason="x") == "nobody-seated"


# Of one's own motion: 公务员法 art. 76, 77

ASIDE = {"ground": "family-interest", "reason": "申请人是我姐姐"}


@pytest.mark.parametrize(
    ("who", "seat"),
    [("examiner", "examiner"), ("approver", "approver"), ("head", "head"), ("dual", "examiner")],
)
def test_who_steps_aside_does_nothing_more_in_the_matter(who: str, seat: str) -> None:
    bench = accepted()
    if seat == "examiner":
        bench.act(who, "review", **WELL)
    bench.act(who, "step-aside", **ASIDE)
    assert bench.state.life.recusals[-1].seat == seat
    barred = {
        name: refusal_of(act, bench.state, bench.context(who))
        for name, act in ACTS.items()
        if act.role_of(bench.context(who)) and bench.state.state in act.states
    }
    assert len(barred) > 5 and {one and one.code for one in barred.values()} == {"recusal-pending"}
    assert {one.allowed for one in offers(bench.state, bench.context(who))} == {False}
    said = msgspec.json.encode([one.data for one in bench.told]).decode()
    assert "姐姐" not in said and '"ground":"family-interest"' in said


def test_the_opinion_of_who_steps_aside_carries_no_decision() -> None:
    bench = accepted().act("examiner", "review", **WELL)
    assert clocks.waits_for(bench.state, bench.item) == "approver"
    bench.act("examiner", "step-aside", **ASIDE)
    assert refusal(bench, "approver", "decide", outcome="grant") == "recusal-pending"
    assert refusal(bench, "examiner2", "step-aside", **ASIDE) == "already-requested"
    assert refusal(bench, "head", "decide-recusal", granted=True, reason="属实") == "required"
    assert refusal(bench, "head", "assign", to="examiner") == "recused"
    bench.act("head", "decide-recusal", granted=True, reason="属实", to="examiner2")
    assert bench.state.holder == "examiner2" and clocks.waits_for(bench.state, bench.item) == "examiner"
    assert refusal(bench, "approver", "decide", outcome="grant") == "not-examined"
    assert refusal(bench, "examiner", "note", text="x") == "recused"
    bench.act("examiner2", "review", **WELL).act("approver", "decide", outcome="grant")
    assert bench.state.state == "granted" and bench.types().count("recusal-decided") == 1


def test_an_approver_whom_nobody_waits_for_needs_no_successor() -> None:
    bench = accepted().act("examiner", "review", **WELL).act("approver", "step-aside", **ASIDE)
    assert clocks.waits_for(bench.state, bench.item) == "approver"  # the inbox of the head
    assert refusal(bench, "head", "decide-recusal", granted=True, reason="r", to="examiner") == "same-person"
    bench.act("head", "decide-recusal", granted=True, reason="属实")
    assert refusal(bench, "approver", "decide", outcome="grant") == "recused"
    assert refusal(bench, "dual", "decide", outcome="grant") == ""
    assert bench.state.life.is_passed  # what the examiner found stands


def test_a_host_steps_aside_and_a_head_who_does_is_judged_by_the_leader() -> None:
    bench = accepted().act("head", "arrange-hearing", **MEETING | {"recorder": "examiner"})
    bench.act("examiner2", "step-aside", **ASIDE)
    assert bench.state.life.recusals[-1].seat == "host"
    bench.act("head", "decide-recusal", granted=True, reason="属实", to="clerk")
    assert bench.state.life.hearing is not None and bench.state.life.hearing.host == "clerk"
    assert refusal(bench, "examiner2", "note", text="x") == "recused"
    bench.act("head", "step-aside", **ASIDE)
    assert refusal(bench, "head", "decide-recusal", granted=False, reason="x") == "recusal-pending"
    bench.act("leader", "decide-recusal", granted=False, reason="查无此事")
    assert refusal(bench, "head", "note", text="x") == ""


@pytest.mark.parametrize(
    ("state", "who"), [("received", "clerk"), ("correcting", "clerk"), ("denied", "issuer")]
)
def test_the_windows_step_aside_too(state: str, who: str) -> None:
    bench = Bench().to(state).act(who, "step-aside", **ASIDE)
    assert refusal(bench, who, "note", text="x") == "recusal-pending"
    bench.act("head", "decide-recusal", granted=True, reason="属实")
    assert bench.state.holder != who and refusal(bench, who, "note", text="x") == "recused"


# Articles 8, 69, 70


@pytest.mark.parametrize(
    ("action", "body", "changes", "code"),
    [
        ("revoke-licence", REVOKE, {}, ""),
        ("revoke-licence", REVOKE, {"ground": None}, "required"),
        ("revoke-licence", REVOKE, {"public_interest": None}, "required"),
        ("revoke-licence", REVOKE, {"compensation": None}, "required"),
        ("revoke-licence", REVOKE, {"ground": "fraud"}, "unprotected"),
        ("revoke-licence", REVOKE, {"ground": "fraud", "compensation": None}, ""),
        ("revoke-licence", REVOKE, {"answer_by": "2026-09-08"}, "out-of-range"),
        ("withdraw-licence", WITHDRAW, {}, ""),
        ("withdraw-licence", WITHDRAW, {"compensation": None}, "required"),
        ("cancel-licence", CANCEL, {}, ""),
        ("cancel-licence", CANCEL, {"reason": None}, "required"),
        ("cancel-licence", CANCEL, {"return_by": "2026-09-08"}, "out-of-range"),
    ],
)
@pytest.mark.parametrize("state", ["granted", "produced", "delivered"])
def test_what_a_proposal_must_say(
    state: str, action: str, body: dict[str, Any], changes: dict[str, Any], code: str
) -> None:
    assert refusal(Bench().to(state), "examiner", action, **body | changes) == code


@pytest.mark.parametrize(
    ("action", "body", "standing", "fact"),
    [
        ("revoke-licence", REVOKE, "revoked", "licence-revoked"),
        ("withdraw-licence", WITHDRAW, "withdrawn", "licence-withdrawn"),
        ("cancel-licence", CANCEL, "cancelled", "licence-cancelled"),
    ],
)
def test_one_proposes_another_carries_it_out(
    action: str, body: dict[str, Any], standing: str, fact: str
) -> None:
    bench = Bench().to("delivered")
    assert refusal(bench, "approver", action) == "not-proposed"
    bench.act("dual", action, **body)
    assert refusal(bench, "dual", action) == "same-person"
    bench.move("2026-09-16")
    assert refusal(bench, "examiner", action) == "already-proposed"
    bench.act("head", action)
    assert bench.state.life.licence.standing == standing and bench.types()[-1] == fact
    assert bench.state.state == "delivered" and bench.state.life.proposal is None
    assert refusal(bench, "examiner", "revoke-licence", **REVOKE | {"answer_by": "2026-09-30"}) == "not-valid"


def test_the_holder_is_heard_first() -> None:
    bench = Bench().to("delivered").act("examiner", "revoke-licence", **REVOKE)
    assert refusal(bench, "head", "revoke-licence") == "statement-term-runs"
    assert refusal(bench.move("2026-09-15"), "head", "revoke-licence") == "statement-term-runs"
    spoken = Bench().to("delivered").act("examiner", "revoke-licence", **REVOKE)
    spoken.act("applicant", "record-statement", text="已经改好")
    assert spoken.state.life.licence.is_heard
    assert refusal(spoken, "head", "revoke-licence") == ""
    assert refusal(spoken, "applicant", "record-statement", text="再说") == "not-invited"


def with_neighbours() -> Bench:
    """Delivered, and two neighbours whom it touches were registered and told before."""
    bench = accepted().act("examiner", "judge-interest", touches=True, reason="共用检查井")
    for name in ("甲", "乙"):
        bench.act("examiner", "register-party", type="person", name=name, interest="邻居")
    bench.act("examiner", "invite-statements", matters="接驳口", answer_by="2026-09-09")
    bench.act("examiner", "tell-hearing-rights", matters="接驳口").move("2026-09-16")
    bench.act("examiner", "review", **WELL).act("approver", "decide", outcome="grant")
    return bench.act("head", "produce").act("issuer", "deliver", method="window")


@pytest.mark.parametrize(
    ("action", "body", "notices"),
    [("revoke-licence", REVOKE, 2), ("withdraw-licence", WITHDRAW, 2), ("cancel-licence", CANCEL, 0)],
)
def test_third_parties_are_told_and_heard_before_a_licence_is_taken(
    action: str, body: dict[str, Any], notices: int
) -> None:
    bench = with_neighbours()
    if "answer_by" in body:
        body = body | {"answer_by": "2026-09-23"}
    bench.act("examiner", action, **body)
    assert [one.data["party"] for one in bench.told if one.type == "ending-noticed"] == [1, 2][:notices]
    if notices:
        bench.act("applicant", "record-statement", text="已经改好")
        assert refusal(bench, "head", action) == "statement-term-runs"
        assert refusal(bench, "applicant", "record-statement", party=1, text="x") == "not-your-word"
        assert refusal(bench, "clerk", "record-statement", party=3, text="x") == "unknown-party"
        bench.act("clerk", "record-statement", party=2, text="同意")
        assert refusal(bench, "head", action) == "statement-term-runs"
        bench.act("clerk", "record-statement", party=1, text="没有意见")
        assert bench.state.life.licence.heard == (1, 2)
    bench.act("head", action)
    assert [one.data for one in bench.told if one.type == "ending-told"] == [
        {"party": no, "action": action} for no in (1, 2)
    ]


def test_who_lets_the_term_pass_keeps_nobody_and_a_new_proposal_asks_anew() -> None:
    bench = with_neighbours().act("examiner", "revoke-licence", **REVOKE | {"answer_by": "2026-09-23"})
    bench.act("clerk", "record-statement", party=1, text="同意")
    bench.act("head", "drop-proposal", reason="理由不足")
    bench.act("examiner", "withdraw-licence", **WITHDRAW | {"answer_by": "2026-09-23"})
    assert licence.unheard(bench.state) == [0, 1, 2]
    assert refusal(bench, "head", "withdraw-licence") == "statement-term-runs"
    bench.move("2026-09-24")
    assert refusal(bench, "head", "withdraw-licence") == ""


def test_a_proposal_may_be_dropped_and_others_wait_for_it() -> None:
    bench = Bench().to("delivered").act("examiner", "withdraw-licence", **WITHDRAW)
    assert refusal(bench, "examiner", "cancel-licence", **CANCEL) == "other-proposal"
    bench.act("head", "drop-proposal", reason="理由不足")
    assert bench.state.life.licence.standing == "valid"
    assert refusal(bench, "head", "drop-proposal", reason="x") == "not-proposed"
    assert refusal(bench, "examiner", "cancel-licence", **CANCEL) == ""


def test_what_was_taken_away_is_cancelled_on_that_ground() -> None:
    bench = Bench().to("delivered").act("examiner", "revoke-licence", **REVOKE).move("2026-09-16")
    bench.act("head", "revoke-licence")
    assert refusal(bench, "examiner", "cancel-licence", **CANCEL) == "already-ended"
    bench.act("examiner", "cancel-licence", ground="revoked", reason="已撤销").act("head", "cancel-licence")
    assert bench.state.life.licence.standing == "cancelled"
    assert refusal(bench, "examiner", "cancel-licence", **CANCEL) == "not-valid"


def test_nothing_expires_before_its_day() -> None:
    bench = Bench().to("granted").act("head", "produce", validity="2026-12-31")
    assert refusal(bench, "examiner", "cancel-licence", ground="expired", reason="到期") == "not-expired"
    bench.move("2027-01-01")
    assert refusal(bench, "examiner", "cancel-licence", ground="expired", reason="到期") == ""


def test_only_licences_that_were_granted() -> None:
    assert (
        refusal(
            Bench().to("denied").act("issuer", "deliver", method="window"),
            "examiner",
            "revoke-licence",
            **REVOKE,
        )
        == "no-licence"
    )
    assert (
        refusal(Bench(item(type="20")).to("delivered"), "examiner", "cancel-licence", **CANCEL)
        == "not-a-licence"
    )


@pytest.mark.parametrize(
    ("text", "last"),
    [("2031-09-14", "2031-09-14"), ("2026-09-15至2031-09-14", "2031-09-14"), ("长期", None), ("", None)],
)
def test_the_last_day_of_a_validity(text: str, last: str | None) -> None:
    found = licence.until(text)
    assert (found.isoformat() if found else None) == last


def test_number_and_validity_of_the_decision_stand() -> None:
    bench = Bench().act("clerk", "accept").act("examiner", "review", **WELL)
    bench.act("approver", "decide", outcome="grant", licence_no="示1号", validity="2031-09-14")
    assert refusal(bench, "head", "produce", licence_no="示2号") == "decided-already"
    bench.act("head", "produce")
    assert bench.told[-1].data["licence_no"] == "示1号" and bench.told[-1].data["validity"] == "2031-09-14"
    later = Bench().to("granted").act("head", "produce", licence_no="示3号")
    assert later.state.life.licence.number == "示3号"


def test_a_revoked_licence_keeps_its_file() -> None:
    bench = Bench().to("delivered").act("examiner", "revoke-licence", **REVOKE)
    today = at("2040-01-01").date()
    assert [one.why for one in stays(bench.state, today=today, kept=Retention())] == ["running"]
    bench.move("2039-12-01").act("head", "revoke-licence")
    assert {one.why for one in stays(bench.state, today=today, kept=Retention())} == {"retention", "remedy"}
