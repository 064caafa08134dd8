"""A file that turned out to be infected: its applicant and whoever handles the case are told, each once."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from onewindow.base import clock
from onewindow.base.worker import settle
from onewindow.cases import services
from onewindow.documents import services as documents
from onewindow.documents.models import File
from onewindow.documents.services import rescanning
from onewindow.notices.models import Message
from tests.documents.corpus import pdf
from tests.world import FUND, actor, application

pytestmark = pytest.mark.usefixtures("city")


def put(name: str) -> str:
    return str(documents.store_upload(actor("citizen1"), name, io.BytesIO(pdf()), now=clock.now())["file_id"])


@pytest.mark.parametrize("is_of_case", [True, False])
def test_those_concerned_are_told_once(settings: Any, tmp_path: Path, is_of_case: bool) -> None:
    settings.ONEWINDOW_FILES_DIR = tmp_path
    file_id, case_no = put("身份证.pdf"), ""
    if is_of_case:
        row = {"code": "M01", "medium": "electronic", "file_ids": [file_id]}
        made = services.create(actor("citizen1"), application(FUND, materials=[row]), now=clock.now())
        case_no = made["case_no"]
    file = File.objects.get(file_id=file_id)
    rescanning._lock(bytes(file.sha256), "Eicar", clock.now())
    assert rescanning._lock(bytes(file.sha256), "Eicar", clock.now()) == 0
    settle(clock.now())
    told = Message.objects.filter(kind__startswith="file-locked", channel="portal")
    owners = {one.account_id: (one.kind, one.case_no) for one in told if one.kind != "file-locked-staff"}
    assert owners == {
        actor("citizen1").account_id: ("file-locked" if is_of_case else "file-locked-loose", case_no)
    }
    staff = {one.account_id: one.path for one in told if one.kind == "file-locked-staff"}
    wanted = {actor("head1").account_id: f"/office/cases/{case_no}"} if is_of_case else {}
    assert staff == wanted
