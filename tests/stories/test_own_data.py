"""What a person may ask of the own data: who looked, a copy to take along, a correction."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable

import pytest
from django.test import Client
from PIL import Image

from onewindow.base import clock, facts, outbox
from onewindow.base.models import Account
from onewindow.custody import originals
from onewindow.notices.models import Message, Preference
from onewindow.people import queries as people
from onewindow.privacy import copies
from onewindow.ui import session
from tests.world import FUND, PASSWORD, SEWAGE, Api, actor, applicant

Open = Callable[..., Api]


def pages(api: Open, who: str) -> Client:
    api(who).get("/cases")
    client = Client()
    client.cookies[session.COOKIE] = Api.tokens[who]
    return client


def test_who_looked_stands_on_one_page(api: Open) -> None:
    one, two = api("citizen1").create(SEWAGE), api("citizen1").create(FUND)
    for case, reason in ((one, "核对申请人身份"), (two, "电话通知取件")):
        api("clerk1").act(case, "reveal", reason=reason)
    api("clerk1").act(api("citizen2").create(FUND), "reveal", reason="别人的事")
    text = pages(api, "citizen1").get("/my/data/looks").content.decode()
    assert text.index("电话通知取件") < text.index("核对申请人身份"), "the newest first"
    assert one["case_no"] in text
    assert two["case_no"] in text
    assert "别人的事" not in text
    assert "clerk1" not in text, "by duty, never by name"


def test_a_copy_holds_everything_and_is_recorded(api: Open) -> None:
    case, other = api("citizen1").create(SEWAGE), api("citizen2").create(FUND)
    client = pages(api, "citizen1")
    assert client.post("/my/data/copy", {"password": "not it at all 9"}).status_code == 422
    answer = client.post("/my/data/copy", {"password": PASSWORD})
    assert answer.headers["Content-Type"] == "application/zip"
    assert "no-store" in answer.headers["Cache-Control"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        content, page = archive.read("data.json"), archive.read("index.html").decode()
    told, me = json.loads(content), applicant()
    assert told["person"]["id_number"] == me["id_number"]
    assert [one["case_no"] for one in told["cases"]] == [case["case_no"]]
    assert told["cases"][0]["form"] == case["form"]
    assert me["name"] in page
    for text in (content.decode(), page):
        assert case["case_no"] in text
        assert other["case_no"] not in text
    account = Account.objects.get(username="citizen1")
    last = facts.of_subject("account", account.pk)[-1]
    assert (last[1], last[5]) == ("data-copied", {"sha256": hashlib.sha256(content).hexdigest()})


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"phone": "12000000099", "email": "one@example.org", "password": PASSWORD}, 303),
        ({"phone": "12000000099", "email": "one@example.org", "password": "wrong wrong 1"}, 422),
        ({"phone": "12", "email": "", "password": PASSWORD}, 422),
        ({"phone": "12000000099", "email": "no address", "password": PASSWORD}, 422),
    ],
)
def test_telephone_and_address_are_corrected(api: Open, form: dict[str, str], status: int) -> None:
    account = Account.objects.get(username="citizen1")
    before = people.person_of(account.pk)
    assert pages(api, "citizen1").post("/my/data/correct", form).status_code == status
    account.refresh_from_db()
    after = people.person_of(account.pk)
    assert before is not None
    assert after is not None
    is_done = status == 303
    assert after.phone == (form["phone"] if is_done else before.phone), "all or nothing"
    assert account.email == (form["email"] if is_done else "")
    assert (after.name, after.id_number) == (before.name, before.id_number)


@pytest.mark.parametrize(
    "address",
    ["/my/data", "/my/data/looks", "/my/data/copy", "/my/data/correct", "/my/data/erase", "/my/consents"],
)
def test_pages_are_the_applicants_own(api: Open, address: str) -> None:
    assert pages(api, "citizen1").get(address).status_code == 200
    assert pages(api, "clerk1").get(address).status_code == 403
    assert Client().get(address).status_code == 302


FORM = {
    "sms": "important",
    "email": "important",
    "quiet_from": "20",
    "quiet_until": "8",
    "language": "en",
    "is_elder": "1",
}


def test_what_one_chooses_is_honoured(api: Open) -> None:
    account = Account.objects.get(username="citizen1")
    Account.objects.filter(pk=account.pk).update(email="one@example.org")
    client = pages(api, "citizen1")
    assert client.post("/my/consents", {"purpose": "sms", "is_given": "0"}).status_code == 303
    answer = client.post("/my/preferences", FORM)
    assert answer.status_code == 303
    assert (answer.cookies["elder"].value, answer.cookies["language"].value) == ("1", "en")
    case = api("clerk1").act(api("citizen1").create(SEWAGE), "accept")
    outbox.deliver_due(clock.now(), 500)
    told = set(Message.objects.filter(case_no=case["case_no"]).values_list("kind", "channel"))
    assert told == {("received", "portal"), ("accepted", "portal")}, "the product tells, nothing else"
    refused = {"ground": "not-competent", "reason": "不归本局管", "competent_organ": "市市场监管局"}
    other = api("clerk1").act(api("citizen1").create(SEWAGE), "refuse-acceptance", **refused)
    outbox.deliver_due(clock.now(), 500)
    told = set(Message.objects.filter(case_no=other["case_no"]).values_list("kind", "channel"))
    assert ("acceptance-refused", "email") in told
    assert ("acceptance-refused", "sms") not in told
    assert ("received", "email") not in told
    last = facts.of_subject("account", account.pk)[-1]
    assert (last[1], last[5]["sms"]) == ("preferences-chosen", "important")


def test_another_device_shows_it_as_chosen(api: Open) -> None:
    pages(api, "citizen1").post("/my/preferences", FORM)
    answer = Client().post("/login", {"username": "citizen1", "password": PASSWORD})
    assert answer.status_code == 302
    assert (answer.cookies["elder"].value, answer.cookies["language"].value) == ("1", "en")
    other = Client().post("/login", {"username": "citizen2", "password": PASSWORD})
    assert "elder" not in other.cookies, "who chose nothing keeps the browser's own"


@pytest.mark.parametrize(
    "wrong",
    [{"sms": "none"}, {"quiet_from": "24"}, {"quiet_until": "x"}, {"language": "fr"}, {"email": ""}],
)
def test_an_impossible_choice_is_refused(api: Open, wrong: dict[str, str]) -> None:
    assert pages(api, "citizen1").post("/my/preferences", FORM | wrong).status_code == 422
    assert not Preference.objects.exists()


def test_originals_at_the_window_are_told_to_their_owner(api: Open) -> None:
    case = api("citizen1").create(SEWAGE)
    picture = io.BytesIO()
    Image.new("RGB", (200, 80), "white").save(picture, "PNG")
    loan = originals.Loan("token-1234", "M01", 2, 3, "other", name="代办的人", note="核对后归还")
    picture.seek(0)
    originals.lend(actor("clerk1"), case["case_no"], loan, picture, now=clock.now())
    mine = pages(api, "citizen1")
    shown = mine.get("/my/data/looks").content.decode()
    assert "还在窗口" in shown and case["materials"][0]["name"] in shown
    assert "还在窗口" not in pages(api, "citizen2").get("/my/data/looks").content.decode()
    (told,) = copies.of(actor("citizen1"), now=clock.now())["originals"]
    assert (told["case_no"], told["sheets"], told["lender_name"]) == (case["case_no"], 2, "代办的人")
    assert "clerk1" not in str(told) and copies.of(actor("citizen2"), now=clock.now())["originals"] == []
