"""Paper at the counter: five pages scanned out of order become one file, the original is lent and given back, the
folder goes to the department by a list with bar codes, and the ledger tells all of it without a name."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import msgspec
import pikepdf
import pytest
from PIL import Image

from onewindow.base import clock, facts
from onewindow.base.ledger import sequencer, verify
from onewindow.catalog import queries as catalog
from onewindow.custody import handovers, lent, originals, queries
from onewindow.documents import queries as files
from onewindow.intake import sheets, visits
from onewindow.intake.sheets import Place, Shot
from onewindow.intake.visits_rules import Line, Piece, Row, Visit, Visitor
from onewindow.kernel.errors import RuleBroken
from tests.world import FUND, Api, actor, application, person

pytestmark = pytest.mark.django_db
COLOURS = ("red", "green", "blue", "black", "gray")
NAME = person(310)["name"]


def picture(colour: str) -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", (620, 877), colour).save(out, "JPEG")
    out.seek(0)
    return out


def scanned(place: Place) -> str:
    """Pages 2, 1, 3, 4, 5 as they come; put in order, the third turned, bound; the file of the row."""
    clerk, now = actor("clerk1"), clock.now()
    for number in (2, 1, 3, 4, 5):
        shot = Shot(f"page{number}", "p.jpg", picture(COLOURS[number - 1]))
        sheets.add(clerk, place, shot, now=now)
        sheets.add(
            clerk, place, msgspec.structs.replace(shot, stream=picture("white")), now=now
        )  # sent again
    sheets.move(clerk, place, "page1-0", 0, now=now)
    sheets.turn(clerk, place, "page3-0", 90, now=now)
    kept = sheets.read(clerk, place)
    assert [page.key for page in kept.pages] == [f"page{number}-0" for number in range(1, 6)]
    sheets.finish(clerk, place, version=kept.version, now=now)
    visit, _at, _closed = visits.read(clerk, place.visit_id)
    return visit.pieces[0].rows[place.material].file_ids[0]


def received(material: str) -> tuple[str, str, int]:
    """A visitor whose one document is scanned and whose matter is received: (case, file, visit)."""
    clerk, now, told = actor("clerk1"), clock.now(), person(310)
    who = Visitor(name=told["name"], id_number=told["id_number"], phone=told["phone"])
    number = visits.begin(clerk, visitor=who, now=now)
    body = application(FUND)
    piece = Piece(
        key=1, task_code=FUND, version=1, answers=body.get("answers", {}), form=body["form"],
        rows={material: Row(mark="got")},
    )  # fmt: skip
    visits.save(clerk, number, Visit(visitor=who, pieces=[piece]))
    file_id = scanned(Place(number, 1, material))
    visit, _at, _closed = visits.read(clerk, number)
    lines = [
        Line(at, one, visit.pieces[0].rows.get(one.code, Row()))
        for at, one in enumerate(catalog.current(FUND, 1).materials, 1)
    ]
    case = visits.accept(clerk, number, 1, lines, now=now)
    return case["case_no"], file_id, number


def test_from_the_camera_to_the_department(api: Callable[..., Api]) -> None:
    now = clock.now()
    case_no, file_id, visit_id = received("M01")
    _name, media, stored = files.open_file(actor("examiner1"), file_id)
    with pikepdf.open(io.BytesIO(stored.read_bytes())) as pdf:
        sizes = [tuple(round(float(one)) for one in page.mediabox[2:]) for page in pdf.pages]
    assert media == "application/pdf" and sizes == [(595, 842)] * 2 + [(842, 595)] + [(595, 842)] * 2

    loan = originals.Loan("a-form-of-today", "M01", 1, 3, "applicant", NAME, "核对原件")
    key = originals.lend(actor("clerk1"), case_no, loan, picture("black"), now=now)
    listed, _no, _new = handovers.scan(actor("clerk1"), case_no, direction="out", now=now)
    handovers.make(actor("clerk1"), listed, now=now)
    handovers.tick(actor("examiner1"), listed, case_no)
    count = handovers.take(actor("examiner1"), listed, all_there=False, now=now)
    assert count.is_right and queries.one(actor("clerk2"), listed).taker

    def act(who: str, action: str, **body: Any) -> dict[str, Any]:
        return api(who).act(api(who).view(case_no), action, **body)

    act("examiner1", "review", opinion="可以", **{"pass": True})
    act("approver1", "decide", outcome="grant")
    act("approver1", "produce")
    with pytest.raises(RuleBroken, match="originals-out"):
        originals.hold(case_no)
    signed = originals.Signed("applicant", NAME, picture("blue"))
    originals.give_back(actor("issuer1"), key, signed, now=now)
    assert act("issuer1", "deliver", method="window")["state"] == "delivered"
    assert lent.waiting(case_no) == []

    lives = [facts.of_subject(*one) for one in (("visit", visit_id), ("original", key), ("handover", listed))]
    assert [[fact[1] for fact in life] for life in lives] == [
        ["bound"],
        ["lent", "given-back"],
        ["made", "taken"],
    ]
    assert NAME not in str(lives) and person(310)["id_number"] not in str(lives)
    sequencer.catch_up()
    assert {one.code for one in verify.run()} == set()
