"""The page that checks a proof: a genuine bundle holds, a bent one is named by what is wrong with it."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.instance import Instance

Bend = Callable[[dict[str, Any]], None]


@pytest.fixture(scope="module")
def bundle(instance: Instance) -> dict[str, Any]:
    """The proof of the citizen's case with the longest life."""
    cookie = {"Cookie": f"onewindow={instance._token('citizen1')}"}
    found = instance.call("citizen1", "GET", "/cases")["results"]
    proofs = []
    for case in found:
        answer = httpx.get(
            f"{instance.address}/my/cases/{case['case_no']}/proof.json", headers=cookie, timeout=30
        )
        if answer.status_code == 200:
            proofs.append(answer.json())
    assert proofs
    return max(proofs, key=lambda one: len(one["facts"]))


def _body(bundle: dict[str, Any]) -> None:
    fact = next(one for one in reversed(bundle["facts"]) if "body" in one)
    fact["body"] = fact["body"].replace('"', "'", 1)


def _left_out(bundle: dict[str, Any]) -> None:
    del bundle["facts"][1]


def _root(bundle: dict[str, Any]) -> None:
    root = bundle["tree_head"]["root"]
    bundle["tree_head"]["root"] = ("1" if root[0] == "0" else "0") + root[1:]


def _time(bundle: dict[str, Any]) -> None:
    bundle["facts"][0]["at"] = "2020-01-01T00:00:00.000+08:00"


def _path(bundle: dict[str, Any]) -> None:
    bundle["facts"][0]["path"] = bundle["facts"][0]["path"][1:]


def _number(bundle: dict[str, Any]) -> None:
    bundle["case_no"] = "20260101-000000-0"


def _format(bundle: dict[str, Any]) -> None:
    bundle["format"] = "another"


BENT: list[tuple[Bend, str]] = [
    (_left_out, "对不上：第 2 步"),
    (_root, "对不上：账本摘要的签名"),
    (_time, "对不上：第 1 步"),
    (_path, "对不上：第 1 步"),
    (_number, "对不上：20260101-000000-0"),
    (_format, "这不是办件证明"),
]


def test_a_whole_proof_holds_and_a_bent_one_is_named(visit: Visit, bundle: dict[str, Any]) -> None:
    page = visit()
    sent: list[str] = []
    page.goto("/proof")
    page.on("request", lambda request: sent.append(request.url))
    told = page.locator("[data-proof] [role=status]")

    def check(content: bytes) -> None:
        page.set_input_files(
            "#proof-file", {"name": "proof.json", "mimeType": "application/json", "buffer": content}
        )

    check(json.dumps(bundle).encode())
    steps = len(bundle["facts"])
    expect(told).to_contain_text(f"{bundle['case_no']} · 核对无误：{steps} 步")
    assert "okay" in (told.get_attribute("class") or "")
    with_body = max(place for place, one in enumerate(bundle["facts"], 1) if "body" in one)
    for bend, expected in [*BENT, (_body, f"对不上：第 {with_body} 步")]:
        bent = json.loads(json.dumps(bundle))
        bend(bent)
        check(json.dumps(bent).encode())
        expect(told).to_contain_text(expected)
        assert "note--stop" in (told.get_attribute("class") or ""), expected
    check(b"{")
    expect(told).to_contain_text("这不是办件证明")
    page.evaluate("document.querySelector('[data-proof]').dataset.key = '11'.repeat(32)")
    check(json.dumps(bundle).encode())
    expect(told).to_contain_text("不是本平台现在的公钥")
    assert sent == [], "nothing leaves the browser"
