"""The logs of other systems beside the checkout give the published figures."""

from __future__ import annotations

import csv
import json
import math
from datetime import datetime
from typing import Any

import pytest

from onewindow.site.cli import main
from onewindow.supervision.logs import reading
from tests.kernel.shared_data import shared_file

RECEIPT = {
    "cases": 1434,
    "events": 8577,
    "activities": 27,
    "open": 105,
    "with_deadline": 1434,
    "ended_after_deadline": 377,
    "ended_after_planned": 389,
    "events_with_due": None,
    "events_finished_after_due": None,
}
PERMITS = {
    "cases": 1199,
    "events": 52217,
    "with_deadline": None,
    "ended_after_deadline": None,
    "events_with_due": 3340,
    "events_finished_after_due": 621,
}


@pytest.mark.parametrize(
    ("name", "figures"),
    [("receipt.csv", RECEIPT), ("08_receipt.xes.gz", RECEIPT), ("BPIC15_1.xes.gz", PERMITS)],
)
def test_the_published_figures(name: str, figures: dict[str, int | None]) -> None:
    report = reading.report(shared_file(f"eventlogs/{name}"))
    assert {key: getattr(report, key) for key in figures} == figures
    dirty = {(one.case, one.problem) for one in report.dirty}
    expected = {("case-10862", "ends-before-start"), ("case-8267", "ends-before-start")}
    assert dirty == (expected if figures is RECEIPT else set())


def test_both_forms_of_one_log_tell_the_same() -> None:
    one = reading.report(shared_file("eventlogs/receipt.csv"), top=100)
    other = reading.report(shared_file("eventlogs/08_receipt.xes.gz"), top=100)
    same = (
        "by_activity",
        "by_resource",
        "by_organ",
        "by_responsible",
        "case_duration",
        "event_span",
        "variants",
    )
    assert [getattr(one, name) for name in same] == [getattr(other, name) for name in same]
    assert [(v.cases, v.steps) for v in one.by_variant[:5]] == [
        (v.cases, v.steps) for v in other.by_variant[:5]
    ]


def test_durations_are_those_of_a_plain_count() -> None:
    path = shared_file("eventlogs/receipt.csv")
    with path.open(newline="") as file:
        ends = {
            row["case:concept:name"]: (row["case:startdate"], row["case:enddate"])
            for row in csv.DictReader(file)
        }
    spans = [
        (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()
        for start, end in ends.values()
        if end
    ]
    whole = sorted(one for one in spans if one >= 0)
    place = (len(whole) - 1) * 0.9
    low = whole[math.floor(place)]
    p90 = low + (whole[math.floor(place) + 1] - low) * (place % 1)
    told = reading.report(path).case_duration
    assert told is not None and told.count == len(whole) == len(spans) - 2
    assert abs(told.p90_seconds - p90) <= 1 and abs(told.median_seconds - whole[len(whole) // 2]) <= 1


def test_the_command_speaks_json_chinese_and_english(capsys: Any, monkeypatch: Any) -> None:
    path = str(shared_file("eventlogs/receipt.csv"))
    assert main(["logs", "report", path, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["ended_after_deadline"] == 377 and told["dirty"][0]["case"] == "case-10862"
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    assert main(["logs", "report", path]) == 0
    assert "Ended after the deadline" in capsys.readouterr().out
    assert main(["logs", "report", path, path, "--language", "zh"]) == 0
    assert "超过期限办结" in (text := capsys.readouterr().out) and "对照" in text
