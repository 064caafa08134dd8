"""The stand-alone verifier on an export of real cases: what papers say cannot be bent unseen."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from onewindow.base import clock
from onewindow.base.ledger import export, heads, sequencer
from onewindow.cases import services
from onewindow.documents import services as papers
from tests import world

Line = dict[str, Any]


@pytest.fixture(scope="module")
def exported(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """An export with an accepted and a received case; the file of the first paper is made."""
    place = tmp_path_factory.mktemp("offline")
    own = override_settings(ONEWINDOW_DATA_DIR=place, ONEWINDOW_FILES_DIR=place / "files")
    with own, world.standing(django_db_blocker):
        clock.move_to(world.START)
        clerk, now = world.actor("clerk1"), clock.now()
        body = world.application(world.SEWAGE, channel="window")
        first, _second = (services.create(clerk, body, now=now) for _ in range(2))
        services.act(clerk, first["case_no"], "accept", {"version": first["version"]}, now=clock.now())
        papers.open_paper(first["documents"][0]["document_no"], now=clock.now())
        sequencer.catch_up()
        heads.sign_now(clock.now())
        export.write(place / "export", now=clock.now())
        yield place / "export"


def change_a_word(lines: list[Line]) -> None:
    lines[0]["content"] = lines[0]["content"].replace('"type":"person"', '"type":"organisation"', 1)


def change_a_space(lines: list[Line]) -> None:
    lines[1]["content"] += " "


def erase_without_a_record(lines: list[Line]) -> None:
    lines[1]["content"] = None


def leave_the_content_out(lines: list[Line]) -> None:
    del lines[1]["content"]


def exchange_two(lines: list[Line]) -> None:
    lines[0]["content"], lines[1]["content"] = lines[1]["content"], lines[0]["content"]


def take_one_away(lines: list[Line]) -> None:
    del lines[-1]


def add_one(lines: list[Line]) -> None:
    lines.append({**lines[0], "document_no": lines[0]["document_no"] + "0"})


BENDINGS: list[tuple[Callable[[list[Line]], None], str]] = [
    (change_a_word, "document-changed"),
    (change_a_space, "document-changed"),
    (erase_without_a_record, "document-changed"),
    (leave_the_content_out, "document-changed"),
    (exchange_two, "document-changed"),
    (take_one_away, "document-missing"),
    (add_one, "document-alien"),
]


def test_an_untouched_export_has_no_finding(exported: Path) -> None:
    lines = _lines(exported)
    assert len(lines) == 3 and all(line["content"] for line in lines)
    assert [bool(line["path"]) for line in lines].count(True) == 1
    assert _verify(exported) == (0, set())


@pytest.mark.parametrize(("bend", "code"), BENDINGS, ids=lambda value: getattr(value, "__name__", ""))
def test_what_papers_say_is_checked(
    exported: Path, tmp_path: Path, bend: Callable[[list[Line]], None], code: str
) -> None:
    bent = tmp_path / "bent"
    shutil.copytree(exported, bent)
    before = _lines(bent)
    lines = [dict(line) for line in before]
    bend(lines)
    assert lines != before
    (bent / "documents.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    status, codes = _verify(bent)
    # The manifest speaks against the file, and what the facts say speaks against the paper.
    assert status == 1 and codes == {"file-changed", code}


def _lines(folder: Path) -> list[Line]:
    return [json.loads(line) for line in (folder / "documents.jsonl").read_text("utf-8").splitlines()]


def _verify(folder: Path) -> tuple[int, set[str]]:
    done = subprocess.run(
        [sys.executable, "-I", str(folder / "verify_ledger.py"), str(folder)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr
    return done.returncode, {line.split("\t")[0] for line in done.stdout.splitlines() if "\t" in line}
