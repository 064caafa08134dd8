"""Consents by purpose: asked for where data are used, effective from now on, told by facts, taken along in a copy."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from onewindow.base import clock, facts
from onewindow.cases import services
from onewindow.kernel.errors import NotAllowed, NotFound
from onewindow.people import consents, purposes
from onewindow.people.models import Consent
from onewindow.people.rules import NOTICE_EDITION
from onewindow.privacy import copies
from tests.stories.test_own_data import pages
from tests.world import SEWAGE, Api, actor, move

Open = Callable[..., Api]


def say(code: str, is_given: bool, who: str = "citizen1") -> bool:
    return consents.say(actor(who), code, is_given=is_given, way="page", now=clock.now())


def accepted(api: Open, *, is_electronic: bool) -> dict[str, Any]:
    return api("clerk1").act(api("citizen1").create(SEWAGE, electronic_service=is_electronic), "accept")


def is_served_by_opening(api: Open, case: dict[str, Any]) -> bool:
    number = next(one["document_no"] for one in case["documents"] if one["kind"] == "acceptance")
    services.open_paper(actor("citizen1"), case["case_no"], number, now=clock.now())
    return bool(api("citizen1").view(case)["services"])


@pytest.mark.parametrize("purpose", purposes.PURPOSES, ids=lambda one: one.code)
def test_each_purpose_by_each_word(api: Open, purpose: purposes.Purpose) -> None:
    account = actor("citizen1").account_id
    assert consents.holds(account, purpose.code) == (purpose.ground == "refusable")
    for is_given in (True, False, True):
        say(purpose.code, is_given)
        assert consents.holds(account, purpose.code) == is_given
    assert consents.held(actor("citizen2").account_id) == consents.held(None), "nobody else's"


def test_the_same_word_twice_is_one(api: Open) -> None:
    assert [say("sms", False), say("sms", False), say("sms", True), say("sms", True)] == [
        True,
        False,
        True,
        False,
    ]
    account = actor("citizen1").account_id
    told = [(one[1], one[5]) for one in facts.of_subject("account", account)][-2:]
    data = {"purpose": "sms", "notice": NOTICE_EDITION, "way": "page"}
    assert told == [("consent-withdrawn", data), ("consent-given", data)]
    assert [one["is_given"] for one in consents.said(account)] == [True, False]


def test_what_is_no_purpose_and_who_is_no_applicant(api: Open) -> None:
    with pytest.raises(NotFound):
        say("advertising", True)
    with pytest.raises(NotAllowed):
        say("sms", False, who="clerk1")
    assert not Consent.objects.exists()


# What the case says, what the person says before and after it: whether the opening is the service.
@pytest.mark.parametrize(
    ("of_case", "before", "after", "is_served"),
    [
        (True, None, None, True),
        (False, None, None, False),
        (False, True, None, False),  # asked with the case, and not ticked
        (True, False, None, True),
        (True, None, False, False),
        (False, None, True, True),
    ],
)
def test_the_later_word_serves_papers(
    api: Open, of_case: bool, before: bool | None, after: bool | None, is_served: bool
) -> None:
    if before is not None:
        say(purposes.ELECTRONIC, True)
        if not before:
            say(purposes.ELECTRONIC, False)
        clock.move_to(clock.now() + timedelta(minutes=1))
    case = accepted(api, is_electronic=of_case)
    clock.move_to(clock.now() + timedelta(minutes=1))
    if after is not None:
        say(purposes.ELECTRONIC, True)
        if not after:
            say(purposes.ELECTRONIC, False)
    assert is_served_by_opening(api, case) == is_served


def test_a_withdrawal_leaves_what_was_served(api: Open) -> None:
    case = accepted(api, is_electronic=True)
    assert is_served_by_opening(api, case)
    say(purposes.ELECTRONIC, True)
    move("2026-09-09")
    say(purposes.ELECTRONIC, False)
    assert api("citizen1").view(case)["services"], "what was done stays"
    number = next(one["document_no"] for one in case["documents"] if one["kind"] == "receipt")
    answer = api("issuer1").try_(case, "serve", document_no=number, method="electronic")
    assert (answer.status, answer.code) == (409, "no-consent")


def test_the_page_says_the_contrary_and_shows_the_words(api: Open) -> None:
    client = pages(api, "citizen1")
    assert client.post("/my/consents", {"purpose": "follow-up-call", "is_given": "0"}).status_code == 303
    text = client.get("/my/consents").content.decode()
    assert "办结后电话回访" in text and NOTICE_EDITION in text
    assert not consents.holds(actor("citizen1").account_id, purposes.CALL)
    assert client.post("/my/consents", {"purpose": "nothing", "is_given": "1"}).status_code == 404


def test_the_api_says_the_same(api: Open) -> None:
    me = api("citizen1")
    assert me("PUT", "/consents/electronic-service", {"given": True}).json["holds"] is True
    told = {one["purpose"]: one["holds"] for one in me.get("/consents").json["results"]}
    assert told == {one.code: True for one in purposes.PURPOSES}
    assert me("PUT", "/consents/electronic-service", {"given": "yes"}).status == 422
    assert me("PUT", "/consents/nothing", {"given": True}).status == 404


def test_a_copy_tells_them(api: Open) -> None:
    say("email", False)
    told = copies.of(actor("citizen1"), now=clock.now())["consents"]
    assert [(one["purpose"], one["is_given"]) for one in told["said"]] == [("email", False)]
    assert {one["purpose"]: one["holds"] for one in told["now"]}["email"] is False
