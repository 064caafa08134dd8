"""What tests of documents share: an organ, an account that acts, files of its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from onewindow.base.models import Account
from onewindow.documents import queries
from onewindow.documents.examples import ORGAN_NAME
from onewindow.kernel.actor import Actor

NOW = datetime.fromisoformat("2026-09-08T09:12:00+08:00")
ORGAN = SimpleNamespace(id=7, name=ORGAN_NAME, short_name="示住建", official_name="")


@pytest.fixture(autouse=True)
def own_files(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """Files of one test in a place of its own; nobody is entitled unless the test says so."""
    settings.ONEWINDOW_FILES_DIR = tmp_path / "files"
    before = queries.entitle_with(lambda _actor, _subject: False)
    yield tmp_path / "files"
    queries.entitle_with(before)


def account(username: str) -> Actor:
    row = Account.objects.create(
        username=username, password="", kind="applicant", name=username, created_at=NOW
    )
    return Actor(account_id=row.pk, username=username, name=username, roles=frozenset({"citizen"}))


@pytest.fixture
def citizen(db: None) -> Actor:
    return account("citizen-of-papers")


@pytest.fixture
def stranger(db: None) -> Actor:
    return account("stranger-of-papers")
