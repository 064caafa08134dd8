"""行政许可法 art. 32: five days, one notice, silence, refusal, return; deferred materials (容缺)."""

from __future__ import annotations

from typing import Any

import pytest

from onewindow.catalog.definition import TypeRules
from onewindow.kernel.errors import Invalid, Refusal, RuleBroken
from tests.cases.bench import NOTICE, Bench, item

DEFER = {"material": "M3", "promised_on": "2026-09-16"}


def refused(bench: Bench, who: str, action: str, **body: Any) -> Refusal:
    with pytest.raises(Refusal) as caught:
        bench.act(who, action, **body)
    return caught.value


def places(refusal: Refusal) -> list[str]:
    return [one.field for one in refusal.fields]


@pytest.mark.parametrize(
    ("answer_by", "is_good"),
    [
        ("2026-09-07", False),
        ("2026-09-08", False),  # today is not ahead
        ("2026-09-09", True),
        ("2026-09-12", True),  # a Saturday is a day; three working days lie before it
        ("2026-10-26", True),  # the 30th working day
        ("2026-10-27", False),  # the 31st
        ("2027-09-08", False),
    ],
)
def test_the_applicant_has_one_to_thirty_working_days(answer_by: str, is_good: bool) -> None:
    bench = Bench(given=())
    if is_good:
        assert (
            bench.act("clerk", "notify-correction", **NOTICE | {"answer_by": answer_by}).state.state
            == "correcting"
        )
    else:
        assert places(refused(bench, "clerk", "notify-correction", **NOTICE | {"answer_by": answer_by})) == [
            "answer_by"
        ]


def test_a_notice_names_materials_of_the_item() -> None:
    items = [{"material": "M9", "problem": "缺", "standard": "齐"}]
    assert places(refused(Bench(), "clerk", "notify-correction", items=items, answer_by="2026-09-18")) == [
        "items.0.material"
    ]


def test_told_once_and_never_again() -> None:
    """Art. 32(1)(4): once, everything."""
    bench = (
        Bench(given=()).act("clerk", "notify-correction", **NOTICE).act("applicant", "resubmit", materials=[])
    )
    found = refused(bench, "examiner", "notify-correction", **NOTICE | {"answer_by": "2026-09-30"})
    assert (found.code, "第三十二条" in found.basis) == ("already-notified", True)
    assert (
        bench.act("clerk", "refuse-acceptance", ground="not-corrected", reason="仍缺").state.state
        == "refused_acceptance"
    )


def test_resubmission_begins_the_five_days_anew() -> None:
    bench = Bench(given=()).move("2026-09-15").act("clerk", "notify-correction", **NOTICE)
    assert bench.clock("correction").state == "met"  # told on the fifth day
    bench.move("2026-09-18").act("clerk", "resubmit", materials=[{"code": "M1"}])
    assert str(bench.clock("correction").due_on) == "2026-09-24"  # 09-20 is worked
    assert bench.state.row("M1").state == "submitted"


@pytest.mark.parametrize(
    ("last_materials", "silent_until", "accepted_on"),
    [
        ("2026-09-08", "2026-09-16T00:00", "2026-09-08"),
        ("2026-09-18", "2026-09-25T00:00", "2026-09-18"),  # the working Sunday counts
        ("2026-09-24", "2026-10-14T00:00", "2026-09-24"),  # both feasts lie between
    ],
)
def test_five_days_of_silence_are_acceptance_from_the_day_of_receipt(
    last_materials: str, silent_until: str, accepted_on: str
) -> None:
    bench = Bench()
    if last_materials != "2026-09-08":
        bench.act("clerk", "notify-correction", **NOTICE | {"answer_by": "2026-09-30"})
        bench.move(last_materials).act("applicant", "resubmit", materials=[])
    bench.move(silent_until)
    assert (bench.state.state, bench.state.is_deemed, str(bench.state.accepted_on)) == (
        "accepted",
        True,
        accepted_on,
    )
    assert (bench.clock("correction").state, bench.light) == ("missed", "red")
    assert bench.told[-1].actor == "system"


def test_the_last_minute_of_the_fifth_day_is_not_silence() -> None:
    bench = Bench().move("2026-09-15T23:59")
    assert bench.state.state == "received"
    assert str(bench.act("clerk", "accept").state.accepted_on) == "2026-09-15"


def test_where_silence_is_no_acceptance_the_clock_only_turns_red() -> None:
    """Types other than licences: a setting per type."""
    bench = Bench(item(type_rules=TypeRules(is_deemed=False))).move("2026-09-20")
    assert (bench.state.state, bench.light, bench.types()) == ("received", "red", ["received", "overdue"])
    assert bench.act("clerk", "accept").state.is_deemed is False


def test_no_correction_clock_where_the_type_has_none() -> None:
    bench = Bench(item(type_rules=TypeRules(correction_days=None))).move("2026-12-01")
    assert (bench.state.state, bench.types()) == ("received", ["received"])


def test_an_answer_that_does_not_come_ends_the_matter() -> None:
    bench = Bench(given=()).act("clerk", "notify-correction", **NOTICE)
    assert bench.move("2026-09-18T23:59").state.state == "correcting"
    assert (bench.move("2026-09-19T00:00").state.state, bench.state.disposition) == ("returned", "return")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"ground": "not-competent", "reason": "r"}, ["competent_organ"]),
        ({"ground": "not-corrected", "reason": "r"}, "not-notified"),
        ({"ground": "not-competent", "reason": "r", "competent_organ": "市局"}, ""),
        ({"ground": "not-required", "reason": "r"}, ""),
    ],
)
def test_grounds_of_refusal(body: dict[str, str], expected: Any) -> None:
    """Art. 32(1)(1), (2) and (4)."""
    bench = Bench()
    if expected == "":
        assert bench.act("clerk", "refuse-acceptance", **body).state.state == "refused_acceptance"
    else:
        found = refused(bench, "clerk", "refuse-acceptance", **body)
        assert (places(found) if isinstance(found, Invalid) else found.code) == expected


def test_a_missing_material_blocks_acceptance_unless_optional_or_deferred() -> None:
    assert refused(Bench(given=("M2", "M3")), "clerk", "accept").code == "materials-missing"
    assert refused(Bench(given=("M1",)), "clerk", "accept").code == "materials-missing"
    assert Bench(given=("M1", "M3")).act("clerk", "accept").state.state == "accepted"
    assert Bench(given=("M1",)).act("clerk", "accept", deferred=[DEFER]).state.row("M3").state == "deferred"


@pytest.mark.parametrize(
    ("given", "row", "field", "code"),
    [
        (("M1",), {"material": "M9"}, "deferred.0.material", "unknown-material"),
        ((), {"material": "M1"}, "deferred.0.material", "not-deferrable"),
        (("M1",), {"material": "M2"}, "deferred.0.material", "not-deferrable"),
        (("M1", "M3"), {}, "deferred.0.material", "not-missing"),
        (("M1",), {"promised_on": "2026-09-18"}, "deferred.0.promised_on", "out-of-range"),
        (("M1",), {"promised_on": "2026-09-07"}, "deferred.0.promised_on", "out-of-range"),
    ],
)
def test_what_cannot_be_deferred(given: tuple[str, ...], row: dict[str, str], field: str, code: str) -> None:
    found = refused(Bench(given=given), "clerk", "accept", deferred=[DEFER | row])
    assert [(one.field, one.code) for one in found.fields] == [(field, code)]


def test_a_promise_may_last_until_the_promised_due_date() -> None:
    bench = Bench(given=("M1",)).act("clerk", "accept", deferred=[DEFER | {"promised_on": "2026-09-17"}])
    assert str(bench.clock("promised").due_on) == "2026-09-17"


def test_a_deferred_material_that_does_not_come_is_red_until_it_does() -> None:
    bench = Bench(given=("M1",)).act("clerk", "accept", deferred=[DEFER])
    bench.act("examiner", "review", opinion="好", **{"pass": True})
    assert refused(bench, "approver", "decide", outcome="grant").code == "deferred-missing"
    assert bench.move("2026-09-16T23:59").light == "yellow"
    bench.move("2026-09-17T00:00")
    assert (bench.light, bench.types()[-1], bench.clock("promised").state) == (
        "red",
        "deferral-missed",
        "running",
    )
    bench.act("applicant", "supply-deferred", materials=[{"code": "M3", "medium": "copy"}])
    assert (bench.light, bench.told[-1].data["late"]) == ("yellow", ["M3"])
    assert bench.act("approver", "decide", outcome="grant").state.state == "granted"


def test_what_silence_let_lack_may_still_be_brought() -> None:
    """Art. 32: who was told of nothing in time and is deemed accepted is not refused what they bring."""
    bench = Bench(given=("M2", "M3")).move("2026-09-16T00:00")
    assert bench.state.is_deemed and bench.state.row("M1").state == "missing"
    bench.act("applicant", "supply-deferred", materials=[{"code": "M1"}])
    assert bench.state.row("M1").state == "submitted" and bench.told[-1].data["late"] == []
    assert (
        places(refused(Bench().move("2026-09-16"), "clerk", "supply-deferred", materials=[{"code": "M1"}]))
        == []
    )


def test_only_what_was_deferred_is_supplied() -> None:
    bench = Bench(given=("M1",)).act("clerk", "accept", deferred=[DEFER])
    assert places(refused(bench, "clerk", "supply-deferred", materials=[{"code": "M1"}])) == [
        "materials.0.code"
    ]
    assert (
        refused(Bench().to("accepted"), "clerk", "supply-deferred", materials=[{"code": "M3"}]).code
        == "nothing-deferred"
    )


def test_a_return_takes_two_people_and_stands_as_proposed() -> None:
    bench = Bench()
    assert places(refused(bench, "clerk", "return")) == ["reason"]
    bench.act("clerk", "return", reason="选址不符")
    assert refused(bench, "clerk2", "return", reason="又").code == "already-proposed"
    bench.act("approver", "return", reason="别的理由")
    assert (bench.state.state, bench.told[-1].data["reason"]) == ("returned", "选址不符")
    assert bench.told[-1].data["proposed_by"] == "clerk"


@pytest.mark.parametrize("moves_on", ["accept", "notify-correction", "refuse-acceptance"])
def test_a_proposed_return_lapses_when_the_case_moves_on(moves_on: str) -> None:
    body = {
        "accept": {},
        "notify-correction": NOTICE,
        "refuse-acceptance": {"ground": "not-required", "reason": "r"},
    }
    bench = Bench().act("clerk", "return", reason="想退").act("clerk2", moves_on, **body[moves_on])
    assert bench.state.life.proposal is None


def test_materials_have_no_business_twice() -> None:
    with pytest.raises((Invalid, RuleBroken)) as caught:
        Bench(given=()).act("clerk", "notify-correction", **NOTICE).act(
            "clerk", "resubmit", materials=[{"code": "M1"}, {"code": "M1"}]
        )
    assert places(caught.value) == ["materials.1.code"]
