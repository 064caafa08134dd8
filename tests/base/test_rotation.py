"""Keys are changed: old seals open, old heads verify, and who trusts one key follows to the next."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from django.test import override_settings

from onewindow.base import clock, crypto, rotation
from onewindow.base.factors import challenges, recovery
from onewindow.base.ledger import export, heads, sequencer, stored, verify
from onewindow.base.models import Account
from onewindow.kernel.actor import SYSTEM
from onewindow.kernel.errors import RuleBroken, Unidentified
from tests.database import ROOT

from .conftest import START, Record

pytestmark = pytest.mark.django_db
VERIFIER = ROOT / "tools" / "verify_ledger.py"


@pytest.fixture(autouse=True)
def _own_keys(tmp_path: Path) -> Iterator[None]:
    folder = tmp_path / "instance"
    with override_settings(ONEWINDOW_KEYS_DIR=folder / "keys", ONEWINDOW_DATA_DIR=folder):
        yield


def test_what_was_sealed_before_opens_and_new_seals_need_the_new_key() -> None:
    before = crypto.encrypt(b"a", bound_to=b"x")
    assert rotation.rotate_personal(now=START, actor=SYSTEM) == 2
    after = crypto.encrypt(b"b", bound_to=b"x")
    assert (crypto.decrypt(before, bound_to=b"x"), crypto.decrypt(after, bound_to=b"x")) == (b"a", b"b")
    crypto.key_files("personal", ".key")[1].unlink()
    crypto.look_again()
    assert crypto.decrypt(before, bound_to=b"x") == b"a"
    with pytest.raises(InvalidTag):
        crypto.decrypt(after, bound_to=b"x")


def test_a_process_that_does_not_know_the_new_key_looks_again() -> None:
    crypto.encrypt(b"")
    folder = Path(crypto._keys_dir())
    (folder / "personal-2.key").write_bytes(bytes(32))  # as another process does
    sealed = b"0" * 12 + crypto.AESGCM(bytes(32)).encrypt(b"0" * 12, b"new", b"")
    assert crypto.decrypt(sealed) == b"new"


@pytest.fixture
def three_keys(record: Record, tmp_path: Path) -> tuple[Path, list[str]]:
    """An export of heads signed by three keys, and the public keys, oldest first."""
    for number in (1, 2, 3):
        record(number, 1)
        sequencer.catch_up()
        heads.sign_now(clock.now())
        if number < 3:
            assert rotation.rotate_signing(now=START, actor=SYSTEM) == number + 1
    target = tmp_path / "export"
    export.write(target, now=clock.now())
    return target, [rotation.public_hex(key) for key in crypto.signing_keys()]


def test_heads_of_all_keys_verify_and_tell_who_signed(three_keys: tuple[Path, list[str]]) -> None:
    assert list(verify.run()) == []
    told = [json.loads(line) for line in heads.log_path().read_text().splitlines()]
    assert [one["public_key"] for one in told] == three_keys[1]


def _findings(folder: Path, key: str) -> int:
    module: dict[str, Any] = {"__name__": "verifier"}
    exec(compile(VERIFIER.read_text(), str(VERIFIER), "exec"), module)
    count: int = module["verify"](folder, key=key).count
    return count


def test_the_verifier_follows_the_chain_from_any_key(three_keys: tuple[Path, list[str]]) -> None:
    folder, keys = three_keys
    assert [_findings(folder, key) for key in keys] == [0, 0, 0]
    assert _findings(folder, "11" * 32) > 0


@pytest.mark.parametrize("what", ["by_old", "by_new", "new"])
def test_a_forged_link_leads_nowhere(three_keys: tuple[Path, list[str]], what: str) -> None:
    folder, keys = three_keys
    path = folder / "keys.json"
    told = json.loads(path.read_bytes())
    forged = told["links"][0][what]
    told["links"][0][what] = forged[:-2] + ("00" if forged[-2:] != "00" else "01")
    path.write_text(json.dumps(told))
    # The manifest is signed by the newest key and names this file too: more than that one finding.
    assert _findings(folder, keys[0]) > 1


# ---------------------------------------------------------------- salts of facts


def _alien(content_of: Any, key: Path) -> bytes:
    """What somebody with a stolen key would write as the salt of a fact."""
    return hmac.digest(key.read_bytes(), content_of.head + content_of.body, "sha256")[:16]


def test_facts_of_all_keys_are_numbered_and_verify(record: Record) -> None:
    for number in (1, 2, 3):
        record(number, 1)
        record(number, 2)
        if number < 3:
            assert rotation.rotate_ledger(now=START, actor=SYSTEM) == number + 1
    sequencer.catch_up()
    assert list(verify.run()) == []
    assert sequencer.tree_size() == 6 + 2, "the changes are facts too"


def test_a_process_that_does_not_know_the_new_key_of_salts_looks_again(record: Record) -> None:
    record(1, 1)
    folder = Path(crypto._keys_dir())
    (folder / "ledger-2.key").write_bytes(bytes(32))  # as another process does
    assert crypto.is_fact_salt(hmac.digest(bytes(32), b"new", "sha256")[:16], b"new", fact_id=1)
    assert not crypto.is_fact_salt(bytes(16), b"new", fact_id=1)


def test_a_retired_key_makes_no_more_facts(record: Record) -> None:
    record(1, 1)
    rotation.rotate_ledger(now=START, actor=SYSTEM)
    with pytest.raises(RuleBroken, match="still-used"):
        rotation.retire_ledger(now=START, actor=SYSTEM)
    for seq in range(1, 6):
        record(2, seq)
    last = rotation.retire_ledger(now=START, actor=SYSTEM)
    record(3, 1)
    sequencer.catch_up()
    assert list(verify.run()) == [], "what was salted before stays whole"
    newest = stored.newest(1)[0]
    assert newest.id > last
    stolen = crypto.key_files("ledger", ".key")[0]
    told = (_alien(newest, stolen), newest.head + newest.body)
    assert not crypto.is_fact_salt(*told, fact_id=newest.id), "the old key makes none any more"
    assert crypto.is_fact_salt(*told, fact_id=last), "and is asked for those before"


def test_one_key_cannot_be_retired(record: Record) -> None:
    record(1, 1)
    with pytest.raises(RuleBroken, match="one-key"):
        rotation.retire_ledger(now=START, actor=SYSTEM)


@pytest.mark.parametrize("name", ["ledger", "factors", "personal"])
def test_a_change_cut_in_the_middle_leaves_nothing_lost(
    record: Record, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is there, its fact is not: the next process salts under it, everything verifies, again is well."""
    record(1, 1)

    def cut(*_: Any, **__: Any) -> None:
        raise RuntimeError("power")

    rotate = getattr(rotation, f"rotate_{name}")
    with monkeypatch.context() as patch:
        patch.setattr(rotation.facts, "record", cut)
        with pytest.raises(RuntimeError):
            rotate(now=START, actor=SYSTEM)
    record(2, 1)
    assert rotate(now=START, actor=SYSTEM) == 3
    record(3, 1)
    sequencer.catch_up()
    assert list(verify.run()) == []


# ---------------------------------------------------------------- second factors


def test_recovery_codes_serve_on_and_once(record: Record) -> None:
    account = Account.objects.create(username="one", name="甲", kind="staff", password="!", created_at=START)
    before = recovery.renew(account.pk)
    assert rotation.rotate_factors(now=START, actor=SYSTEM) == 2
    assert recovery.take(account.pk, before[0], now=START)
    assert not recovery.take(account.pk, before[0], now=START)
    after = recovery.renew(account.pk)
    assert recovery.take(account.pk, after[0], now=START)
    assert not recovery.take(account.pk, before[1], now=START), "renewed codes replace all old ones"


def test_a_challenge_over_the_change_is_spent_once() -> None:
    asked, spent = (challenges.make("login", 0, now=START) for _ in range(2))
    challenges.spend(spent, "login", 0, now=START)
    rotation.rotate_factors(now=START, actor=SYSTEM)
    challenges.spend(asked, "login", 0, now=START)
    for one in (asked, spent):
        with pytest.raises(Unidentified):
            challenges.spend(one, "login", 0, now=START)
