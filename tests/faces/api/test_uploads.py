"""Uploads in pieces over the API: begun, broken off, carried on, used in a case."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.documents.corpus import pdf
from tests.world import FUND, Api, application

Open = Callable[..., Api]
PIECE = "application/offset+octet-stream"


def test_an_upload_that_broke_off_goes_on(api: Open) -> None:
    who, content = api("citizen1"), pdf(pages=3)
    began = who.post("/uploads", {"name": "材料.pdf", "size": len(content)})
    assert began.status == 201 and began.json["offset"] == 0
    one = f"/uploads/{began.json['upload_id']}"
    assert who("PATCH", one, raw=content[:200], Content_Type=PIECE, Upload_Offset="0").json["offset"] == 200
    assert who("PATCH", one, raw=content[:200], Content_Type=PIECE, Upload_Offset="0").status == 409
    at = who.get(one).json["offset"]
    done = who("PATCH", one, raw=content[at:], Content_Type=PIECE, Upload_Offset=str(at)).json
    assert done["file"]["size"] == len(content) and done["file"]["media_type"] == "application/pdf"
    row = {"code": "M01", "medium": "electronic", "file_ids": [done["file"]["file_id"]]}
    assert who.post("/cases", application(FUND, materials=[row])).status == 201
    assert api("citizen2").get(one).status == 404
    assert who("DELETE", one).status == 204 and who.get(one).status == 404


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content_Type": PIECE}, 422),
        ({"Content_Type": PIECE, "Upload_Offset": "-1"}, 422),
        ({"Content_Type": PIECE, "Upload_Offset": "9" * 13}, 422),
        ({"Content_Type": PIECE, "Upload_Offset": "7"}, 409),
        ({"Content_Type": "application/json", "Upload_Offset": "0"}, 415),
    ],
)
def test_odd_pieces(api: Open, headers: dict[str, str], status: int) -> None:
    who = api("citizen1")
    one = f"/uploads/{who.post('/uploads', {'name': 'a', 'size': 10}).json['upload_id']}"
    assert who("PATCH", one, raw=b"x", **headers).status == status


def test_what_is_larger_than_a_file_may_be_is_told_before_a_byte_is_sent(api: Open) -> None:
    answer = api("citizen1").post("/uploads", {"name": "a.pdf", "size": 50 * 1024 * 1024 + 1})
    assert (answer.status, answer.code) == (413, "file-too-large")


@pytest.mark.parametrize("body", [{}, {"name": "a"}, {"name": "a", "size": 0}, {"name": "a", "size": "x"}])
def test_odd_beginnings(api: Open, body: dict[str, object]) -> None:
    assert api("citizen1").post("/uploads", body).status == 422
