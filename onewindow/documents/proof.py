"""Papers and files as the ledger's verification and export see them (registered by site.wiring)."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec
from django.db import connection

from onewindow.base.ledger.findings import Finding
from onewindow.documents import content, queries, storage
from onewindow.documents.models import Document, File

_CHUNK = 2_000

# The facts of each paper: that of the deed which issued it, that of its file (a later time stamp makes another
# one of it), that of its erasure.
_DIGESTS = """
SELECT d.id,
  (SELECT one->>'digest' FROM base_fact f, jsonb_array_elements(f.data->'documents') one
   WHERE f.stream = 'case' AND f.subject = d.subject AND f.seq = d.fact_seq
     AND one->>'document_no' = d.document_no AND one->>'kind' = d.kind),
  (SELECT f.data->>'sha256' FROM base_fact f
   WHERE f.stream = 'document' AND f.subject = d.id AND f.type IN ('made', 'stamped')
   ORDER BY f.seq DESC LIMIT 1),
  EXISTS (SELECT 1 FROM base_fact f WHERE f.stream = 'document' AND f.subject = d.id AND f.type = 'erased')
FROM documents_document d WHERE d.id = ANY(%s)
"""
_LOST = """
SELECT f.subject, f.seq, one->>'document_no'
FROM base_fact f, jsonb_array_elements(f.data->'documents') one
WHERE f.stream = 'case' AND jsonb_typeof(f.data->'documents') = 'array'
  AND NOT EXISTS (SELECT 1 FROM documents_document d WHERE d.document_no = one->>'document_no')
"""


def findings() -> Iterator[Finding]:
    """Every paper against the facts that issued it and made its file; every stored file against its name."""
    for chunk in _chunks(Document.objects.order_by("id").iterator(_CHUNK)):
        told = _told([document.pk for document in chunk])
        for document in chunk:
            yield from _of_document(document, *told[document.pk])
    yield from _lost()
    erased = _erased_files()
    for file in File.objects.order_by("id").iterator(_CHUNK):
        yield from _of_file(file, erased.get(file.pk))


def _erased_files() -> dict[int, str]:
    """Key -> hash of the files that facts tell erased."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT subject, data->>'sha256' FROM base_fact WHERE stream = 'file' AND type = 'erased'"
        )
        return dict(cursor.fetchall())


def _of_file(file: File, erased: str | None) -> Iterator[Finding]:
    where, sha256 = f"file {file.file_id}", bytes(file.sha256)
    if erased is None and file.erased_at is not None:
        yield Finding("file-erased", where, "文件被删除，没有依法删除的记录")
    elif erased is None and not storage.is_whole(sha256):
        yield Finding("file-changed", where, "文件丢失或者内容已被改动")
    elif erased is not None and (erased != sha256.hex() or _is_left(file, sha256)):
        yield Finding("erasure-undone", where, "有依法删除的记录，却没有删除")


def _is_left(file: File, sha256: bytes) -> bool:
    """Whether an erased file is still there, other than as another's equal content."""
    if file.erased_at is None:
        return True
    is_shared = File.objects.filter(sha256=sha256, erased_at=None).exists()
    return not is_shared and storage.shelf().exists(sha256)


def _told(ids: list[int]) -> dict[int, tuple[str | None, str | None, bool]]:
    with connection.cursor() as cursor:
        cursor.execute(_DIGESTS, [ids])
        return {id: (digest, made, is_erased) for id, digest, made, is_erased in cursor.fetchall()}


def _of_document(
    document: Document, digest: str | None, made: str | None, is_erased: bool
) -> Iterator[Finding]:
    where = f"document {document.document_no}"
    if digest is None:
        yield Finding("document-alien", where, "没有记录表明签发过这份文书")
    elif digest != bytes(document.digest).hex():
        yield Finding("document-changed", where, "文书摘要与签发时的记录不符")
    yield from _content(document, where, is_erased)
    stored = bytes(document.file_sha256).hex() if document.file_sha256 else None
    if stored != made:
        yield Finding("document-file-changed", where, "文书文件与制作时的记录不符")


def _content(document: Document, where: str, is_erased: bool) -> Iterator[Finding]:
    if document.content is None:
        if not is_erased:
            yield Finding("document-erased", where, "文书内容被删除，没有依法删除的记录")
        return
    if is_erased:
        yield Finding("erasure-undone", where, "有依法删除的记录，却没有删除")
    plain = queries.plain_of(document)
    if plain is None or content.digest(plain) != bytes(document.digest):
        yield Finding("document-changed", where, "文书内容与摘要不符")
    elif not _agrees(document, msgspec.json.decode(plain)):
        yield Finding("document-changed", where, "文书的登记项目与内容不符")


def _agrees(document: Document, said: dict[str, Any]) -> bool:
    """The one column that is a copy of what the content says; the digest covers the others."""
    return bool(said["organ"]["id"] == document.organ_id)


def _lost() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute(_LOST)
        for subject, seq, document_no in cursor.fetchall():
            yield Finding("document-lost", f"case {subject} #{seq}", f"签发过的文书 {document_no} 已不存在")


def export(folder: Path) -> None:
    """Write ``documents.jsonl`` and the papers' files (``files/<sha256>``) for the offline verifier.

    A line: {"document_no", "kind", "id", "subject", "fact_seq", "content" (the plain text whose SHA-256 the
    fact carries, None when erased), "sha256" and "path" of the file (None while there is
    none, or when erased)}. It tells what the papers tell: an export is kept as closely as they are.
    """
    target = folder / "files"
    target.mkdir(exist_ok=True)
    with (folder / "documents.jsonl").open("w", encoding="utf-8") as out:
        for document in Document.objects.select_related("file").order_by("id").iterator(_CHUNK):
            out.write(json.dumps(_line(document), ensure_ascii=False, sort_keys=True) + "\n")
            if document.file_sha256:
                _copy(bytes(document.file_sha256), target)


def _line(document: Document) -> dict[str, Any]:
    plain = None if document.content is None else queries.plain_of(document) or b"unreadable"
    sha256 = bytes(document.file_sha256).hex() if document.file_sha256 else None
    is_gone = document.file is not None and document.file.erased_at is not None
    return {
        "document_no": document.document_no,
        "kind": document.kind,
        "id": document.pk,
        "subject": document.subject,
        "fact_seq": document.fact_seq,
        "content": None if plain is None else plain.decode("utf-8", "replace"),
        "sha256": sha256,
        "path": f"files/{sha256}" if sha256 and not is_gone else None,
    }


def _copy(sha256: bytes, target: Path) -> None:
    """Nothing where there is no file: the verification that comes first has told it."""
    with contextlib.suppress(FileNotFoundError):
        with storage.shelf().open(sha256) as source, (target / sha256.hex()).open("wb") as copy:
            shutil.copyfileobj(source, copy)


def _chunks(rows: Iterable[Document]) -> Iterator[list[Document]]:
    chunk: list[Document] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == _CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
