"""An erased person's case still verifies: nothing personal is left, and nothing else may be missing."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import Client

from onewindow.base import clock, facts
from onewindow.base.ledger import export, heads, sequencer, verify
from onewindow.base.models import Account
from onewindow.cases import proof
from onewindow.cases import services as cases
from onewindow.cases.models import Case, Dossier
from onewindow.cases.rules.retention import Table
from onewindow.documents import storage
from onewindow.documents.models import Document, File
from onewindow.documents.services import making
from onewindow.kernel.errors import RuleBroken
from onewindow.notices.models import Message
from onewindow.people import queries as people
from onewindow.privacy.models import Erasure
from onewindow.reviews.models import Complainant, Complaint, Rater, Rating
from onewindow.reviews.services import erasing
from onewindow.site import grants
from onewindow.ui import session
from tests.world import FUND, PASSWORD, SEWAGE, Api, actor, applicant, move

Open = Callable[..., Api]
KEPT = Table()
VERIFIER = Path(__file__).resolve().parents[2] / "tools" / "verify_ledger.py"
REFUSED = {"ground": "not-competent", "reason": "不归本局管", "competent_organ": "市市场监管局"}


def pages(api: Open, who: str) -> Client:
    api(who).get("/cases")
    client = Client()
    client.cookies[session.COOKIE] = Api.tokens[who]
    return client


@pytest.fixture
def ended(api: Open) -> dict[str, Any]:
    """Refused, its papers made; two years later it need not be kept any longer."""
    case = api("clerk1").act(api("citizen1").create(SEWAGE), "refuse-acceptance", **REFUSED)
    for paper in Document.objects.filter(case_no=case["case_no"]):
        making.make_file(paper.pk, now=clock.now())
    move("2028-09-08")
    return case


def erase(case: dict[str, Any]) -> Any:
    id = Case.objects.values_list("id", flat=True).get(case_no=case["case_no"])
    return cases.erase(actor("secadmin"), id, role="secadmin", erasure=1, kept=KEPT, now=clock.now())


@pytest.fixture
def gone(ended: dict[str, Any], django_capture_on_commit_callbacks: Any) -> dict[str, Any]:
    with django_capture_on_commit_callbacks(execute=True):
        erase(ended)
    return ended


def codes() -> set[str]:
    return {one.code for one in verify.run()}


# ---------------------------------------------------------------- it verifies


def test_an_erased_case_verifies(api: Open, gone: dict[str, Any]) -> None:
    assert list(Dossier.objects.values_list("sealed", flat=True)) == [None]
    assert not Document.objects.exclude(content=None).exists()
    assert list(proof.findings()) == [], "cases replay"
    assert codes() == set(), "ledger verify"
    shown = api("clerk1").view(gone)
    text = json.dumps(shown, ensure_ascii=False)
    assert not [name for name in ("name", "id_number", "phone") if applicant()[name] in text]
    assert api("citizen1").get(f"/cases/{gone['case_no']}").status == 404
    assert api().get(f"/track?case_no={gone['case_no']}&check=***").status in (404, 422)
    last = facts.of_subject("case", Case.objects.get(case_no=gone["case_no"]).pk)[-1]
    assert last[1] == "erased"
    assert erase(gone).dossiers == (), "asked again nothing more happens"


def test_the_export_verifies_and_tells_of_every_bending(
    api: Open, gone: dict[str, Any], tmp_path: Path
) -> None:
    api("citizen2").create(FUND)
    sequencer.catch_up()
    heads.sign_now(clock.now())
    folder = tmp_path / "export"
    export.write(folder, now=clock.now())
    assert told_by_verifier(folder) == set()
    name = applicant()["name"]
    assert name not in (folder / "documents.jsonl").read_text(), "nor do papers tell it"

    def bend(file: str, change: Callable[[dict[str, Any]], object]) -> set[str]:
        path = folder / file
        before = path.read_text()
        lines = [json.loads(line) for line in before.splitlines()]
        change(next(one for one in lines if one["case_no" if file[0] == "c" else "document_no"] in mine))
        path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in lines))
        found = told_by_verifier(folder) - {"file-changed"}
        path.write_text(before)
        return found

    papers = set(Document.objects.filter(case_no=gone["case_no"]).values_list("document_no", flat=True))
    mine = {gone["case_no"]} | papers
    assert bend("cases.jsonl", lambda one: one["dossiers"].update({"1": True})) == {"erasure-undone"}
    assert bend("documents.jsonl", lambda one: one.update(content="{}")) == {"erasure-undone"}
    mine = set(Case.objects.exclude(case_no=gone["case_no"]).values_list("case_no", flat=True))
    assert bend("cases.jsonl", lambda one: one["dossiers"].update({"1": False})) == {"dossier-erased"}
    assert bend("cases.jsonl", lambda one: one["dossiers"].clear()) == {"dossier-erased"}


def told_by_verifier(folder: Path) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-I", str(VERIFIER), str(folder)], capture_output=True, text=True, check=False
    )
    assert done.returncode in (0, 1), done.stderr
    return {line.split("\t")[0] for line in done.stdout.splitlines() if "\t" in line}


# ---------------------------------------------------------------- and nothing else does


def test_a_row_without_its_fact_and_a_fact_without_its_erasure_are_found(
    ended: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    read = proof._read

    def emptied(ids: Any) -> Any:
        rows, life, sealed = read(ids)
        return rows, life, {id: dict.fromkeys(one) for id, one in sealed.items()}

    with monkeypatch.context() as patch:
        patch.setattr(proof, "_read", emptied)
        assert {one.code for one in proof.findings()} == {"dossier-erased"}
    erase(ended)  # inside this test's transaction: the bytes of its files are still there
    assert codes() == {"erasure-undone"}
    with monkeypatch.context() as patch:
        patch.setattr(
            proof, "_read", lambda ids: (lambda r: (r[0], r[1], {r[0][0]["id"]: {1: b"x"}}))(read(ids))
        )
        assert "erasure-undone" in {one.code for one in proof.findings()}


def test_a_file_that_is_there_again_is_found(gone: dict[str, Any]) -> None:
    path = storage.disk.path_of(bytes(File.objects.exclude(erased_at=None)[0].sha256))
    assert not path.exists()
    path.write_bytes(b"here again")
    assert codes() == {"erasure-undone"}
    path.unlink()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE cases_dossier SET sealed = NULL",
        "DELETE FROM cases_dossier",
        "SELECT cases_erase((SELECT id FROM cases_case LIMIT 1))",
    ],
)
def test_the_platform_cannot_erase_without_the_fact(ended: dict[str, Any], statement: str) -> None:
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Dossier.objects.exclude(sealed=None).exists()


def test_the_eraser_is_nobody_who_logs_in(ended: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.rolname, r.rolcanlogin, has_table_privilege(r.oid, 'base_fact', 'INSERT'),"
            " has_column_privilege(r.oid, 'cases_dossier', 'sealed', 'UPDATE')"
            " FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner WHERE p.proname = 'cases_erase'"
        )
        assert cursor.fetchall() == [("onewindow_eraser", False, False, True)]


def test_what_must_stay_stays(api: Open) -> None:
    case = api("citizen1").create(SEWAGE)
    with pytest.raises(RuleBroken, match="must-stay"):
        erase(case)
    api("clerk1").act(case, "refuse-acceptance", **REFUSED)
    move("2028-09-07")
    with pytest.raises(RuleBroken, match="must-stay"):
        erase(case)


# ---------------------------------------------------------------- the person's own way, and the administrators'


def test_a_person_erases_what_may_go(
    api: Open, ended: dict[str, Any], django_capture_on_commit_callbacks: Any
) -> None:
    running = api("citizen1").create(SEWAGE)
    client = pages(api, "citizen1")
    text = client.get("/my/data/erase").content.decode()
    assert ended["case_no"] in text.split("依法要留")[0]
    assert running["case_no"] in text.split("依法要留")[1]
    assert "还没有办完" in text
    wrong = client.post("/my/data/erase", {"password": "not it at all 9"})
    assert wrong.status_code == 422
    assert client.post("/my/data/erase", {"password": PASSWORD, "with_account": "1"}).status_code == 409
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post("/my/data/erase", {"password": PASSWORD}).status_code == 303
    outcome = Erasure.objects.get().outcome
    assert (outcome["cases"], outcome["left"]) == ([ended["case_no"]], [running["case_no"]])
    assert not Message.objects.filter(case_no=ended["case_no"]).exclude(title="***").exists()
    assert api("citizen1").view(running)["applicant"] == applicant()
    assert codes() == set()
    assert client.post("/my/data/erase", {"password": PASSWORD}).status_code == 409, "nothing more to go"


def test_who_spoke_goes_with_the_person(api: Open, ended: dict[str, Any]) -> None:
    said = {"case_no": ended["case_no"], "check": ended["query_code"], "link": "acceptance", "grade": 2}
    assert api().post("/ratings", said | {"text": "态度差", "anonymous": False}).status == 201
    complaint = {
        "about": "delay",
        "organ": "区住建局",
        "name": applicant()["name"],
        "phone": applicant()["phone"],
    }
    complaint |= {"text": "去年秋天交的材料，拖了很久没有回音", "way": "web", "anonymous": False}
    for _ in range(2):
        assert api("citizen1").post("/complaints", complaint).status == 201
    old, young = Complaint.objects.order_by("pk")
    Complaint.objects.filter(pk=old.pk).update(state="withdrawn", closed_at=clock.now() - timedelta(days=731))
    Complaint.objects.filter(pk=young.pk).update(state="withdrawn", closed_at=clock.now())
    for function, id in (
        ("reviews_erase_rater", Rating.objects.get().pk),
        ("reviews_erase_complainant", old.pk),
    ):
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(%s)", [id])
    mine = pages(api, "citizen1")
    shown = mine.get("/my/data/erase").content.decode()
    assert young.number in shown and old.number not in shown, "what stays is told before"
    answer = mine.post("/my/data/erase", {"password": PASSWORD, "with_account": "1"})
    assert answer.status_code == 200
    assert [bool(one.sealed) for one in Rater.objects.all()] == [False]
    assert Rating.objects.get().text_sealed is None and Rating.objects.get().grade == 2, (
        "the grade is the office's"
    )
    assert {one.pk: bool(one.sealed) for one in Complainant.objects.all()} == {old.pk: False, young.pk: True}
    assert not bytes(Complaint.objects.get(pk=old.pk).text_sealed)
    assert facts.of_subject("rating", Rating.objects.get().pk)[-1][1] == "erased"
    later = clock.now() + timedelta(days=731)
    assert [erasing.erase_left(KEPT, now=now) for now in (clock.now(), later - timedelta(days=3))] == [0, 0]
    assert erasing.erase_left(Table(complaints=5), now=later) == 0
    assert [erasing.erase_left(KEPT, now=later) for _ in range(2)] == [1, 0], "by itself, once"
    assert not Complainant.objects.get(pk=young.pk).sealed
    assert facts.of_subject("complaint", young.pk)[-1][1] == "erased"
    assert codes() <= {"erasure-undone"}, "bytes of files go after the transaction"


def test_two_administrators_erase_on_a_written_request(
    api: Open, ended: dict[str, Any], django_capture_on_commit_callbacks: Any
) -> None:
    asks, confirms, client = (pages(api, who) for who in ("sysadmin", "secadmin", "citizen1"))
    address, form = "/console/erasures", {"username": "citizen1", "reason": "2028年9月1日书面请求，第3号"}
    form |= {"do": "ask", "with_account": "1"}
    assert confirms.post(address, form).status_code == 403
    assert asks.post(address, form | {"reason": "好"}).status_code == 422
    assert asks.post(address, form).status_code == 303
    assert asks.post(address, form).status_code == 409, "one waits already"
    key = {"id": str(Erasure.objects.get().pk)}
    assert asks.post(address, {"do": "confirm"} | key).status_code == 403
    account = Account.objects.get(username="citizen1")
    assert people.person_of(account.pk) is not None
    with django_capture_on_commit_callbacks(execute=True):
        assert confirms.post(address, {"do": "confirm"} | key).status_code == 303
    account.refresh_from_db()
    assert (account.name, account.is_active) == ("***", False)
    assert people.person_of(account.pk) is None
    assert client.get("/my").status_code == 302, "every session has ended"
    assert "第3号" in confirms.get(address).content.decode()
    assert codes() == set()


@pytest.mark.parametrize("who", ["clerk1", "auditor", "citizen1"])
def test_others_have_no_business_there(api: Open, who: str) -> None:
    assert pages(api, who).get("/console/erasures").status_code == 403


@pytest.mark.django_db
def test_a_role_that_stands_already_needs_no_right_to_make_roles() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolcreaterole FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False,)
        cursor.execute(grants.MAKE_ERASER)
