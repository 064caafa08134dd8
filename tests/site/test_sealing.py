"""A sealed backup opens whole or not at all: with its secret, in its order, to its end, under its name."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from onewindow.kernel.errors import Refusal
from onewindow.site import sealing

KEY = bytes(range(32))
WHOLE = sealing.PIECE + 16
RIGHT = sealing.Secret(passphrase="correct horse battery")


def sealed(plain: bytes, name: str = "a") -> bytes:
    file = io.BytesIO()
    sealing.seal([plain[:7], b"", plain[7:]], file, key=KEY, name=name)
    return file.getvalue()


def opened(content: bytes, name: str = "a") -> bytes:
    return b"".join(sealing.unseal(io.BytesIO(content), key=KEY, name=name))


@pytest.mark.parametrize(
    "size", [0, 1, sealing.PIECE - 1, sealing.PIECE, sealing.PIECE + 1, 2 * sealing.PIECE]
)
def test_what_is_sealed_opens(size: int) -> None:
    plain = bytes(size)
    assert opened(sealed(plain)) == plain
    assert len(sealed(plain)) == 16 + size + 16 * max(1, -(-size // sealing.PIECE))


LONG = sealed(bytes(3 * sealing.PIECE - 5))
START = 16


@pytest.mark.parametrize(
    "bent",
    [
        b"",
        LONG[:10],
        LONG[:-1],
        LONG[: START + WHOLE],
        LONG[: START + 2 * WHOLE],
        LONG + b"x",
        LONG + LONG[START : START + WHOLE],
        LONG[:START] + LONG[START + WHOLE :],
        LONG[:START] + LONG[START + WHOLE : START + 2 * WHOLE] + LONG[START : START + WHOLE] + LONG[START + 2 * WHOLE :],
        LONG[:-30] + bytes([LONG[-30] ^ 1]) + LONG[-29:],
        bytes([LONG[0] ^ 1]) + LONG[1:],
    ],
    ids=["empty", "salt", "last-byte", "one-piece", "two-pieces", "more", "again", "first-gone", "swapped", "bit", "bent-salt"],
)  # fmt: skip
def test_what_is_bent_does_not(bent: bytes) -> None:
    with pytest.raises(sealing.Damaged):
        opened(bent)


def test_a_file_under_another_name_does_not_open() -> None:
    with pytest.raises(sealing.Damaged):
        opened(sealed(b"x", "a"), "b")


def test_a_passphrase_opens_its_backup_alone(tmp_path: Path) -> None:
    key = sealing.lock(tmp_path, RIGHT)
    assert sealing.unlock(tmp_path, RIGHT) == key
    for wrong, code in (
        (sealing.Secret(passphrase="correct horse batterY"), "wrong-key"),
        (sealing.Secret(), "sealed-backup"),
    ):
        with pytest.raises(Refusal) as refused:
            sealing.unlock(tmp_path, wrong)
        assert refused.value.code == code


def test_a_key_file_opens_what_was_locked_for_it(tmp_path: Path) -> None:
    private, public = sealing.make_pair()
    key = sealing.lock(tmp_path, sealing.Secret(pem=public))
    assert sealing.unlock(tmp_path, sealing.Secret(pem=private)) == key
    other, _ = sealing.make_pair()
    for wrong, code in (
        (other, "wrong-key"),
        (public, "bad-key"),
        (b"no key", "bad-key"),
        (b"", "sealed-backup"),
    ):
        with pytest.raises(Refusal) as refused:
            sealing.unlock(tmp_path, sealing.Secret(pem=wrong))
        assert refused.value.code == code


@pytest.mark.parametrize(
    ("old", "new"), [('"n": 65536', '"n": 99999999'), ("onewindow-sealed-1", "other"), ("{", "")]
)
def test_a_bent_lock_is_told(tmp_path: Path, old: str, new: str) -> None:
    sealing.lock(tmp_path, RIGHT)
    path = tmp_path / sealing.LOCK
    path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(Refusal) as refused:
        sealing.unlock(tmp_path, RIGHT)
    assert refused.value.code == "damaged-backup"
