"""Our own cases as XES and OCEL 2.0: they read again, keep to the standards, and name nobody."""

from __future__ import annotations

import io
import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from jsonschema import Draft7Validator, FormatChecker

from onewindow.cases import services
from onewindow.cases.queries.lives import lives
from onewindow.kernel.actor import SYSTEM
from onewindow.org import queries as org
from onewindow.org import services as org_services
from onewindow.org.models import Region
from onewindow.org.postings import Postings
from onewindow.site.cli import build, logs
from onewindow.site.demo import people as fiction
from onewindow.supervision.logs import ocel_writing, reading, told, xes_writing
from tests import world
from tests.world import FOOD, HOUSING, MARKET, OFFICE, SEWAGE, START, actor, application


def _listed(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": item}


def _object(required: list[str], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required}


_TEXT = {"type": "string"}
_AT = {"type": "string", "format": "date-time"}
_TYPES = _listed(
    _object(
        ["name", "attributes"],
        name=_TEXT,
        attributes=_listed(
            _object(
                ["name", "type"],
                name=_TEXT,
                type={"enum": ["string", "time", "integer", "float", "boolean"]},
            )
        ),
    )
)
_LINKS = _listed(_object(["objectId", "qualifier"], objectId=_TEXT, qualifier=_TEXT))
# The rules of chapter 8 of the OCEL 2.0 specification: required members, and values told as strings.
OCEL = _object(
    ["eventTypes", "objectTypes", "events", "objects"],
    eventTypes=_TYPES,
    objectTypes=_TYPES,
    events=_listed(
        _object(
            ["id", "type", "time"],
            id=_TEXT,
            type=_TEXT,
            time=_AT,
            attributes=_listed(_object(["name", "value"], name=_TEXT, value=_TEXT)),
            relationships=_LINKS,
        )
    ),
    objects=_listed(
        _object(
            ["id", "type"],
            id=_TEXT,
            type=_TEXT,
            attributes=_listed(_object(["name", "value", "time"], name=_TEXT, value=_TEXT, time=_AT)),
            relationships=_LINKS,
        )
    ),
)


@pytest.fixture
def lived(city: None) -> list[str]:
    """Three cases: accepted and late, online at the market office, deemed; and a draft; their numbers."""
    clerk = actor("clerk1")
    one = services.create(clerk, application(SEWAGE, channel="window"), now=START)
    step = services.act(clerk, one["case_no"], "accept", {"version": 1}, now=START + timedelta(hours=1))
    services.act(
        actor("examiner1"),
        one["case_no"],
        "review",
        {"version": step["version"], "opinion": "秘密意见", "pass": True},
        now=START + timedelta(days=20),
    )
    two = services.create(actor("citizen1"), application(FOOD), now=START + timedelta(days=1))
    three = services.create(clerk, application(SEWAGE, channel="window"), now=START + timedelta(days=2))
    services.sweep_until(START + timedelta(days=40))
    services.create(actor("citizen2"), application(FOOD, "citizen2", submit=False), now=START)
    return [one["case_no"], two["case_no"], three["case_no"]]


def write(form: str, **wanted: Any) -> tuple[bytes, tuple[int, int]]:
    out = io.BytesIO()
    writer = xes_writing if form == "xes" else ocel_writing
    return (counts := writer.write(out, told.cases(**wanted))) and out.getvalue(), counts


def facts_of(numbers: list[str]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM base_fact f JOIN cases_case c ON c.id = f.subject"
            " WHERE f.stream = 'case' AND c.case_no = ANY(%s)",
            [numbers],
        )
        return int(cursor.fetchone()[0])


def test_xes_reads_again_with_the_same_counts(lived: list[str], tmp_path: Path) -> None:
    content, (cases, events) = write("xes")
    (tmp_path / "own.xes").write_bytes(content)
    found = reading.report(tmp_path / "own.xes")
    assert (found.cases, found.events) == (cases, events) == (3, facts_of(lived))
    assert found.dirty == [] and found.notes == []
    assert (found.open, found.with_deadline) == (None, 2)  # nothing has ended; filings have no legal limit
    assert {one.name for one in found.by_organ} == {HOUSING, MARKET}
    times = [life.steps[0].at for life in lives()]
    assert datetime.fromisoformat(found.first_at or "") == times[0]


def test_a_finished_case_ends_when_it_is_decided(lived: list[str], tmp_path: Path) -> None:
    refuse = {"version": 1, "ground": "not-required", "reason": "r"}
    late = services.create(actor("clerk1"), application(SEWAGE, channel="window"), now=START)
    services.act(
        actor("clerk1"), late["case_no"], "refuse-acceptance", refuse, now=START + timedelta(hours=30)
    )
    (tmp_path / "own.xes").write_bytes(write("xes")[0])
    found = reading.report(tmp_path / "own.xes")
    assert found.open == 3 and found.case_duration is not None
    assert found.case_duration.median_seconds == 30 * 3600


def test_ocel_keeps_to_the_schema_and_every_link_to_an_object(lived: list[str]) -> None:
    content, (cases, events) = write("ocel")
    log = json.loads(content)
    Draft7Validator(OCEL, format_checker=FormatChecker()).validate(log)
    objects = {one["id"]: one for one in log["objects"]}
    assert len(objects) == len(log["objects"]) and len(log["events"]) == events == facts_of(lived)
    assert len({one["id"] for one in log["events"]}) == events
    linked = {link["objectId"] for one in (*log["events"], *log["objects"]) for link in one["relationships"]}
    assert linked <= set(objects)
    kinds = [one["type"] for one in log["objects"]]
    assert {kind: kinds.count(kind) for kind in ("case", "item version", "organ")} == {
        "case": cases, "item version": 2, "organ": len(linked & {f"organ:{one.id}" for one in org.organs()}),
    }  # fmt: skip
    assert kinds.count("document") >= 3
    for types, things in (("eventTypes", "events"), ("objectTypes", "objects")):
        known = {one["name"]: {a["name"]: a["type"] for a in one["attributes"]} for one in log[types]}
        for thing in log[things]:
            assert {one["name"] for one in thing["attributes"]} <= set(known[thing["type"]])
            for one in thing["attributes"]:
                if known[thing["type"]][one["name"]] == "time":
                    assert datetime.fromisoformat(one["value"]).tzinfo is not None


def test_silence_and_papers_are_told(lived: list[str]) -> None:
    log = json.loads(write("ocel")[0])
    deemed = [one for one in log["events"] if {"name": "deemed", "value": "true"} in one["attributes"]]
    assert [one["type"] for one in deemed] == ["accepted"] and deemed[0]["id"].startswith(lived[2])
    issued = [link for one in log["events"] for link in one["relationships"] if link["qualifier"] == "issues"]
    assert len(issued) == sum(one["type"] == "document" for one in log["objects"])


@pytest.mark.parametrize("form", ["xes", "ocel"])
def test_nobody_is_named(lived: list[str], form: str) -> None:
    text = write(form)[0].decode()
    persons = [fiction.person(number) for number in (1, 2)]
    secrets = [getattr(one, key) for one in persons for key in ("name", "id_number", "phone")]
    secrets += [fiction.name(100 + order) for order in range(len(world.STAFF))]
    secrets += [*world.CITIZENS, *(name for name, *_ in world.STAFF), "秘密意见", "query_code"]
    assert not [one for one in secrets if one in text]
    assert told.staff_code("clerk1") in text and "applicant" in text


@pytest.mark.parametrize(
    ("wanted", "places"),
    [
        ({}, [0, 1, 2]),
        ({"since": date(2026, 9, 9)}, [1, 2]),
        ({"until": date(2026, 9, 9)}, [0, 1]),
        ({"since": date(2026, 9, 9), "until": date(2026, 9, 9)}, [1]),
        ({"organ": MARKET}, [1]),
        ({"since": date(2027, 1, 1)}, []),
    ],
)
def test_days_and_organ_choose_cases(lived: list[str], wanted: dict[str, Any], places: list[int]) -> None:
    options = dict(wanted)
    if organ := options.pop("organ", None):
        found = org.find_organ(name=organ)
        assert found is not None
        options["organ_id"] = found.id
    assert [life.case_no for life in lives(**options)] == [lived[place] for place in places]
    for form in ("xes", "ocel"):
        assert write(form, **options)[1][0] == len(places)


def test_the_window_is_that_of_the_day(city: None) -> None:
    office, staff = org.find_organ(name=OFFICE), org.staff_by_username("clerk1")
    assert office is not None and staff is not None
    Region.objects.get_or_create(code=world.REGION, defaults={"name": "示范区", "level": "district"})
    center = org_services.ensure_center(
        code="C1", name="示范大厅", region=world.REGION, office_id=office.id, now=START
    )
    window = org_services.ensure_window(
        center_id=center, code="W1", name="综合一号窗", kind="integrated", now=START
    )
    org_services.move(SYSTEM, staff.id, organ_id=office.id, window_id=window, now=START)
    org_services.move(SYSTEM, staff.id, organ_id=office.id, window_id=None, now=START + timedelta(days=5))
    for day in (1, 6):
        services.create(
            actor("clerk1"), application(SEWAGE, channel="window"), now=START + timedelta(days=day)
        )
    log = json.loads(write("ocel")[0])
    at_window = [
        [link["objectId"] for link in one["relationships"] if link["qualifier"] == "at window"]
        for one in log["events"]
    ]
    assert at_window == [[f"window:{window}"], []]
    told_window = next(one for one in log["objects"] if one["type"] == "window")
    assert {one["name"]: one["value"] for one in told_window["attributes"]} == {
        "name": "综合一号窗",
        "hall": "示范大厅",
        "kind": "integrated",
    }
    assert Postings().window_at("nobody", START) is None


def test_the_command_writes_whole_files_only(lived: list[str], tmp_path: Path, capsys: Any) -> None:
    options = build().parse_args(
        ["logs", "export", "--format", "ocel", "--organ", HOUSING, "--out", str(tmp_path / "own.json")]
    )
    logs._export(options)
    assert capsys.readouterr().out.startswith("2 cases with ")
    assert len(json.loads((tmp_path / "own.json").read_bytes())["eventTypes"]) >= 3
    assert [path.name for path in tmp_path.iterdir()] == ["own.json"]
