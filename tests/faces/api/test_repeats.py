"""Idempotency-Key: the same request gives the same answer, another one is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from tests.documents.corpus import image
from tests.faces.api.envelope import upload
from tests.world import FORMS, SEWAGE, START, Api

Open = Callable[..., Api]


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
    first = upload(api("citizen1"), "a.png", image("PNG"), Idempotency_Key="k")
    again = upload(api("citizen1"), "a.png", image("PNG"), Idempotency_Key="k")
    assert first.status == again.status == 201 and first.json == again.json
    other = upload(api("citizen1"), "b.png", image("PNG", size=(9, 9)), Idempotency_Key="k")
    assert (other.status, other.code) == (422, "key-reused")


def test_a_case_corrected_twice_with_one_key_is_corrected_once(api: Open) -> None:
    path = f"/cases/{api('citizen1').create(SEWAGE, submit=False)['case_no']}"
    change = {"form": {**FORMS[SEWAGE], "outlets": 2}}
    first = api("citizen1")("PATCH", path, change, Idempotency_Key="k")
    again = api("citizen1")("PATCH", path, change, Idempotency_Key="k")
    assert (first.status, again.status) == (200, 200) and first.json == again.json
    seen = api("citizen1").get(path).json
    assert seen["version"] == first.json["version"] and len(seen["events"]) == len(first.json["events"])
    other = api("citizen1")("PATCH", path, {"form": FORMS[SEWAGE]}, Idempotency_Key="k")
    assert (other.status, other.code) == (422, "key-reused")
    assert api("citizen1").get(path).json["version"] == first.json["version"]
    anew = api("citizen1")("PATCH", path, {"form": FORMS[SEWAGE]}, Idempotency_Key="another")
    assert anew.status == 200
