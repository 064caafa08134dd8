"""What is left lying goes when its days are over; what a case, a draft or staff still need stays."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from onewindow.base.models import Account, Fact
from onewindow.documents import services as documents
from onewindow.documents import storage
from onewindow.documents.models import File
from onewindow.intake import drafts, keeping
from onewindow.intake.models import Draft
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import Invalid, NotFound
from tests.documents.corpus import pdf

pytestmark = pytest.mark.django_db
NOW = datetime.fromisoformat("2026-09-08T09:12:00+08:00")
LATER = NOW + timedelta(days=31)


@pytest.fixture(autouse=True)
def own_files(tmp_path: Path, settings: Any) -> None:
    settings.ONEWINDOW_FILES_DIR = tmp_path
    settings.ONEWINDOW_LOOSE_FILE_DAYS, settings.ONEWINDOW_DRAFT_DAYS = 30, 180


def account(kind: str) -> Actor:
    row = Account.objects.create(username=f"left-{kind}", password="", kind=kind, name="某", created_at=NOW)
    return Actor(account_id=row.pk, username=row.username, name="某", roles=frozenset({"citizen"}))


def put(actor: Actor, pages: int, *, at: datetime = NOW) -> File:
    told = documents.store_upload(actor, "a.pdf", io.BytesIO(pdf(pages=pages)), now=at)
    return File.objects.get(file_id=told["file_id"])


def is_there(file: File) -> bool:
    return storage.disk.path_of(bytes(file.sha256)).exists()


def test_only_what_belongs_to_nothing_goes(django_capture_on_commit_callbacks: Any) -> None:
    citizen, clerk = account("applicant"), account("staff")
    loose, cased, drafted, staffs = put(citizen, 1), put(citizen, 2), put(citizen, 3), put(clerk, 4)
    mandate, fresh = put(citizen, 5), put(citizen, 6, at=LATER)
    documents.attach([cased.file_id], "SF1", actor=citizen)
    draft = drafts.start(citizen, "T", item_version=1, now=NOW)
    drafts.add_files(citizen, draft.key, "M01", [drafts.Upload(drafted.file_id, "a", 1)], now=NOW)
    drafts.save(citizen, draft.key, step="who", now=NOW, agent={"mandate_file_id": mandate.file_id})

    assert keeping.clear_away(NOW + timedelta(days=29)) == (0, 0)
    with django_capture_on_commit_callbacks(execute=True):
        assert keeping.clear_away(LATER) == (0, 1)
    assert keeping.clear_away(LATER) == (0, 0)
    assert not is_there(loose) and all(map(is_there, (cased, drafted, staffs, mandate, fresh)))
    fact = Fact.objects.get(stream="file", subject=loose.pk)
    assert (fact.type, fact.actor) == ("erased", "system")
    with pytest.raises(Invalid):
        documents.attach([loose.file_id], "SF2", actor=citizen)


def test_a_draft_goes_with_what_only_it_held(django_capture_on_commit_callbacks: Any) -> None:
    citizen = account("applicant")
    file, draft = put(citizen, 1), drafts.start(citizen, "T", item_version=1, now=NOW)
    drafts.add_files(citizen, draft.key, "M01", [drafts.Upload(file.file_id, "a", 1)], now=NOW)
    key = Draft.objects.get(key=draft.key).pk
    assert keeping.clear_away(NOW + timedelta(days=179)) == (0, 0)
    with django_capture_on_commit_callbacks(execute=True):
        assert keeping.clear_away(NOW + timedelta(days=181)) == (1, 1)
    assert not is_there(file)
    assert Fact.objects.get(stream="draft", subject=key).type == "expired"
    with pytest.raises(NotFound):
        drafts.get(citizen, draft.key)


def test_many_that_are_held_stand_in_nobodys_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "_AT_ONCE", 2)
    citizen = account("applicant")
    held = [put(citizen, 1) for _ in range(3)]
    draft = drafts.start(citizen, "T", item_version=1, now=NOW)
    uploads = [drafts.Upload(one.file_id, "a", 1) for one in held]
    drafts.add_files(citizen, draft.key, "M01", uploads, now=NOW)
    loose = [put(citizen, 2) for _ in range(3)]
    assert keeping.clear_away(LATER) == (0, 3)
    assert File.objects.filter(erased_at=None).count() == len(held) and len(loose) == 3
