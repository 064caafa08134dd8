"""Originals lent and given back: signed both ways, once each, told by facts without names, held before the end."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pikepdf
import pytest
from django.db import IntegrityError
from PIL import Image

from onewindow.base.models import Fact
from onewindow.cases import queries as case_queries
from onewindow.cases import services as cases
from onewindow.custody import lent, originals, rules, slips
from onewindow.custody.models import Original
from onewindow.custody.originals import Loan, Signed
from onewindow.documents.models import Attachment
from onewindow.kernel.errors import Invalid, NotAllowed, NotFound, RuleBroken, Stale, WrongMedia
from tests.custody.test_handovers import case
from tests.documents.corpus import pdf as pdf_of_pages
from tests.world import FUND, START, actor

NOW, TODAY = START, START.date()
GIVER = "代办某人"


@pytest.fixture(autouse=True)
def small_city(city: None, tmp_path: Any, settings: Any) -> None:
    settings.ONEWINDOW_FILES_DIR = tmp_path


def signature(colour: int = 0) -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGBA", (90, 28), (colour, 0, 0, 255)).save(out, "PNG")
    out.seek(0)
    return out


def lend(case_no: str, *, who: str = "clerk1", token: str = "token-of-a-form", **changes: Any) -> int:
    told: dict[str, Any] = {
        "material": "M01", "sheets": 2, "days": 3, "lender": "other", "name": GIVER, "note": "核对印章",
    }  # fmt: skip
    return originals.lend(actor(who), case_no, Loan(token=token, **told | changes), signature(), now=NOW)


def back(key: int, *, who: str = "clerk2", person: str = "applicant", name: str = "") -> None:
    originals.give_back(actor(who), key, Signed(person, name, signature(200)), now=NOW + timedelta(days=1))


def told(key: int) -> list[tuple[str, str, dict[str, Any]]]:
    rows = Fact.objects.filter(stream="original", subject=key).order_by("seq")
    return [(one.type, one.actor, one.data) for one in rows]


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({}, []),
        ({"sheets": 0}, ["sheets"]),
        ({"sheets": 1000}, ["sheets"]),
        ({"days": 91}, ["days"]),
        ({"days": 0}, ["days"]),
        ({"lender": "nobody"}, ["person"]),
        ({"lender": "other", "name": " "}, ["name"]),
        ({"lender": "other", "name": GIVER}, []),
    ],
)
def test_what_a_loan_must_say(changes: dict[str, Any], problems: list[str]) -> None:
    asked = {"sheets": 1, "days": 3, "lender": "applicant", "name": ""} | changes
    assert rules.loan_problems(**asked) == problems


def test_lent_and_given_back_once_with_both_signatures() -> None:
    case_no = case()
    key = lend(case_no)
    assert lend(case_no) == key  # the same form again
    assert Original.objects.count() == 1
    row = lent.one(actor("clerk2"), key, today=TODAY)
    assert (row.lender_name, row.note, row.sheets, row.is_out) == (GIVER, "核对印章", 2, True)
    back(key)
    back(key)
    with pytest.raises(Stale, match="original-back"):
        back(key, who="issuer1")
    (lending, lender, first), (returning, returner, second) = told(key)
    assert (lending, lender, returning, returner) == ("lent", "clerk1", "given-back", "clerk2")
    assert (first["case_no"], first["material"], first["sheets"], first["due_on"]) == (
        case_no, "M01", 2, "2026-09-11",
    )  # fmt: skip
    assert first["signature"] != second["signature"]
    assert GIVER not in str([first, second]) and "印章" not in str([first, second])
    assert Attachment.objects.filter(subject=case_no).count() == 2
    row = lent.one(actor("clerk1"), key, today=TODAY)
    content = slips.original_pdf(row, signatures=lent.signatures(actor("clerk1"), key), now=NOW)
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert len(pdf.pages) == 1


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"material": "M99"}, ["material"]),
        ({"sheets": 0, "name": ""}, ["sheets", "name"]),
        ({"token": "x"}, ["token"]),
    ],
)
def test_what_is_wrong_is_named(changes: dict[str, Any], fields: list[str]) -> None:
    with pytest.raises(Invalid) as caught:
        lend(case(), **changes)
    assert [one.field for one in caught.value.fields] == fields and not Original.objects.exists()


def test_who_may_and_what_is_not_there() -> None:
    case_no = case()
    for who in ("examiner1", "supervisor1", "citizen1"):
        with pytest.raises(NotAllowed):
            lend(case_no, who=who)
        with pytest.raises(NotAllowed):
            lent.out(actor(who), today=TODAY)
    with pytest.raises(NotFound):
        back(10**6)
    loan = Loan("token-of-a-form", "M01", 1, 3, "applicant")
    for content, refusal in ((b"no picture", WrongMedia), (pdf_of_pages(), Invalid)):
        with pytest.raises(refusal):
            originals.lend(actor("clerk1"), case_no, loan, io.BytesIO(content), now=NOW)
    assert not Original.objects.exists()


def granted() -> dict[str, Any]:
    number = case(FUND)

    def act(who: str, action: str, **body: Any) -> dict[str, Any]:
        version = case_queries.view(actor(who), number, now=NOW)["version"]
        return cases.act(actor(who), number, action, {"version": version, **body}, now=NOW)

    act("clerk1", "accept")
    act("examiner1", "review", opinion="可以", **{"pass": True})
    act("approver1", "decide", outcome="grant")
    return act("approver1", "produce")


def deliver(ready: dict[str, Any]) -> str:
    body = {"version": ready["version"], "method": "window"}
    state: str = cases.act(actor("issuer1"), ready["case_no"], "deliver", body, now=NOW)["state"]
    return state


@pytest.mark.parametrize("way", ["held", "returned", "stated", "warned"])
def test_a_case_does_not_end_over_an_original(way: str, settings: Any) -> None:
    ready = granted()
    key = lend(ready["case_no"])
    assert lent.waiting(ready["case_no"])
    with pytest.raises(RuleBroken, match="originals-out") as caught:
        deliver(ready)
    assert "《" in caught.value.text
    if way == "returned":
        back(key)
    elif way == "stated":
        with pytest.raises(Invalid):
            originals.keep(actor("issuer1"), key, "because", now=NOW)
        originals.keep(actor("issuer1"), key, "evidence", now=NOW)
        originals.keep(actor("issuer1"), key, "evidence", now=NOW)
        assert [type for type, *_ in told(key)] == ["lent", "kept"]
    elif way == "warned":
        settings.ONEWINDOW_ORIGINALS_OUT = "warn"
    if way != "held":
        assert deliver(ready) == "delivered"
        with pytest.raises(RuleBroken, match="case-ended"):
            lend(ready["case_no"], token="another-form")


def test_the_overdue_come_first() -> None:
    one, two = case(), case()
    late = lend(one, days=1)
    soon = lend(two, token="another-form", days=9)
    clerk = actor("clerk2")
    rows, has_more = lent.out(clerk, today=TODAY + timedelta(days=4))
    assert [(row.key, row.late_days) for row in rows] == [(late, 3), (soon, 0)] and not has_more
    assert lent.overdue(clerk, today=TODAY + timedelta(days=4)) == 1
    back(late)
    assert lent.overdue(clerk, today=TODAY + timedelta(days=4)) == 0


def test_names_go_with_the_case() -> None:
    case_no = case()
    key = lend(case_no)
    case_id = Fact.objects.filter(stream="case").latest("id").subject
    gone = originals.erase(actor("sysadmin"), case_ids=[case_id], role="sysadmin", now=NOW)
    assert gone == {"originals": [key]}
    assert originals.erase(actor("sysadmin"), case_ids=[case_id], role="sysadmin", now=NOW) == {}
    row = lent.one(actor("clerk1"), key, today=TODAY)
    assert (row.lender_name, row.note, row.sheets) == ("", "", 2)
    assert [type for type, *_ in told(key)] == ["lent", "erased"]


def test_the_database_holds_whole_returns_only() -> None:
    key = lend(case())
    with pytest.raises(IntegrityError):
        Original.objects.filter(pk=key).update(back_at=NOW)
