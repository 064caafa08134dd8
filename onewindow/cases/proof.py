"""Cases as verification and export see them: every row is the fold of its facts, every dossier what was told."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from cryptography.exceptions import InvalidTag
from django.db import connection

from onewindow.base import calendars
from onewindow.base.ledger.findings import Finding
from onewindow.cases import dossier as dossiers
from onewindow.cases import store
from onewindow.cases.rules.clocks import outlook
from onewindow.cases.rules.evolve import TYPES, Told, evolve, first
from onewindow.cases.rules.state import CaseState
from onewindow.catalog import queries as catalog

CHUNK = 1000
_IDS = "SELECT id FROM cases_case WHERE id > %s ORDER BY id LIMIT %s"
_ROWS = f"SELECT {', '.join(store.COLUMNS)} FROM cases_case WHERE id = ANY(%s) ORDER BY id"
_FACTS = """
SELECT subject, seq, type, at, actor, data::text FROM base_fact
WHERE stream = 'case' AND subject = ANY(%s) ORDER BY subject, seq"""
_DOSSIERS = "SELECT case_id, no, sealed FROM cases_dossier WHERE case_id = ANY(%s) ORDER BY case_id, no"
_LOST = """
SELECT DISTINCT f.subject FROM base_fact f
WHERE f.stream = 'case' AND f.seq = 1 AND NOT EXISTS (SELECT 1 FROM cases_case c WHERE c.id = f.subject)"""

Facts = list[tuple[int, str, datetime, str, dict[str, Any]]]


def findings() -> Iterator[Finding]:
    """Every case folded again from its facts and compared with what is stored; nothing when all is whole."""
    for ids in _chunks():
        rows, facts, sealed = _read(ids)
        for row in rows:
            yield from _of_case(row, facts.get(row["id"], []), sealed.get(row["id"], {}))
    with connection.cursor() as cursor:
        cursor.execute(_LOST)
        for (subject,) in cursor.fetchall():
            yield Finding("case-lost", f"case {subject}", "有办理记录，办件却不存在")


def count() -> int:
    """How many cases there are (for reports, not for pages)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cases_case")
        return int(cursor.fetchone()[0])


def export(folder: Path) -> int:
    """Write ``cases.jsonl``: the stored row of every case as the row digest is taken of it.

    ``dossiers`` tells of each by its number whether it is there, or was erased.
    """
    written = 0
    with (folder / "cases.jsonl").open("w", encoding="utf-8") as file:
        for ids in _chunks():
            rows, _, sealed = _read(ids)
            for row in rows:
                plain = store.plain(row)
                line = {
                    "id": row["id"],
                    "case_no": row["case_no"],
                    "version": row["version"],
                    "last_seq": row["version"],
                    "row": plain,
                    "dossiers": {str(no): one is not None for no, one in sealed.get(row["id"], {}).items()},
                }
                file.write(json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n")
                written += 1
    return written


def _chunks() -> Iterator[list[int]]:
    last = -1
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_IDS, [last, CHUNK])
            ids = [int(row[0]) for row in cursor.fetchall()]
        if not ids:
            return
        yield ids
        last = ids[-1]


def _rows(ids: Sequence[int]) -> Iterable[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, [list(ids)])
        return [dict(zip(store.COLUMNS, row, strict=True)) for row in cursor.fetchall()]


def _read(
    ids: Sequence[int],
) -> tuple[Iterable[dict[str, Any]], dict[int, Facts], dict[int, dict[int, bytes]]]:
    facts: dict[int, Facts] = {}
    sealed: dict[int, dict[int, bytes]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_FACTS, [list(ids)])
        for subject, seq, type, at, actor, data in cursor.fetchall():
            facts.setdefault(subject, []).append((seq, type, at, actor, msgspec.json.decode(data)))
        cursor.execute(_DOSSIERS, [list(ids)])
        for case_id, no, content in cursor.fetchall():
            sealed.setdefault(case_id, {})[no] = content
    return _rows(ids), facts, sealed


def _of_case(row: dict[str, Any], facts: Facts, sealed: dict[int, bytes]) -> Iterator[Finding]:
    where = f"case {row['case_no']}"
    if [one[0] for one in facts] != list(range(1, len(facts) + 1)) or not facts:
        yield Finding("case-gap", where, "办理记录的序号不连续")
        return
    if any(one[1] not in TYPES for one in facts):
        yield Finding("case-alien", where, "办理记录里有不认识的种类")
        return
    try:
        folded = fold(facts, id=row["id"])
    except (KeyError, ValueError, TypeError, IndexError, msgspec.ValidationError):
        yield Finding("case-broken", where, "办理记录无法重演")
        return
    yield from _compare(row, folded, where)
    yield from _dossier(row, facts, sealed, where)
    if facts[-1][4].get("row") != store.row_digest(row):
        yield Finding("case-row-changed", where, "办件的存储与最后一条记录的摘要不符")


def fold(facts: Facts, *, id: int) -> CaseState:
    """The case that these facts make."""
    _, type, at, actor, data = facts[0]
    state = first(Told(type, data, at, actor), id=id)
    for _, type, at, actor, data in facts[1:]:
        state = evolve(state, Told(type, data, at, actor))
    return state


def _compare(row: dict[str, Any], folded: CaseState, where: str) -> Iterator[Finding]:
    item = catalog.definition(folded.item_version_id)
    derived = outlook(folded, item, calendars.table())
    expected = store.plain(store.values(folded, (b"", b"", ""), derived))
    stored = store.plain(row)
    # A later calendar moves the due dates of what runs; what has ended keeps those it had. The row digest in
    # the last fact guards them all the same.
    runs = derived.waits_for is not None or derived.wake_at is not None
    for name in (*store.FOLD, *store.DERIVED) if runs else store.FOLD:
        if expected[name] != stored[name]:
            yield Finding("case-changed", where, f"{name} 与重演结果不符")


def _dossier(row: dict[str, Any], facts: Facts, sealed: dict[int, bytes], where: str) -> Iterator[Finding]:
    """Each dossier against the digest of the fact that brought it; the last against the search columns."""
    told = {data["dossier_no"]: data["dossier"] for _, _, _, _, data in facts if "dossier_no" in data}
    if told.keys() != sealed.keys():
        yield Finding("dossier-lost", where, "申请资料的份数与记录不符")
        return
    erased = {
        no: digest for _, type, _, _, data in facts if type == "erased" for no, digest in data["dossiers"]
    }
    if erased and (erased != told or _found_by(row) != dossiers.ERASED_BY):
        yield Finding("dossier-changed", where, "删除记录与申请资料的记录不符")
    for no, content in sealed.items():
        if (content is None) != (no in erased):
            said = "没有依法删除的记录，却" if content is None else "有依法删除的记录，却没有"
            code = "dossier-erased" if content is None else "erasure-undone"
            yield Finding(code, where, f"第 {no} 份申请资料{said}删除")
        if content is None:
            continue
        try:
            dossier, digest = dossiers.unseal(content, row["id"])
        except (InvalidTag, ValueError, msgspec.DecodeError):
            yield Finding("dossier-changed", where, f"第 {no} 份申请资料无法打开")
            continue
        if digest != told[no]:
            yield Finding("dossier-changed", where, f"第 {no} 份申请资料与记录不符")
        if no == row["dossier_no"] and not dossiers.is_found_by(dossier, _found_by(row)):
            yield Finding("case-changed", where, "检索列与申请资料不符")


def _found_by(row: dict[str, Any]) -> tuple[bytes, bytes, str]:
    return bytes(row["subject_hash"]), bytes(row["name_hash"]), row["applicant_mask"]
