"""A data directory of its own for each test of the base, and a way to write facts."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from onewindow.base import accounts, clock, facts, passwords, tokens
from onewindow.base.ledger import export, verify
from onewindow.base.models import Account
from onewindow.kernel.actor import SYSTEM, Actor

START = datetime(2026, 9, 7, 1, 0, tzinfo=UTC)
EXAMINER = Actor(7, "examiner1", "审查员", frozenset({"examiner"}), organ_id=3)

# An account that logs in, with its password and the administrator who minds it.
NOW = datetime(2026, 9, 7, 9, 0, tzinfo=clock.SHANGHAI)
PASSWORD = "correct horse 42"
HASH = passwords.encode(PASSWORD)
SECADMIN = Actor(account_id=-1, username="sec", name="安", roles=frozenset({"secadmin"}))

Record = Callable[..., None]


@pytest.fixture(autouse=True)
def _own_data_dir(settings: Any, tmp_path: Path) -> None:
    settings.ONEWINDOW_DATA_DIR = tmp_path / "data"
    (tmp_path / "data").mkdir()


@pytest.fixture(autouse=True)
def _own_registries() -> Iterator[None]:
    before = list(verify.checks), list(export.parts)
    verify.checks[:], export.parts[:] = [], []
    yield
    verify.checks[:], export.parts[:] = before


@pytest.fixture
def record() -> Record:
    def write(subject: int, seq: int, *, stream: str = "case", type: str = "noted", **data: Any) -> None:
        at = START + timedelta(minutes=subject, seconds=seq)
        facts.write(
            [
                facts.row(
                    stream, subject, seq=seq, type=type, at=at, actor=EXAMINER, role="examiner", data=data
                )
            ]
        )

    return write


@pytest.fixture
def wang() -> Account:
    return accounts.create("wang", name="王", kind="staff", by=SYSTEM, now=NOW, password_hash=HASH)


@pytest.fixture
def real(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The real clock as the tokens see it: ``real[0]`` may be moved."""
    moment = [clock.real_now()]
    monkeypatch.setattr(tokens, "real_now", lambda: moment[0])
    return moment


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
