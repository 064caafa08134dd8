"""How a case is read and written: one statement each way."""

from __future__ import annotations

import hashlib
import operator
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import msgspec

from onewindow.base import answers, facts, hot
from onewindow.cases.dossier import ERASED, Dossier, Sealed, unseal
from onewindow.cases.rules.clocks import Outlook
from onewindow.cases.rules.state import CaseState, Life, Row
from onewindow.documents import queries as paper_queries
from onewindow.documents import services as documents

# The columns of the fold, then what is found by, then what is derived; the order is the order of ``values``.
FOLD = (
    "id",
    "case_no",
    "query_code",
    "version",
    "state",
    "kind",
    "disposition",
    "item_version_id",
    "organ_id",
    "region",
    "channel",
    "dossier_no",
    "received_at",
    "materials_at",
    "accepted_on",
    "is_deemed",
    "decided_on",
    "delivered_on",
    "holder",
    "last_at",
    "materials",
    "life",
)
FOUND_BY = ("subject_hash", "name_hash", "applicant_mask")
DERIVED = ("waits_for", "due_on", "promised_due_on", "legal_due_on", "wake_at")
COLUMNS = FOLD + FOUND_BY + DERIVED
# What never changes after the first fact is left out of the update.
CHANGING = tuple(
    name
    for name in COLUMNS
    if name not in ("id", "case_no", "query_code", "item_version_id", "organ_id", "region", "channel")
)
_TYPES = {
    "id": "bigint",
    "version": "int",
    "item_version_id": "bigint",
    "organ_id": "bigint",
    "dossier_no": "int",
    "received_at": "timestamptz",
    "materials_at": "timestamptz",
    "accepted_on": "date",
    "is_deemed": "boolean",
    "decided_on": "date",
    "delivered_on": "date",
    "last_at": "timestamptz",
    "materials": "jsonb",
    "life": "jsonb",
    "subject_hash": "bytea",
    "name_hash": "bytea",
    "due_on": "date",
    "promised_due_on": "date",
    "legal_due_on": "date",
    "wake_at": "timestamptz",
}


_decode_materials = msgspec.json.Decoder(tuple[Row, ...]).decode
_decode_life = msgspec.json.Decoder(Life).decode
_INSTANTS = tuple(name for name, type in _TYPES.items() if type == "timestamptz")
_HASHES = tuple(name for name, type in _TYPES.items() if type == "bytea")
_ROW = ", ".join(f"c.{name}" for name in COLUMNS)
_EVENTS = (
    "(SELECT json_agg(json_build_array(f.seq, f.type, f.at, f.actor, f.role, f.data) ORDER BY f.seq)"
    " FROM base_fact f WHERE f.stream = 'case' AND f.subject = c.id)::text"
)
LOAD = f"""
SELECT {_ROW}, d.sealed, {_EVENTS}, {paper_queries.OF_CASE}
FROM cases_case c
JOIN cases_dossier d ON d.case_id = c.id AND d.no = c.dossier_no
WHERE c.case_no = %s"""
LOAD_ROW = f"""
SELECT {_ROW}, d.sealed FROM cases_case c
JOIN cases_dossier d ON d.case_id = c.id AND d.no = c.dossier_no
WHERE c.id = ANY(%s)"""
INSERT = tuple((name, _TYPES.get(name, "text")) for name in COLUMNS)
DOSSIER = (("case_id", "bigint"), ("no", "int"), ("sealed", "bytea"))
_SET = ", ".join(f"{name} = %s::{_TYPES.get(name, 'text')}" for name in CHANGING)
_UPDATE = f"UPDATE cases_case SET {_SET} WHERE id = %s::bigint AND version = %s::int"


@dataclass(slots=True)
class Found:
    """A case as it was read: state, columns to find it by, dossier, events and papers (None when not asked).

    The dossier is opened when somebody looks into it: sweeps and moves never do.
    """

    state: CaseState
    found_by: tuple[bytes, bytes, str]
    derived: Outlook | None
    sealed: bytes = b""
    events: list[list[Any]] | None = None
    papers: list[list[Any]] | None = None
    opened: Dossier | None = None

    @property
    def dossier(self) -> Dossier:
        """What the applicant told, as it stands now; ``ERASED`` when that was erased."""
        if self.opened is None:
            self.opened = unseal(self.sealed, self.state.id)[0] if self.sealed else ERASED
        return self.opened


def load(case_no: str) -> Found | None:
    """Read a case with its events and papers; one statement."""
    rows = hot.execute(LOAD, [case_no])
    if not rows:
        return None
    row = rows[0]
    found = _found(row)
    found.events = msgspec.json.decode(row[-2]) if row[-2] else []
    found.papers = msgspec.json.decode(row[-1]) if row[-1] else []
    return found


def load_many(ids: Sequence[int]) -> list[Found]:
    """Read cases by id without events; one statement."""
    return [_found(row) for row in hot.execute(LOAD_ROW, [list(ids)])]


def _found(row: Sequence[Any]) -> Found:
    fold = dict(zip(FOLD, row, strict=False))
    fold["materials"] = _decode_materials(fold["materials"])
    fold["life"] = _decode_life(fold["life"])
    state = CaseState(**fold)
    place = len(FOLD)
    subject, name, mask = row[place : place + len(FOUND_BY)]
    derived = Outlook(*row[place + len(FOUND_BY) : len(COLUMNS)])
    return Found(state, (bytes(subject), bytes(name), mask), derived, bytes(row[len(COLUMNS)] or b""))


def values(state: CaseState, found_by: tuple[bytes, bytes, str], derived: Outlook) -> dict[str, Any]:
    """The columns of a case as they are stored."""
    row: dict[str, Any] = msgspec.structs.asdict(state)
    row["materials"] = _materials_text(state.materials)
    row["life"] = facts.canonical_bytes(state.life).decode()
    row["subject_hash"], row["name_hash"], row["applicant_mask"] = found_by
    row.update(msgspec.structs.asdict(derived))
    return row


@lru_cache(maxsize=4096)
def _materials_text(rows: tuple[Row, ...]) -> str:
    """Remembered: the list stays the same over most deeds of a case, and without files over many cases."""
    return facts.canonical_bytes([one.told for one in rows]).decode()


def plain(row: dict[str, Any]) -> dict[str, Any]:
    """A stored row as plain JSON values: what the row digest is taken of and what an export shows."""
    found: dict[str, Any] = {}
    for name in COLUMNS:
        value = row[name]
        if name in ("materials", "life"):
            value = msgspec.json.decode(value) if isinstance(value, str) else value
        elif isinstance(value, datetime):
            value = facts.micros_of(value)
        elif isinstance(value, date):
            value = value.isoformat()
        elif isinstance(value, bytes | bytearray | memoryview):
            value = bytes(value).hex()
        found[name] = value
    return found


def row_digest(row: dict[str, Any]) -> str:
    """SHA-256 (hex) of the canonical row: each deed's last fact carries it, so a changed row shows."""
    return hashlib.sha256(facts.canonical_bytes(plain(row))).hexdigest()


# Its members in the order of their names: encoded as they stand, with nothing to sort.
_Plain = msgspec.defstruct("_Plain", sorted(COLUMNS))
_MEMBERS = operator.itemgetter(*sorted(COLUMNS))
_encode = msgspec.json.Encoder().encode


def new_row_digest(row: dict[str, Any]) -> str:
    """``row_digest`` of what ``values`` made a moment ago: its JSON is canonical already and is not read again."""
    told = row.copy()
    told["materials"], told["life"] = msgspec.Raw(row["materials"]), msgspec.Raw(row["life"])
    for name in _INSTANTS:
        if row[name] is not None:
            told[name] = facts.micros_of(row[name])
    for name in _HASHES:
        told[name] = row[name].hex()
    return hashlib.sha256(_encode(_Plain(*_MEMBERS(told)))).hexdigest()


def write(
    row: dict[str, Any],
    *,
    was: int | None,
    told: Sequence[facts.Row],
    papers: Sequence[Any],
    dossier: tuple[int, int, Sealed] | None,
    kept: answers.Kept | None,
) -> None:
    """Write a case (new when ``was`` is None), its facts, papers, dossier and kept answer: one statement."""
    sealed = [(dossier[0], dossier[1], dossier[2].sealed)] if dossier else []
    parts = [
        hot.insert("new_case", "cases_case", INSERT, [[row[name] for name in COLUMNS]])
        if was is None
        else hot.Part(f"moved AS ({_UPDATE})", _changed(row, was)),
        hot.insert("new_dossier", "cases_dossier", DOSSIER, sealed),
        answers.part(kept),
        documents.part(papers),
        *facts.parts(told),
    ]
    hot.write(parts, last=hot.Part("SELECT 1"))


def write_row(row: dict[str, Any], *, was: int) -> None:
    """Write the row alone (sweeps write facts and papers of many cases together)."""
    hot.execute(_UPDATE, _changed(row, was))


def _changed(row: dict[str, Any], was: int) -> list[Any]:
    return [*(row[name] for name in CHANGING), row["id"], was]
