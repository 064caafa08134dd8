"""Every kind of bending by a superuser is found, by `ledger verify` and by the stand-alone verifier."""

import hashlib
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from onewindow.base import crypto
from onewindow.base.ledger import export, heads, sequencer, stored, verify
from onewindow.base.ledger.findings import Finding
from onewindow.kernel import canonical

from .conftest import START, Record, lines_of

CASES = (1, 2, 3)
FACTS_EACH = 5
DOCUMENT = b"%PDF-1.7 granted"


class World:
    """Three cases of five facts, a stored row for each and one document; four signed heads."""

    def __init__(self, folder: Path, owner: psycopg.Connection, record: Record) -> None:
        self.folder, self.owner = folder, owner
        self.document = folder / "decision.pdf"
        self.document.write_bytes(DOCUMENT)
        owner.execute("CREATE TABLE stand_in (id bigint PRIMARY KEY, version int, state text)")
        owner.execute("GRANT SELECT ON stand_in TO PUBLIC")
        for case in CASES:
            self._live(case, record)
            sequencer.catch_up()
            heads.sign_now(START + timedelta(hours=case))
        record(1, 1, stream="document", sha256=hashlib.sha256(DOCUMENT).hexdigest())
        sequencer.catch_up()
        heads.sign_now(START + timedelta(hours=9))

    def _live(self, case: int, record: Record) -> None:
        for seq in range(1, FACTS_EACH + 1):
            row = canonical.dumps({"id": case, "state": f"s{seq}", "version": seq})
            record(case, seq, type="reviewed", to=f"s{seq}", row=hashlib.sha256(row).hexdigest())
        values = [case, FACTS_EACH, f"s{FACTS_EACH}"]
        self.owner.execute("INSERT INTO stand_in VALUES (%s, %s, %s)", values)

    def rows(self) -> Iterator[dict[str, object]]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT id, version, state FROM stand_in ORDER BY id")
            for id, version, state in cursor.fetchall():
                yield {"id": id, "version": version, "state": state}

    def check_cases(self) -> Iterator[Finding]:
        for row in self.rows():
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT data->>'row' FROM base_fact WHERE stream = 'case' AND subject = %s"
                    " ORDER BY seq DESC LIMIT 1",
                    [row["id"]],
                )
                told = cursor.fetchone()
            if told is None or told[0] != hashlib.sha256(canonical.dumps(row)).hexdigest():
                yield Finding("case-changed", f"case {row['id']}", "")

    def check_documents(self) -> Iterator[Finding]:
        if self.document.read_bytes() != DOCUMENT:
            yield Finding("document-changed", "document 1", "")

    def export_cases(self, folder: Path) -> None:
        export.write_lines(
            folder / "cases.jsonl",
            (
                {
                    "id": row["id"],
                    "case_no": f"C{row['id']}",
                    "version": row["version"],
                    "last_seq": row["version"],
                    "row": row,
                }
                for row in self.rows()
            ),
        )

    def export_documents(self, folder: Path) -> None:
        shutil.copy(self.document, folder / "decision.pdf")
        digest = hashlib.sha256(DOCUMENT).hexdigest()
        line = {"document_no": "D1", "sha256": digest, "path": "decision.pdf"}
        export.write_lines(folder / "documents.jsonl", [line])

    def id_of(self, case: int, seq: int) -> int:
        found = self.owner.execute(
            "SELECT id FROM base_fact WHERE stream = 'case' AND subject = %s AND seq = %s", [case, seq]
        ).fetchone()
        assert found is not None
        return int(found[0])


@pytest.fixture
def world(owner: psycopg.Connection, tmp_path: Path, record: Record) -> World:
    made = World(tmp_path, owner, record)
    verify.checks[:] = [made.check_cases, made.check_documents]
    export.parts[:] = [made.export_cases, made.export_documents]
    return made


# ---------------------------------------------------------------- the kinds of bending


def change_payload(world: World) -> None:
    world.owner.execute(
        'UPDATE base_fact SET data = data || \'{"to": "granted"}\' WHERE id = %s', [world.id_of(2, 3)]
    )


def change_time(world: World) -> None:
    world.owner.execute(
        "UPDATE base_fact SET at = at + interval '0.5 second' WHERE id = %s", [world.id_of(2, 3)]
    )


def change_actor(world: World) -> None:
    world.owner.execute("UPDATE base_fact SET actor = 'examiner2' WHERE id = %s", [world.id_of(2, 3)])


def change_order(world: World) -> None:
    """Two facts of a case change places in its life."""
    first, second = world.id_of(2, 3), world.id_of(2, 4)
    world.owner.execute("UPDATE base_fact SET seq = 99 WHERE id = %s", [first])
    world.owner.execute("UPDATE base_fact SET seq = 3 WHERE id = %s", [second])
    world.owner.execute("UPDATE base_fact SET seq = 4 WHERE id = %s", [first])


def delete_in_the_middle(world: World) -> None:
    world.owner.execute("DELETE FROM base_fact WHERE id = %s", [world.id_of(2, 3)])


def delete_in_the_middle_and_close_the_gap(world: World) -> None:
    """The later facts of the case move up, the leaf run and the case row are made to fit."""
    gone = world.id_of(2, 3)
    world.owner.execute("DELETE FROM base_fact WHERE id = %s", [gone])
    world.owner.execute("UPDATE base_fact SET seq = seq - 1 WHERE stream='case' AND subject=2 AND seq > 3")
    world.owner.execute("UPDATE base_leaf SET facts = array_remove(facts, %s::bigint)", [gone])


def delete_the_tail(world: World) -> None:
    """The last case and the document vanish with leaves, tiles and heads, as if they had never been."""
    first = world.id_of(3, 1)
    world.owner.execute("DELETE FROM base_fact WHERE id >= %s", [first])
    world.owner.execute("DELETE FROM base_leaf WHERE low >= %s", [first])
    world.owner.execute("DELETE FROM base_head WHERE size > 10")
    world.owner.execute("UPDATE base_tile SET hashes = substr(hashes, 1, 320) WHERE level = 0")
    world.owner.execute("DELETE FROM stand_in WHERE id = 3")


def delete_the_tail_of_facts(world: World) -> None:
    world.owner.execute("DELETE FROM base_fact WHERE id >= %s", [world.id_of(3, 4)])


def insert_one(world: World) -> None:
    """At the end of a life, with a salt copied from elsewhere."""
    world.owner.execute(
        "INSERT INTO base_fact (stream, subject, seq, type, at, actor, role, organ, data, salt)"
        " SELECT stream, subject, 6, type, at + interval '1 hour', actor, role, organ, data, salt"
        " FROM base_fact WHERE id = %s",
        [world.id_of(2, 5)],
    )


def insert_one_under_a_low_id(world: World) -> None:
    """Before everything the sequencer will ever look at again, with a salt stolen from the key."""
    world.owner.execute(
        "INSERT INTO base_fact (id, stream, subject, seq, type, at, actor, role, organ, data, salt)"
        " SELECT -5, stream, subject, 6, type, at + interval '1 hour', actor, role, organ, data, salt"
        " FROM base_fact WHERE id = %s",
        [world.id_of(2, 5)],
    )
    forge_salts(world, "id = -5")


def swap_two(world: World) -> None:
    """Two facts of different cases change all they say."""
    a, b = world.id_of(1, 2), world.id_of(2, 2)
    world.owner.execute("UPDATE base_fact SET subject = -1 WHERE id = %s", [a])
    world.owner.execute("UPDATE base_fact SET subject = 1 WHERE id = %s", [b])
    world.owner.execute("UPDATE base_fact SET subject = 2 WHERE id = %s", [a])


def swap_two_in_the_tree(world: World) -> None:
    """Only their numbers change: leaf run and tile are made to fit each other."""
    world.owner.execute("UPDATE base_leaf SET facts = facts[2:2] || facts[1:1] || facts[3:] WHERE first = 5")
    world.owner.execute(
        "UPDATE base_tile SET hashes = substr(hashes, 1, 160) || substr(hashes, 193, 32) || substr(hashes, 161, 32)"
        " || substr(hashes, 225) WHERE level = 0"
    )


def change_case_row(world: World) -> None:
    world.owner.execute("UPDATE stand_in SET state = 'granted' WHERE id = 2")


def replace_document(world: World) -> None:
    world.document.write_bytes(DOCUMENT.replace(b"granted", b"refused"))


def rewrite_case(world: World) -> None:
    """All facts of a case say something else, salts by the stolen key."""
    world.owner.execute("UPDATE base_fact SET actor = 'examiner9' WHERE stream = 'case' AND subject = 2")
    forge_salts(world, "stream = 'case' AND subject = 2")


def rewrite_case_and_tree(world: World) -> None:
    """As above, and leaves and tiles are computed anew, so that only signatures speak against it."""
    rewrite_case(world)
    world.owner.execute("DELETE FROM base_leaf")
    world.owner.execute("DELETE FROM base_tile")
    sequencer.catch_up()


def rewrite_case_tree_and_heads(world: World) -> None:
    """As above, without the heads of the database: only the file outside speaks against it."""
    rewrite_case_and_tree(world)
    world.owner.execute("DELETE FROM base_head")


def forge_salts(world: World, where: str) -> None:
    rows = world.owner.execute(f"SELECT {stored.COLUMNS} FROM base_fact f WHERE {where}").fetchall()
    for fact in stored.of_rows(rows):
        salt = crypto.fact_salt(fact.head + fact.body)
        world.owner.execute("UPDATE base_fact SET salt = %s WHERE id = %s", [salt, fact.id])


# (what is done, codes of `ledger verify` of which one must appear, codes of the stand-alone verifier)
KINDS: list[tuple[Callable[[World], None], set[str], set[str]]] = [
    (change_payload, {"fact-changed"}, {"leaf-changed"}),
    (change_time, {"fact-changed"}, {"leaf-changed"}),
    (change_actor, {"fact-changed"}, {"leaf-changed"}),
    (change_order, {"fact-changed"}, {"leaf-changed"}),
    (delete_in_the_middle, {"fact-missing"}, {"fact-missing"}),
    (delete_in_the_middle_and_close_the_gap, {"leaf-gap"}, {"leaf-gap"}),
    (delete_the_tail, {"tail-cut"}, {"tail-cut"}),
    (delete_the_tail_of_facts, {"fact-missing"}, {"fact-missing"}),
    (insert_one, {"fact-alien"}, {"fact-alien"}),
    (insert_one_under_a_low_id, {"fact-unnumbered"}, {"case-changed"}),
    (swap_two, {"fact-changed"}, {"leaf-changed"}),
    (swap_two_in_the_tree, {"root-differs"}, {"root-differs"}),
    (change_case_row, {"case-changed"}, {"case-changed"}),
    (replace_document, {"document-changed"}, {"document-changed"}),
    (rewrite_case, {"leaf-changed"}, {"leaf-changed"}),
    (rewrite_case_and_tree, {"root-differs"}, {"root-differs"}),
    (rewrite_case_tree_and_heads, {"root-differs"}, {"root-differs"}),
]


@pytest.mark.parametrize(("bend", "here", "outside"), KINDS, ids=lambda value: getattr(value, "__name__", ""))
def test_bending_is_found(
    world: World, tmp_path: Path, bend: Callable[[World], None], here: set[str], outside: set[str]
) -> None:
    bend(world)
    assert here <= {finding.code for finding in verify.run()}
    status, codes = _verify_export(tmp_path / "export")
    assert status == 1
    assert outside <= codes


def test_an_untouched_ledger_has_no_finding(world: World, tmp_path: Path) -> None:
    assert list(verify.run()) == []
    assert _verify_export(tmp_path / "export") == (0, set())


def test_a_bent_export_is_found(world: World, tmp_path: Path) -> None:
    export.write(tmp_path / "export", now=START)
    facts = tmp_path / "export" / "facts.jsonl"
    facts.write_text(facts.read_text(encoding="utf-8").replace("examiner1", "examiner2", 1), encoding="utf-8")
    status, codes = _run_verifier(tmp_path / "export")
    assert (status, codes) == (1, {"file-changed", "leaf-changed"})


def test_heads_that_were_kept_elsewhere_find_a_tail_cut_everywhere(world: World, tmp_path: Path) -> None:
    kept = tmp_path / "kept.jsonl"
    shutil.copy(heads.log_path(), kept)
    delete_the_tail(world)
    log = heads.log_path().read_bytes().splitlines(keepends=True)
    heads.log_path().write_bytes(b"".join(log[:2]))
    assert _verify_export(tmp_path / "export") == (0, set())  # nothing in this house knows of it
    assert _run_verifier(tmp_path / "export", "--heads", str(kept)) == (1, {"tail-cut"})


def test_a_head_taken_from_the_file_outside_is_found(world: World) -> None:
    log = heads.log_path().read_bytes().splitlines(keepends=True)
    heads.log_path().write_bytes(log[0] + b"".join(log[2:]))
    assert {finding.code for finding in verify.run()} == {"log-cut"}


def test_nothing_is_signed_on_a_bent_tree(world: World, record: Record) -> None:
    rewrite_case_tree_and_heads(world)
    record(4, 1)
    sequencer.catch_up()
    with pytest.raises(heads.Bent):
        heads.sign_now(START + timedelta(days=1))


def test_export_shows_every_fact_once(world: World, tmp_path: Path) -> None:
    manifest = export.write(tmp_path / "export", now=START)
    facts = lines_of(tmp_path / "export" / "facts.jsonl")
    assert [fact["leaf"] for fact in facts] == list(range(16))
    assert (manifest["facts"], manifest["heads"]) == (16, 4)
    assert stat.S_IMODE((tmp_path / "export").stat().st_mode) == 0o700, "papers name people"


def _verify_export(folder: Path) -> tuple[int, set[str]]:
    export.write(folder, now=START + timedelta(days=1))
    return _run_verifier(folder)


def _run_verifier(folder: Path, *options: str) -> tuple[int, set[str]]:
    done = subprocess.run(
        [sys.executable, "-I", str(folder / "verify_ledger.py"), str(folder), *options],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    codes = {line.split("\t")[0] for line in done.stdout.splitlines() if "\t" in line}
    return done.returncode, codes
