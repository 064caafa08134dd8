"""How rows are kept: short lists that read back as they were, and one digest whichever way it is made."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest

from onewindow.cases import dossier as dossiers
from onewindow.cases import store
from onewindow.cases.rules.clocks import outlook
from onewindow.cases.rules.evolve import rows_of
from onewindow.cases.rules.state import CaseState, Life, Proposal, Row
from tests.cases.bench import item, table

ROWS = [
    Row(*values)
    for values in itertools.product(
        ("M1",),
        ("submitted", "missing", "deferred", "reused"),
        (None, "copy"),
        ((), ("f1", "f2")),
        (None, date(2026, 9, 9)),
    )
]


def test_a_row_reads_back_as_it_was() -> None:
    assert len(ROWS) == 32
    assert rows_of({"materials": [row.told for row in ROWS]}) == tuple(ROWS)
    text = msgspec.json.encode([row.told for row in ROWS])
    assert msgspec.json.decode(text, type=tuple[Row, ...]) == tuple(ROWS)
    assert Row("M1").told == ["M1"]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"materials": tuple(ROWS), "state": "received", "materials_at": datetime(2026, 9, 8, tzinfo=UTC)},
        {
            "life": Life(
                proposal=Proposal("return", "某人", {"reason": "“缺”\n", "n": 1}), seen=("overdue:legal",)
            )
        },
        {"state": "accepted", "accepted_on": date(2026, 9, 8), "holder": "clerk1", "is_deemed": True},
    ],
)
def test_the_digest_of_a_new_row_is_that_of_the_stored_one(changes: dict[str, Any]) -> None:
    state = CaseState(
        id=7,
        case_no="20260908-000007-0",
        query_code="ABCD2345",
        item_version_id=1,
        organ_id=1,
        region="511602",
        channel="window",
        last_at=datetime(2026, 9, 8, 9, 30, 0, 123456, tzinfo=UTC),
        version=1,
    )
    state = msgspec.structs.replace(state, **changes)
    row = store.values(state, (b"\0\xff", b"n", "张*"), outlook(state, item(), table()))
    assert row.keys() == set(store.COLUMNS)
    # As the database gives it back: JSON decoded, hashes in a view.
    stored = {**row, **{name: msgspec.json.decode(row[name]) for name in ("materials", "life")}}
    stored["subject_hash"] = memoryview(row["subject_hash"])
    assert store.new_row_digest(row) == store.row_digest(stored) == store.row_digest(row)
    assert store.new_row_digest({**row, "query_code": "ABCD2346"}) != store.row_digest(row)


def test_a_dossier_is_packed_and_opens_for_its_case_only() -> None:
    who = dossiers.Applicant("person", "张三" * 90, "id_card", "511602199001010011", "13800000000")
    dossier = dossiers.Dossier(who, form={"address": "示范路1号", "rows": [{"n": 1.5, "t": "\n\"'"}] * 30})
    sealed = dossiers.seal(dossier, 7)
    assert dossiers.unseal(sealed.sealed, 7) == (dossier, sealed.digest)
    assert len(sealed.sealed) < len(msgspec.json.encode(dossier))
    assert dossiers.seal(dossier, 7).digest != sealed.digest
    with pytest.raises(Exception):  # noqa: B017  any failure will do
        dossiers.unseal(sealed.sealed, 8)
