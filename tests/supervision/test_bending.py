"""Cards, attendance, notes and published scores and bulletins in the ledger's verification and export: a bent row is named."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connections
from psycopg import sql

from onewindow.base import clock, generations
from onewindow.base.ledger import export, verify
from onewindow.supervision import services
from onewindow.supervision.bulletin import publishing as bulletins
from onewindow.supervision.models import Card
from onewindow.supervision.staff import attending, conduct, publishing
from tests import database, world
from tests.supervision.test_cards import late_case
from tests.supervision.test_following import midnight
from tests.world import START, actor

LOG = {"log-cut"}  # each test begins with an empty file of heads
NOW = midnight("2026-10-09") + timedelta(hours=9)


@pytest.fixture(scope="module")
def owner(_city: None, django_db_blocker: Any) -> Iterator[psycopg.Connection]:
    """A late case with its card and letter, a shift, a note with its answer, a published result: all committed."""
    with django_db_blocker.unblock():
        clock.move_to(START)
        _lives()
        with psycopg.connect(database.url(owner=True, name=database.NAME), autocommit=True) as connection:
            yield connection
        generations.put("clock", 0)
        world.rebuild()


def _lives() -> None:
    card = Card.objects.get(case_no=late_case()["case_no"], rule="2")
    body = {"reason": "请限期办结并书面说明。", "answer_by": "2026-09-23"}
    services.act(actor("supervisor1"), card.card_no, "inquire", body, now=midnight("2026-09-18"))
    attending.sign_in(actor("clerk1"), now=START)
    attending.sign_out(actor("clerk1"), now=START + timedelta(hours=3))
    told = {"kind": "left-post", "place": "三楼", "text": "离岗半小时。", "person": "clerk1"}
    number = conduct.write(actor("supervisor1"), told | {"observed_at": START.isoformat()}, now=START)
    conduct.answer(actor("clerk1"), number, "去送材料。", now=START)
    publishing.publish(actor("manager1"), "person", "2026-09", now=NOW)
    bulletins.publish(actor("supervisor1"), "2026-09", now=NOW)
    connections.close_all()


def _codes(folder: Path) -> set[str]:
    """What the stand-alone verifier finds in an export made now."""
    export.write(folder, now=NOW + timedelta(days=1))
    done = subprocess.run(
        [sys.executable, "-I", str(folder / "verify_ledger.py"), str(folder)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr
    return {line.split("\t")[0] for line in done.stdout.splitlines() if "\t" in line} - LOG


def _found() -> set[str]:
    return {one.code for one in verify.run()} - LOG


def test_all_of_it_is_whole_and_exported(owner: psycopg.Connection, tmp_path: Path) -> None:
    assert _found() == set()
    assert _codes(tmp_path / "export") == set()
    cards = (tmp_path / "export" / "cards.jsonl").read_text(encoding="utf-8")
    assert "请限期办结并书面说明" in cards
    rows = (tmp_path / "export" / "staff.jsonl").read_text(encoding="utf-8")
    for kind in ("attendance", "conduct-note", "conduct-step", "appraisal"):
        assert f'"kind":"{kind}"' in rows
    figures = (tmp_path / "export" / "bulletins.jsonl").read_text(encoding="utf-8")
    assert '"period":"2026-09"' in figures and '"completion_rate"' in figures
    assert "离岗半小时" not in rows  # words about a person stay sealed


BENT = [
    ("supervision_card", "level = 'reminder'", "level = 'yellow'", "card-changed", {"card-changed"}),
    (
        "supervision_card",
        "life = jsonb_set(life, '{letters,0,text}', '\"算了\"')",
        "life = jsonb_set(life, '{letters,0,text}', '\"请限期办结并书面说明。\"')",
        "card-changed",
        {"card-changed"},
    ),
    (
        "supervision_stamp",
        "late_minutes = late_minutes + 30",
        "late_minutes = late_minutes - 30",
        "attendance-changed",
        {"attendance-changed", "row-missing"},
    ),
    (
        "supervision_note",
        "points = points + 1",
        "points = points - 1",
        "conduct-note-changed",
        {"conduct-note-changed", "row-missing"},
    ),
    (
        "supervision_notestep",
        "deed = 'withdrawn'",
        "deed = 'answered'",
        "conduct-step-changed",
        {"conduct-step-changed", "row-missing"},
    ),
    (
        "supervision_appraisal",
        "reason = 'x'",
        "reason = ''",
        "appraisal-changed",
        {"appraisal-changed", "row-missing"},
    ),
    (
        "supervision_bulletin",
        "figures = jsonb_set(figures, '{flow,closed}', '9')",
        "figures = jsonb_set(figures, '{flow,closed}', '0')",
        "bulletin-changed",
        {"bulletin-changed", "row-missing"},
    ),
]


@pytest.mark.parametrize(("table", "bend", "mend", "code", "outside"), BENT)
def test_a_bent_row_is_named(
    owner: psycopg.Connection, tmp_path: Path, table: str, bend: str, mend: str, code: str, outside: set[str]
) -> None:
    name = sql.Identifier(table)
    one = sql.SQL("UPDATE {0} SET {1} WHERE id = (SELECT min(id) FROM {0} WHERE {2})")
    which = "rule = '2'" if table == "supervision_card" else "true"
    owner.execute(one.format(name, sql.SQL(bend), sql.SQL(which)))  # type: ignore[arg-type]
    try:
        assert code in _found()
        assert _codes(tmp_path / "export") == outside
    finally:
        owner.execute(one.format(name, sql.SQL(mend), sql.SQL(which)))  # type: ignore[arg-type]
    assert _found() == set()


def test_a_row_that_is_gone_is_missed(owner: psycopg.Connection, tmp_path: Path) -> None:
    with owner.transaction():
        owner.execute("CREATE TABLE kept AS SELECT * FROM supervision_notestep")
        owner.execute("DELETE FROM supervision_notestep")
    try:
        assert "row-lost" in _found()
        assert _codes(tmp_path / "export") == {"row-missing"}
    finally:
        owner.execute("INSERT INTO supervision_notestep SELECT * FROM kept")
        owner.execute("DROP TABLE kept")
