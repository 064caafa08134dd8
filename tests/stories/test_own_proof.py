"""A citizen checks the own case: the light of each step, who looked into it, and its proof without the platform."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from onewindow.base.ledger import heads
from onewindow.ui import session
from tests.world import SEWAGE, Answer, Api, move

Open = Callable[..., Api]
VERIFIER = Path(__file__).resolve().parents[2] / "tools" / "verify_ledger.py"


def pages(api: Open, who: str) -> Client:
    """A browser in which ``who`` is signed in."""
    api(who).get("/cases")
    client = Client()
    client.cookies[session.COOKIE] = Api.tokens[who]
    return client


def verified(path: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", str(VERIFIER), str(path), *options],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def case(api: Open) -> dict[str, Any]:
    """Received from a citizen, looked into by the examiner, noted inside, then late."""
    found = api("citizen1").create(SEWAGE)
    found = api("clerk1").act(found, "accept")
    found = api("examiner1").act(found, "reveal", reason="审查需要")
    found = api("examiner1").act(found, "note", text="内部：先核对排水量")
    move("2026-12-21")
    return found


def page_of(client: Client, address: str) -> Answer:
    return Answer(client.get(address))


def test_the_own_case_is_an_open_book(api: Open, case: dict[str, Any]) -> None:
    text = pages(api, "citizen1").get(f"/my/cases/{case['case_no']}").content.decode()
    seen = text[text.index("谁看过您的个人信息") :]
    assert "审查人员" in seen
    assert "区住建局" in seen
    assert "审查需要" in seen
    assert "examiner1" not in text, "by duty, never by name"
    assert "内部：先核对排水量" not in text
    steps = text[text.index("办到哪一步了") : text.index("谁看过您的个人信息")]
    assert steps.count("light--go") >= 2, "each step tells its light"
    assert "light--over" in text, "and the case is late today"


def test_the_proof_holds_without_the_platform(api: Open, case: dict[str, Any], tmp_path: Path) -> None:
    answer = page_of(pages(api, "citizen1"), f"/my/cases/{case['case_no']}/proof.json")
    assert answer.status == 200, answer
    text = answer.content.decode()
    assert "内部：先核对排水量" not in text
    assert "审查需要" not in text, "what passes inside the office is proved by its digest"
    bundle = json.loads(text)
    assert [one["seq"] for one in bundle["facts"]] == list(range(1, len(bundle["facts"]) + 1))
    assert {"received", "accepted", "revealed", "noted"} <= {one["type"] for one in bundle["facts"]}
    path = tmp_path / "proof.json"
    path.write_text(text)
    done = verified(path, "--key", heads.public_key_bytes().hex())
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 findings" in done.stdout
    assert verified(path, "--key", "11" * 32).returncode != 0, "another's key"


def test_every_bent_byte_and_left_out_step_shows(api: Open, case: dict[str, Any], tmp_path: Path) -> None:
    text = page_of(pages(api, "citizen1"), f"/my/cases/{case['case_no']}/proof.json").content
    module: dict[str, Any] = {"__name__": "verifier"}
    exec(compile(VERIFIER.read_text(), str(VERIFIER), "exec"), module)
    path = tmp_path / "proof.json"

    def is_good(content: bytes) -> bool:
        path.write_bytes(content)
        try:
            return not module["verify_bundle"](path).count
        except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError):
            return False

    assert is_good(text)
    for place in range(0, len(text.rstrip()), 7):
        bent = bytearray(text)
        bent[place] ^= 1
        assert not is_good(bytes(bent)), f"byte {place}: {text[max(0, place - 40) : place + 20]!r}"
    bundle = json.loads(text)
    for place in range(len(bundle["facts"]) - 1):
        without = bundle | {"facts": bundle["facts"][:place] + bundle["facts"][place + 1 :]}
        assert not is_good(json.dumps(without).encode()), place


@pytest.mark.parametrize("who", ["citizen2", "enterprise1"])
def test_a_foreign_case_gives_no_proof(api: Open, case: dict[str, Any], who: str) -> None:
    client = pages(api, who)
    assert client.get(f"/my/cases/{case['case_no']}/proof.json").status_code == 404
    assert client.get("/my/cases/nonsense%00/proof.json").status_code == 404


def test_the_office_and_strangers_get_no_bundle(api: Open, case: dict[str, Any]) -> None:
    address = f"/my/cases/{case['case_no']}/proof.json"
    assert pages(api, "clerk1").get(address).status_code == 403
    assert Client().get(address).status_code == 302
    assert Client().get("/proof").status_code == 200
    script = b"".join(Client().get("/proof/verify_ledger.py").streaming_content)  # type: ignore[attr-defined]
    assert script == VERIFIER.read_bytes()
