"""Merkle trees of RFC 6962: roots, inclusion and consistency proofs, and a frontier that only grows.

Standard library only: the stand-alone verifier carries a copy of this file.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256

EMPTY_ROOT = sha256(b"").digest()
_HASH_SIZE = 32
_COUNT_SIZE = 8

Subtree = Callable[[int, int], bytes]


def leaf_hash(data: bytes) -> bytes:
    """The hash of one entry: SHA-256(0x00 || data) (RFC 6962, 2.1)."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two children: SHA-256(0x01 || left || right) (RFC 6962, 2.1)."""
    return sha256(b"\x01" + left + right).digest()


def root(leaf_hashes: Sequence[bytes]) -> bytes:
    """The tree head over leaf hashes (not entries), in order."""
    frontier = Frontier()
    for leaf in leaf_hashes:
        frontier.append(leaf)
    return frontier.root()


def inclusion_path(index: int, leaf_hashes: Sequence[bytes]) -> list[bytes]:
    """The audit path of leaf `index` (from 0) in the tree of all `leaf_hashes` (RFC 6962, 2.1.1)."""
    return inclusion_path_by(index, len(leaf_hashes), _over(leaf_hashes))


def consistency_path(old_size: int, leaf_hashes: Sequence[bytes]) -> list[bytes]:
    """The proof that the tree of the first `old_size` leaves is a prefix of the whole (RFC 6962, 2.1.2)."""
    return consistency_path_by(old_size, len(leaf_hashes), _over(leaf_hashes))


def inclusion_path_by(index: int, size: int, subtree: Subtree) -> list[bytes]:
    """`inclusion_path` with `subtree(low, high)` giving the head of leaves low..high-1.

    It is asked for O(log size) heads; a store that keeps complete subtrees answers each fast.
    """
    if not 0 <= index < size:
        raise ValueError("leaf index outside the tree")
    path = []
    low, high = 0, size
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            path.append(subtree(middle, high))
            high = middle
        else:
            path.append(subtree(low, middle))
            low = middle
    return path[::-1]


def consistency_path_by(old_size: int, size: int, subtree: Subtree) -> list[bytes]:
    """`consistency_path` with `subtree(low, high)` giving the head of leaves low..high-1."""
    if not 0 < old_size <= size:
        raise ValueError("the old tree must hold at least one leaf and at most all")
    path = []
    low, high, is_whole = 0, size, True
    while old_size != high:
        middle = low + _split(high - low)
        if old_size <= middle:
            path.append(subtree(middle, high))
            high = middle
        else:
            path.append(subtree(low, middle))
            low, is_whole = middle, False
    if not is_whole:
        path.append(subtree(low, high))
    return path[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], head: bytes) -> bool:
    """Whether `path` proves that the leaf hash stands at `index` of the tree with this size and head."""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for step in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(step, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, step)
        place, last = place >> 1, last >> 1
    return last == 0 and found == head


def verify_consistency(old_size: int, size: int, old_head: bytes, head: bytes, path: Sequence[bytes]) -> bool:
    """Whether `path` proves that the old tree is a prefix of the new one.

    The empty tree is a prefix of every tree, and needs an empty path.
    """
    if not 0 <= old_size <= size:
        return False
    if old_size == 0:
        return not path and old_head == EMPTY_ROOT
    if old_size == size:
        return not path and old_head == head
    steps = list(path)
    if old_size & (old_size - 1) == 0:
        steps.insert(0, old_head)
    return bool(steps) and _joins(steps, old_size - 1, size - 1) == (old_head, head)


def _joins(steps: Sequence[bytes], place: int, last: int) -> tuple[bytes, bytes] | None:
    """Both heads that the steps of a consistency proof give, or None when they do not fit the sizes."""
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return None
        if place & 1 or place == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, step)
        place, last = place >> 1, last >> 1
    return (old, new) if last == 0 else None


class Frontier:
    """The growing edge of a tree: its size and the heads of its complete subtrees, largest first."""

    __slots__ = ("_heads", "size")

    def __init__(self) -> None:
        """An empty tree."""
        self.size = 0
        self._heads: list[bytes] = []

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash at the end."""
        if len(leaf) != _HASH_SIZE:
            raise ValueError("a leaf hash has 32 bytes")
        head, size = leaf, self.size
        while size & 1:
            head = node_hash(self._heads.pop(), head)
            size >>= 1
        self._heads.append(head)
        self.size += 1

    def root(self) -> bytes:
        """The tree head now."""
        if not self._heads:
            return EMPTY_ROOT
        head = self._heads[-1]
        for left in self._heads[-2::-1]:
            head = node_hash(left, head)
        return head

    def copy(self) -> "Frontier":
        """An independent frontier in the same state."""
        twin = Frontier()
        twin.size, twin._heads = self.size, list(self._heads)
        return twin

    def to_bytes(self) -> bytes:
        """Size (8 bytes, big-endian) and the heads, 32 bytes each."""
        return self.size.to_bytes(_COUNT_SIZE, "big") + b"".join(self._heads)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Frontier":
        """Read what `to_bytes` wrote; raises ValueError when size and heads do not fit."""
        size = int.from_bytes(data[:_COUNT_SIZE], "big")
        if len(data) != _COUNT_SIZE + size.bit_count() * _HASH_SIZE:
            raise ValueError("not a frontier")
        frontier = cls()
        frontier.size = size
        frontier._heads = [data[i : i + _HASH_SIZE] for i in range(_COUNT_SIZE, len(data), _HASH_SIZE)]
        return frontier


def _split(size: int) -> int:
    """The largest power of two below `size` (`size` > 1)."""
    return 1 << ((size - 1).bit_length() - 1)


def _over(leaf_hashes: Sequence[bytes]) -> Subtree:
    return lambda low, high: root(leaf_hashes[low:high])
