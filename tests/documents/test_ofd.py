"""OFD files: taken whole with what they tell of themselves, refused when anything in them is odd."""

from __future__ import annotations

import hashlib
import io

import pytest

from onewindow.documents import names, queries, services
from onewindow.documents.models import File
from onewindow.kernel.actor import Actor
from tests.documents.conftest import NOW
from tests.documents.ofd_corpus import OFD_GOOD, document, front, ofd

pytestmark = pytest.mark.django_db


def put(actor: Actor, content: bytes, name: str = "证照.ofd") -> dict[str, object]:
    return services.store_upload(actor, name, io.BytesIO(content), now=NOW)


@pytest.mark.parametrize("name", OFD_GOOD)
def test_honest_packages_keep_their_bytes(citizen: Actor, name: str) -> None:
    content = OFD_GOOD[name]
    told = put(citizen, content)
    assert told["media_type"] == "application/ofd" and told["name"] == "证照.ofd"
    assert told["sha256"] == hashlib.sha256(content).hexdigest()


def test_what_a_file_tells_of_itself(citizen: Actor) -> None:
    told = put(citizen, ofd({"Doc_0/Document.xml": document(pages=3)}))
    services.attach([str(told["file_id"])], "SF1", actor=citizen)
    found = queries.describe([str(told["file_id"])], subject="SF1")[str(told["file_id"])]
    assert (found["pages"], found["title"], str(found["created_on"])) == (3, "示例 证照", "2026-09-01")
    row = File.objects.get(file_id=told["file_id"])
    assert row.title_sealed is not None and "证照".encode() not in bytes(row.title_sealed)


@pytest.mark.parametrize("day", ["", "someday", "0001-01-01", "2026-02-30"])
def test_an_odd_day_is_no_day(citizen: Actor, day: str) -> None:
    told = put(citizen, ofd({"OFD.xml": front().replace("2026-09-01", day)}))
    assert File.objects.get(file_id=told["file_id"]).created_on is None


def test_browsers_get_it_as_a_download() -> None:
    assert names.disposition("application/ofd") == "attachment"
    assert names.disposition("application/pdf") == "inline"
