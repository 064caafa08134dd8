"""Verification of the live ledger: every fact against its salt, its leaf, the tiles and every signed head.

Everything streams: memory is one bit a fact beside some thousands of rows.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator

from django.db import connection, transaction

from onewindow.base.ledger import heads, sequencer, stored, tiles
from onewindow.base.ledger.findings import Finding
from onewindow.base.ledger.witnesses import Witnesses

__all__ = ["Finding", "checks", "run"]

# What other rooms have verified (filled by site.wiring): each yields what it found.
checks: list[Callable[[], Iterable[Finding]]] = []

_CHUNK = 16 * tiles.WIDTH


def run(*, is_catching_up: bool = True) -> Iterator[Finding]:
    """Every finding, as it is found; none for an untouched ledger.

    Facts that wait are numbered first. Then all is read in one snapshot, so that work may go on beside it.
    """
    if is_catching_up:
        yield from _catch_up()
    log_bytes = heads.log_path().stat().st_size if heads.log_path().exists() else 0
    with snapshot():
        seen = Seen()
        yield from _tree(seen, log_bytes)
        yield from _lives(seen)
        for check in checks:
            yield from check()


def _catch_up() -> Iterator[Finding]:
    try:
        sequencer.catch_up()
    except tiles.Damaged as error:
        yield Finding("tree-damaged", "tree", f"默克尔树不完整，无法继续编号：{error}")


@contextlib.contextmanager
def snapshot() -> Iterator[None]:
    """One view of the database for all reads inside; long statements are allowed."""
    is_outermost = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if is_outermost:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SET LOCAL statement_timeout = 0")
        yield


class Seen:
    """The fact ids that stand in the tree, one bit each."""

    def __init__(self) -> None:
        """None yet."""
        self._pages: dict[int, bytearray] = {}

    def add(self, number: int) -> bool:
        """Note an id; whether it was new."""
        page = self._pages.setdefault(number >> 16, bytearray(8192))
        place, bit = (number >> 3) & 8191, 1 << (number & 7)
        is_new = not page[place] & bit
        page[place] |= bit
        return is_new

    def __contains__(self, number: int) -> bool:
        page = self._pages.get(number >> 16)
        return page is not None and bool(page[(number >> 3) & 8191] & 1 << (number & 7))


# ---------------------------------------------------------------- the tree


def _tree(seen: Seen, log_bytes: int) -> Iterator[Finding]:
    """Leaves against facts, tiles against leaves, heads against tiles."""
    builder = tiles.Builder()
    witnesses = Witnesses(database_heads(), heads.logged(), log_bytes)
    for first, ids in runs():
        if first != builder.size:
            yield Finding(
                "leaf-gap", f"leaf {builder.size}", f"编号不连续：下一个应为 {builder.size}，实为 {first}"
            )
            return
        for id in ids:
            if not seen.add(id):
                yield Finding("fact-twice", f"fact {id}", "同一条记录在树中出现两次")
        yield from _leaves(builder, first, ids, witnesses)
    yield from _compare(builder.unfinished())
    yield from _surplus(builder.size)
    yield from witnesses.end(builder.size)


def runs() -> Iterator[tuple[int, list[int]]]:
    """Runs of leaves in order, small ones joined and large ones cut to pieces of whole tiles."""
    first = 0
    ids: list[int] = []
    with connection.chunked_cursor() as cursor:
        cursor.execute("SELECT first, facts FROM base_leaf ORDER BY first")
        for start, more in cursor:
            if ids and start != first + len(ids):
                yield first, ids
                ids = []
            if not ids:
                first = start
            ids = ids + more
            while len(ids) >= _CHUNK:
                yield first, ids[:_CHUNK]
                first, ids = first + _CHUNK, ids[_CHUNK:]
    if ids:
        yield first, ids


def _leaves(builder: tiles.Builder, first: int, ids: list[int], witnesses: Witnesses) -> Iterator[Finding]:
    """Check a stretch of leaves; the tree goes on with the stored hashes, so that one changed fact is one
    finding and not a finding at every later head: a hash changed with it shows at the next head."""
    facts = facts_by_id(ids)
    hashes = stored_leaves(first, len(ids))
    for number, id in enumerate(ids, first):
        fact, kept = facts.get(id), hashes.get(number)
        hashed: bytes | None = None
        if fact is None:
            yield Finding("fact-missing", f"fact {id}, leaf {number}", "树中有编号的记录已被删除")
        else:
            hashed, is_ours = fact.check()
            if not is_ours:
                yield Finding("fact-changed", fact.where, "记录内容与写入时的盐不符：已被改动或伪造")
            elif hashed != kept:
                yield Finding(
                    "leaf-changed", fact.where, "记录与树中的叶子不符：内容、时间、人员或次序已被改动"
                )
        if kept is None:
            yield Finding("tile-missing", f"leaf {number}", "树中缺少叶子散列")
        full = builder.append(kept or hashed or b"\0" * 32)
        if full:
            yield from _compare([tile for tile in full if tile[0] > 0])
        if builder.size == witnesses.next_size:
            yield from witnesses.meet(builder.size, builder.root())


def facts_by_id(ids: list[int]) -> dict[int, stored.Stored]:
    """The facts that still stand under these ids."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {stored.COLUMNS} FROM base_fact f WHERE f.id = ANY(%s)", [ids])
        return {fact.id: fact for fact in stored.of_rows(cursor.fetchall())}


def stored_leaves(first: int, count: int) -> dict[int, bytes]:
    """The leaf hashes that the tiles hold, by number."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT number, hashes FROM base_tile WHERE level = 0 AND number BETWEEN %s AND %s",
            [first // tiles.WIDTH, (first + count - 1) // tiles.WIDTH],
        )
        rows = cursor.fetchall()
    return {
        number * tiles.WIDTH + place: one
        for number, packed in rows
        for place, one in enumerate(tiles.split(bytes(packed)))
    }


def _compare(expected: list[tuple[int, int, bytes]]) -> Iterator[Finding]:
    """Stored tiles against those that the leaves make."""
    for level, number, hashes in expected:
        with connection.cursor() as cursor:
            cursor.execute("SELECT hashes FROM base_tile WHERE level = %s AND number = %s", [level, number])
            found = cursor.fetchone()
        if found is None or bytes(found[0]) != hashes:
            yield Finding("tile-changed", f"tile {level}/{number}", "树的中间节点与叶子不符")


def _surplus(size: int) -> Iterator[Finding]:
    """Tiles beyond the last leaf."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT level, number FROM base_tile"
            " WHERE number * 256 >= %s::bigint >> least(8 * level, 63) ORDER BY level, number LIMIT 20",
            [size],
        )
        for level, number in cursor.fetchall():
            yield Finding(
                "tile-surplus", f"tile {level}/{number}", "树中有超出末尾的节点：末尾的编号已被删除"
            )


def database_heads() -> Iterator[heads.Signed]:
    """The heads of the database in order of size."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(f"SELECT {heads.COLUMNS} FROM base_head ORDER BY size")
        for row in cursor:
            yield heads.of_row(row)


# ---------------------------------------------------------------- the life of each subject


def _lives(seen: Seen) -> Iterator[Finding]:
    """Facts that stand in no leaf; places missing or taken twice; time that runs backwards."""
    settled = _settled()
    with connection.chunked_cursor() as cursor:
        cursor.execute("SELECT stream, subject, seq, at, id FROM base_fact ORDER BY stream, subject, seq, id")
        life, last_seq, last_at = ("", 0), 0, None
        for stream, subject, seq, at, id in cursor:
            where = f"{stream} {subject} #{seq}"
            if (stream, subject) != life:
                life, last_seq, last_at = (stream, subject), 0, None
            if seq == last_seq:
                yield Finding("seq-twice", where, "同一次序号有两条记录")
            elif seq != last_seq + 1:
                yield Finding("seq-gap", where, f"次序号不连续：{last_seq} 之后是 {seq}")
            if last_at is not None and at < last_at:
                yield Finding("time-backwards", where, "时间早于前一条记录")
            last_seq, last_at = seq, at
            if id not in seen:
                yield from _unnumbered(id, settled)


def _settled() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT settled FROM base_leaf ORDER BY first DESC LIMIT 1")
        found = cursor.fetchone()
    return int(found[0]) if found else 0


def _unnumbered(id: int, settled: int) -> Iterator[Finding]:
    fact = facts_by_id([id])[id]
    if not fact.check()[1]:
        yield Finding("fact-alien", fact.where, "记录不是由平台写入的")
    elif id <= settled:
        yield Finding("fact-unnumbered", fact.where, "早已提交的记录不在树中：叶子被删除，或记录是后来插入的")
