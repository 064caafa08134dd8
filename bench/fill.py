"""Fills the database with stored cases: a few real ones made by the deeds, multiplied in the database.

The copies carry the same rows, facts, papers and dossiers as their originals under numbers of their own, so
tables and indexes have the size and shape of a busy city's. Their proofs are not valid (salts are keyed by
number), so a bench database is never verified and its worker does not run.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.db import connection

from bench.world import World
from onewindow.cases import services

ORIGINALS = 200
FIRST_COPY = 1_000_000_000
_serials = count(600_000_000)

_COPY_CASES = """
INSERT INTO cases_case ({columns})
SELECT {values} FROM cases_case c CROSS JOIN generate_series(%(low)s::bigint, %(high)s::bigint) AS n
WHERE c.id = ANY(%(ids)s)"""
_COPY_FACTS = """
INSERT INTO base_fact (stream, subject, seq, type, at, actor, role, organ, data, salt)
SELECT f.stream, %(base)s + f.subject * 100000 + n, f.seq, f.type, f.at, f.actor, f.role, f.organ, f.data, f.salt
FROM base_fact f CROSS JOIN generate_series(%(low)s::bigint, %(high)s::bigint) AS n
WHERE f.stream = 'case' AND f.subject = ANY(%(ids)s)"""
_COPY_PAPERS = """
INSERT INTO documents_document (document_no, kind, title, case_no, subject, fact_seq, organ_id, code, content,
  digest, template_version, issued_at)
SELECT d.document_no || '-' || n, d.kind, d.title, 'F' || (%(base)s + d.subject * 100000 + n),
  %(base)s + d.subject * 100000 + n, d.fact_seq, d.organ_id, d.code, d.content, d.digest, d.template_version,
  d.issued_at
FROM documents_document d CROSS JOIN generate_series(%(low)s::bigint, %(high)s::bigint) AS n
WHERE d.subject = ANY(%(ids)s)"""
_COPY_DOSSIERS = """
INSERT INTO cases_dossier (case_id, no, sealed)
SELECT %(base)s + d.case_id * 100000 + n, d.no, d.sealed
FROM cases_dossier d CROSS JOIN generate_series(%(low)s::bigint, %(high)s::bigint) AS n
WHERE d.case_id = ANY(%(ids)s)"""

_WAITING_DOSSIERS = """
INSERT INTO cases_dossier (case_id, no, sealed)
SELECT n.id, d.no, n.sealed FROM cases_dossier d
CROSS JOIN unnest(%(ids)s::bigint[], %(sealed)s::bytea[]) AS n (id, sealed) WHERE d.case_id = %(id)s"""
_WAITING_FACTS = """
INSERT INTO base_fact (stream, subject, seq, type, at, actor, role, organ, data, salt)
SELECT f.stream, n.id, f.seq, f.type, f.at, f.actor, f.role, f.organ, f.data, f.salt
FROM base_fact f CROSS JOIN unnest(%(ids)s::bigint[]) AS n (id) WHERE f.stream = 'case' AND f.subject = %(id)s"""
_WAITING_PAPERS = """
INSERT INTO documents_document (document_no, kind, title, case_no, subject, fact_seq, organ_id, code, content,
  digest, template_version, issued_at)
SELECT d.document_no || '-' || n.id, d.kind, d.title, n.number, n.id, d.fact_seq, d.organ_id, d.code, d.content,
  d.digest, d.template_version, d.issued_at
FROM documents_document d
CROSS JOIN unnest(%(ids)s::bigint[], %(numbers)s::text[]) AS n (id, number) WHERE d.subject = %(id)s"""


def originals(world: World, now: datetime) -> list[int]:
    """Real cases in the states of a busy centre: 1 in 5 running, the rest closed; their ids."""
    made: list[str] = []
    for number in range(ORIGINALS):
        at = now - timedelta(days=number % 9, minutes=number)
        case_no = services.create(world.clerk, world.body, now=at)["case_no"]
        made.append(case_no)
        if number % 5 < 4:
            world.finish(case_no, at)
        elif number % 2:
            services.act(world.clerk, case_no, "accept", {"version": 1}, now=at)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM cases_case WHERE case_no = ANY(%s)", [made])
        return [int(row[0]) for row in cursor.fetchall()]


def waiting(world: World, now: datetime, many: int) -> list[tuple[str, int]]:
    """``many`` received cases that each can be accepted once: (case_no, id) of copies of one real case."""
    return multiply(services.create(world.clerk, world.body, now=now)["case_no"], now, many)


def multiply(source: str, now: datetime, many: int) -> list[tuple[str, int]]:
    """Copies of a case with its facts, papers and dossiers under numbers of their own: (case_no, id)."""
    from onewindow.cases import dossier, store
    from onewindow.kernel.identifiers import case_no

    found = store.load(source)
    assert found is not None
    serials = [next(_serials) for _ in range(many)]
    made = [(case_no.make(now.date(), serial), serial) for serial in serials]
    sealed = [dossier.seal(found.dossier, serial).sealed for serial in serials]
    values = {
        "id": found.state.id,
        "ids": serials,
        "numbers": [number for number, _ in made],
        "sealed": sealed,
    }
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(_waiting_cases(), values)
        for statement in (_WAITING_DOSSIERS, _WAITING_FACTS, _WAITING_PAPERS):
            cursor.execute(statement, values)
        cursor.execute("VACUUM ANALYZE cases_case")
    return made


def _waiting_cases() -> str:
    from onewindow.cases.store import COLUMNS

    special = {"id": "n.id", "case_no": "n.number"}
    values = ", ".join(special.get(name, f"c.{name}") for name in COLUMNS)
    return (
        f"INSERT INTO cases_case ({', '.join(COLUMNS)}) SELECT {values} FROM cases_case c"
        " CROSS JOIN unnest(%(ids)s::bigint[], %(numbers)s::text[]) AS n (id, number) WHERE c.id = %(id)s"
    )


def fill(ids: list[int], have: int, want: int) -> None:
    """Copy the originals until ``want`` cases are stored; ``have`` copies of each stand already."""
    copies = -(-(want - ORIGINALS) // ORIGINALS)
    if copies <= have:
        return
    values: dict[str, Any] = {"base": FIRST_COPY, "low": have + 1, "high": copies, "ids": ids}
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("ALTER SYSTEM SET max_wal_size = '8GB'")
        cursor.execute("SELECT pg_reload_conf()")
        cursor.execute("SET synchronous_commit = off")
        cursor.execute(_cases(), values)
        for statement in (_COPY_DOSSIERS, _COPY_FACTS, _COPY_PAPERS):
            cursor.execute(statement, values)
        for table in ("cases_case", "cases_dossier", "base_fact", "documents_document"):
            cursor.execute(f"VACUUM ANALYZE {table}")
        cursor.execute("RESET synchronous_commit")
        cursor.execute("CHECKPOINT")


def _cases() -> str:
    from onewindow.cases.store import COLUMNS

    special = {
        "id": "%(base)s + c.id * 100000 + n",
        "case_no": "'F' || (%(base)s + c.id * 100000 + n)",
        "due_on": "CASE WHEN c.due_on < date '9999-12-31' THEN c.due_on + (n %% 20)::int ELSE c.due_on END",
        "wake_at": "c.wake_at + interval '1 day' * (n %% 20)",
        "subject_hash": "decode(md5((c.id * 100000 + n)::text), 'hex')",
        "name_hash": "decode(md5('n' || (c.id * 100000 + n)::text), 'hex')",
    }
    values = ", ".join(special.get(name, f"c.{name}") for name in COLUMNS)
    return _COPY_CASES.format(columns=", ".join(COLUMNS), values=values)


def make_all_run(now: datetime) -> None:
    """Set every copy running, with nothing due."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(
            """
            UPDATE cases_case c SET state = o.state, version = o.version, materials = o.materials, life = o.life,
              accepted_on = o.accepted_on, decided_on = NULL, delivered_on = NULL, waits_for = 'examiner',
              due_on = o.due_on, last_at = o.last_at, wake_at = %(future)s
            FROM (SELECT * FROM cases_case WHERE state = 'accepted' AND id < %(base)s ORDER BY id LIMIT 1) o
            WHERE c.id >= %(base)s""",
            {"future": now + timedelta(days=30), "base": FIRST_COPY},
        )
        cursor.execute("VACUUM ANALYZE cases_case")
