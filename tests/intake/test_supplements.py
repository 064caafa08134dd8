"""What is brought to a case later: scanned as at its reception, handed in with the deed, originals lent beside it."""

from __future__ import annotations

import io
import re

import pytest
from django.test import Client
from PIL import Image

from onewindow.base import clock
from onewindow.base.models import Fact
from onewindow.cases import services as cases
from onewindow.custody import lent
from onewindow.documents import queries as files
from onewindow.intake import sheets, supplements, visits
from onewindow.intake.models import CounterVisit
from onewindow.intake.sheets import Place, Shot
from onewindow.kernel.errors import NotAllowed, NotFound, RuleBroken
from tests.world import GAS, PASSWORD, SEWAGE, actor, application, move

pytestmark = pytest.mark.django_db


def page(colour: str = "navy") -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", (300, 400), colour).save(out, "PNG")
    out.seek(0)
    out.name = "页.png"
    return out


def received(task: str = SEWAGE, who: str = "citizen1") -> dict:
    body = application(task, who, channel="window")
    return cases.create(actor("clerk1"), body, now=clock.now())


def act(case: dict, name: str, **body: object) -> dict:
    return cases.act(
        actor("clerk1"), case["case_no"], name, {"version": case["version"], **body}, now=clock.now()
    )


def correcting() -> dict:
    notice = {
        "items": [{"material": "M01", "problem": "不清楚", "standard": "清楚"}],
        "answer_by": "2026-09-18",
    }
    return act(received(), "notify-correction", **notice)


def scan(case: dict, material: str, *colours: str, is_bound: bool = True) -> Place:
    clerk, now = actor("clerk1"), clock.now()
    place = supplements.begin(clerk, case["case_no"], material, now=now)
    for colour in colours:
        sheets.add(clerk, place, Shot(colour, "p.png", page(colour)), now=now)
    if is_bound:
        sheets.finish(clerk, place, version=sheets.read(clerk, place).version, now=now)
    return place


def test_pages_become_a_file_of_the_case_with_the_resubmission(city: None) -> None:
    case = correcting()
    place = scan(case, "M01", "navy", "maroon")
    assert (
        supplements.begin(actor("clerk1"), case["case_no"], "M02", now=clock.now()).visit_id == place.visit_id
    )
    assert [one.id for one in visits.running(actor("clerk1"))] == []
    assert supplements.scanned(actor("clerk1"), case["case_no"]) == {"M01": supplements.Scanned(1, 0)}
    assert supplements.scanned(actor("clerk2"), case["case_no"]) == {}
    body = {"version": case["version"], "materials": [{"code": "M01", "medium": "original"}]}
    after = supplements.hand_in(actor("clerk1"), case["case_no"], "resubmit", body, now=clock.now())
    (file_id,) = next(one for one in after["materials"] if one["code"] == "M01")["file_ids"]
    _name, media, _stored = files.open_file(actor("examiner1"), file_id)
    assert (after["state"], media) == ("received", "application/pdf")
    assert CounterVisit.objects.get(pk=place.visit_id).closed_at is not None
    fact = Fact.objects.get(stream="visit", subject=place.visit_id, type="bound")
    assert fact.data["file_id"] == file_id and len(fact.data["pages"]) == 2


def test_what_is_not_bound_or_not_handed_in_is_not_lost(city: None) -> None:
    case = correcting()
    scan(case, "M01", "navy")
    scan(case, "M02", "maroon", is_bound=False)
    both = [{"code": "M01"}, {"code": "M02"}]
    clerk, body = actor("clerk1"), {"version": case["version"], "materials": both}
    with pytest.raises(RuleBroken, match="sheet-open"):
        supplements.hand_in(clerk, case["case_no"], "resubmit", body, now=clock.now())
    body["materials"] = both[:1]
    supplements.hand_in(clerk, case["case_no"], "resubmit", body, now=clock.now())
    assert supplements.scanned(clerk, case["case_no"]) == {"M02": supplements.Scanned(0, 1)}


def test_deferred_materials_and_only_those(city: None) -> None:
    case = received(GAS, "enterprise1")
    needs = {one["code"]: one["need"] for one in case["materials"]}
    code = next(one for one, need in needs.items() if need == "deferrable")
    case = act(case, "accept", deferred=[{"material": code, "promised_on": "2026-09-15"}])
    other = next(one for one in needs if one != code)
    with pytest.raises(NotFound, match="no-row"):
        supplements.begin(actor("clerk1"), case["case_no"], other, now=clock.now())
    scan(case, code, "navy")
    body = {"version": case["version"], "materials": [{"code": code}]}
    after = supplements.hand_in(actor("clerk1"), case["case_no"], "supply-deferred", body, now=clock.now())
    assert len(next(one for one in after["materials"] if one["code"] == code)["file_ids"]) == 1


def test_who_may_not_and_when_not(city: None) -> None:
    case = correcting()
    with pytest.raises(NotAllowed):
        supplements.begin(actor("examiner1"), case["case_no"], "M01", now=clock.now())
    with pytest.raises(NotFound):
        supplements.begin(actor("clerk1"), case["case_no"], "M99", now=clock.now())
    move("2026-09-19")
    with pytest.raises(RuleBroken, match="nothing-to-bring"):
        supplements.begin(actor("clerk1"), case["case_no"], "M01", now=clock.now())


def test_at_the_desk_without_a_script(city: None) -> None:
    """The button of the row, the sheet, back to the case, and the deed; an original is lent on the way."""
    case = correcting()
    desk, address = Client(), f"/counter/cases/{case['case_no']}"
    desk.post("/login", {"username": "clerk1", "password": PASSWORD})
    shown = desk.get(address).content.decode()
    assert f'formaction="{address}/scan/M01"' in shown and f'href="{address}/originals"' in shown
    sheet = desk.post(f"{address}/scan/M01", {"version": case["version"]}).headers["Location"]
    assert desk.get(sheet.split("/sheets/")[0]).headers["Location"] == address
    assert "回办件" in desk.get(sheet).content.decode()
    desk.post(sheet, {"do": "add", "page": page()})
    version = re.search(r'name="version" value="(\d+)"', desk.get(sheet).content.decode())
    assert version is not None
    back = desk.post(sheet, {"do": "finish", "version": version[1]})
    assert back.headers["Location"].startswith(address)
    assert "已扫 1 个文件" in desk.get(address).content.decode()
    loan = {
        "do": "lend", "token": "token-1234", "material": "M01", "sheets": "2", "days": "3",
        "person": "applicant", "signature": page("black"),
    }  # fmt: skip
    assert desk.post(f"{address}/originals", loan).status_code == 302
    assert len(lent.of_case(actor("clerk1"), case["case_no"], today=clock.today())) == 1
    sent = {"version": case["version"], "row-M01": "1", "medium-M01": "copy"}
    assert desk.post(f"{address}/resubmit", sent).status_code == 302
    after = desk.get(address).content.decode()
    assert "补正" in after and "已扫" not in after
