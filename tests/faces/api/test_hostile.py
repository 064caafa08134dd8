"""Whatever comes in gets a clear answer in the error form: never a 500, never a hang, never a trace."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DataError
from django.http import HttpResponse
from django.test import RequestFactory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onewindow.faces.api.openapi import OPERATIONS
from onewindow.site.middleware import Edge
from tests.world import SEWAGE, Api, application

Open = Callable[..., Api]
RAW = {
    "nothing": b"",
    "not json": b"{",
    "deep lists": b"[" * 10_000 + b"]" * 10_000,
    "deep objects": b'{"form":' * 10_000 + b"1" + b"}" * 10_000,
    "deep inside": b'{"form":' + b'{"a":' * 9_000 + b"1" + b"}" * 9_001,
    "a list": b"[]",
    "a number": b"5",
    "null": b"null",
    "utf-16": '{"a":1}'.encode("utf-16"),
    "gb18030": '{"姓名":"林"}'.encode("gb18030"),
    "a byte order mark": b"\xef\xbb\xbf{}",
    "half a character": b'{"a":"\xe4\xbd"}',
    "NaN": b'{"version":NaN}',
    "infinity": b'{"version":Infinity}',
    "1e400": b'{"version":1e400}',
    "a number of 5,000 digits": b'{"version":' + b"9" * 5000 + b"}",
    "a minus": b'{"version":-}',
    "twice the same key": b'{"version":1,"version":2}',
    "control characters": b'{"a":"\x01\x02"}',
    "an empty key": b'{"":1}',
    "raw NUL": b'{"a":"\x00"}',
    "two documents": b"{}{}",
}
VALUES: dict[str, Any] = {
    "NUL": "a\0b",
    "a lone surrogate": "\ud800",
    "a long text": "长" * 300_000,
    "a huge number": 10**40,
    "a float beyond": 1e308,
    "a negative": -1,
    "a list": [1, [2, [3]]],
    "an object": {"a": {"b": None}},
    "null": None,
    "a date that is none": "2026-02-30",
    "year 0": "0000-00-00",
    "the first day there is": "0001-01-01",
    "the last day there is": "9999-12-31",
    "the last instant there is": "9999-12-31T23:59:59-12:00",
    "bidi": "\u202e\u2066",
    "format": "%s %(x)s {0} ${jndi}",
    "sql": "'; DROP TABLE cases_case; --",
    "blank": "   ",
    "true": True,
}
_PLAYERS = {"clerk": "clerk1", "supervisor": "supervisor1", "citizen": "citizen1", "sysadmin": "sysadmin"}
_ACTION = {
    "post-supervision-cards-card_no-actions-action": "uphold",
    "post-tickets-number-actions-action": "verify",
    "post-complaints-number-actions-action": "accept",
}


class _Places(dict[str, str]):
    """What stands in the places of a path unless told otherwise."""

    def __missing__(self, name: str) -> str:
        return {"task_code": SEWAGE, "year": "2026", "slug": "powers"}.get(name, "x")


WRITES = [one for one in OPERATIONS if one.body is not None and not one.is_upload]


@pytest.mark.parametrize("name", RAW)
@pytest.mark.parametrize("operation", WRITES, ids=lambda one: one.name)
def test_bodies_that_cannot_be_read(api: Open, operation: Any, name: str) -> None:
    allowed = operation.permission if isinstance(operation.permission, tuple) else ("clerk",)
    who = api(next(name for role, name in _PLAYERS.items() if role in allowed))
    path = operation.path.format_map(_Places({"action": _ACTION.get(operation.name, "accept")}))
    answer = who(operation.method, path, raw=RAW[name])
    assert 400 <= answer.status < 500 or (operation.path.endswith("checklist") and answer.status == 200), (
        answer
    )


FIELDS = [
    ("task_code",), ("version",), ("applicant",), ("applicant", "name"), ("applicant", "id_type"),
    ("applicant", "id_number"), ("applicant", "phone"), ("agent",), ("answers",), ("form",),
    ("form", "site_address"), ("form", "daily_volume"), ("form", "start_on"), ("materials",), ("materials", 0),
    ("materials", 0, "code"), ("materials", 0, "file_ids"), ("delivery",), ("delivery", "method"),
    ("electronic_service",), ("channel",), ("submit",),
]  # fmt: skip


@pytest.mark.parametrize("place", FIELDS, ids=lambda place: ".".join(map(str, place)))
def test_an_application_with_something_wrong_in_it(api: Open, place: tuple[Any, ...]) -> None:
    for name, value in VALUES.items():
        body = json.loads(json.dumps(application(SEWAGE)))
        body["materials"][0]["file_ids"] = []
        body.setdefault("delivery", {"method": "window"})
        spot = body
        for key in place[:-1]:
            spot = spot[key]
        spot[place[-1]] = value
        answer = api("citizen1")("POST", "/cases", raw=json.dumps(body).encode())
        expected = (400,) if name == "a lone surrogate" else (201, 403, 404, 409, 413, 422)
        assert answer.status in expected, (name, answer)
        assert name != "NUL" or answer.status in (404, 422), answer


ACTIONS = {
    "notify-correction": {"items": [{"problem": "缺", "standard": "齐"}], "answer_by": "2026-09-18"},
    "accept": {"deferred": [{"material": "M01", "promised_on": "2026-09-10"}]},
    "refuse-acceptance": {"ground": "not-required", "reason": "不需要", "competent_organ": "某局"},
    "return": {"reason": "退"},
    "resubmit": {"materials": [{"code": "M01"}], "form": {}},
    "note": {"text": "记"},
    "claim": {},
    "transfer": {"to": "clerk2", "reason": "转"},
    "assign": {"to": "clerk2", "reason": "派"},
}


@pytest.mark.parametrize("action", ACTIONS)
def test_an_act_with_something_wrong_in_it(api: Open, action: str) -> None:
    case = api("clerk1").create(SEWAGE)
    for field in ("version", *ACTIONS[action]):
        for name, value in VALUES.items():
            body = {"version": 999} | ACTIONS[action] | {field: value}
            answer = api("clerk1")(
                "POST", f"/cases/{case['case_no']}/actions/{action}", raw=json.dumps(body).encode()
            )
            expected = (400,) if name == "a lone surrogate" else (403, 409, 413, 422)
            assert answer.status in expected, (field, name, answer)
    assert api("clerk1").view(case)["version"] == 1


@pytest.mark.parametrize(
    "value",
    [
        "%00",
        "a" * 3000,
        "%ed%a0%80",
        "%ff",
        "%25s",
        "'%20OR%201=1",
        "-1",
        "9" * 400,
        "%F0%9F%92%A9",
        "%0d%0a",
    ],
)
@pytest.mark.parametrize(
    "operation", [one for one in OPERATIONS if one.method == "GET"], ids=lambda one: one.name
)
def test_paths_and_parameters_of_junk(api: Open, operation: Any, value: str) -> None:
    who = api("clerk1")
    junk = dict.fromkeys(re.findall(r"{(\w+)}", operation.path), value)
    if "{" in operation.path:
        assert 400 <= who.get(operation.path.format(**junk)).status < 500
    for parameter in operation.parameters:
        answer = who.get(f"{operation.path.format_map(_Places({}))}?{parameter.name}={value}")
        assert answer.status < 500, answer


DATED = [
    (one, parameter.name) for one in OPERATIONS for parameter in one.parameters if parameter.type == "date"
]


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
@pytest.mark.parametrize(("operation", "name"), DATED, ids=lambda one: getattr(one, "name", one))
def test_days_from_which_nobody_can_count_on(api: Open, operation: Any, name: str, day: str) -> None:
    answer = api("supervisor1").get(f"{operation.path.format_map(_Places({}))}?{name}={day}")
    assert (answer.status, answer.code) == (422, "invalid-fields")


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.name)
def test_a_nul_in_the_place_of_a_path_names_nothing(api: Open, operation: Any) -> None:
    allowed = operation.permission if isinstance(operation.permission, tuple) else ("clerk",)
    who = api(next((name for role, name in _PLAYERS.items() if role in allowed), "supervisor1"))
    for name in re.findall(r"{(\w+)}", operation.path):
        places = _Places({"action": _ACTION.get(operation.name, "accept"), name: "a%00b"})
        assert who(operation.method, operation.path.format_map(places), {}).status < 500


def test_a_nul_that_came_as_far_as_the_database_is_no_fault_of_ours() -> None:
    error = DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")
    for path, kind in (("/supervision", "text/html"), ("/api/v1/x", "application/problem+json")):
        answer = Edge(lambda _: HttpResponse()).process_exception(RequestFactory().get(path), error)
        assert answer is not None
        assert answer.status_code == 400
        assert answer.headers["Content-Type"].startswith(kind)
    assert (
        Edge(lambda _: HttpResponse()).process_exception(RequestFactory().get("/"), DataError("other"))
        is None
    )


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "application/xml",
        "multipart/form-data",
        "application/json; charset=utf-7",
        "application/json; charset=nonsense",
        "/",
        "application/x-www-form-urlencoded",
        "\x01",
    ],
)
def test_odd_content_types(api: Open, content_type: str) -> None:
    for raw in (b"{}", b"a=b", json.dumps(application(SEWAGE)).encode()):
        assert api("citizen1")("POST", "/cases", raw=raw, Content_Type=content_type).status in (
            201,
            400,
            415,
            422,
        )


@pytest.mark.parametrize("key", ["", "x" * 201, "\t", "a\x7fb"])
def test_odd_keys(api: Open, key: str) -> None:
    assert api("citizen1").post("/cases", application(SEWAGE), Idempotency_Key=key).status == 422


@pytest.mark.parametrize("language", ["*", "en;q=x", "en;q=-1", ",", "zh" * 5000, "\xe9", "en-\x00"])
def test_odd_languages(api: Open, language: str) -> None:
    assert api().get("/cases", Accept_Language=language).status == 401


def test_other_people_s_cases_and_numbers_that_are_none_look_alike(api: Open) -> None:
    case = api("citizen1").create(SEWAGE)
    theirs = api("citizen2").get(f"/cases/{case['case_no']}")
    none = api("citizen2").get("/cases/2026090800000019")
    assert theirs.status == none.status == 404
    assert theirs.json == none.json
    assert api("citizen2")("PATCH", f"/cases/{case['case_no']}", {"form": {}}).json == theirs.json
    act = api("citizen2").try_(case, "withdraw", reason="不是我的")
    assert act.json == theirs.json


def test_a_body_beyond_its_bound(api: Open) -> None:
    raw = b'{"form":"' + b"a" * 2_100_000 + b'"}'
    assert api("citizen1")("POST", "/cases", raw=raw).status == 413
    form = application(SEWAGE) | {"form": {"drainer_name": "a" * 1_000_000}}
    assert api("citizen1").post("/cases", form).status in (413, 422)
    many = application(SEWAGE) | {"materials": [{"code": f"M{n}"} for n in range(20_000)]}
    assert api("citizen1").post("/cases", many).status == 422


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_names = st.sampled_from(
    ["version", "items", "answer_by", "deferred", "reason", "ground", "to", "form", "materials", "text"]
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)
@given(
    body=st.dictionaries(_names, _json, max_size=5),
    action=st.sampled_from([*ACTIONS, "decide", "bless", "pause"]),
)
def test_anything_at_all(api: Open, body: dict[str, Any], action: str) -> None:
    number = _one_case(api)
    raw = json.dumps(body).encode()
    answer = api("clerk1")("POST", f"/cases/{number}/actions/{action}", raw=raw)
    assert answer.status in (200, 400, 403, 404, 409, 422), answer


def _one_case(api: Open) -> str:
    rows = api("clerk1").get("/cases?limit=1").json["results"]
    return str(rows[0]["case_no"] if rows else api("clerk1").create(SEWAGE)["case_no"])
