"""Tiles hold the tree of RFC 6962 whatever its size: roots, paths and edges agree with the kernel's."""

import hashlib
import random

import pytest

from onewindow.base.ledger import tiles
from onewindow.kernel import merkle

SIZES = [1, 2, 3, 255, 256, 257, 511, 512, 513, 1000, 65_535, 65_536, 65_537, 66_000]


def leaf(number: int) -> bytes:
    return hashlib.sha256(str(number).encode()).digest()


@pytest.fixture(scope="module")
def store() -> dict[int, dict[tuple[int, int], bytes]]:
    """The tiles as they would be stored at each size."""
    builder, full, found = tiles.Builder(), {}, {}
    for number in range(max(SIZES)):
        for level, tile, hashes in builder.append(leaf(number)):
            full[(level, tile)] = hashes
        if builder.size in SIZES:
            found[builder.size] = full | {(one[0], one[1]): one[2] for one in builder.unfinished()}
    return found


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch, store: dict[int, dict[tuple[int, int], bytes]]):
    def make(size: int) -> tiles.Reader:
        monkeypatch.setattr(
            tiles, "_tile", lambda level, number, _: tiles.split(store[size][(level, number)])
        )
        return tiles.Reader(size)

    return make


@pytest.mark.parametrize("size", SIZES)
def test_root_and_paths(size: int, reader) -> None:
    tree = merkle.Frontier()
    for number in range(size):
        tree.append(leaf(number))
    stored = reader(size)
    assert stored.root() == tree.root()
    for number in {0, size // 2, size - 1, *random.Random(size).choices(range(size), k=5)}:
        path = merkle.inclusion_path_by(number, size, stored.subtree)
        assert merkle.verify_inclusion(leaf(number), number, size, path, tree.root())
        assert stored.leaf(number) == leaf(number)


@pytest.mark.parametrize("size", SIZES)
def test_edge_is_loaded_as_it_was(size: int, reader) -> None:
    stored = reader(size)
    builder = tiles.load_builder(size)
    assert builder.size == size
    assert builder.root() == stored.root()


@pytest.mark.parametrize(("old", "new"), [(1, 2), (3, 257), (256, 512), (255, 66_000), (65_536, 65_537)])
def test_one_head_contains_the_other(old: int, new: int, reader) -> None:
    before = reader(old).root()
    stored = reader(new)
    path = merkle.consistency_path_by(old, new, stored.subtree)
    assert merkle.verify_consistency(old, new, before, stored.root(), path)


def test_a_short_tile_is_damage(reader, store: dict[int, dict[tuple[int, int], bytes]]) -> None:
    stored = reader(513)
    store[513] = {**store[513], (0, 1): store[513][(0, 1)][:64]}
    with pytest.raises(tiles.Damaged):
        stored.subtree(256, 320)
