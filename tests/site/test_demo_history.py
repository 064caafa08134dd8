"""The demonstration that `make run` shows: every state, every light, something on everybody's page."""

import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import override_settings

from onewindow.base import clock, settings_store, tokens
from onewindow.base.ledger import heads, verify
from onewindow.base.models import Account
from onewindow.cases import proof, queries
from onewindow.cases.rules.evolve import TYPES
from onewindow.cases.rules.state import STATES
from onewindow.documents import queries as documents
from onewindow.documents import services as papers
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import Invalid
from onewindow.site.demo import loading, wiping
from tests import demonstration
from tests.demonstration import START

# What nobody does in the history of the demonstration.
ABSENT = {
    "materials-changed", "assigned", "revealed", "erased", "due-moved", "identity-corrected", "originals-checked",
}  # fmt: skip


@pytest.fixture(scope="module")
def city(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), demonstration.stands():
        yield


def column(sql: str) -> set[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return {row[0] for row in cursor.fetchall()}


def actor(username: str) -> Actor:
    return tokens.build_actor(Account.objects.get(username=username))


def lights(username: str) -> set[str]:
    found: set[str] = set()
    page: dict[str, Any] = {"next": None}
    while True:
        page = queries.inbox(actor(username), cursor=page["next"], limit=100, now=clock.now())
        found |= {row["light"] for row in page["results"]}
        if not page["next"]:
            return found


@pytest.mark.usefixtures("city")
class TestHistory:
    def test_every_state_is_there(self) -> None:
        assert column("SELECT state FROM cases_case") == set(STATES)

    def test_nearly_everything_that_can_happen_happened(self) -> None:
        assert set(TYPES) - column("SELECT type FROM base_fact WHERE stream = 'case'") == ABSENT

    def test_some_hundred_cases_of_all_six_items(self) -> None:
        assert 380 <= proof.count() <= 500
        assert len(column("SELECT item_version_id FROM cases_case")) == 6

    def test_nothing_lies_after_the_start(self) -> None:
        assert all(at <= START for at in column("SELECT max(at) FROM base_fact"))
        assert all(at < START for at in column("SELECT max(last_at) FROM cases_case"))
        assert START <= clock.now() < START + timedelta(minutes=5)

    def test_nothing_that_time_made_due_was_left_undone(self) -> None:
        assert column(f"SELECT id FROM cases_case WHERE wake_at <= '{START.isoformat()}'") == set()

    @pytest.mark.parametrize(
        ("username", "expected"),
        [
            ("clerk1", {"green", "yellow", "red"}),
            ("examiner1", {"green", "yellow", "red", "grey"}),
            ("approver1", {"green", "yellow", "red"}),
            ("issuer1", {"green", "red"}),
            ("examiner2", {"green", "yellow", "red"}),
            ("approver2", {"green", "yellow", "red"}),
        ],
    )
    def test_inboxes_show_all_lights(self, username: str, expected: set[str]) -> None:
        assert lights(username) >= expected

    @pytest.mark.parametrize(
        ("username", "expected"),
        [
            ("citizen1", {"correcting", "produced", "delivered", "withdrawn", "draft"}),
            ("citizen2", {"delivered", "produced"}),
            ("enterprise1", {"correcting", "accepted", "paused", "delivered", "received", "draft"}),
        ],
    )
    def test_applicants_find_their_matters(self, username: str, expected: set[str]) -> None:
        found = queries.find(actor(username), limit=100, now=clock.now())["results"]
        assert {row["state"] for row in found} >= expected

    def test_enterprise_has_a_deferred_material(self) -> None:
        rows = queries.find(actor("enterprise1"), state="accepted", limit=100, now=clock.now())["results"]
        cases = [queries.view(actor("enterprise1"), row["case_no"], now=clock.now()) for row in rows]
        assert any(row["state"] == "deferred" for case in cases for row in case["materials"])

    def test_materials_of_the_cast_are_real_files(self) -> None:
        case_no = queries.find(actor("citizen1"), state="produced", now=clock.now())["results"][0]["case_no"]
        case = queries.view(actor("examiner1"), case_no, now=clock.now())
        files = [one for row in case["materials"] for one in row["file_ids"]]
        media = {documents.open_file(actor("examiner1"), one)[1] for one in files}
        assert media == {"application/pdf", "image/jpeg", "image/png"}

    def test_a_paper_of_the_past_is_made_when_it_is_opened(self) -> None:
        assert column("SELECT id FROM documents_document WHERE file_id IS NOT NULL") == set()
        number = min(column("SELECT document_no FROM documents_document WHERE kind = 'grant'"))
        _, media_type, path = papers.open_paper(number, now=clock.now())
        assert (media_type, path.read_bytes()[:5]) == ("application/pdf", b"%PDF-")

    def test_nobody_orders_the_files_of_the_past(self) -> None:
        assert "papers" not in column("SELECT listener FROM base_delivery")

    def test_ledger_and_cases_are_whole(self) -> None:
        assert list(verify.run()) == []

    def test_loading_again_changes_nothing(self) -> None:
        before = column("SELECT max(id) FROM base_fact"), proof.count()
        assert loading.load_if_empty(password=demonstration.PASSWORD) is False
        assert (column("SELECT max(id) FROM base_fact"), proof.count()) == before


@pytest.fixture
def played_with(django_db_setup: None, django_db_blocker: Any, tmp_path: Path) -> Iterator[Path]:
    """A demonstration to be thrown away, with files of its own."""
    folders = {"ONEWINDOW_FILES_DIR": tmp_path / "files", "EMAIL_FILE_PATH": str(tmp_path / "outbox")}
    with django_db_blocker.unblock(), demonstration.stands(), override_settings(**folders):
        yield tmp_path


def test_wiping_leaves_nothing(played_with: Path) -> None:
    (played_with / "files" / "ab").mkdir(parents=True)
    (played_with / "files" / "ab" / "content").write_bytes(b"x")
    list(verify.run())
    heads.sign_now(clock.now())
    assert heads.log_path().exists()

    wiping.wipe()

    assert column("SELECT count(*) FROM base_fact") == {0}
    assert column("SELECT count(*) FROM cases_case") == {0}
    assert column("SELECT count(*) FROM base_setting") == {0}
    assert list((played_with / "files").iterdir()) == []
    assert not heads.log_path().exists()
    assert abs(clock.now() - clock.real_now()) < timedelta(seconds=5)
    assert list(verify.run()) == []


def test_what_a_killed_load_left_is_thrown_away(played_with: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    monkeypatch.setattr(wiping, "wipe", lambda: done.append("wipe"))
    monkeypatch.setattr(loading, "load", lambda now, password, progress: done.append("load"))
    settings_store.put("loaded", False)
    assert loading.load_if_empty(password=demonstration.PASSWORD) is True
    assert done == ["wipe", "load"]


@pytest.mark.parametrize("text", ["yesterday", "2026-09-07T08:30:00", "2026-13-01T00:00:00+08:00"])
def test_a_start_that_is_no_instant_is_refused(text: str) -> None:
    with override_settings(ONEWINDOW_SANDBOX_START=text), pytest.raises(Invalid):
        loading.begins_at()


def test_no_demonstration_outside_a_training_instance(tmp_path: Path) -> None:
    done = subprocess.run(
        [".venv/bin/python", "-c", "import sys; from onewindow.site.cli import main; sys.exit(main(['demo', 'load']))"],
        capture_output=True, text=True, check=False,
        env={"PATH": "", "ONEWINDOW_DATA_DIR": str(tmp_path), "ONEWINDOW_SANDBOX": "0",
             "ONEWINDOW_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"},
    )  # fmt: skip
    assert done.returncode == 1
    assert "training instance" in done.stderr
    assert done.stderr.count("\n") == 1
