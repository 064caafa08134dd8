"""Heads are signed once a minute and kept twice; a proof convinces somebody who trusts only the key."""

import hashlib
import json
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from onewindow.base.ledger import heads, proof, sequencer, verify
from onewindow.kernel.errors import Away, NotFound
from onewindow.kernel.merkle import verify_consistency, verify_inclusion

from .conftest import START, Record, lines_of

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def test_one_head_a_minute_while_there_are_new_facts(record: Record) -> None:
    record(1, 1)
    sequencer.catch_up()
    assert heads.sign_if_due(START)
    record(1, 2)
    sequencer.catch_up()
    assert not heads.sign_if_due(START + MINUTE * 0.9)
    assert heads.sign_if_due(START + MINUTE)
    assert not heads.sign_if_due(START + MINUTE * 5), "nothing new"
    assert [line["size"] for line in lines_of(heads.log_path())] == [1, 2]
    assert heads.newest()["size"] == 2


def test_signing_twice_gives_the_same_head(record: Record) -> None:
    record(1, 1)
    sequencer.catch_up()
    assert heads.sign_now(START) == heads.sign_now(START + MINUTE)


def test_an_empty_ledger_has_a_signed_head_that_is_not_kept() -> None:
    head = heads.newest()
    assert (head["size"], head["root"]) == (0, hashlib.sha256(b"").hexdigest())
    assert heads.stored_newest() is None


def test_time_of_heads_never_runs_back(record: Record) -> None:
    record(1, 1)
    sequencer.catch_up()
    first = heads.sign_now(START)
    record(1, 2)
    sequencer.catch_up()
    assert heads.sign_now(START - MINUTE).at == first.at


def test_a_torn_line_is_mended_and_a_head_the_database_missed_is_put_in(record: Record, owner) -> None:
    for seq in (1, 2, 3):
        record(1, seq)
        sequencer.catch_up()
        heads.sign_now(START + MINUTE * seq)
    owner.execute("DELETE FROM base_head WHERE size = 3")  # killed between file and commit
    with heads.log_path().open("ab") as file:
        file.write(b'{"size": 4, "ro')  # killed while writing
    assert list(verify.run()) == []
    record(1, 4)
    sequencer.catch_up()
    heads.sign_now(START + MINUTE * 9)
    assert [line["size"] for line in lines_of(heads.log_path())] == [1, 2, 3, 4]
    assert owner.execute("SELECT array_agg(size ORDER BY size) FROM base_head").fetchone() == ([1, 2, 3, 4],)
    assert list(verify.run()) == []


@pytest.mark.parametrize("seq", [1, 2, 7])
def test_a_stranger_can_check_a_fact(record: Record, seq: int) -> None:
    for one in range(1, 8):
        record(5, one, type="reviewed", opinion=f"同意{one}")
    told = json.loads(json.dumps(proof.of_fact("case", 5, seq, discloses=lambda type: True)))
    head = told["tree_head"]
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(head["public_key"]))
    statement = f'{{"at":{head["at_us"]},"root":"{head["root"]}","size":{head["size"]}}}'
    key.verify(bytes.fromhex(head["signature"]), b"onewindow-tree-head-v1\n" + statement.encode())
    digest = hashlib.sha256(bytes.fromhex(told["salt"]) + told["body"].encode()).digest()
    assert digest.hex() == told["body_digest"]
    leaf = hashlib.sha256(b"\0" + told["head"].encode() + digest).digest()
    path = [bytes.fromhex(step) for step in told["path"]]
    assert verify_inclusion(leaf, told["leaf"], head["size"], path, bytes.fromhex(head["root"]))
    assert json.loads(told["head"])["seq"] == seq
    assert f"同意{seq}" in told["body"]


def test_without_disclosure_nothing_of_the_body_is_told(record: Record) -> None:
    record(5, 1, opinion="同意")
    told = json.dumps(proof.of_fact("case", 5, 1, discloses=lambda type: False), ensure_ascii=False)
    assert "同意" not in told
    assert "examiner1" not in told
    assert '"salt"' not in told


def test_unknown_and_bent_facts(record: Record, owner) -> None:
    record(5, 1)
    with pytest.raises(NotFound):
        proof.of_fact("case", 5, 2, discloses=lambda type: False)
    proof.of_fact("case", 5, 1, discloses=lambda type: False)
    owner.execute("UPDATE base_fact SET actor = 'x'")
    with pytest.raises(Away):
        proof.of_fact("case", 5, 1, discloses=lambda type: False)


def test_an_alien_cannot_be_proved(record: Record, owner) -> None:
    record(5, 1)
    owner.execute("UPDATE base_fact SET actor = 'x'")
    with pytest.raises(Away):
        proof.of_fact("case", 5, 1, discloses=lambda type: False)


def test_consistency_of_heads(record: Record) -> None:
    made = []
    for seq in range(1, 10):
        record(5, seq)
        sequencer.catch_up()
        made.append(heads.sign_now(START + MINUTE * seq))
    for old in made:
        for new in made[made.index(old) :]:
            path = [bytes.fromhex(step) for step in proof.consistency(old.size, new.size)]
            assert verify_consistency(old.size, new.size, old.root, new.root, path)
    with pytest.raises(NotFound):
        proof.consistency(3, 10)
