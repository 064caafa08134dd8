"""A case's files as one archive: whole, safely named, with digests that are right, and recorded."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from pathlib import Path

import msgspec
import pytest

from onewindow.base import clock, facts
from onewindow.base.models import Fact
from onewindow.cases import services
from onewindow.documents import archive, storage
from onewindow.documents import services as documents
from onewindow.kernel.errors import NotFound
from tests.documents.corpus import image, pdf
from tests.documents.ofd_corpus import ofd
from tests.world import FUND, actor, application

pytestmark = pytest.mark.usefixtures("city")


def test_those_who_may_see_the_case_take_it_along(settings: object, tmp_path: Path) -> None:
    settings.ONEWINDOW_FILES_DIR = tmp_path  # type: ignore[attr-defined]
    citizen, now = actor("citizen1"), clock.now()
    given = {"../../身份证.pdf": pdf(), "照片.jpg": image("JPEG"), "证照.ofd": ofd()}
    kept = [documents.store_upload(citizen, name, io.BytesIO(one), now=now) for name, one in given.items()]
    row = {"code": "M01", "medium": "electronic", "file_ids": [one["file_id"] for one in kept]}
    case_no = services.create(citizen, application(FUND, materials=[row]), now=now)["case_no"]

    for who in ("citizen1", "examiner1"):
        name, pieces = services.take_all(actor(who), case_no, now=now)
        with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as made:
            assert made.testzip() is None and name == f"{case_no}.zip"
            lines = list(csv.reader(io.StringIO(made.read("目录.csv").decode("utf-8-sig"))))[1:]
            assert {line[5] for line in lines} >= {one["sha256"] for one in kept}
            assert all(hashlib.sha256(made.read(line[0])).hexdigest() == line[5] for line in lines)
            assert sorted(made.namelist()) == sorted(["目录.html", "目录.csv", *(line[0] for line in lines)])
            assert not [one for one in made.namelist() if ".." in one or one.startswith("/") or "\\" in one]
            assert any("受理" in line[2] or "收件" in line[2] for line in lines)  # the receipt
        told = Fact.objects.filter(stream="archive", type="taken", actor=who).get().data
        data = msgspec.json.decode(told) if isinstance(told, str) else told
        assert data["case_no"] == case_no and data["files"] == len(lines)
        assert data["digest"] == hashlib.sha256("".join(line[5] for line in lines).encode()).hexdigest()
    for who in ("citizen2", "examiner2"):
        with pytest.raises(NotFound):
            services.take_all(actor(who), case_no, now=now)
    assert not facts.of_subject("archive", actor("citizen2").account_id)


def test_hostile_words_make_no_path_and_no_formula(settings: object, tmp_path: Path) -> None:
    settings.ONEWINDOW_FILES_DIR = tmp_path  # type: ignore[attr-defined]
    stored = storage.Stored(storage.keep(io.BytesIO(b"x" * 600_000))[0])
    entries = [
        archive.Entry("../=cmd|'/C calc'!A0\\", "=1+1.pdf", "application/pdf", stored) for _ in range(2)
    ]
    lines = archive.index(entries)
    pieces = list(archive.stream(entries, lines, title="<script>", at=clock.now()))
    assert max(map(len, pieces)) < 300_000  # streamed, not gathered
    with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as made:
        assert len(set(made.namelist())) == 4 and made.testzip() is None
        assert not [one for one in made.namelist() if ".." in one or one.startswith("/") or "\\" in one]
        assert b"<script>" not in made.read("目录.html")
        table = made.read("目录.csv").decode("utf-8-sig")
        assert all(not line[2].startswith("=") for line in csv.reader(io.StringIO(table)))
