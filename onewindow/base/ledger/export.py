"""The export of the ledger: everything an outsider needs to verify it with one file and no platform.

    facts.jsonl          every fact in the order of the tree, with the stored hash of its leaf
    heads.jsonl          signed heads of the database
    heads-outside.jsonl  the file of heads kept outside the database, as it stands
    keys.json            the public key
    manifest.json        what the export holds, with SHA-256 of each file, signed
    verify_ledger.py     the stand-alone verifier

and whatever other rooms add (stored states, documents).
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from django.db import connection

from onewindow.base import crypto, rotation
from onewindow.base.ledger import heads, sequencer, stored, tiles, verify
from onewindow.kernel import canonical
from onewindow.kernel.errors import N_, FieldError, Invalid

# What other rooms add (filled by site.wiring): each writes files into the folder, in the same snapshot.
parts: list[Callable[[Path], object]] = []

MANIFEST_PREFIX = b"onewindow-export-v1\n"
VERIFIER = Path(__file__).resolve().parents[3] / "tools" / "verify_ledger.py"


def write(folder: Path, *, now: datetime) -> dict[str, Any]:
    """Export into ``folder``, which must be empty or absent; the manifest.

    What waits is numbered and signed first (a bent ledger is exported as it is); then all is read in one
    snapshot. Raises Invalid when the folder holds anything.
    """
    _make(folder)
    is_signing = _catch_up(now)
    log_bytes = heads.log_path().read_bytes() if heads.log_path().exists() else b""
    with verify.snapshot():
        facts = _write_facts(folder / "facts.jsonl")
        head_count = write_lines(folder / "heads.jsonl", (head.public() for head in verify.database_heads()))
        for part in parts:
            part(folder)
    (folder / "heads-outside.jsonl").write_bytes(log_bytes)
    keys = [rotation.public_hex(key) for key in crypto.signing_keys()]
    _write_json(folder / "keys.json", {"ed25519": keys, "links": rotation.links()})
    shutil.copyfile(VERIFIER, folder / "verify_ledger.py")
    return _write_manifest(folder, now, {"facts": facts, "heads": head_count, "is_signing": is_signing})


def write_lines(path: Path, values: Iterable[Any]) -> int:
    """Write plain JSON values, one canonical line each; how many."""
    count = 0
    with path.open("wb") as file:
        for value in values:
            file.write(canonical.dumps(value) + b"\n")
            count += 1
    return count


def write_stored(path: Path, values: Iterable[Any]) -> int:
    """``write_lines`` for what is stored as it is: a bent row may hold what canonical JSON refuses."""
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for value in values:
            _put(file, value)
            count += 1
    return count


def _make(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        field = FieldError("folder", "not-empty", N_("请指定空目录"))
        raise Invalid("invalid", N_("导出目录不是空的"), fields=[field])
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)  # papers name people and carry their codes: an export is nobody else's to read


def _catch_up(now: datetime) -> bool:
    """Number and sign what waits; whether that was possible."""
    try:
        sequencer.catch_up()
        heads.sign_now(now)
    except (heads.Bent, tiles.Damaged):
        return False
    return True


def _write_facts(path: Path) -> int:
    """Facts in the order of the tree; then those that stand in no leaf, aliens marked."""
    seen = verify.Seen()
    with path.open("w", encoding="utf-8") as file:
        count = 0
        for first, ids in verify.runs():
            count += _write_run(file, first, ids, seen)
        for fact in _unnumbered(seen):
            line = _line(fact, leaf=None, kept=None)
            _put(file, {**line, "is_alien": not fact.check()[1]})
            count += 1
    return count


def _write_run(file: TextIO, first: int, ids: list[int], seen: verify.Seen) -> int:
    facts, hashes = verify.facts_by_id(ids), verify.stored_leaves(first, len(ids))
    for number, id in enumerate(ids, first):
        seen.add(id)
        fact, kept = facts.get(id), hashes.get(number)
        if fact is None:
            _put(file, {"leaf": number, "id": id, "hash": kept.hex() if kept else None, "is_missing": True})
        else:
            _put(file, _line(fact, leaf=number, kept=kept))
    return len(ids)


def _line(fact: stored.Stored, *, leaf: int | None, kept: bytes | None) -> dict[str, Any]:
    return {
        "leaf": leaf,
        "hash": kept.hex() if kept else None,
        "id": fact.id,
        "stream": fact.stream,
        "subject": fact.subject,
        "seq": fact.seq,
        "type": fact.type,
        "at": fact.at,
        "actor": fact.actor,
        "role": fact.role,
        "organ": fact.organ,
        "data": stored.decode(fact.data),
        "salt": fact.salt.hex(),
    }


def _put(file: TextIO, line: dict[str, Any]) -> None:
    # Not canonical.dumps: a bent row may hold what it refuses, and must be exported all the same.
    file.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")


def _unnumbered(seen: verify.Seen) -> Iterator[stored.Stored]:
    with connection.chunked_cursor() as cursor:
        cursor.execute("SELECT id FROM base_fact ORDER BY id")
        for (id,) in cursor:
            if id not in seen:
                yield verify.facts_by_id([id])[id]


def _write_json(path: Path, value: Any) -> None:
    path.write_bytes(canonical.dumps(value) + b"\n")


def _write_manifest(folder: Path, now: datetime, counts: dict[str, Any]) -> dict[str, Any]:
    files = {
        path.relative_to(folder).as_posix(): _digest(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    manifest = {"format": 1, "made_at": now.isoformat(), "files": files, **counts}
    signature = crypto.signing_key().sign(MANIFEST_PREFIX + canonical.dumps(manifest))
    signed = {**manifest, "signature": signature.hex()}
    _write_json(folder / "manifest.json", signed)
    return signed


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
