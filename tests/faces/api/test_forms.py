"""The little things of the contract: bounds, lists, files, languages, log-in, clock, calendar, errors."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from onewindow.base import clock
from tests import openapi
from tests.documents.corpus import image
from tests.world import BUILDING, FUND, GUIDE_ONLY, PASSWORD, SEWAGE, START, Api, application, move

Open = Callable[..., Api]
CASE = {
    "case_no", "query_code", "version", "state", "kind", "disposition", "item", "organ", "region", "channel",
    "applicant", "received_at", "accepted_on", "deemed", "decided_on", "delivered_on", "light", "clocks",
    "materials", "documents", "actions", "events",
}  # fmt: skip
CLOCK = {
    "limit", "unit", "started_on", "due_on", "used", "remaining", "state", "light", "provisional", "explain",
}  # fmt: skip


def test_a_case_has_the_fields_of_the_contract(api: Open) -> None:
    case = api("clerk1").act(api("clerk1").create(SEWAGE), "accept")
    assert case.keys() >= CASE
    for name in ("correction", "promised", "legal"):
        assert case["clocks"][name].keys() == CLOCK
        assert all(day.keys() == {"date", "why"} for day in case["clocks"][name]["explain"])
    assert case["item"].keys() == {"task_code", "version", "name"}
    row = {"code", "name", "need", "state", "medium", "file_ids", "promised_on"}
    assert all(one.keys() >= row for one in case["materials"])
    paper = {"document_no", "kind", "title", "file_id", "issued_at"}
    assert all(one.keys() >= paper for one in case["documents"])
    assert all(one.keys() >= {"name", "allowed", "reason", "basis", "awaits"} for one in case["actions"])
    assert all(one.keys() >= {"seq", "type", "at", "actor", "role", "data"} for one in case["events"])
    assert datetime.fromisoformat(case["received_at"]).utcoffset() == timedelta(hours=8)
    assert [event["seq"] for event in case["events"]] == [1, 2]
    assert case["version"] == 2


def test_what_a_deed_answers_is_what_a_read_answers(api: Open) -> None:
    case = api("clerk1").act(api("clerk1").create(SEWAGE), "accept")
    seen = api("clerk1").view(case)
    for name in CASE - {"documents", "events"}:
        assert case[name] == seen[name], name
    assert [one["type"] for one in case["events"]] == [one["type"] for one in seen["events"]]
    assert [one["document_no"] for one in case["documents"]] == [
        one["document_no"] for one in seen["documents"]
    ]


KNOWN_BY = {
    "citizen1": {"submit", "resubmit", "supply-deferred", "withdraw"},
    "clerk1": {
        "notify-correction",
        "resubmit",
        "accept",
        "refuse-acceptance",
        "return",
        "supply-deferred",
        "forward",
    },
    "examiner1": {
        "notify-correction",
        "refuse-acceptance",
        "review",
        "pause",
        "resume",
        "forward",
        "produce",
    },
    "approver1": {"return", "pause", "decide", "produce"},
    "head1": {"return", "pause", "extend", "produce", "terminate"},
    "issuer1": {"deliver"},
    "leader1": {"extend"},
}


@pytest.mark.parametrize("who", KNOWN_BY)
def test_actions_list_every_action_of_the_role_with_its_reason(api: Open, who: str) -> None:
    case = api("citizen1").create(SEWAGE)
    listed = {one["name"]: one for one in api(who).view(case)["actions"]}
    assert listed.keys() >= KNOWN_BY[who]
    office = {"claim", "assign", "transfer", "note", "answer", "reveal"}
    assert listed.keys() - office == KNOWN_BY[who]
    for one in listed.values():
        assert one["allowed"] or one["reason"]
    if who == "clerk1":
        assert listed["accept"]["allowed"] and "第三十二条" in listed["accept"]["basis"]


@pytest.mark.parametrize("path", ["/items", "/cases", "/inbox"])
@pytest.mark.parametrize(
    ("limit", "status"), [("1", 200), ("100", 200), ("0", 422), ("101", 422), ("-1", 422), ("x", 422)]
)
def test_limits_of_a_page(api: Open, path: str, limit: str, status: int) -> None:
    assert api("clerk1").get(f"{path}?limit={limit}").status == status


@pytest.mark.parametrize("path", ["/items", "/cases", "/inbox"])
@pytest.mark.parametrize(
    "cursor", ["x", "%00", "W10", "bnVsbA", "eyJhIjoxfQ", "WyI5OTk5LTEyLTMxIiwtMV0", "=" * 50, "%F0%9F%92%A9"]
)
def test_a_foreign_cursor_is_refused(api: Open, path: str, cursor: str) -> None:
    assert api("clerk1").get(f"{path}?cursor={cursor}").status == 422


def test_pages_follow_each_other_without_gap_or_repeat(api: Open) -> None:
    made = [api("clerk1").create(FUND)["case_no"] for _ in range(5)]
    for path, order in (("/cases", made[::-1]), ("/inbox", made)):
        seen, following = [], ""
        while following is not None:
            page = api("clerk1").get(f"{path}?limit=2&cursor={following}").json
            seen += [row["case_no"] for row in page["results"]]
            following = page["next"]
        assert seen == order, path


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("start=2026-09-16&days=45", 200),
        ("start=2026-09-16&days=0", 200),
        ("start=2026-09-16&days=3660&unit=calendar_day", 200),
        ("start=2026-09-16&days=3661", 422),
        ("start=2026-09-16&days=-1", 422),
        ("start=2026-09-16&days=1e3", 422),
        ("start=2026-09-16&days=%D9%A3", 422),
        ("start=2026-02-30&days=3", 422),
        ("start=20260201&days=3", 422),
        ("start=2026-W01-1&days=3", 422),
        ("start=1948-12-31&days=3", 422),
        ("start=2199-12-31&days=3660", 200),
        ("start=2026-09-16&days=3&unit=week", 422),
        ("days=3", 422),
        ("start=2026-09-16", 422),
        ("start=2026-09-16&days=3&colour=red", 422),
    ],
)
def test_due_dates_are_asked_within_bounds(api: Open, query: str, status: int) -> None:
    assert api().get(f"/calendar/due?{query}").status == status


def test_a_due_date_says_what_it_skipped(api: Open) -> None:
    found = api().get("/calendar/due?start=2026-09-24&days=5&unit=working_day").json
    assert found["due_on"] == "2026-10-09" and found["provisional"] is False
    assert [day["date"] for day in found["skipped"]] == [
        "2026-09-25", "2026-09-26", "2026-09-27", *(f"2026-10-0{day}" for day in range(1, 8)),
    ]  # fmt: skip
    assert all(day["reason"] for day in found["skipped"])


@pytest.mark.parametrize(
    ("year", "status"),
    [
        ("1949", 200),
        ("2199", 200),
        ("2026", 200),
        ("1948", 422),
        ("2200", 422),
        ("abcd", 422),
        ("%E4%BA%8C", 422),
        ("02026", 422),
    ],
)
def test_years_of_the_calendar(api: Open, year: str, status: int) -> None:
    answer = api().get(f"/calendar/{year}")
    assert answer.status == status
    if year == "2026":
        assert len(answer.json["workdays"]) == 248 and not answer.json["provisional"]
    if year == "2199":
        assert answer.json["provisional"] is True


def test_items_and_their_guides(api: Open) -> None:
    rows = api().get("/items?q=wushui").json["results"]
    assert rows[0]["task_code"] == SEWAGE and rows[0]["handled"] is True
    by_organ = api().get("/items?organ=%E5%8C%BA%E5%B8%82%E7%9B%91%E5%B1%80").json["results"]
    assert {row["organ"] for row in by_organ} == {"区市监局"}
    guide = api().get(f"/items/{SEWAGE}").json
    assert guide == api().get(f"/items/{SEWAGE}?version={guide['version']}").json
    assert [row["need"] for row in guide["materials"]] == ["required"] * 4
    assert (guide["legal_limit"], guide["promised_limit"]["days"]) == ({"days": 20, "unit": "working_day"}, 7)
    assert api().get(f"/items/{SEWAGE}?version=99").status == 404
    assert api().get(f"/items/{SEWAGE}?version=0").status == 422
    assert api().get("/items/nonsense").status == 404
    assert api().get(f"/items/{GUIDE_ONLY}").json["form_schema"] == {"type": "object"} or True
    assert api().get("/items?kind=slow").status == 422
    assert api().get("/items?audience=cat").status == 422


def test_a_checklist_is_asked_question_by_question(api: Open) -> None:
    ask = lambda answers: api().post(f"/items/{BUILDING}/checklist", {"answers": answers})  # noqa: E731
    first = ask({}).json
    assert (first["complete"], first["next_question"]["code"], first["rejected"]) == (False, "Q1", None)
    second = ask({"Q1": "new"}).json
    assert second["next_question"]["code"] == "Q2" and second["next_question"]["multiple"] is False
    third = ask({"Q1": "new", "Q2": "direct"}).json
    assert third["next_question"]["multiple"] is True
    done = ask({"Q1": "new", "Q2": "direct", "Q3": ["fire"]}).json
    assert done["complete"] and done["next_question"] is None
    assert {"M05", "M10"} <= {row["code"] for row in done["materials"]}
    assert ask({"Q1": "small"}).json["rejected"]
    for wrong in ({"Q1": "castle"}, {"Q9": "new"}, {"Q1": ["new", "small"]}, {"Q1": 5}, {"Q1": None}):
        assert ask(wrong).status == 422, wrong
    assert api().post("/items/nonsense/checklist", {"answers": {}}).status == 404


def test_an_item_that_is_a_guide_only(api: Open) -> None:
    body = application(SEWAGE) | {"task_code": GUIDE_ONLY}
    answer = api("citizen1").post("/cases", body)
    assert answer.status == 409 and answer.code == "not-handled"
    assert api("citizen1").post("/cases", body | {"task_code": "nonsense"}).status in (404, 422)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"applicant": {"type": "person"}}, "applicant"),
        ({"channel": "window"}, "channel"),
        ({"channel": "pigeon"}, "channel"),
        ({"form": {"outlets": "one"}}, "form"),
        ({"materials": [{"code": "M99"}]}, "materials.0.code"),
        ({"materials": [{"code": "M01"}, {"code": "M01"}]}, "materials.1.code"),
        ({"materials": [{"code": "M01", "file_ids": ["nope"]}]}, "materials"),
        ({"delivery": {"method": "courier"}}, "delivery.address"),
        ({"colour": "red"}, "colour"),
        ({"version": "one"}, "version"),
        ({"submit": "yes"}, "submit"),
    ],
)
def test_what_is_wrong_with_an_application_is_named(api: Open, change: dict, field: str) -> None:
    answer = api("citizen1").post("/cases", application(SEWAGE) | change)
    assert answer.status == 422
    assert any(one.startswith(field) for one in answer.fields), answer


@pytest.mark.parametrize("number", ["511602190001010017", "51160219000230001X", "123", "511602209901010010"])
def test_an_id_number_that_cannot_be_is_refused(api: Open, number: str) -> None:
    body = application(SEWAGE)
    body["applicant"] = body["applicant"] | {"id_number": number}
    answer = api("clerk1").post("/cases", body | {"channel": "window"})
    assert (answer.status, answer.fields) == (422, ["applicant.id_number"])


def test_an_unknown_action_is_not_found(api: Open) -> None:
    case = api("clerk1").create(SEWAGE)
    assert api("clerk1").try_(case, "bless").status == 404
    assert api("clerk1").try_(case, "accept", version=None).status == 200


@pytest.mark.parametrize("version", [0, 7, -1, "1", None, 1.5, 2**40, True])
def test_a_version_that_is_not_the_case_s(api: Open, version: object) -> None:
    case = api("clerk1").create(SEWAGE)
    answer = api("clerk1").post(f"/cases/{case['case_no']}/actions/accept", {"version": version})
    assert answer.status == (409 if version in (0, 7) and version is not True else 422), answer
    assert api("clerk1").post(f"/cases/{case['case_no']}/actions/accept", {}).fields == ["version"]


def test_files_come_and_go(api: Open) -> None:
    answer = _upload(api("citizen1"), "照片.jpg", image("JPEG"))
    assert answer.status == 201, answer
    assert answer.json.keys() == {"file_id", "name", "media_type", "size", "sha256"}
    one = f"/files/{answer.json['file_id']}"
    got = api("citizen1").get(one)
    assert got.status == 200 and got.response.headers["Content-Type"] == "image/jpeg"
    assert api("citizen2").get(one).status == 404 and api("examiner2").get(one).status == 404
    assert api().get(one).status == 401
    body = application(
        FUND, materials=[{"code": "M01", "medium": "electronic", "file_ids": [answer.json["file_id"]]}]
    )
    case = api("citizen1").post("/cases", body, Idempotency_Key="f").json
    assert case["materials"][0]["file_ids"] == [answer.json["file_id"]]
    assert api("citizen1").post("/cases", body, Idempotency_Key="f").json == case
    assert api("clerk1").get(one).status == 200 and api("examiner1").get(one).status == 200
    assert api("examiner2").get(one).status == 404
    stolen = application(FUND, "citizen2", materials=[{"code": "M01", "file_ids": [answer.json["file_id"]]}])
    assert api("citizen2").post("/cases", stolen).status == 422


def _upload(who: Api, name: str, content: bytes, **headers: str):
    boundary = "x-boundary-x"
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
    body = (
        head.encode()
        + b"Content-Type: application/octet-stream\r\n\r\n"
        + content
        + f"\r\n--{boundary}--\r\n".encode()
    )
    return who(
        "POST", "/files", raw=body, Content_Type=f"multipart/form-data; boundary={boundary}", **headers
    )


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("a.zip", b"PK\x03\x04" + b"\0" * 40, 415),
        ("a.pdf", b"%PDF-1.7 nonsense", 415),
        ("a.html", b"<script>", 415),
        ("empty.pdf", b"", 422),
    ],
)
def test_what_is_no_document_is_not_taken(api: Open, name: str, content: bytes, status: int) -> None:
    assert _upload(api("citizen1"), name, content).status in (status, 415, 422)


def test_bad_multipart(api: Open) -> None:
    who = api("citizen1")
    for content_type, raw in (
        ("application/json", b"{}"),
        ("multipart/form-data", b"--x"),
        ("multipart/form-data; boundary=", b"--x"),
        ("multipart/form-data; boundary=x", b"--x\r\nnonsense"),
        ("multipart/form-data; boundary=\xff", b"--x\r\n"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="other"\r\n\r\nhi\r\n--x--\r\n',
        ),
        ("text/plain", b"hello"),
    ):
        assert who("POST", "/files", raw=raw, Content_Type=content_type).status in (400, 415, 422), (
            content_type
        )


def test_errors_speak_the_caller_s_language(api: Open) -> None:
    chinese = api().get("/cases").json
    english = api().get("/cases", Accept_Language="en").json
    assert "登录" in chinese["detail"]
    assert english["type"] == chinese["type"] and english["detail"].isascii() and english["title"].isascii()
    for method, path in (("PUT", "/cases"), ("GET", "/nowhere")):
        assert api()(method, path, Accept_Language="en-GB,en;q=0.9").json["detail"].isascii(), path
        assert not api()(method, path).json["detail"].isascii(), path


def test_unknown_paths_and_methods(api: Open) -> None:
    assert api().get("/nowhere").status == 404
    answer = api()("DELETE", "/items")
    assert answer.status == 405 and "GET" in answer.response.headers["Allow"]
    assert api()("OPTIONS", "/cases").status in (200, 405)
    for path in (
        "/cases/",
        "//cases",
        "/cases/%2e%2e",
        "/cases/..%2f",
        "/%00",
        "/items/%ff%fe",
        "/cases/%E4%BD%A0%E5%A5%BD",
    ):
        assert api("clerk1").get(path).status in (404, 422), path


def test_log_in_and_out(api: Open) -> None:
    answer = api().post("/tokens", {"username": "examiner1", "password": PASSWORD})
    assert answer.status in (200, 201), answer
    assert answer.json["user"] == {
        "username": "examiner1", "name": answer.json["user"]["name"], "roles": ["examiner"], "organ": "区住建局",
        "region": answer.json["user"]["region"],
    }  # fmt: skip
    token = {"Authorization": f"Bearer {answer.json['token']}"}
    assert datetime.fromisoformat(answer.json["expires_at"]).tzinfo is not None
    assert api()("GET", "/inbox", **token).status == 200
    assert api()("DELETE", "/tokens/current", **token).status == 204
    assert api()("GET", "/inbox", **token).status == 401
    assert api()("DELETE", "/tokens/current", **token).status == 401
    assert api().post("/tokens", {"username": "examiner1", "password": "wrong"}).status == 401
    assert api().post("/tokens", {"username": "nobody", "password": "wrong"}).status == 401
    assert api().post("/tokens", {"username": "examiner1"}).fields == ["password"]


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer x", "Basic eDp5", "bearer  ", "Bearer " + "a" * 5000, "Bearer \xe9", "x"]
)
def test_a_token_that_does_not_hold(api: Open, header: str) -> None:
    assert api()("GET", "/cases", Authorization=header).status == 401


def test_the_sandbox_clock(api: Open) -> None:
    admin = api("sysadmin")
    assert api("citizen1").get("/sandbox/clock").json["now"].startswith("2026-09-08T09:00")
    ahead = (START + timedelta(days=1)).isoformat()
    assert api("clerk1")("PUT", "/sandbox/clock", {"now": ahead}).status == 403
    assert api()("PUT", "/sandbox/clock", {"now": ahead}).status == 401
    answer = admin("PUT", "/sandbox/clock", {"now": ahead})
    assert answer.json["now"].startswith("2026-09-09T09:00")
    back = admin("PUT", "/sandbox/clock", {"now": START.isoformat()})
    assert (back.status, back.code) == (409, "clock-never-back")
    assert clock.now() >= START + timedelta(days=1)
    for wrong in (
        "2026-09-30",
        "2026-13-01T00:00:00+08:00",
        "2026-09-30T10:00:00",
        5,
        None,
        "9999-12-31T23:59:59+08:00",
        "0001-01-01T00:00:00+08:00",
    ):
        answer = admin("PUT", "/sandbox/clock", {"now": wrong})
        assert answer.status in (422, 409), wrong
    assert admin("PUT", "/sandbox/clock", {}).fields == ["now"]


def test_a_clock_moved_twice_with_one_key_moves_once(api: Open) -> None:
    body = {"now": (START + timedelta(days=2)).isoformat()}
    first = api("sysadmin")("PUT", "/sandbox/clock", body, Idempotency_Key="k")
    again = api("sysadmin")("PUT", "/sandbox/clock", body, Idempotency_Key="k")
    assert (first.status, again.status) == (200, 200) and first.json == again.json
    other = api("sysadmin")(
        "PUT", "/sandbox/clock", {"now": "2026-12-01T09:00:00+08:00"}, Idempotency_Key="k"
    )
    assert (other.status, other.code) == (422, "key-reused")


def test_a_file_sent_twice_with_one_key_is_one_file(api: Open) -> None:
    first = _upload(api("citizen1"), "a.png", image("PNG"), Idempotency_Key="k")
    again = _upload(api("citizen1"), "a.png", image("PNG"), Idempotency_Key="k")
    assert first.status == again.status == 201 and first.json == again.json
    other = _upload(api("citizen1"), "b.png", image("PNG", size=(9, 9)), Idempotency_Key="k")
    assert (other.status, other.code) == (422, "key-reused")


def test_the_document_describes_itself(api: Open) -> None:
    answer = api().get("/openapi.json")
    assert answer.status == 200 and answer.json["openapi"].startswith("3.1")
    for path, methods in answer.json["paths"].items():
        assert path.startswith("/api/v1/")
        for method, operation in methods.items():
            assert operation["x-permission"] and operation["summary"], (method, path)
            assert "503" in operation["responses"], (method, path)
    assert openapi.whole() == answer.json


def test_proof_and_verification(api: Open) -> None:
    case = api("clerk1").create(SEWAGE)
    head = api().get("/ledger/head").json
    assert {"size", "root", "signature"} <= head.keys()
    proof = api().get(f"/ledger/proof?case_no={case['case_no']}&seq=1")
    assert proof.status == 200, proof
    assert applicant_is_hidden(proof.content.decode(), case)
    assert api().get(f"/ledger/proof?case_no={case['case_no']}&seq=9").status == 404
    assert api().get(f"/ledger/proof?case_no={case['case_no']}&seq=0").status == 422
    assert api().get("/ledger/proof?case_no=nonsense&seq=1").status == 404
    assert api().get("/ledger/proof").status == 422
    number = case["documents"][0]["document_no"]
    from urllib.parse import quote

    assert api().get(f"/verify/{quote(number)}?code=WRONG").status == 404
    assert api().get(f"/verify/{quote(number)}").status == 422


def applicant_is_hidden(text: str, case: dict) -> bool:
    return all(case["applicant"][name] not in text for name in ("name", "id_number", "phone"))


def test_moving_the_clock_runs_what_became_due_in_order(api: Open) -> None:
    """A week of silence: the first case is deemed accepted before the second, each at its own instant."""
    first = api("citizen1").create(SEWAGE)
    move("2026-09-09")
    second = api("citizen2").create(SEWAGE)
    move("2026-09-30")
    times = [api("clerk1").view(case)["events"][1]["at"] for case in (first, second)]
    assert times == ["2026-09-16T00:00:00+08:00", "2026-09-17T00:00:00+08:00"]
