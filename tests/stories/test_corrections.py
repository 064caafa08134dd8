"""A name or number is put right: with proof, by two people; cases keep what was said then and say so."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from onewindow.base import clock, facts
from onewindow.base.ledger import verify
from onewindow.base.models import Account
from onewindow.cases import proof
from onewindow.documents import queries as documents
from onewindow.kernel.errors import Invalid, NotFound, RuleBroken
from onewindow.people import queries as people
from onewindow.people import services as people_deeds
from onewindow.privacy import copies, corrections
from onewindow.privacy.models import Correction
from onewindow.privacy.services import identity
from tests.documents.corpus import pdf
from tests.stories.test_own_data import pages
from tests.world import PASSWORD, SEWAGE, Api, actor, applicant, person

Open = Callable[..., Api]
OTHER = 931  # a fictional person whom the world does not know: the right name and number


def ask(who: str = "citizen1", **told: Any) -> int:
    given = {"name": person(OTHER)["name"], "id_number": person(OTHER)["id_number"], "reason": "登记时写错了"}
    return identity.ask(
        actor(who), password=PASSWORD, proof=("证明.pdf", io.BytesIO(pdf())), address="", now=clock.now(),
        **(given | told),
    )  # fmt: skip


def carry_out(id: int) -> int:
    identity.check(actor("clerk1"), id, now=clock.now())
    return identity.confirm(actor("manager1"), id, now=clock.now())


def test_a_corrected_person_keeps_the_own_cases(api: Open) -> None:
    case = api("citizen1").create(SEWAGE)
    account = actor("citizen1").account_id
    assert carry_out(ask()) == 1
    after, right = people.person_of(account), person(OTHER)
    assert after is not None
    assert (after.name, after.id_number, after.phone) == (
        right["name"],
        right["id_number"],
        applicant()["phone"],
    )
    assert Account.objects.get(username="citizen1").name == right["name"]
    seen = api("citizen1").view(case)
    assert seen["applicant"] == applicant(), "what was said then"
    assert seen["events"][-1]["type"] == "identity-corrected"
    assert api("citizen1").create(SEWAGE, applicant=right)["applicant"]["name"] == right["name"]
    (former,) = people.former_of(account)
    assert (former["name"], former["id_number"]) == (applicant()["name"], applicant()["id_number"])
    assert list(proof.findings()) == []
    assert {one.code for one in verify.run()} == set()


def test_facts_tell_what_changed_and_no_value(api: Open) -> None:
    id = ask(id_number="")
    carry_out(id)
    told = facts.of_subject("correction", id)
    assert [one[1] for one in told] == ["asked", "checked", "done"]
    assert person(OTHER)["name"] not in str(told) + str(
        facts.of_subject("account", actor("citizen1").account_id)
    )


@pytest.mark.parametrize(
    "told",
    [
        {"name": "", "id_number": ""},
        {"name": "<script>"},
        {"id_number": "110101190001010000"},
        {"reason": ""},
        {"password": "wrong wrong 1"},
        {"proof": None},
        {"proof": ("x.pdf", io.BytesIO(b"MZ not a paper"))},
    ],
)
def test_what_cannot_be_asked(api: Open, told: dict[str, Any]) -> None:
    given = {"password": PASSWORD, "proof": ("证明.pdf", io.BytesIO(pdf()))}
    given |= {"name": person(OTHER)["name"], "id_number": "", "reason": "写错了"}
    with pytest.raises(Exception) as refused:
        identity.ask(actor("citizen1"), address="", now=clock.now(), **(given | told))
    assert type(refused.value).__module__ == "onewindow.kernel.errors"
    assert not Correction.objects.exists()


def test_only_one_waits(api: Open) -> None:
    ask()
    with pytest.raises(RuleBroken, match="already-asked"):
        ask()
    identity.withdraw(actor("citizen1"), now=clock.now())
    assert ask()


def test_anothers_number_is_not_taken(api: Open) -> None:
    id = ask(name=applicant("citizen2")["name"], id_number=applicant("citizen2")["id_number"])
    identity.check(actor("clerk1"), id, now=clock.now())
    with pytest.raises(RuleBroken, match="anothers-number"):
        identity.confirm(actor("manager1"), id, now=clock.now())
    assert people.former_of(actor("citizen1").account_id) == []


def test_the_identity_service_has_the_last_word(api: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    from onewindow.people.adapters import identity as asked

    id = ask()
    identity.check(actor("clerk1"), id, now=clock.now())

    class No:
        def verify_person(self, name: str, number: str) -> asked.Verdict:
            return asked.Verdict(False, "x")

    monkeypatch.setattr(asked, "service", No)
    with pytest.raises(Invalid, match="identity-mismatch"):
        identity.confirm(actor("manager1"), id, now=clock.now())


def test_two_people_each_at_their_time(api: Open) -> None:
    id = ask()
    for who in ("manager1", "citizen1", "citizen2", "examiner1", "auditor"):
        with pytest.raises(NotFound):
            corrections.one(actor(who), id)
    file_id = Correction.objects.get().file_id
    assert documents.open_file(actor("clerk1"), file_id)
    identity.check(actor("clerk1"), id, now=clock.now())
    with pytest.raises(NotFound):
        documents.open_file(actor("clerk1"), file_id)
    assert documents.open_file(actor("manager1"), file_id)
    with pytest.raises(IntegrityError), transaction.atomic():
        Correction.objects.update(state="done", ended_by="clerk1", ended_at=clock.now())


def test_the_pages_from_asking_to_the_end(api: Open) -> None:
    me, clerk, manager = (pages(api, who) for who in ("citizen1", "clerk1", "manager1"))
    form = {
        "do": "ask",
        "name": person(OTHER)["name"],
        "id_number": "",
        "reason": "改了名",
        "password": PASSWORD,
    }
    assert me.post("/my/data/identity", form).status_code == 422, "no proof"
    file = io.BytesIO(pdf())
    file.name = "户口簿.pdf"
    assert me.post("/my/data/identity", form | {"proof": file}).status_code == 303
    place = f"/console/corrections/{Correction.objects.get().pk}"
    assert place in clerk.get("/console/corrections").content.decode()
    assert person(OTHER)["name"] in clerk.get(place).content.decode()
    assert facts.of_subject("correction", Correction.objects.get().pk)[-1][1] == "looked"
    assert clerk.get(f"{place}/proof").status_code == 200
    assert me.get(place).status_code == 403
    assert clerk.post(place, {"do": "check"}).status_code == 303
    assert clerk.get(place).status_code == 404
    assert manager.post(place, {"do": "refuse", "note": ""}).status_code == 422
    assert manager.post(place, {"do": "refuse", "note": "证明看不清，请重新拍"}).status_code == 303
    text = me.get("/my/data/identity").content.decode()
    assert "证明看不清，请重新拍" in text and "没有更正" in text


def test_a_copy_tells_and_an_erasure_takes(api: Open) -> None:
    carry_out(ask())
    told = copies.of(actor("citizen1"), now=clock.now())
    assert told["former"][0]["name"] == applicant()["name"]
    assert told["corrections"][0]["state"] == "done"
    account = actor("citizen1").account_id
    identity.erase_of_account(account, actor=actor("secadmin"), role="secadmin", now=clock.now())
    people_deeds.erase(account, actor=actor("secadmin"), role="secadmin", now=clock.now())
    assert [one["name"] for one in corrections.of_account(account)] == [""]
    assert people.hashes_of(account) == ()


def test_a_wrong_number_is_nobodys_to_register(api: Open) -> None:
    carry_out(ask())
    who = people_deeds.Applicant(name=applicant()["name"], id_number=applicant()["id_number"])
    with pytest.raises(Invalid, match="already-registered"):
        people_deeds.register("somebody", password="a long enough one 7", applicant=who, now=clock.now())


def test_a_proof_that_came_in_pieces_survives_a_wrong_password(api: Open) -> None:
    me, content = pages(api, "citizen1"), pdf()
    begun = me.post("/uploads", {"name": "户口簿.pdf", "size": len(content), "purpose": "correction/proof"})
    key = begun.json()["upload_id"]
    me.generic(
        "PATCH", f"/uploads/{key}", content, "application/offset+octet-stream", headers={"Upload-Offset": "0"}
    )
    form = {
        "do": "ask", "name": person(OTHER)["name"], "id_number": "", "reason": "改了名", "upload.proof": key,
    }  # fmt: skip
    wrong = me.post("/my/data/identity", form | {"password": "not it at all 9"})
    assert wrong.status_code == 422 and f'name="upload.proof" value="{key}"' in wrong.content.decode()
    assert me.post("/my/data/identity", form | {"password": PASSWORD}).status_code == 303
    assert documents.open_file(actor("clerk1"), Correction.objects.get().file_id)
    other = pages(api, "citizen2")
    assert other.post("/my/data/identity", form | {"password": PASSWORD}).status_code == 404
