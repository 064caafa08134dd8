"""Pages of a material: rules as a table, then the deeds: once each, in order, turned, bound, cleared away."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pikepdf
import pytest
from PIL import Image

from onewindow.base.models import Fact
from onewindow.documents import queries as files
from onewindow.documents import storage
from onewindow.documents.models import File
from onewindow.intake import keeping, sheets, sheets_rules, visits
from onewindow.intake.models import Sheet
from onewindow.intake.sheets import Place, Shot
from onewindow.intake.sheets_rules import Page, added, dropped, moved, turned
from onewindow.intake.visits_rules import Piece, Visit
from onewindow.kernel.errors import Invalid, NotFound, Refusal, RuleBroken, Stale, WrongMedia
from tests.documents.corpus import HOSTILE, image, pdf
from tests.world import SEWAGE, START, actor

NOW = START
A, B, C = (Page(name, f"file-{name}") for name in "abc")


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (lambda: added((A,), (B, C)), "abc"),
        (lambda: added((A, B), (B,)), "ab"),
        (lambda: added((A, B, C), (Page("n", "f"),), instead="b"), "anc"),
        (lambda: added((A, B), (Page("n", "f"), Page("m", "f")), instead="a"), "nmb"),
        (lambda: added((A, B), (Page("n", "f"),), instead="gone"), "abn"),
        (lambda: moved((A, B, C), "c", 0), "cab"),
        (lambda: moved(moved((A, B, C), "c", 0), "c", 0), "cab"),
        (lambda: moved((A, B, C), "a", 99), "bca"),
        (lambda: moved((A, B, C), "b", 1), "abc"),
        (lambda: dropped((A, B, C), "b"), "ac"),
        (lambda: dropped((A,), "gone"), "a"),
        (lambda: turned(turned((A, B), "b", 90), "b", 90), "ab"),
    ],
)
def test_pages_end_up_where_they_belong(made: Any, expected: str) -> None:
    assert "".join(page.key for page in made()) == expected


def test_what_a_page_cannot_do() -> None:
    many = tuple(Page(str(number), "f") for number in range(sheets_rules.MOST_PAGES))
    with pytest.raises(RuleBroken, match="too-many-pages"):
        added(many, (A,))
    assert len(added(many, (A,), instead="0")) == len(many)  # in the place of another it fits
    with pytest.raises(Invalid, match="bad-turn"):
        turned((A,), "a", 45)
    with pytest.raises(NotFound, match="no-page"):
        moved((A,), "gone", 0)


# ------------------------------------------------------------------ deeds


@pytest.fixture(autouse=True)
def own_files(tmp_path: Path, settings: Any) -> None:
    settings.ONEWINDOW_FILES_DIR = tmp_path
    settings.ONEWINDOW_LOOSE_FILE_DAYS = 30


@pytest.fixture
def place(city: None, db: None) -> Place:
    clerk = actor("clerk1")
    number = visits.begin(clerk, now=NOW)
    visits.save(clerk, number, Visit(pieces=[Piece(key=1, task_code=SEWAGE, version=1)]))
    return Place(number, 1, "M01")


def photo(colour: str = "red", size: tuple[int, int] = (400, 300)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return out.getvalue()


def add(place: Place, key: str, content: bytes, **rest: Any) -> None:
    sheets.add(actor("clerk1"), place, Shot(key, "a.jpg", io.BytesIO(content), **rest), now=NOW)


def keys(place: Place) -> list[str]:
    return [page.key for page in sheets.read(actor("clerk1"), place).pages]


def row_files(place: Place) -> list[str]:
    kept, _at, _closed = visits.read(actor("clerk1"), place.visit_id)
    row = kept.pieces[0].rows.get(place.material)
    return row.file_ids if row else []


def finish(place: Place) -> None:
    sheets.finish(actor("clerk1"), place, version=sheets.read(actor("clerk1"), place).version, now=NOW)


def bound(place: Place) -> pikepdf.Pdf:
    _name, media, stored = files.open_file(actor("clerk1"), row_files(place)[-1])
    assert media == "application/pdf"
    return pikepdf.open(io.BytesIO(stored.read_bytes()))


def test_pages_are_bound_in_order_on_a4_as_they_are_read(place: Place) -> None:
    clerk = actor("clerk1")
    add(place, "two", photo("blue"))
    add(place, "one", photo("red"))
    add(place, "one", photo("red"))  # the line broke, the page was sent again
    add(place, "rest", pdf(pages=2))
    assert keys(place) == ["two-0", "one-0", "rest-0", "rest-1"]
    sheets.move(clerk, place, "one-0", 0, now=NOW)
    sheets.turn(clerk, place, "two-0", 90, now=NOW)
    sheets.drop(clerk, place, "rest-0", now=NOW)
    version = sheets.read(clerk, place).version
    with pytest.raises(Stale, match="pages-changed"):
        sheets.finish(clerk, place, version=version - 1, now=NOW)
    sheets.finish(clerk, place, version=version, now=NOW)
    sheets.finish(clerk, place, version=version, now=NOW)  # asked twice, bound once
    assert len(row_files(place)) == 1 and keys(place) == []
    sizes = [tuple(round(float(one)) for one in page.mediabox[2:]) for page in bound(place).pages]
    assert sizes == [(842, 595), (595, 842), (595, 842)]
    fact = Fact.objects.get(stream="visit", subject=place.visit_id)
    assert (fact.type, [one["turn"] for one in fact.data["pages"]]) == ("bound", [0, 90, 0])
    assert fact.data["sha256"] == bytes(File.objects.get(file_id=row_files(place)[0]).sha256).hex()


def test_a_big_photograph_becomes_a_page_of_bounded_size(place: Place) -> None:
    out = io.BytesIO()
    noise = Image.effect_noise((4000, 3000), 60).convert("RGB")
    exif = noise.getexif()
    exif[0x0112], exif[0x010F] = 6, "Camera"  # the camera lay on its side
    noise.save(out, "JPEG", quality=95, exif=exif)
    add(place, "big", out.getvalue())
    page = sheets.read(actor("clerk1"), place).pages[0]
    _name, media, stored = files.open_file(actor("clerk1"), page.file_id)
    with Image.open(io.BytesIO(stored.read_bytes())) as kept:
        assert (media, kept.size, dict(kept.getexif())) == ("image/jpeg", (1654, 2205), {})
    assert len(stored.read_bytes()) < len(out.getvalue()) / 3


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_mode_of_a_scanner_becomes_a_page(place: Place, mode: str) -> None:
    add(place, "one", image("PNG", mode))
    finish(place)
    assert len(bound(place).pages) == 1


def test_a_pdf_that_stays_as_it_came_keeps_its_bytes(place: Place) -> None:
    content = pdf(pages=3)
    add(place, "signed", content)
    finish(place)
    _name, _media, stored = files.open_file(actor("clerk1"), row_files(place)[0])
    assert stored.read_bytes() == content


@pytest.mark.parametrize("name", [one for one in HOSTILE if HOSTILE[one][1] != "clean"][::12])
def test_what_the_intake_refuses_is_no_page(place: Place, name: str) -> None:
    with pytest.raises(Refusal):
        add(place, "bad", HOSTILE[name][0])
    assert keys(place) == []


def test_ofd_goes_as_a_file(place: Place) -> None:
    from tests.documents.ofd_corpus import ofd

    with pytest.raises(WrongMedia):
        add(place, "ofd", ofd())


def test_a_page_again_in_its_place_and_what_nobody_names_is_erased(
    place: Place, django_capture_on_commit_callbacks: Any
) -> None:
    add(place, "a", photo("red"))
    add(place, "b", photo("blue"))
    first = sheets.read(actor("clerk1"), place).pages[0].file_id
    with django_capture_on_commit_callbacks(execute=True):
        add(place, "c", photo("green"), instead="a-0")
    assert keys(place) == ["c-0", "b-0"]
    gone = File.objects.get(file_id=first)
    assert gone.erased_at is not None and not storage.Stored(bytes(gone.sha256)).exists()


def test_bound_pages_are_taken_apart_again(place: Place) -> None:
    add(place, "a", photo("red"))
    finish(place)
    made = row_files(place)[0]
    sheets.reopen(actor("clerk1"), place, now=NOW)
    assert (keys(place), row_files(place)) == (["a-0"], [])
    assert File.objects.get(file_id=made).erased_at is not None
    add(place, "b", photo("blue"))
    finish(place)
    assert len(bound(place).pages) == 2


def test_half_scanned_pages_hold_the_case_back(place: Place) -> None:
    clerk = actor("clerk1")
    add(place, "a", photo())
    with pytest.raises(RuleBroken, match="sheet-open"):
        visits.receive(clerk, place.visit_id, 1, [], now=NOW)
    assert sheets.unfinished(place.visit_id) == {(1, "M01"): 1}


@pytest.mark.parametrize(
    ("who", "material", "piece"), [("clerk2", "M01", 1), ("clerk1", "M99", 1), ("clerk1", "M01", 2)]
)
def test_another_clerk_or_row_hears_that_there_is_none(
    place: Place, who: str, material: str, piece: int
) -> None:
    other = msgspec.structs.replace(place, material=material, piece=piece)
    with pytest.raises(NotFound):
        sheets.add(actor(who), other, Shot("a", "a.jpg", io.BytesIO(photo())), now=NOW)
    assert not Sheet.objects.exists()


def test_left_lying_pages_go_and_the_bound_file_stays(
    place: Place, django_capture_on_commit_callbacks: Any
) -> None:
    add(place, "a", photo("red"))
    finish(place)
    add(msgspec.structs.replace(place, material="M02"), "b", photo("blue"))
    page = File.objects.get(file_id=Sheet.objects.get(material="M01").pages[0]["file_id"])
    with django_capture_on_commit_callbacks(execute=True):
        assert keeping.clear_sheets(NOW + timedelta(hours=23)) == 0
        assert keeping.clear_sheets(NOW + timedelta(hours=25)) == 1
    assert not storage.Stored(bytes(page.sha256)).exists()
    assert File.objects.get(file_id=row_files(place)[0]).erased_at is None
    visits.close(actor("clerk1"), place.visit_id, now=NOW + timedelta(hours=26))
    assert keeping.clear_sheets(NOW + timedelta(days=3)) == 1
    assert not Sheet.objects.exists()
