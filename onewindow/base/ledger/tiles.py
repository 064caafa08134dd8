"""The tree in tiles of 256 hashes: level 0 holds leaf hashes, each higher level the heads of full tiles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import connection

from onewindow.kernel.merkle import EMPTY_ROOT, node_hash

WIDTH = 256
_BITS = 8
_HASH = 32


def head_of_full(hashes: Sequence[bytes]) -> bytes:
    """The head of a complete subtree (a power of two of hashes)."""
    row = list(hashes)
    while len(row) > 1:
        row = [node_hash(row[i], row[i + 1]) for i in range(0, len(row), 2)]
    return row[0]


def split(packed: bytes) -> list[bytes]:
    """The hashes of a tile."""
    return [packed[i : i + _HASH] for i in range(0, len(packed), _HASH)]


class Builder:
    """The growing edge: the last, unfinished tile of every level. Full tiles come out of ``append``."""

    def __init__(self, size: int = 0, edges: Sequence[list[bytes]] = ()) -> None:
        """``edges`` are the hashes of each level's unfinished tile in a tree of ``size`` leaves."""
        self.size = size
        self._edges = [list(edge) for edge in edges] or [[]]

    def append(self, leaf: bytes) -> list[tuple[int, int, bytes]]:
        """Add a leaf hash; the tiles (level, number, hashes) that it completed."""
        edge = self._edges[0]
        edge.append(leaf)
        self.size += 1
        return [] if len(edge) < WIDTH else list(self._complete())

    def _complete(self) -> Iterable[tuple[int, int, bytes]]:
        level = 0
        while level < len(self._edges) and len(self._edges[level]) == WIDTH:
            edge = self._edges[level]
            yield level, (self.size >> _BITS * (level + 1)) - 1, b"".join(edge)
            if level + 1 == len(self._edges):
                self._edges.append([])
            self._edges[level + 1].append(head_of_full(edge))
            self._edges[level] = []
            level += 1

    def unfinished(self) -> list[tuple[int, int, bytes]]:
        """The tiles (level, number, hashes) that still grow."""
        return [
            (level, self.size >> _BITS * (level + 1), b"".join(edge))
            for level, edge in enumerate(self._edges)
            if edge
        ]

    def root(self) -> bytes:
        """The tree head now."""
        found: bytes | None = None
        for edge in self._edges:
            row = list(edge)
            while row:
                small = len(row) & -len(row)  # from the right: the smallest complete subtree first
                head = head_of_full(row[-small:])
                found = head if found is None else node_hash(head, found)
                del row[-small:]
        return EMPTY_ROOT if found is None else found


def load_builder(size: int) -> Builder:
    """The edge of the stored tree of ``size`` leaves; raises ``Damaged`` when tiles do not hold it."""
    edges: list[list[bytes]] = []
    level = 0
    while size >> _BITS * level:
        count = (size >> _BITS * level) % WIDTH
        edges.append(_tile(level, size >> _BITS * (level + 1), count)[:count] if count else [])
        level += 1
    return Builder(size, edges)


class Damaged(Exception):
    """The stored tiles do not hold the tree that they should."""


class Reader:
    """Heads of any stretch of leaves from stored tiles; each tile is read once."""

    def __init__(self, size: int) -> None:
        """For the tree of the first ``size`` leaves."""
        self.size = size
        self._tiles: dict[tuple[int, int], list[bytes]] = {}

    def subtree(self, low: int, high: int) -> bytes:
        """The head of leaves ``low``..``high`` - 1, as ``kernel.merkle`` asks for it: ``low`` is aligned."""
        found: bytes | None = None
        for start, bits in reversed(_pieces(low, high)):
            head = self._complete(start, bits)
            found = head if found is None else node_hash(head, found)
        return EMPTY_ROOT if found is None else found

    def leaf(self, number: int) -> bytes:
        """The hash of one leaf."""
        return self._complete(number, 0)

    def root(self) -> bytes:
        """The tree head."""
        return self.subtree(0, self.size)

    def _complete(self, start: int, bits: int) -> bytes:
        level, rest = divmod(bits, _BITS)
        first = start >> _BITS * level
        tile, place = divmod(first, WIDTH)
        count = 1 << rest
        return head_of_full(self._hashes(level, tile, place + count)[place : place + count])

    def _hashes(self, level: int, tile: int, count: int) -> list[bytes]:
        found = self._tiles.get((level, tile))
        if found is None:
            found = self._tiles[(level, tile)] = _tile(level, tile, count)
        if len(found) < count:
            raise Damaged(f"tile {level}/{tile} holds {len(found)} hashes, {count} are needed")
        return found


def _pieces(low: int, high: int) -> list[tuple[int, int]]:
    """low..high as complete subtrees (start, log2 of size), largest first."""
    pieces = []
    while low < high:
        bits = (high - low).bit_length() - 1
        if low:
            bits = min(bits, (low & -low).bit_length() - 1)
        pieces.append((low, bits))
        low += 1 << bits
    return pieces


def _tile(level: int, number: int, count: int) -> list[bytes]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT hashes FROM base_tile WHERE level = %s AND number = %s", [level, number])
        found = cursor.fetchone()
    hashes = split(bytes(found[0])) if found else []
    if len(hashes) < count:
        raise Damaged(f"tile {level}/{number} holds {len(hashes)} hashes, {count} are needed")
    return hashes


def write(tiles: Sequence[tuple[int, int, bytes]]) -> None:
    """Store tiles; a tile that grew replaces its shorter self."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO base_tile (level, number, hashes)"
            " SELECT * FROM unnest(%s::int[], %s::bigint[], %s::bytea[])"
            " ON CONFLICT (level, number) DO UPDATE SET hashes = excluded.hashes",
            [[one[0] for one in tiles], [one[1] for one in tiles], [one[2] for one in tiles]],
        )
