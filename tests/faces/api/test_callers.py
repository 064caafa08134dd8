"""Who calls and in which language: log-in, tokens, errors, unknown paths, the document itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from tests import openapi
from tests.world import PASSWORD, Api

Open = Callable[..., Api]


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


def test_the_document_describes_itself(api: Open) -> None:
    answer = api().get("/openapi.json")
    assert answer.status == 200 and answer.json["openapi"].startswith("3.1")
    for path, methods in answer.json["paths"].items():
        assert path.startswith("/api/v1/")
        for method, operation in methods.items():
            assert operation["x-permission"] and operation["summary"], (method, path)
            assert "503" in operation["responses"], (method, path)
    assert openapi.whole() == answer.json
