"""Uploads in pieces: carried on at the right place only, by their owner only, looked at in the end."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from onewindow.documents.models import File, PartialFile
from onewindow.documents.services import uploads
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import Invalid, NotFound, RuleBroken, Stale, TooLarge, WrongMedia
from tests.documents.conftest import NOW
from tests.documents.corpus import SCRIPT, pdf

pytestmark = pytest.mark.django_db


def begun(actor: Actor, size: int, **more: str) -> str:
    return str(uploads.begin(actor, name="材料.pdf", size=size, now=NOW, **more)["upload_id"])


def sent(actor: Actor, key: str, content: bytes, *, by: int = 300) -> dict[str, object]:
    told: dict[str, object] = {}
    for at in range(0, len(content), by):
        told = uploads.carry_on(actor, key, offset=at, piece=content[at : at + by], now=NOW)
    return told


def left(own_files: Path) -> list[Path]:
    return list((own_files / "incoming").glob("*")) if (own_files / "incoming").exists() else []


def test_pieces_become_a_file_once(citizen: Actor, own_files: Path) -> None:
    content = pdf(pages=2)
    key = begun(citizen, len(content), purpose="draft/a/M01")
    told = sent(citizen, key, content)
    again = uploads.carry_on(citizen, key, offset=len(content), piece=b"", now=NOW)
    assert told == again and uploads.look(citizen, key) == told
    assert told["file"] == uploads.take(citizen, key, purpose="draft/a/M01")
    assert File.objects.count() == 1 and not left(own_files)
    with pytest.raises(NotFound):
        uploads.take(citizen, key, purpose="draft/b/M01")


def test_only_at_the_place_where_it_stopped(citizen: Actor) -> None:
    content = pdf()
    key = begun(citizen, len(content))
    uploads.carry_on(citizen, key, offset=0, piece=content[:100], now=NOW)
    for offset, piece in ((0, content[:100]), (99, b"x"), (101, b"x"), (100, content)):
        with pytest.raises(Stale):
            uploads.carry_on(citizen, key, offset=offset, piece=piece, now=NOW)
    assert uploads.look(citizen, key)["offset"] == 100
    with pytest.raises(RuleBroken):
        uploads.take(citizen, key, purpose="")
    assert uploads.carry_on(citizen, key, offset=100, piece=content[100:], now=NOW)["file"]


@pytest.mark.parametrize(
    ("content", "refusal"), [(SCRIPT, Invalid), (b"MZ" * 400, WrongMedia), (b"%PDF-1.4 cut", Invalid)]
)
def test_what_is_refused_is_gone(
    citizen: Actor, own_files: Path, content: bytes, refusal: type[Exception]
) -> None:
    key = begun(citizen, len(content))
    with pytest.raises(refusal):
        sent(citizen, key, content, by=100_000)
    assert not PartialFile.objects.exists() and not File.objects.exists() and not left(own_files)


def test_nobody_elses(citizen: Actor, stranger: Actor) -> None:
    key = begun(citizen, 10)
    for wanted in (key, "no-such", "\0"):
        for deed in (
            lambda wanted=wanted: uploads.look(stranger, wanted),
            lambda wanted=wanted: uploads.carry_on(stranger, wanted, offset=0, piece=b"x", now=NOW),
            lambda wanted=wanted: uploads.take(stranger, wanted, purpose=""),
            lambda wanted=wanted: uploads.cancel(stranger, wanted),
        ):
            with pytest.raises(NotFound):
                deed()


@pytest.mark.parametrize(
    ("size", "kind"), [(0, Invalid), (-1, Invalid), (50 * 1024 * 1024 + 1, TooLarge), (10**30, TooLarge)]
)
def test_bounds_of_size(citizen: Actor, size: int, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        begun(citizen, size)


def test_a_piece_is_bounded(citizen: Actor) -> None:
    key = begun(citizen, 3_000_000)
    with pytest.raises(TooLarge):
        uploads.carry_on(citizen, key, offset=0, piece=b"x" * 2_000_001, now=NOW)


def test_quota_of_bytes_and_of_number(citizen: Actor, stranger: Actor) -> None:
    for _ in range(6):
        begun(citizen, uploads.LARGEST)
    with pytest.raises(RuleBroken):
        begun(citizen, 1)
    for _ in range(uploads.MOST_OPEN):
        begun(stranger, 1)
    with pytest.raises(RuleBroken):
        begun(stranger, 1)


def test_what_nobody_carries_on_goes_after_a_day(citizen: Actor, own_files: Path) -> None:
    old, fresh = begun(citizen, 10), begun(citizen, 10)
    uploads.carry_on(citizen, old, offset=0, piece=b"x", now=NOW)
    uploads.carry_on(citizen, fresh, offset=0, piece=b"x", now=NOW + timedelta(hours=2))
    assert uploads.sweep(NOW + timedelta(hours=23)) == 0
    assert uploads.sweep(NOW + timedelta(hours=25)) == 1
    assert uploads.look(citizen, fresh)["offset"] == 1 and len(left(own_files)) == 1
    with pytest.raises(NotFound):
        uploads.look(citizen, old)
