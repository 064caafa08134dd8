"""Merkle trees: the vectors of the Certificate Transparency project, and the definition of RFC 6962."""

import ast
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onewindow.kernel import merkle

# The eight entries and the heads of the trees of size 1 to 8 that the CT project publishes.
ENTRIES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
HEADS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [merkle.leaf_hash(entry) for entry in ENTRIES]


def naive_root(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962, 2.1, word for word."""
    if not leaves:
        return merkle.EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return merkle.node_hash(naive_root(leaves[:k]), naive_root(leaves[k:]))


def naive_path(m: int, leaves: list[bytes]) -> list[bytes]:
    """PATH of RFC 6962, 2.1.1, word for word."""
    if len(leaves) == 1:
        return []
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m < k:
        return [*naive_path(m, leaves[:k]), naive_root(leaves[k:])]
    return [*naive_path(m - k, leaves[k:]), naive_root(leaves[:k])]


def naive_proof(m: int, leaves: list[bytes], *, whole: bool = True) -> list[bytes]:
    """SUBPROOF of RFC 6962, 2.1.2, word for word."""
    if m == len(leaves):
        return [] if whole else [naive_root(leaves)]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m <= k:
        return [*naive_proof(m, leaves[:k], whole=whole), naive_root(leaves[k:])]
    return [*naive_proof(m - k, leaves[k:], whole=False), naive_root(leaves[:k])]


def test_published_heads() -> None:
    assert merkle.EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert merkle.root([]) == merkle.EMPTY_ROOT
    for size, head in enumerate(HEADS, start=1):
        assert merkle.root(LEAVES[:size]).hex() == head


def test_published_inclusion_paths() -> None:
    assert merkle.inclusion_path(0, LEAVES[:1]) == []
    assert [step.hex() for step in merkle.inclusion_path(0, LEAVES)] == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]
    assert [step.hex() for step in merkle.inclusion_path(5, LEAVES)] == [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


def test_published_consistency_proofs() -> None:
    assert merkle.consistency_path(1, LEAVES[:1]) == []
    assert [step.hex() for step in merkle.consistency_path(6, LEAVES)] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]
    assert [step.hex() for step in merkle.consistency_path(2, LEAVES[:5])] == [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ]


def test_every_proof_of_every_tree_up_to_40_leaves() -> None:
    leaves = [merkle.leaf_hash(bytes([n])) for n in range(40)]
    for size in range(1, 41):
        tree = leaves[:size]
        head = naive_root(tree)
        assert merkle.root(tree) == head
        for index in range(size):
            path = merkle.inclusion_path(index, tree)
            assert path == naive_path(index, tree)
            assert merkle.verify_inclusion(tree[index], index, size, path, head)
            assert not merkle.verify_inclusion(tree[index], index, size, [*path, head], head)
            assert size == 1 or not merkle.verify_inclusion(tree[index], (index + 1) % size, size, path, head)
        for old in range(1, size + 1):
            old_head, proof = naive_root(tree[:old]), merkle.consistency_path(old, tree)
            assert proof == naive_proof(old, tree)
            assert merkle.verify_consistency(old, size, old_head, head, proof)
            assert old == size or not merkle.verify_consistency(old, size, head, head, proof)
            assert not merkle.verify_consistency(old, size, old_head, head, [*proof, head])


def test_a_proof_that_stops_short_proves_nothing() -> None:
    # Cut before the last step, a path reaches the head of a part; it must not pass for the whole.
    part = merkle.root(LEAVES[:4])
    short = merkle.inclusion_path(1, LEAVES[:4])
    assert merkle.verify_inclusion(LEAVES[1], 1, 4, short, part)
    assert not merkle.verify_inclusion(LEAVES[1], 1, 8, short, part)
    grown = merkle.consistency_path(3, LEAVES[:4])
    old = merkle.root(LEAVES[:3])
    assert merkle.verify_consistency(3, 4, old, part, grown)
    assert not merkle.verify_consistency(3, 8, old, part, grown)


@given(size=st.integers(2, 60), data=st.data())
def test_a_bent_proof_is_found(size: int, data: st.DataObject) -> None:
    leaves = [merkle.leaf_hash(bytes([n])) for n in range(size)]
    head = merkle.root(leaves)
    index = data.draw(st.integers(0, size - 1))
    path = merkle.inclusion_path(index, leaves)
    place = data.draw(st.integers(0, len(path) - 1))
    bent = [*path[:place], merkle.leaf_hash(path[place]), *path[place + 1 :]]
    assert not merkle.verify_inclusion(leaves[index], index, size, bent, head)
    assert not merkle.verify_inclusion(merkle.leaf_hash(b"other"), index, size, path, head)
    old = data.draw(st.integers(1, size - 1))
    changed = [merkle.leaf_hash(b"changed"), *leaves[1:old]]
    proof = merkle.consistency_path(old, leaves)
    assert not merkle.verify_consistency(old, size, merkle.root(changed), head, proof)


@given(first=st.integers(0, 70), more=st.integers(0, 70))
def test_a_frontier_continues_after_storage(first: int, more: int) -> None:
    leaves = [merkle.leaf_hash(bytes([n])) for n in range(first + more)]
    frontier = merkle.Frontier()
    for leaf in leaves[:first]:
        frontier.append(leaf)
    again = merkle.Frontier.from_bytes(frontier.to_bytes())
    twin = again.copy()
    for leaf in leaves[first:]:
        again.append(leaf)
    assert again.root() == naive_root(leaves)
    assert again.size == first + more
    assert twin.root() == frontier.root() == naive_root(leaves[:first])


@pytest.mark.parametrize("data", [b"", b"\0" * 7, b"\0" * 9, (3).to_bytes(8, "big") + b"\0" * 32])
def test_a_broken_frontier_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="not a frontier"):
        merkle.Frontier.from_bytes(data)


def test_bounds() -> None:
    with pytest.raises(ValueError, match="outside"):
        merkle.inclusion_path(1, LEAVES[:1])
    with pytest.raises(ValueError, match="at least one"):
        merkle.consistency_path(0, LEAVES)
    assert not merkle.verify_inclusion(LEAVES[0], 1, 1, [], LEAVES[0])
    assert not merkle.verify_inclusion(LEAVES[0], -1, 1, [], LEAVES[0])
    assert merkle.verify_consistency(0, 5, merkle.EMPTY_ROOT, merkle.root(LEAVES[:5]), [])
    assert not merkle.verify_consistency(5, 4, LEAVES[0], LEAVES[0], [])
    assert not merkle.verify_consistency(3, 5, LEAVES[0], LEAVES[0], [])


@pytest.mark.parametrize("module", ["merkle", "canonical"])
def test_the_verifier_can_carry_a_copy(module: str) -> None:
    source = Path(merkle.__file__).with_name(f"{module}.py").read_text("utf-8")
    imported = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add((node.module or "").partition(".")[0])
    assert imported <= sys.stdlib_module_names
