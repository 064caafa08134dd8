"""Service of papers: ways and what each must tell, consent, the day it counts from, the terms of the remedies."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from onewindow.cases.rules import commands, serving
from onewindow.cases.rules.acting import Context, Paper
from onewindow.cases.rules.decide import act_named, decide
from onewindow.kernel.errors import Invalid, Refusal
from tests.cases.bench import Bench, table

PAPERS = {
    "D1": Paper("D1", "denial", "不予许可决定书"),
    "D2": Paper("D2", "statement-notice", "陈述申辩权利告知书", 1),
    "D3": Paper("D3", "delivery", "送达回证"),
}


def context(bench: Bench, who: str, *, consents: bool = True) -> Context:
    return replace(bench.context(who), paper=PAPERS.get, consents=lambda: consents)


def serve(bench: Bench, *, consents: bool = True, **body: Any) -> str:
    asked = commands.Serve(version=bench.state.version, **{"document_no": "D1", "method": "window"} | body)
    try:
        facts = decide(bench.state, act_named("serve"), asked, context(bench, "issuer", consents=consents))
    except Invalid as found:
        return found.fields[0].code
    except Refusal as found:
        return found.code
    bench.tell(facts, "issuer")
    return ""


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, ""),
        ({"document_no": "D9"}, "unknown-document"),
        ({"document_no": "D3"}, "unknown-document"),  # a receipt is not served
        ({"method": "courier"}, "required"),
        ({"method": "courier", "receipt": "SF1"}, ""),
        ({"method": "left", "remark": "拒收"}, "required"),
        ({"method": "left", "remark": "拒收", "witnesses": ("某人",)}, ""),
        ({"method": "public-notice"}, "required"),
        ({"method": "public-notice", "remark": "下落不明"}, ""),
        ({"method": "electronic"}, ""),
        ({"method": "electronic", "document_no": "D2"}, "no-consent"),  # a third party was never asked
    ],
)
def test_what_each_way_must_tell(body: dict[str, Any], code: str) -> None:
    assert serve(Bench().to("denied"), **body) == code


def test_electronic_means_need_consent_and_once_is_enough() -> None:
    bench = Bench().to("denied")
    assert serve(bench, method="electronic", consents=False) == "no-consent"
    assert serve(bench) == "" and serve(bench) == "already-served"


@pytest.mark.parametrize(
    ("method", "consents", "chose", "code"),
    [
        ("electronic", False, False, "no-consent"),
        ("electronic", True, False, ""),
        ("electronic", False, True, ""),  # the applicant asked in the application to get the result so
        ("window", False, False, ""),
    ],
)
@pytest.mark.parametrize("state", ["produced", "denied"])
def test_the_result_is_delivered_electronically_to_who_agreed(
    state: str, method: str, consents: bool, chose: bool, code: str
) -> None:
    bench = Bench().to(state)
    where = replace(context(bench, "issuer", consents=consents), chose_electronic=lambda: chose)
    asked = commands.Deliver(version=bench.state.version, method=method)  # type: ignore[arg-type]
    try:
        facts = decide(bench.state, act_named("deliver"), asked, where)
    except Refusal as found:
        assert found.code == code and found.basis == serving.ELECTRONIC
    else:
        assert code == "" and facts[0].type == "delivered"


def test_a_public_notice_counts_after_thirty_days_and_witnesses_stay_out_of_the_fact() -> None:
    bench = Bench().to("denied")
    serve(bench, method="public-notice", remark="下落不明", witnesses=("某人",))
    assert bench.state.life.served[0].on == date(2026, 10, 8)
    assert "某人" not in str(bench.told[-1].data)


@pytest.mark.parametrize(
    ("served_on", "reconsideration", "suit"),
    [
        (date(2026, 7, 10), date(2026, 9, 8), date(2027, 1, 11)),  # 2027-01-10 is a Sunday
        (date(2026, 7, 29), date(2026, 9, 28), date(2027, 1, 29)),  # 09-27 is off
        (
            date(2026, 8, 31),
            date(2026, 10, 30),
            date(2027, 3, 1),
        ),  # February has no 31st; the 28th is a Sunday
        (date(2026, 12, 31), date(2027, 3, 1), date(2027, 6, 30)),
    ],
)
def test_sixty_days_and_six_months(served_on: date, reconsideration: date, suit: date) -> None:
    assert serving.terms("denial", served_on, table()) == [
        ("reconsideration", reconsideration),
        ("suit", suit),
    ]
    assert serving.terms("grant", served_on, table()) == []


def test_the_first_opening_is_the_service_of_who_consented() -> None:
    bench = Bench().to("denied")
    assert serving.read(bench.state, "D1", context(bench, "applicant", consents=False)) is None
    assert serving.read(bench.state, "D1", context(bench, "clerk")) is None
    assert serving.read(bench.state, "D2", context(bench, "applicant")) is None
    fact = serving.read(bench.state, "D1", context(bench, "applicant"))
    assert fact is not None
    bench.tell([fact], "citizen")
    assert bench.state.life.served[0].read_at == bench.now
    assert serving.read(bench.state, "D1", context(bench, "applicant")) is None
