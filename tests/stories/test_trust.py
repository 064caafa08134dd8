"""How far materials are trusted, from the upload to the counter: levels, an original shown, the archive's index."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.test import Client

from onewindow.base import clock
from onewindow.cases import services
from onewindow.cases.queries import presenting
from onewindow.cases.rules import trust
from onewindow.documents import services as documents
from onewindow.documents.models import Document
from onewindow.documents.services import making
from onewindow.ui import session
from tests.documents.corpus import pdf
from tests.world import SEWAGE, Api, actor

Open = Callable[..., Api]


def put(who: str, content: bytes) -> str:
    made = documents.store_upload(actor(who), "材料.pdf", io.BytesIO(content), now=clock.now())
    return str(made["file_id"])


def levels(case: dict[str, Any]) -> list[tuple[str | None, str | None]]:
    return [(one["trust"]["level"], one["trust"]["reason"]) for one in case["materials"]]


def pages(api: Open, who: str) -> Client:
    api(who).get("/cases")
    client = Client()
    client.cookies[session.COOKIE] = Api.tokens[who]
    return client


@pytest.fixture
def signed(api: Open, settings: Any, tmp_path: Path) -> bytes:
    """A paper that this instance issued and signed: what a licence of an authority is to others."""
    settings.ONEWINDOW_FILES_DIR = tmp_path
    case = api("citizen1").create(SEWAGE)
    paper = Document.objects.get(document_no=case["documents"][0]["document_no"])
    making.make_file(paper.pk, now=clock.now())
    return making.open_paper(paper.document_no, now=clock.now())[2].read_bytes()


def test_levels_from_the_upload_to_the_counter(api: Open, signed: bytes) -> None:
    given = [
        {"code": "M01", "medium": "electronic", "file_ids": [put("citizen1", pdf())]},
        {"code": "M02", "medium": "electronic", "file_ids": [put("citizen1", signed)]},
        {"code": "M03", "medium": "electronic", "file_ids": [put("citizen1", signed + b"\n%%EOF")]},
    ]
    case = api("citizen1").create(SEWAGE, materials=given)
    kinds = [one[0] for one in levels(case)]
    assert (
        levels(case)[1] == ("A", "signed") and kinds[0] in "CD" and kinds[2] in "CD"
    )  # bent behind the signature

    page = pages(api, "clerk1").get(f"/counter/cases/{case['case_no']}?tab=m-M01").content.decode()
    assert "已核验原件" in page
    sent = pages(api, "clerk1").post(
        f"/counter/cases/{case['case_no']}/check-originals", {"version": case["version"], "materials": "M01"}
    )
    assert sent.status_code in (302, 303), sent.content.decode()[:2000]
    after = api("citizen1").get(f"/cases/{case['case_no']}").json
    assert levels(after)[0] == ("B", "seen")
    page = pages(api, "citizen1").get(f"/my/cases/{case['case_no']}").content.decode()
    assert "窗口核验了原件" in page and "窗口核验过原件" in page
    # A clerk scans an original; what is given anew is judged anew.
    rows = [
        {"code": "M01", "medium": "original", "file_ids": [put("clerk1", pdf(pages=2))]},
        {"code": "M03", "medium": "copy", "file_ids": [put("clerk1", pdf(pages=3))]},
    ]
    changed = services.change(actor("clerk1"), case["case_no"], {"materials": rows}, now=clock.now())
    assert levels(changed)[0] == ("B", "scanned") and levels(changed)[2][0] in "CD"

    _, pieces = services.take_all(actor("clerk1"), case["case_no"], now=clock.now())
    with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as made:
        lines = list(csv.reader(io.StringIO(made.read("目录.csv").decode("utf-8-sig"))))
    assert lines[0][-1] == "可信等级" and {"A", "B"} <= {line[-1] for line in lines[1:]}


def test_below_what_the_item_asks_for_the_original_is_to_be_shown(
    api: Open, signed: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_row = trust.of_row

    def asks_for_b(row: Any, state: Any, material: Any) -> trust.Trust:
        return of_row(row, state, msgspec.structs.replace(material, lowest_trust="B"))

    monkeypatch.setattr(presenting.trust, "of_row", asks_for_b)
    given = [
        {"code": "M01", "medium": "electronic", "file_ids": [put("citizen1", pdf())]},
        {"code": "M02", "medium": "electronic", "file_ids": [put("citizen1", signed)]},
    ]
    case = api("citizen1").create(SEWAGE, materials=given)
    assert [one["trust"]["is_due"] for one in case["materials"]][:2] == [True, False]
    page = pages(api, "citizen1").get(f"/my/cases/{case['case_no']}").content.decode()
    assert "出示原件" in page and "请带原件到任一综合窗口核验" in page
    page = pages(api, "clerk1").get(f"/counter/cases/{case['case_no']}?tab=m-M01").content.decode()
    assert "待核验原件 1 份" in page and "本事项要求 B 级" in page
