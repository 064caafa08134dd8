"""Taking files: what is kept, what is refused, who may see it."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import time
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from onewindow.documents import names, queries, services, storage
from onewindow.documents.inspection import client
from onewindow.documents.models import Attachment, File
from onewindow.documents.services import files
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import Invalid, NotFound, Refusal, TooLarge, WrongMedia
from tests.documents.conftest import NOW
from tests.documents.corpus import HOSTILE, MARK, image, pdf

pytestmark = pytest.mark.django_db


def put(actor: Actor, content: bytes, name: str = "材料.pdf") -> dict[str, object]:
    return services.store_upload(actor, name, io.BytesIO(content), now=NOW)


def stored(told: dict[str, object]) -> bytes:
    return storage.disk.path_of(bytes.fromhex(str(told["sha256"]))).read_bytes()


def test_a_sound_pdf_is_kept_byte_for_byte(citizen: Actor, own_files: Path) -> None:
    content = pdf(pages=3)
    told = put(citizen, content, "申请表.pdf")
    digest = hashlib.sha256(content).hexdigest()
    assert told == {
        "file_id": told["file_id"],
        "name": "申请表.pdf",
        "media_type": "application/pdf",
        "size": len(content),
        "sha256": digest,
    }
    assert (own_files / digest[:2] / digest[2:4] / digest).read_bytes() == content
    assert File.objects.get(file_id=told["file_id"]).pages == 3
    assert not list((own_files / "incoming").iterdir())


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "CMYK", "I;16", "LA"])
def test_pictures_of_every_mode_are_taken(citizen: Actor, kind: str, mode: str) -> None:
    if kind == "JPEG" and mode in ("1", "P", "RGBA", "I;16", "LA") or kind == "PNG" and mode == "CMYK":
        pytest.skip("the format has no such mode")
    told = put(citizen, image(kind, mode))
    with Image.open(io.BytesIO(stored(told))) as kept:
        assert kept.size == (40, 30) and kept.format == kind
    assert told["media_type"] == f"image/{kind.lower()}"


def test_the_turn_of_a_photo_is_kept_in_its_pixels(citizen: Actor) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = Image.new("RGB", (40, 30), "white")
    picture.paste("black", (0, 0, 20, 30))
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif, dpi=(300, 300), quality=95)
    with Image.open(io.BytesIO(stored(put(citizen, out.getvalue())))) as kept:
        assert kept.size == (30, 40) and not kept.getexif()
        assert kept.getpixel((15, 3))[0] < 50 < 200 < kept.getpixel((15, 37))[0]
        assert kept.info["dpi"] == (300, 300)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile(citizen: Actor, name: str, own_files: Path) -> None:
    content, outcome = HOSTILE[name]
    began = time.monotonic()
    try:
        told = put(citizen, content)
    except Refusal as refusal:
        code = refusal.fields[0].code if refusal.fields else "media"
        assert outcome == code
        assert isinstance(refusal, WrongMedia if code == "media" else Invalid)
        assert not [path for path in own_files.rglob("*") if path.is_file()]
    else:
        assert outcome == "clean"
        assert MARK not in stored(told)
        _check_sound(stored(told))
    assert time.monotonic() - began < 35


def _check_sound(content: bytes) -> None:
    if content.startswith(b"%PDF-"):
        with pikepdf.open(io.BytesIO(content), attempt_recovery=False) as kept:
            assert len(kept.pages)
    else:
        with Image.open(io.BytesIO(content)) as kept:
            kept.load()
            assert not kept.getexif() and not kept.info.get("comment") and not kept.info.get("icc_profile")


@pytest.mark.parametrize(
    "content",
    [
        pdf(
            lambda made: made.Root.__setattr__(
                "OpenAction", pikepdf.Array([made.pages[0].obj, pikepdf.Name.Fit])
            )
        ),
        pdf() + b"\r\n\0\n",
    ],
)
def test_ordinary_habits_of_pdf_programs_are_taken(citizen: Actor, content: bytes) -> None:
    assert put(citizen, content)["size"] == len(content)


def test_a_broken_table_is_mended(citizen: Actor) -> None:
    content = pdf(pages=2).replace(b"startxref", b"startxxxx")
    kept = stored(put(citizen, content))
    assert kept != content
    with pikepdf.open(io.BytesIO(kept), attempt_recovery=False) as found:
        assert len(found.pages) == 2


def test_bound_of_size(citizen: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LARGEST", 1000)
    with pytest.raises(TooLarge):
        put(citizen, b"%PDF-" + b"\0" * 1000)
    with pytest.raises(Invalid):
        put(citizen, b"%PDF-" + b"\0" * 995)


def test_reading_stops_at_the_bound(citizen: Actor) -> None:
    class Endless:
        given = 0

        def read(self, size: int) -> bytes:
            self.given += size
            return b"\0" * size

    stream = Endless()
    with pytest.raises(TooLarge):
        services.store_upload(citizen, "a", stream, now=NOW)  # type: ignore[arg-type]
    assert stream.given <= files.LARGEST + (1 << 20)


def test_a_child_that_hangs_or_dies_is_a_refusal(citizen: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer's pipe closes without a word, or nothing comes in time."""
    monkeypatch.setattr(client, "_send", lambda handles, asked: None)
    with pytest.raises(Invalid) as caught:
        put(citizen, pdf())
    assert caught.value.code == "file-too-heavy"


def test_the_inspector_comes_back_after_a_kill(citizen: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    put(citizen, pdf())
    assert client._door is not None
    client._door.shutdown(2)
    assert put(citizen, pdf())["media_type"] == "application/pdf"


def test_a_child_is_bounded_in_memory() -> None:
    """The limits really bind: a child that takes two gigabytes does not get them."""
    code = (
        "from onewindow.documents.inspection import process\nprocess._bound()\n"
        "try:\n    bytearray(2 << 30)\nexcept MemoryError:\n    print('bounded')\n"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert told.stdout.strip() == "bounded"


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("申请表.pdf", "申请表.pdf"),
        ("C:\\Users\\wang\\申请表.PDF", "申请表.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("a\u202efdp.exe", "afdp.exe.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie_ x.pdf"),
        ("", "文件.pdf"),
        (".pdf", "文件.pdf"),
        ("....", "文件.pdf"),
        ("a" * 500 + ".pdf", "a" * 100 + ".pdf"),
        ("无扩展名", "无扩展名.pdf"),
        ("照片.jpg", "照片.pdf"),
        ("\ud800.pdf", "_.pdf"),
    ],
)
def test_names_are_made_safe(given_name: str, kept: str) -> None:
    assert names.clean(given_name, media_type="application/pdf") == kept


@given(st.text(max_size=300))
def test_no_name_breaks_out(text: str) -> None:
    name = names.clean(text, media_type="image/png")
    assert name.endswith(".png") and len(name) <= names.LONGEST + 4
    assert not set(name) & set('/\\:*?"<>|\r\n\0')


def test_names_are_sealed(citizen: Actor) -> None:
    told = put(citizen, pdf(), "张三的身份证.pdf")
    row = File.objects.get(file_id=told["file_id"])
    assert "张三".encode() not in bytes(row.name_sealed)
    assert queries.open_file(citizen, str(told["file_id"]))[0] == "张三的身份证.pdf"


def test_only_the_owner_sees_a_loose_file(citizen: Actor, stranger: Actor) -> None:
    file_id = str(put(citizen, pdf())["file_id"])
    assert queries.open_file(citizen, file_id)[1] == "application/pdf"
    for actor, wanted in ((stranger, file_id), (citizen, "no-such-file"), (citizen, "\0")):
        with pytest.raises(NotFound):
            queries.open_file(actor, wanted)


def test_attached_files_are_for_those_who_see_the_case(citizen: Actor, stranger: Actor) -> None:
    file_id = str(put(citizen, pdf())["file_id"])
    services.attach([file_id], "SF1", actor=citizen)
    queries.entitle_with(lambda actor, subject: actor == stranger and subject == "SF1")
    assert queries.open_file(stranger, file_id)
    queries.entitle_with(lambda actor, subject: subject == "SF2")
    with pytest.raises(NotFound):
        queries.open_file(stranger, file_id)


class TestAttach:
    def test_order_and_hashes(self, citizen: Actor) -> None:
        first, second = put(citizen, pdf()), put(citizen, pdf(pages=2))
        asked = [str(second["file_id"]), str(first["file_id"]), str(second["file_id"])]
        assert services.attach(asked, "SF1", actor=citizen) == [
            {"file_id": second["file_id"], "sha256": second["sha256"], "came": "upload"},
            {"file_id": first["file_id"], "sha256": first["sha256"], "came": "upload"},
        ]
        assert Attachment.objects.count() == 2

    def test_again_and_by_another_of_the_same_case(self, citizen: Actor, stranger: Actor) -> None:
        file_id = str(put(citizen, pdf())["file_id"])
        services.attach([file_id], "SF1", actor=citizen)
        services.attach([file_id], "SF1", actor=citizen)
        services.attach([file_id], "SF1", actor=stranger)
        services.attach([file_id], "SF2", actor=citizen)
        with pytest.raises(Invalid):
            services.attach([file_id], "SF3", actor=stranger)

    @pytest.mark.parametrize("wanted", ["no-such-file", "\0", ""])
    def test_unknown(self, citizen: Actor, wanted: str) -> None:
        with pytest.raises(Invalid) as caught:
            services.attach([wanted], "SF1", actor=citizen, field="materials.0.file_ids")
        assert caught.value.fields[0].field == "materials.0.file_ids"

    def test_of_another(self, citizen: Actor, stranger: Actor) -> None:
        file_id = str(put(citizen, pdf())["file_id"])
        with pytest.raises(Invalid):
            services.attach([file_id], "SF1", actor=stranger)

    def test_statements(self, citizen: Actor, django_assert_num_queries: object) -> None:
        file_id = str(put(citizen, pdf())["file_id"])
        with django_assert_num_queries(1):  # type: ignore[operator]
            services.attach([file_id], "SF1", actor=citizen)
        with django_assert_num_queries(0):  # type: ignore[operator]
            assert services.attach([], "SF1", actor=citizen) == []
