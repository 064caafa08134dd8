"""The rules that ship, each on lives that break it and on one that does not; pure, without a database."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from onewindow.catalog.definition import Fee, Limit, Step, TypeRules
from onewindow.catalog.elements import FeeItem
from onewindow.supervision.rules.history import Closed
from onewindow.supervision.rules.shipped import NUMBERS, RULES
from onewindow.supervision.rules.watching import watch
from tests.supervision.lives import Life, at, told

STEPS = (
    Step("受理", "clerk"),
    Step("审查", "examiner", 2),
    Step("决定", "approver", 1),
    Step("送达", "issuer"),
)
LACKING = [["M1"], ["M2"], ["M3"]]
COMPLETE = "经核查不符合《排水许可办法》第三条"


def returned(reason: str = "同一主体重复申请，依规定退回", **data: Any) -> Life:
    papers = [{"kind": "return"}]
    return Life().tell(
        "returned", "09-09", "approver", reason=reason, proposed_by="clerk", documents=papers, **data
    )


def refused(ground: str, reason: str = "申请事项依法不属于本机关职权", **data: Any) -> Life:
    papers = [{"kind": "refusal"}]
    data = {"ground": ground, "reason": reason, "competent_organ": None, "documents": papers} | data
    return Life().tell("acceptance-refused", "09-09", "clerk", **data)


def hearing() -> Life:
    """Asked for on 09-08: twenty working days end on 10-12."""
    return Life().accept().tell("hearing-requested", "09-08", "citizen", party=0, organise_by="2026-10-12")


def sound() -> Life:
    """A case as it should be, to its delivery."""
    life = Life().accept("09-08T10").review("09-09").grant("09-10")
    life.tell("produced", "09-11", "head")
    return life.tell("delivered", "09-14", "issuer", method="window", documents=[{"kind": "delivery"}])


def charged(fen: int, name: str, fee: Fee) -> Life:
    return Life(fee=fee).accept(fee_fen=fen, fee_item=name)


def in_version(*closed: Closed, by: str = "clerk") -> Life:
    life = Life(by=by, channel="portal" if by == "citizen" else "window")
    life.closed = closed
    return life


NO_FEE, ONE_FEE = Fee(charged=False), Fee(charged=True, items=(FeeItem("工本费"),))
SOON = Closed("replaced", at("09-01"), None)


def promised() -> Life:
    """Granted on a promise five minutes after it came in, without M1 and without an opinion."""
    life = Life("09-08T09:00", covers=("M1",), materials_told=[["M1"], ["M2"], ["M3", "submitted"]])
    return life.accept("09-08T09:02").grant("09-08T09:05", check_by="2026-11-06")


ORDERED = {"correct_by": "2026-09-30", "method": "data", "findings": "x", "requirements": ["y"]}
BREAKS: list[tuple[str, Life, str, list[tuple[str, str, str]]]] = [
    (
        "23",
        promised(),
        "12-30",
        [("23", "near", "11-05T00"), ("23", "over", "11-07T00"), ("23", "still", "11-12T00")],
    ),
    (
        "23",
        promised().tell("rectification-ordered", "09-15", "examiner", **ORDERED),
        "10-30",
        [("23", "over", "10-11T00"), ("23", "still", "10-15T00")],
    ),
    (
        "22",
        sound().tell("revealed", "09-15", "head", reason="看看"),
        "12-30",
        [("22", "near", "09-18T00"), ("22", "over", "09-22T00"), ("22", "still", "09-29T00")],
    ),
    ("22", Life().tell("revealed", "09-09", "clerk", reason="核对"), "09-12", [("22", "near", "09-12T00")]),
    ("1", refused("not-corrected"), "09-10", [("1", "over", "09-09T09")]),
    ("1", refused("not-competent", competent_organ="局"), "09-10", [("1", "over", "09-09T09")]),
    ("1", returned(), "09-10", [("1", "sign", "09-09T09")]),
    (
        "2",
        Life().accept(),
        "10-30",
        [("2", "near", "09-16T00"), ("2", "over", "09-18T00"), ("2", "still", "09-23T00"), ("2", "grave", "10-13T00")],
    ),
    ("2", Life(promised_limit=None).accept(), "10-30", [("2", "near", "10-10T00"), ("2", "grave", "10-13T00")]),
    ("3", Life(steps=STEPS).accept(), "09-11", [("3", "over", "09-11T00")]),
    ("3", Life(steps=STEPS).accept().review("09-09"), "09-11", [("3", "over", "09-11T00")]),
    ("4", Life().accept().tell("forwarded", "09-18", "examiner", to="市局"), "09-20", [("4", "over", "09-18T09")]),
    (
        "4",
        Life().accept().tell("forwarded", "09-10", "examiner", to="市局"),
        "10-16",
        [("4", "over", "10-15T00")],
    ),
    ("5", Life().accept().review().deny(reason="不行。"), "09-11", [("5", "over", "09-10T09")]),
    ("5", Life().accept().review().deny(reason=None), "09-11", [("5", "over", "09-10T09")]),
    ("5", Life().accept().review().deny(reason="这里的情况我们看了觉得不合适"), "09-11", [("5", "sign", "09-10T09")]),
    ("5", refused("not-required", reason="不收"), "09-11", [("5", "over", "09-09T09")]),
    ("5", Life().accept().tell("terminated", "09-10", "head", ground="x", reason="停"), "09-11", [("5", "over", "09-10T09")]),
    ("6", Life("09-08T22:30"), "09-09", [("6", "sign", "09-08T22")]),
    ("6", Life("09-08T09:00").accept("09-08T09:01").review("09-08T09:03").grant("09-08T09:05"), "09-08T10", [("6", "over", "09-08T09")]),
    ("6", Life().tell("reviewed", "09-09", "examiner", steps_done=1, **{"pass": True}).grant(), "09-11", [("6", "over", "09-10T09")]),
    ("7", charged(5000, "加急费", NO_FEE), "09-09", [("7", "over", "09-08T09")]),
    ("7", charged(5000, "加急费", ONE_FEE), "09-09", [("7", "over", "09-08T09")]),
    ("9", Life(), "09-20", [("9", "near", "09-14T00"), ("9", "grave", "09-16T00")]),
    (
        "9",
        Life(type_rules=TypeRules(is_deemed=False)),
        "09-30",
        [("9", "near", "09-14T00"), ("9", "over", "09-16T00"), ("9", "still", "09-21T00")],
    ),
    ("10", Life().notice().tell("resubmitted", "09-10", "citizen").notice("09-11"), "09-11T12", [("10", "over", "09-11T09")]),
    ("11", Life().notice("09-09", {"material": "M9", "problem": "户口簿", "standard": "原件"}), "09-10", [("11", "over", "09-09T09")]),
    ("11", Life().notice("09-09", {"problem": "请再交户口簿", "standard": "原件"}), "09-10", [("11", "sign", "09-09T09")]),
    ("12", Life().accept().pause(procedure="site-visit"), "09-11", [("12", "over", "09-10T09")]),
    ("12", Life().accept().pause(procedure="hearing", basis=""), "09-11", [("12", "over", "09-10T09")]),
    ("12", Life().accept().pause(documents=[]), "09-11", [("12", "over", "09-10T09")]),
    ("12", Life().accept().pause(by="examiner"), "09-11", [("12", "over", "09-10T09")]),
    ("12", Life().accept().pause(), "09-30", [("12", "over", "09-18T00"), ("12", "still", "09-23T00")]),
    ("13", Life().accept().extend().extend("09-11"), "09-12", [("13", "over", "09-11T09")]),
    ("13", Life().accept().extend(by="examiner"), "09-12", [("13", "over", "09-10T09")]),
    ("13", Life().accept().extend("10-13"), "10-14", [("13", "over", "10-13T09")]),
    ("13", Life().accept().extend(days=11), "09-12", [("13", "over", "09-10T09")]),
    (
        "14",
        Life().accept().review().grant("09-10"),
        "10-15",
        [("14", "near", "09-22T00"), ("14", "over", "09-24T00"), ("14", "still", "10-01T00")],
    ),
    ("15", Life().accept().review(by="dual").grant(by="dual"), "09-11", [("15", "over", "09-10T09")]),
    ("15", Life().accept(by="approver").review().grant(), "09-11", [("15", "over", "09-10T09")]),
    ("16", Life(promised_limit=Limit(21)).accept(), "09-09", [("16", "over", "09-08T09")]),
    ("16", Life(promised_limit=Limit(40, "calendar_day")).accept(), "09-09", [("16", "over", "09-08T09")]),
    ("17", Life("09-08").accept("09-07", accepted_on="2026-09-07"), "09-09", [("17", "over", "09-07T09")]),
    ("17", Life("09-08").accept("09-10", accepted_on="2026-09-08"), "09-11", [("17", "over", "09-10T09")]),
    ("17", Life().accept().pause("09-10", start="2026-09-09"), "09-11", [("17", "over", "09-10T09")]),
    ("18", in_version(SOON), "09-09", [("18", "over", "09-08T09")]),
    ("18", in_version(Closed("cancelled", at("09-08"), None)), "09-09", [("18", "over", "09-08T09")]),
    ("18", in_version(Closed("suspended", at("09-01"), at("09-09"))), "09-09", [("18", "over", "09-08T09")]),
    ("18", in_version(Closed("unpublished", None, at("09-09"))), "09-09", [("18", "over", "09-08T09")]),
    ("20", Life().accept().review().grant(documents=[]), "09-11", [("20", "over", "09-10T09")]),
    ("20", Life(materials_told=LACKING).accept().review().grant(), "09-11", [("20", "over", "09-10T09")]),
    ("20", Life().accept().grant(), "09-11", [("20", "over", "09-10T09")]),
    (
        "20",
        Life().accept(materials=[["M1", "submitted"], ["M2"], ["M3", "deferred", None, [], "2026-09-10"]]),
        "09-11",
        [("20", "over", "09-11T00")],
    ),
    (
        "20",
        Life().accept().review().grant().tell("produced", "09-11", "head").tell(
            "delivered", "09-11", "issuer", method="courier", receipt=None, documents=[{"kind": "delivery"}]
        ),
        "09-12",
        [("20", "over", "09-11T09")],
    ),
    ("21", hearing(), "10-13", [("21", "near", "10-10T00"), ("21", "over", "10-13T00")]),
]  # fmt: skip
HOLDS: list[tuple[str, Life, str]] = [
    ("23", promised().tell("pledge-kept", "09-15", "examiner", method="data", findings="x"), "12-30"),
    (
        "23",
        promised().tell("rectification-ordered", "09-15", "examiner", **ORDERED)
        .tell("pledge-breached", "10-08", "examiner", breach="unmet", findings="x"),
        "12-30",
    ),
    ("6", promised(), "09-09"),
    ("15", promised(), "09-09"),
    ("20", promised(), "09-09"),
    ("22", Life().tell("revealed", "09-09", "clerk", reason="核对").accept("09-10"), "12-30"),
    ("22", Life().accept().tell("revealed", "09-09", "supervisor", reason="回访"), "12-30"),
    ("1", refused("not-competent", competent_organ="市城管局"), "09-10"),
    ("1", Life(materials_told=LACKING).tell("returned", "09-09", "approver", reason="缺材料，依规定退回"), "09-10"),
    ("2", sound(), "12-30"),
    ("2", Life().accept().pause(), "12-30"),
    ("3", Life(steps=STEPS).accept().review("09-10").grant("09-11"), "12-30"),
    ("3", Life(steps=STEPS).accept().pause("09-09"), "12-30"),
    ("3", Life().accept(), "12-30"),
    ("4", Life().accept().tell("forwarded", "09-17", "examiner", to="市局"), "10-15"),
    ("4", Life().accept().tell("forwarded", "09-10", "examiner", to="市局").tell("forward-answered", "10-10", "clerk", result="准"), "10-30"),
    ("5", Life().accept().review().deny(reason=COMPLETE), "09-11"),
    ("5", Life().notice().tell("returned", "09-19", "system", reason="逾期未补正", ground="not-answered"), "09-20"),
    ("6", Life("09-08T22:30", by="citizen", channel="portal"), "09-09"),
    ("6", Life("09-08T09:00", kind="instant").accept("09-08T09:01").grant("09-08T09:02"), "09-09"),
    ("6", Life("09-08T20:59"), "09-09"),
    ("7", charged(5000, "工本费", ONE_FEE), "09-09"),
    ("7", charged(0, "", NO_FEE), "09-09"),
    ("9", Life().notice("09-11"), "12-30"),
    ("9", Life(type_rules=TypeRules(correction_days=None)), "12-30"),
    ("10", Life().notice(), "09-10"),
    ("11", Life().notice("09-09", {"problem": "申请表未签名", "standard": "签名"}), "09-10"),
    ("11", Life().notice("09-09", {"problem": "证明已过期", "standard": "有效"}), "09-10"),
    ("12", Life().accept().pause().tell("resumed", "09-17", "examiner", result="过"), "12-30"),
    ("13", Life().accept().extend("10-12"), "10-13"),
    ("14", sound(), "12-30"),
    ("15", Life(kind="instant").accept(by="clerk").review(by="dual").grant(by="dual"), "09-11"),
    ("16", Life().accept(), "09-09"),
    ("16", Life(promised_limit=None).accept(), "09-09"),
    ("17", Life("09-08").tell("accepted", "09-16", "system", accepted_on="2026-09-08", deemed=True), "09-17"),
    ("18", in_version(Closed("replaced", at("09-09"), None), Closed("unpublished", None, at("09-01"))), "09-20"),
    ("18", in_version(SOON, by="citizen"), "09-09"),
    ("20", sound(), "12-30"),
    ("21", hearing(), "09-30"),
    ("21", hearing().tell("hearing-held", "09-25", "head", result="完"), "12-30"),
    ("21", hearing().tell("hearing-cancelled", "09-14", "head", reason="撤", withdrawn=True), "12-30"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "life", "until", "expected"), BREAKS)
def test_what_breaks_a_rule(rule: str, life: Life, until: str, expected: list[tuple[str, str, str]]) -> None:
    assert told(life.hits(until, rule)) == expected


@pytest.mark.parametrize(("rule", "life", "until"), HOLDS)
def test_what_keeps_a_rule(rule: str, life: Life, until: str) -> None:
    assert told(life.hits(until, rule)) == []


def test_a_sound_life_breaks_nothing() -> None:
    assert sound().hits("12-30") == []


def test_all_are_there_and_tried() -> None:
    assert {str(number) for number in range(1, 24)} == NUMBERS
    fed = {rule.number for rule in RULES.all if rule.of_deeds is None and rule.of_time is None}
    assert fed == {"8", "19"} and all(RULES.by_number[number].source for number in fed)
    assert {case[0] for case in BREAKS} == NUMBERS - fed


@pytest.mark.parametrize(("rule", "life", "until", "expected"), BREAKS)
def test_degrees_are_those_that_are_published(rule: str, life: Life, until: str, expected: Any) -> None:
    assert {hit.degree for hit in life.hits(until, rule)} <= set(RULES.by_number[rule].degrees) | {"still"}


@pytest.mark.parametrize(("rule", "life", "until", "expected"), BREAKS)
def test_hits_are_the_same_whenever_they_are_read(rule: str, life: Life, until: str, expected: Any) -> None:
    """Fact by fact as they come, with time looked at in between, or all at once in the end."""
    whole = life.hits(until)
    piecemeal: dict[tuple[str, str, str], datetime] = {}
    events = life.events
    for count in range(1, len(events) + 1):
        life.events = events[:count]
        end = events[count].at if count < len(events) else at(until)
        for hit in _between(life, count - 1, end):
            piecemeal.setdefault((hit.rule, hit.mark, hit.degree), hit.at)
    life.events = events
    assert piecemeal == {(hit.rule, hit.mark, hit.degree): hit.at for hit in whole}


def _between(life: Life, since: int, end: datetime) -> list[Any]:
    return list(watch(life.history, RULES, since=since, until=end).hits)


def test_the_next_look_is_the_next_instant_that_matters() -> None:
    life = Life().accept()
    looks = []
    until = at("09-08T10")
    while (look := watch(life.history, RULES, since=2, until=until).look_at) is not None:
        looks.append(look.strftime("%m-%d"))
        until = look
    assert looks == ["09-16", "09-18", "09-23", "10-13"]
