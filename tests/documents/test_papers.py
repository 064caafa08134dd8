"""Papers from the deed to the file: written, made once, read back from the PDF, checked by the public."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import threading
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pypdf
import pytest
import zxingcpp
from django.db import connection
from PIL import Image

from onewindow.base import facts, hot
from onewindow.documents import editions, handlers, presentation, proof, queries, services, storage
from onewindow.documents.examples import DEFERRED
from onewindow.documents.examples import content as sample
from onewindow.documents.kinds import KINDS, TEMPLATE_VERSION
from onewindow.documents.models import Document
from onewindow.documents.services import making, trying
from onewindow.kernel.actor import SYSTEM, Actor
from onewindow.kernel.errors import NotFound
from tests.documents.conftest import NOW, ORGAN

CASE_NO = "SF260908000001-7"
SUBJECT = 4_000_001


def issue(*kinds: str, subject: int = SUBJECT, **more: object) -> list[services.DocumentRow]:
    """Issue papers as a deed does: facts and papers in one statement."""
    seq = facts.next_seq("case", subject)
    rows = [
        services.prepare(
            kind,
            serial=serial,
            case_no=CASE_NO,
            subject=subject,
            fact_seq=seq,
            organ=ORGAN,
            content=sample(kind, **more),
            at=NOW,
        )
        for kind, serial in zip(kinds, services.serials(len(kinds)), strict=True)
    ]
    fact = facts.row(
        "case",
        subject,
        seq=seq,
        type="received",
        at=NOW,
        actor=SYSTEM,
        role="system",
        data={"documents": [row.as_fact() for row in rows]},
    )
    hot.write([services.part(rows), *facts.parts([fact])], last=hot.Part("SELECT 1"))
    return rows


def made(row: services.DocumentRow) -> Path:
    return storage.disk.path_of(services.open_paper(row.document_no, now=NOW)[2].sha256)


def text_of(path: Path) -> str:
    told = subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True, text=True)
    return "".join(told.stdout.split())


@pytest.mark.django_db
def test_of_case_before_and_after_the_file_is_made() -> None:
    (row,) = issue("receipt")
    (before,) = queries.of_case(CASE_NO)
    assert before == row.as_dict()
    document = Document.objects.get(document_no=row.document_no)
    file_id = services.make_file(document.pk, now=NOW)
    (after,) = queries.of_case(CASE_NO)
    assert after == {**before, "file_id": file_id}


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
def test_every_paper_says_what_it_must(kind: str) -> None:
    (row,) = issue(kind)
    path = made(row)
    text = text_of(path)
    for words in (
        row.title,
        row.document_no,
        ORGAN.name,
        "2026年9月8日",
        "城镇污水排入排水管网许可",
        row.code[:5],
    ):
        assert words in text, words
    reader = pypdf.PdfReader(path)
    assert reader.metadata is not None and row.title in str(reader.metadata.title)
    assert all("/AA" not in page for page in reader.pages)


@pytest.mark.django_db
def test_a_common_reader_finds_nothing_to_complain_of() -> None:
    (row,) = issue("grant")
    told = subprocess.run(["pdfinfo", made(row)], capture_output=True, check=True, text=True)
    assert told.stderr == "" and "Tagged:          yes" in told.stdout


@pytest.mark.django_db
def test_acceptance_tells_both_due_dates_and_what_was_not_counted() -> None:
    (row,) = issue("acceptance")
    text = text_of(made(row))
    for words in (
        "2026年9月17日前（7个工作日）",
        "2026年10月12日前（20个工作日）",
        "9月25日至27日（中秋节）",
        "专家评审",
        "申请人电话138****0000",
        "咨询方式0000-12345",
        "材料齐全，符合法定形式",
    ):
        assert words in text, words


@pytest.mark.django_db
def test_an_acceptance_says_of_the_materials_only_what_was_examined() -> None:
    silent, deferred = (
        made(*issue("acceptance", **more)) for more in ({"deemed": True}, {"deferred": DEFERRED})
    )
    text = text_of(silent)
    assert "没有在法定期限内告知" in text and "视为受理" in text and "材料齐全" not in text
    assert "除下列容缺后补的材料外，材料齐全" in text_of(deferred)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["denial", "refusal", "return", "termination"])
def test_remedies_are_printed(kind: str) -> None:
    (row,) = issue(kind)
    text = text_of(made(row))
    assert "六十日内" in text and "示范市示范区人民政府申请行政复议" in text
    assert "六个月内" in text and "示范区人民法院提起行政" in text


@pytest.mark.django_db
def test_fonts_are_embedded_and_rare_characters_shown() -> None:
    rare = {"name": "㙓𬭎䶮𠅤", "type": "person"}
    (row,) = issue("receipt", applicant=rare)
    path = made(row)
    told = subprocess.run(["pdffonts", path], capture_output=True, check=True, text=True).stdout
    lines = told.splitlines()[2:]
    assert lines
    for line in lines:
        assert "OneWindow" in line
        assert line.split()[-5] == "yes"  # emb, sub, uni, object, id
    assert "㙓𬭎䶮𠅤" in text_of(path)


@pytest.mark.django_db
def test_markup_in_values_stays_text() -> None:
    hostile = "#panic(1) $x^2$ *粗* @ref <label> \\u{41} [a] // c"
    (row,) = issue("denial", reason=hostile)
    assert "".join(hostile.split()) in text_of(made(row))


@pytest.mark.django_db
def test_long_papers_have_numbered_pages() -> None:
    materials = [
        {"name": f"第{number}份材料：规划总平面图及说明", "medium": "copy", "copies": 1, "state": "submitted"}
        for number in range(60)
    ]
    (row,) = issue("receipt", materials=materials)
    path = made(row)
    pages = len(pypdf.PdfReader(path).pages)
    assert pages >= 3
    text = text_of(path)
    assert f"第{pages}页共{pages}页" in text and "第59份材料" in text


@pytest.mark.django_db
def test_qr_leads_to_the_verify_page(tmp_path: Path, settings: Any) -> None:
    settings.ONEWINDOW_BASE_URL = "https://one.example"
    (row,) = issue("grant")
    subprocess.run(["pdftoppm", "-r", "150", "-png", "-singlefile", made(row), tmp_path / "page"], check=True)
    with Image.open(tmp_path / "page.png") as page:
        (found,) = zxingcpp.read_barcodes(page)
    url = urlsplit(found.text)
    assert (url.scheme, url.netloc) == ("https", "one.example")
    assert unquote(url.path) == f"/verify/{row.document_no}"
    assert parse_qs(url.query) == {"code": [row.code]}
    assert queries.verify(unquote(url.path).rsplit("/", 1)[1], row.code)["state"] == "valid"


@pytest.mark.django_db
def test_file_is_made_once_and_recorded() -> None:
    (row,) = issue("receipt")
    document = Document.objects.get(document_no=row.document_no)
    first = services.make_file(document.pk, now=NOW)
    assert services.make_file(document.pk, now=NOW) == first
    document.refresh_from_db()
    ((_, kind, _, _, _, data),) = facts.of_subject("document", document.pk)
    assert kind == "made"
    assert data == {
        "document_no": row.document_no,
        "sha256": bytes(document.file_sha256).hex(),
        "certificate": document.certificate,
    }


@pytest.mark.django_db
def test_same_content_gives_the_same_bytes() -> None:
    (row,) = issue("acceptance")
    document = Document.objects.get(document_no=row.document_no)
    said, seal = making._said(document), presentation.Seal("1234", NOW)
    assert making._set(said, document, seal) == making._set(said, document, seal)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one_file() -> None:
    (row,) = issue("receipt")
    document = Document.objects.get(document_no=row.document_no)
    found: list[str] = []

    def make() -> None:
        found.append(services.make_file(document.pk, now=NOW))
        connection.close()

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4 and len(set(found)) == 1
    assert len(facts.of_subject("document", document.pk)) == 1


@pytest.mark.django_db
def test_no_file_is_made_of_a_bent_content() -> None:
    first, second = issue("receipt", "acceptance")
    Document.objects.filter(document_no=first.document_no).update(digest=second.digest)
    with pytest.raises(making.Bent):
        made(first)


@pytest.mark.django_db
def test_verify_tells_the_public_only_what_it_may(citizen: Actor) -> None:
    (row,) = issue("grant", applicant={"name": "欧阳明月", "type": "person"})
    told = queries.verify(row.document_no, row.code.lower())
    assert told["applicant"] == "欧**月"
    assert told["organ"] == ORGAN.name and told["title"] == "准予行政许可决定书"
    assert told["digest"] == row.digest.hex() and told["file"] == "not-made"
    made(row)
    assert queries.verify(row.document_no, row.code)["file"] == "whole"
    for number, code in (
        (row.document_no, "0" * 10),
        (row.document_no, ""),
        ("没有的号", row.code),
        ("\0", "x"),
    ):
        with pytest.raises(NotFound):
            queries.verify(number, code)


@pytest.mark.django_db
def test_verify_shows_a_replaced_file() -> None:
    (row,) = issue("grant")
    made(row).write_bytes(b"%PDF-1.7 forged")
    assert queries.verify(row.document_no, row.code)["file"] == "changed"


@pytest.mark.django_db
def test_the_file_of_a_paper_is_for_those_who_see_the_case(citizen: Actor, stranger: Actor) -> None:
    (row,) = issue("receipt")
    made(row)
    file_id = queries.of_case(CASE_NO)[0]["file_id"]
    queries.entitle_with(lambda actor, subject: actor == citizen and subject == CASE_NO)
    name, media_type, path = queries.open_file(citizen, file_id)
    assert name == f"收件凭证-{row.document_no}.pdf" and media_type == "application/pdf"
    assert path.read_bytes().startswith(b"%PDF-")
    with pytest.raises(NotFound):
        queries.open_file(stranger, file_id)


@pytest.mark.django_db
def test_serials_are_unique_and_survive_a_fork() -> None:
    services.papers._taken_pid = 0  # what is left of a block belongs to the database of an earlier test
    ours = services.serials(100) + services.serials(3)
    assert len(set(ours)) == 103
    before = services.papers._taken_pid
    services.papers._taken_pid = before + 1  # as if this process were a fresh copy
    assert not set(services.serials(70)) & set(ours)


@pytest.mark.django_db
def test_handler_orders_the_papers_of_a_fact(monkeypatch: pytest.MonkeyPatch) -> None:
    ordered: list[list[str]] = []
    monkeypatch.setattr(handlers.task, "defer", lambda **given: ordered.append(given["document_nos"]))
    (row,) = issue("receipt")
    fact = handlers.DeliveredFact(
        1, "case", SUBJECT, 1, "received", NOW, "x", "clerk", None, {"documents": [row.as_fact()]}
    )
    handlers.make_papers(fact)
    assert ordered == [[row.document_no]]
    handlers.task.func(document_nos=ordered[0])
    handlers.task.func(document_nos=ordered[0])
    assert queries.of_case(CASE_NO)[0]["file_id"]


class TestProof:
    """Every way of bending a paper is found."""

    pytestmark = pytest.mark.django_db

    @pytest.fixture
    def papers(self) -> list[services.DocumentRow]:
        rows = issue("receipt", "acceptance")
        made(rows[0])
        assert list(proof.findings()) == []
        return rows

    def codes(self) -> set[str]:
        return {finding.code for finding in proof.findings()}

    @pytest.mark.parametrize(
        ("bend", "code"),
        [
            (
                "UPDATE documents_document SET title = '准予行政许可决定书' WHERE kind = 'receipt'",
                "document-changed",
            ),
            ("UPDATE documents_document SET kind = 'grant' WHERE kind = 'receipt'", "document-alien"),
            ("UPDATE documents_document SET issued_at = issued_at - interval '1 day'", "document-changed"),
            ("UPDATE documents_document SET code = 'AAAAAAAAAA' WHERE kind = 'receipt'", "document-changed"),
            (
                "UPDATE documents_document SET (content, digest) = (SELECT content, digest FROM documents_document"
                " WHERE kind = 'acceptance') WHERE kind = 'receipt'",
                "document-changed",
            ),
            ("UPDATE documents_document SET content = NULL WHERE kind = 'acceptance'", "document-erased"),
            ("DELETE FROM documents_document WHERE kind = 'acceptance'", "document-lost"),
            (
                "UPDATE documents_document SET file_sha256 = digest WHERE kind = 'receipt'",
                "document-file-changed",
            ),
            (
                "UPDATE documents_document SET file_sha256 = NULL, file_id = NULL, made_at = NULL",
                "document-file-changed",
            ),
            ("UPDATE documents_file SET sha256 = sha256('x'::bytea)", "file-changed"),
        ],
    )
    def test_rows(self, papers: list[services.DocumentRow], bend: str, code: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(bend)
        assert code in self.codes()

    def test_bytes_replaced(self, papers: list[services.DocumentRow]) -> None:
        path = made(papers[0])
        path.write_bytes(path.read_bytes()[:-1] + b" ")
        assert self.codes() == {"file-changed"}

    def test_bytes_gone(self, papers: list[services.DocumentRow]) -> None:
        os.unlink(made(papers[0]))
        assert self.codes() == {"file-changed"}

    def test_export_holds_what_the_digests_were_taken_of(
        self, papers: list[services.DocumentRow], tmp_path: Path
    ) -> None:
        proof.export(tmp_path)
        lines = [json.loads(line) for line in (tmp_path / "documents.jsonl").read_text().splitlines()]
        assert [hashlib.sha256(line["content"].encode()).hexdigest() for line in lines] == [
            row.digest.hex() for row in papers
        ]
        copied = (tmp_path / "files" / lines[0]["sha256"]).read_bytes()
        assert hashlib.sha256(copied).hexdigest() == lines[0]["sha256"]


@pytest.mark.django_db
def test_content_is_stored_once(own_files: Path) -> None:
    first = storage.keep(BytesIO(b"abc"))
    assert storage.keep(BytesIO(b"abc")) == first
    assert [path.name for path in own_files.rglob("*") if path.is_file()] == [first[0].hex()]
    assert storage.disk.path_of(first[0]).stat().st_mode & 0o777 == 0o600


def _set(kind: str, *, head: str = "", organ: str = trying.ORGAN) -> list[str]:
    """The words of each page of an example, with lines laid over its head."""
    edition = editions.Edition(TEMPLATE_VERSION, head=head)
    file = pypdf.PdfReader(BytesIO(trying.example(kind, edition=edition, organ=organ)))
    return [page.extract_text() for page in file.pages]


@pytest.mark.parametrize("kind", KINDS)
def test_no_signature_stands_on_a_page_alone(kind: str) -> None:
    """However long a paper is: what it says last goes over with the signature (GB/T 9704)."""
    for count in (6, 10, 14):
        *_, end = _set(kind, head="\n".join(["本单位提示：请妥善保存本文书。"] * count))
        assert end.partition("扫码核验真伪")[0].strip(), (count, end)


def test_a_long_name_of_an_organ_is_parted_where_it_can_be() -> None:
    page = _set("grant", organ="广东省粤港澳大湾区示范市示范区自然资源和规划局（海洋局、林业局）")[0]
    assert "示范市示范区\n自然资源和规划局（海洋局、林业局）" in page
