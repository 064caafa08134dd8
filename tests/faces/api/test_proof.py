"""Proofs and the check of papers, open to everybody and without personal data."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from tests.world import SEWAGE, Api

Open = Callable[..., Api]


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
    assert api().get(f"/verify/{quote(number)}?code=WRONG").status == 404
    assert api().get(f"/verify/{quote(number)}").status == 422


def applicant_is_hidden(text: str, case: dict) -> bool:
    return all(case["applicant"][name] not in text for name in ("name", "id_number", "phone"))


def test_what_the_office_says_to_itself_is_proved_without_its_words(api: Open) -> None:
    case = api("citizen1").create(SEWAGE)
    api("examiner1").act(case, "note", text="内部说明，不对外")
    where = f"/ledger/proof?case_no={case['case_no']}&seq="
    own, office = api("citizen1"), api("examiner1")
    assert own.get(f"{where}1").json["body"] and "body" not in own.get(f"{where}2").json
    assert "内部说明" in office.get(f"{where}2").json["body"]
    assert "body" not in api().get(f"{where}1").json
