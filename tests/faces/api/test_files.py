"""Files: who sees them, what is no document, broken envelopes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.documents.corpus import image
from tests.faces.api.envelope import upload
from tests.world import FUND, Api, application

Open = Callable[..., Api]


def test_files_come_and_go(api: Open) -> None:
    answer = upload(api("citizen1"), "照片.jpg", image("JPEG"))
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


def test_who_watches_opens_a_file_only_after_saying_why(api: Open) -> None:
    file_id = upload(api("citizen1"), "身份证.jpg", image("JPEG")).json["file_id"]
    row = {"code": "M01", "medium": "electronic", "file_ids": [file_id]}
    case = api("citizen1").post("/cases", application(FUND, materials=[row])).json
    one = f"/files/{file_id}"
    for watcher in ("supervisor1", "manager1", "leader1"):
        assert api(watcher).get(one).status == 404, "the case is masked to them, a picture cannot be"
    api("supervisor1").act(case, "reveal", reason="核查投诉")
    assert api("supervisor1").get(one).status == 200
    assert api("manager1").get(one).status == 404, "somebody else's look"


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
    assert upload(api("citizen1"), name, content).status in (status, 415, 422)


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
