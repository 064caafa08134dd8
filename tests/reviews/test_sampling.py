"""Samples: the same from the same seed and population, in proportion, one of each stratum, whatever the order."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onewindow.reviews.rules import sampling
from onewindow.reviews.rules.sampling import Unit, digest, draw, shares

A, B, C = ("1", "instant"), ("2", "instant"), ("2", "commitment")


@pytest.mark.parametrize(
    ("sizes", "size", "expected"),
    [
        ({A: 50, B: 30, C: 20}, 10, {A: 5, B: 3, C: 2}),
        ({A: 1, B: 1, C: 98}, 10, {A: 1, B: 1, C: 8}),  # one of each where it reaches
        ({A: 1, B: 1, C: 98}, 2, {A: 0, B: 0, C: 2}),  # it does not reach: proportion alone
        ({A: 5, B: 5, C: 5}, 4, {A: 2, B: 1, C: 1}),  # equal remainders go by name
        ({A: 3, B: 0, C: 2}, 9, {A: 3, B: 0, C: 2}),  # never more than there are
        ({A: 47, B: 16, C: 37}, 10, {A: 5, B: 1, C: 4}),  # 4.7, 1.6, 3.7: largest remainders 0.7 and 0.7
        ({}, 3, {}),
    ],
)
def test_shares(sizes: dict[sampling.Stratum, int], size: int, expected: dict[sampling.Stratum, int]) -> None:
    assert shares(sizes, size) == expected


def test_the_sample_is_what_it_always_was() -> None:
    """Pinned: another Python or library must draw the same."""
    units = [Unit(f"case-{number:03d}", A if number % 3 else C) for number in range(30)]
    found = draw(units, 6, "2026-09")
    assert found.keys == PINNED
    assert digest(units) == PINNED_DIGEST
    assert [(one.population, one.drawn) for one in found.layers] == [(20, 4), (10, 2)]


PINNED: tuple[str, ...] = ("case-019", "case-026", "case-016", "case-007", "case-003", "case-009")
PINNED_DIGEST = "a8c46d657d42d7e24393110bbb654a166d77639f958debcf8835b25ad5218dc3"

_units = st.dictionaries(
    st.text("abcdef0123456789", min_size=1, max_size=8),
    st.tuples(st.sampled_from("1234"), st.sampled_from(["instant", "joint"])),
    max_size=60,
).map(lambda found: [Unit(key, stratum) for key, stratum in found.items()])


@given(_units, st.integers(0, 80), st.text("xyz09", max_size=6), st.randoms(use_true_random=False))
def test_properties(units: list[Unit], size: int, seed: str, dice: random.Random) -> None:
    found = draw(units, size, seed)
    assert len(set(found.keys)) == len(found.keys) == min(size, len(units))
    assert set(found.keys) <= {unit.key for unit in units}
    total = len(units)
    strata = len(found.layers)
    for layer in found.layers:
        assert 0 <= layer.drawn <= layer.population
        if size >= strata:
            assert layer.drawn >= 1
        fair = layer.population * min(size, total)
        if all(one.population * min(size, total) >= total for one in found.layers):
            assert fair // total <= layer.drawn <= -(-fair // total)  # the quota rule
    mixed = units[:]
    dice.shuffle(mixed)
    assert draw(mixed, size, seed) == found
    assert digest(mixed) == digest(units)


@given(_units.filter(lambda units: len(units) > 1))
def test_the_digest_tells_a_changed_population(units: list[Unit]) -> None:
    assert digest(units[1:]) != digest(units)
    moved = [Unit(units[0].key, ("9", "joint")), *units[1:]]
    assert digest(moved) != digest(units)


def test_another_seed_draws_another_sample() -> None:
    units = [Unit(str(number), A) for number in range(200)]
    assert draw(units, 20, "one").keys != draw(units, 20, "two").keys


def test_every_member_has_its_chance() -> None:
    """Over 400 seeds each of 20 comes about 100 times of 5 draws: far from it would be a broken lot."""
    units = [Unit(str(number), A) for number in range(20)]
    times = dict.fromkeys((unit.key for unit in units), 0)
    for seed in range(400):
        for key in draw(units, 5, str(seed)).keys:
            times[key] += 1
    assert min(times.values()) > 65 and max(times.values()) < 140


def test_who_does_not_fit_makes_way_within_the_stratum() -> None:
    units = [Unit(f"a{number}", A) for number in range(5)] + [Unit(f"b{number}", B) for number in range(5)]
    whole = draw(units, 4, "s")
    first = whole.keys[0]
    found = draw(units, 4, "s", fits=lambda key: key != first)
    assert first not in found.keys and found.passed_over == 1
    assert [layer.drawn for layer in found.layers] == [2, 2]
    nobody = draw(units, 4, "s", fits=lambda key: not key.startswith("a"))
    assert [layer.drawn for layer in nobody.layers] == [0, 2] and nobody.passed_over == 5


def test_a_case_twice_is_an_error() -> None:
    with pytest.raises(ValueError, match="twice"):
        draw([Unit("a", A), Unit("a", B)], 1, "s")
