"""Signatures of papers, told by programs that are not ours: poppler's pdfsig and OpenSSL."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pypdf
import pytest

from onewindow.base import crypto, facts
from onewindow.documents import proof, queries, storage
from onewindow.documents.models import DetachedSignature, Document, Unstamped
from onewindow.documents.services import make_file, stamping
from onewindow.documents.signing import certificates, checking, sm2, timestamps
from tests.documents.conftest import NOW
from tests.documents.test_papers import issue, made, text_of

REAL = datetime.now(UTC)


def run(*command: str | Path, data: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([str(part) for part in command], input=data, capture_output=True, check=False)


@pytest.fixture
def authority(tmp_path: Path) -> Path:
    path = tmp_path / "ca.pem"
    path.write_bytes(certificates.pem(certificates.authority(REAL).certificate))
    return path


@pytest.fixture
def paper(db: None) -> Path:
    return made(issue("grant")[0])


def cms_of(pdf: bytes, folder: Path) -> tuple[Path, Path]:
    """(signature, the bytes that it covers), cut out of the file by hand."""
    first, length, second, rest = map(int, re.findall(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)", pdf)[0])
    covered, signature = folder / "covered", folder / "signature.der"
    covered.write_bytes(pdf[first : first + length] + pdf[second : second + rest])
    room = bytes.fromhex(pdf[length + 1 : second - 1].decode())
    signature.write_bytes(room[: 4 + int.from_bytes(room[2:4])])  # DER with a length of two bytes, then zeros
    return signature, covered


def openssl_says(pdf: bytes, folder: Path, authority: Path) -> bool:
    signature, covered = cms_of(pdf, folder)
    told = run(
        "openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", signature,
        "-content", covered, "-CAfile", authority, "-out", folder / "out",
    )  # fmt: skip
    return told.returncode == 0


def test_a_reader_shows_the_paper_as_whole(paper: Path) -> None:
    told = run("pdfsig", paper).stdout.decode()
    assert "Signature is Valid" in told and "Total document signed" in told
    assert "ETSI.CAdES.detached" in told and "SHA-256" in told


def test_openssl_finds_the_signature_good_against_our_authority(
    paper: Path, authority: Path, tmp_path: Path
) -> None:
    assert openssl_says(paper.read_bytes(), tmp_path, authority)
    stranger = certificates._read(certificates._new_authority(REAL)).certificate
    authority.write_bytes(certificates.pem(stranger))
    assert not openssl_says(paper.read_bytes(), tmp_path, authority)


def test_a_changed_byte_shows(paper: Path, authority: Path, tmp_path: Path) -> None:
    pdf = bytearray(paper.read_bytes())
    pdf[2000] ^= 1
    bent = tmp_path / "bent.pdf"
    bent.write_bytes(pdf)
    assert "Signature is Valid" not in run("pdfsig", bent).stdout.decode()
    assert not openssl_says(bytes(pdf), tmp_path, authority)
    assert not checking.check(bytes(pdf), now=REAL).is_good


def test_what_is_added_behind_the_signature_shows(paper: Path, tmp_path: Path) -> None:
    writer = pypdf.PdfWriter(str(paper), incremental=True)
    writer.pages[0][pypdf.generic.NameObject("/Rotate")] = pypdf.generic.NumberObject(90)
    bent = tmp_path / "bent.pdf"
    writer.write(str(bent))
    assert bent.stat().st_size > paper.stat().st_size
    assert "Total document signed" not in run("pdfsig", bent).stdout.decode()
    assert not checking.check(bent.read_bytes(), now=REAL).is_good


def test_ours_is_good(paper: Path) -> None:
    verdict = checking.check(paper.read_bytes(), now=REAL)
    assert verdict.is_good and verdict.stamped_at is None
    assert checking.check(b"%PDF-1.7 nonsense", now=REAL) == checking.NOTHING


def test_the_field_lies_over_the_block_that_names_the_certificate(paper: Path) -> None:
    serial = certificates.current(REAL).serial
    text = text_of(paper)
    assert "电子签章" in text.replace("电子签章处", "") and serial in text
    reader = pypdf.PdfReader(paper)
    (field,) = [
        one.get_object() for one in reader.pages[-1]["/Annots"] if one.get_object().get("/FT") == "/Sig"
    ]
    left, low, right, high = (float(value) for value in field["/Rect"])
    assert right - left > 200 and high - low > 30 and left > 250


def test_the_fact_and_the_public_check_name_the_certificate(db: None) -> None:
    (row,) = issue("grant")
    path = made(row)
    told = queries.verify(row.document_no, row.code)
    assert told["certificate"] == certificates.current(REAL).serial
    ((*_, data),) = facts.of_subject("document", Document.objects.get().pk)
    assert data["certificate"] == told["certificate"] and data["sha256"] == told["file_sha256"]
    assert path.name == told["file_sha256"]


@pytest.fixture
def own_keys(tmp_path: Path, settings: Any) -> None:
    settings.ONEWINDOW_KEYS_DIR = tmp_path / "keys"


def test_certificates_follow_each_other(own_keys: None) -> None:
    first = certificates.current(REAL)
    assert certificates.current(REAL + timedelta(days=1000)).serial == first.serial
    later = certificates.current(REAL + timedelta(days=3 * 365 - 20))
    assert later.serial != first.serial
    rotated = certificates.rotate(REAL)
    assert certificates.current(REAL).serial == rotated.serial
    assert [certificates.printed(one) for one in certificates.known(REAL)] == [
        rotated.serial, later.serial, first.serial,
    ]  # fmt: skip
    for name in crypto.kept_names("papers-*"):
        assert (Path(crypto._keys_dir()) / name).stat().st_mode & 0o777 == 0o600


def test_certificates_are_sound(own_keys: None, tmp_path: Path) -> None:
    above, below = tmp_path / "ca.pem", tmp_path / "signer.pem"
    above.write_bytes(certificates.pem(certificates.authority(REAL).certificate))
    below.write_bytes(certificates.pem(certificates.current(REAL).certificate))
    told = run("openssl", "verify", "-x509_strict", "-purpose", "smimesign", "-CAfile", above, below)
    assert told.returncode == 0, told.stderr


# ---------------------------------------------------------------- time stamps


class Authority:
    """A real time-stamping authority: OpenSSL answers behind a small HTTP server."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.is_away = False
        self.asked = 0
        run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=TSA",
            "-addext", "extendedKeyUsage=critical,timeStamping", "-addext", "keyUsage=critical,digitalSignature",
            "-keyout", folder / "tsa.key", "-out", folder / "tsa.pem")  # fmt: skip
        (folder / "serial").write_text("01")
        (folder / "tsa.cnf").write_text(
            f"[tsa]\ndefault_tsa=t\n[t]\nserial={folder}/serial\nsigner_cert={folder}/tsa.pem\n"
            f"signer_key={folder}/tsa.key\nsigner_digest=sha256\ndefault_policy=1.2.3.4\n"
            "digests=sha256,sha512\ness_cert_id_alg=sha256\n"
        )
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                outer.asked += 1
                query = self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(503 if outer.is_away else 200)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.end_headers()
                self.wfile.write(b"" if outer.is_away else outer.answer(query))

            def log_message(self, *_: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, query: bytes) -> bytes:
        (self.folder / "query").write_bytes(query)
        told = run("openssl", "ts", "-reply", "-config", self.folder / "tsa.cnf", "-section", "t",
                   "-queryfile", self.folder / "query", "-out", self.folder / "reply")  # fmt: skip
        assert told.returncode == 0, told.stderr
        return (self.folder / "reply").read_bytes()


@pytest.fixture(scope="module")
def stamps(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    authority = Authority(tmp_path_factory.mktemp("tsa"))
    yield authority
    authority.server.shutdown()


@pytest.fixture
def stamped(stamps: Authority, settings: Any) -> Authority:
    settings.ONEWINDOW_TSA_URL = stamps.url
    stamps.is_away = False
    timestamps._clients.clear()
    return stamps


def test_a_paper_carries_a_time_stamp(db: None, stamped: Authority) -> None:
    path = made(issue("grant")[0])
    verdict = checking.check(path.read_bytes(), now=datetime.now(UTC))
    assert verdict.is_good and verdict.stamped_at is not None
    assert abs(verdict.stamped_at - datetime.now(UTC)) < timedelta(minutes=1)
    assert "Signature is Valid" in run("pdfsig", path).stdout.decode()
    assert not Unstamped.objects.exists()


def test_a_paper_is_signed_while_the_authority_is_away_and_stamped_later(
    db: None, stamped: Authority, settings: Any, authority: Path, tmp_path: Path
) -> None:
    settings.ONEWINDOW_PAPERS_SM2 = True
    stamped.is_away = True
    first, second = issue("grant", "receipt")
    before = made(first).read_bytes()
    asked = stamped.asked
    made(second)
    assert stamped.asked == asked  # nobody waits again within the minute
    assert Unstamped.objects.count() == 2
    assert checking.check(before, now=REAL).is_good
    assert stamping.sweep(NOW) == 0  # not due yet
    Unstamped.objects.update(next_at=REAL)
    assert stamping.sweep(NOW) == 0 and stamped.asked == asked + 1  # away still: put off
    stamped.is_away = False
    Unstamped.objects.update(next_at=REAL)
    assert stamping.sweep(NOW) == 2 and not Unstamped.objects.exists()
    document = Document.objects.get(document_no=first.document_no)
    after = storage.disk.path_of(bytes(document.file_sha256 or b"")).read_bytes()
    assert after.startswith(before) and after != before
    verdict = checking.check(after, now=datetime.now(UTC))
    assert verdict.is_good and verdict.stamped_at is not None
    assert openssl_says(after, tmp_path, authority)
    assert [row[1] for row in facts.of_subject("document", document.pk)] == ["made", "stamped"]
    assert list(proof.findings()) == []
    assert queries.verify(first.document_no, first.code)["file"] == "whole"
    assert DetachedSignature.objects.filter(document=document).count() == 2


# ---------------------------------------------------------------- SM2


def test_openssl_finds_the_sm2_signature_good(db: None, settings: Any, tmp_path: Path) -> None:
    settings.ONEWINDOW_PAPERS_SM2 = True
    path = made(issue("grant")[0])
    row = DetachedSignature.objects.get()
    assert bytes(row.file_sha256).hex() == path.name
    public, signature, bent = tmp_path / "sm2.pem", tmp_path / "sm2.sig", tmp_path / "bent"
    public.write_bytes(sm2.public_pem(sm2.key()))
    signature.write_bytes(bytes(row.signature))
    bent.write_bytes(path.read_bytes()[:-1])

    def says(content: Path) -> bool:
        return (
            run("openssl", "pkeyutl", "-verify", "-pubin", "-inkey", public, "-sigfile", signature, "-rawin",
                "-in", content, "-digest", "sm3", "-pkeyopt", "distid:1234567812345678").returncode
            == 0
        )  # fmt: skip

    assert says(path) and not says(bent)
    assert sm2.is_signed(path.read_bytes(), bytes(row.signature), row.public_key)
    assert not sm2.is_signed(bent.read_bytes(), bytes(row.signature), row.public_key)
    assert not sm2.is_signed(b"x", b"nonsense", row.public_key)


def test_without_the_setting_nothing_lies_beside(db: None) -> None:
    make_file(Document.objects.get(document_no=issue("receipt")[0].document_no).pk, now=NOW)
    assert not DetachedSignature.objects.exists()
