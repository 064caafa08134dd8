"""Issuing papers: content, number, code and digest are fixed in the deed itself, in the deed's statement."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

import msgspec
from django.db import connection

from onewindow.base import clock, hot
from onewindow.documents import codes, editions
from onewindow.documents import content as packing
from onewindow.documents.kinds import KINDS

_BLOCK = 64


class OrganInfo(Protocol):
    """What a paper needs to know of the organ that issues it."""

    @property
    def id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def short_name(self) -> str: ...
    @property
    def official_name(self) -> str: ...


class DocumentRow(msgspec.Struct):
    """A paper ready to be written."""

    document_no: str
    kind: str
    title: str
    case_no: str
    subject: int
    fact_seq: int
    organ_id: int
    code: str
    content: bytes
    digest: bytes
    template_version: int
    issued_at: datetime

    def as_fact(self) -> dict[str, str]:
        """What the fact of the deed carries in ``data["documents"]``."""
        return {"document_no": self.document_no, "kind": self.kind, "digest": self.digest.hex()}

    def as_dict(self) -> dict[str, Any]:
        """The contract's shape, before the file is made."""
        return {
            "document_no": self.document_no,
            "kind": self.kind,
            "title": self.title,
            "file_id": None,
            "issued_at": self.issued_at,
        }


def prepare(
    kind: str,
    *,
    serial: int,
    case_no: str,
    subject: int,
    fact_seq: int,
    organ: OrganInfo,
    content: Mapping[str, Any],
    at: datetime,
) -> DocumentRow:
    """Fix a paper. ``content``: see ``kinds``; raises ``kinds.Incomplete`` when something is missing.

    ``subject`` and ``fact_seq`` name the case fact that will carry the digest; ``at`` is its instant.
    """
    form = KINDS[kind]
    form.check(content)
    title = form.title_for(content["item"].get("type", ""))
    year = at.astimezone(clock.SHANGHAI).year
    document_no = number(organ.short_name or organ.name, form.mark, year=year, serial=serial)
    code = codes.new()
    said = dict(content)
    said["organ"] = {"id": organ.id, "name": organ.official_name or organ.name}
    said["salt"] = os.urandom(16).hex()
    sealed = packing.seal(packing.dumps(said), document_no=document_no)
    row = DocumentRow(
        document_no,
        kind,
        title,
        case_no,
        subject,
        fact_seq,
        organ.id,
        code,
        sealed,
        b"",
        editions.number_of(kind, organ.id, clock.day_of(at)),
        at,
    )
    row.digest = packing.digest(packing.dumps(said | packing.registered(row)))
    return row


def number(short_name: str, mark: str, *, year: int, serial: int) -> str:
    """The number of a paper as organs write it (GB/T 9704): word, year in 〔〕, serial."""
    return f"{short_name}{mark}〔{year}〕{serial:06d}号"


INSERT = (
    ("document_no", "text"),
    ("kind", "text"),
    ("title", "text"),
    ("case_no", "text"),
    ("subject", "bigint"),
    ("fact_seq", "int"),
    ("organ_id", "bigint"),
    ("code", "text"),
    ("content", "bytea"),
    ("digest", "bytea"),
    ("template_version", "smallint"),
    ("issued_at", "timestamptz"),
)


def values_of(row: DocumentRow) -> tuple[Any, ...]:
    """A paper as the columns of ``INSERT`` take it."""
    return msgspec.structs.astuple(row)


def part(rows: Sequence[DocumentRow]) -> hot.Part:
    """The insert of these papers, to be put into a deed's own statement."""
    values = [values_of(row) for row in rows]
    return hot.insert("new_document", "documents_document", INSERT, values)


def write(rows: Sequence[DocumentRow]) -> None:
    """Insert papers in the caller's transaction: for cold deeds; hot ones use ``part``."""
    for start in range(0, len(rows), 500):
        hot.write([part(rows[start : start + 500])], last=hot.Part("SELECT 1"))


_taken: deque[int] = deque()
_taken_pid = 0
_LOCK = threading.Lock()


def serials(count: int) -> list[int]:
    """``count`` serial numbers, out of a block that this process took from the sequence.

    Gaps are possible (a deed that fails, a process that ends), waiting is not (see HOUSE.md).
    """
    global _taken_pid
    with _LOCK:
        if _taken_pid != os.getpid():  # a forked process must not use its parent's block
            _taken.clear()
            _taken_pid = os.getpid()
        if len(_taken) < count:
            _take(max(_BLOCK, count))
        return [_taken.popleft() for _ in range(count)]


def reserve(count: int) -> None:
    """Have ``count`` serials ready: for deeds in bulk, one statement instead of one for each 64 papers."""
    with _LOCK:
        if _taken_pid == os.getpid() and len(_taken) < count:
            _take(count)


def _take(count: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('documents_serial') FROM generate_series(1, %s::int)", [count])
        _taken.extend(int(row[0]) for row in cursor.fetchall())
