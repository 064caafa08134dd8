"""Stratified random samples that anybody can draw again from the seed and the population. Pure.

The generator is SHA-256 over seed and key, so that no version of a library changes a sample, and the order in
which the population is read does not matter.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

Stratum = tuple[str, ...]


class Unit(NamedTuple):
    """One member of the population: its unique key and the stratum it lies in."""

    key: str
    stratum: Stratum


class Layer(NamedTuple):
    """A stratum with how many lie in it and how many were drawn from it."""

    stratum: Stratum
    population: int
    drawn: int


class Drawn(NamedTuple):
    """``keys`` in the order of strata and, within one, of the lot; ``passed_over`` fitted not."""

    keys: tuple[str, ...]
    layers: tuple[Layer, ...]
    passed_over: int


def digest(units: Iterable[Unit]) -> str:
    """SHA-256 (hex) of the population: its lines of key and stratum, sorted."""
    total = hashlib.sha256()
    for line in sorted("\t".join((unit.key, *unit.stratum)) for unit in units):
        total.update(line.encode() + b"\n")
    return total.hexdigest()


def lot(seed: str, key: str) -> bytes:
    """The lot of a member: the smallest lots of a stratum are its sample."""
    return hashlib.sha256(f"{seed}\n{key}".encode()).digest()


def shares(sizes: Mapping[Stratum, int], size: int) -> dict[Stratum, int]:
    """How many each stratum gives: in proportion, rounded by the largest remainder.

    Where ``size`` reaches for all strata, each gives one at least; never more than it holds. The sum is the
    smaller of ``size`` and the population.
    """
    left = {name: count for name, count in sizes.items() if count > 0}
    size = min(size, sum(left.values()))
    found = dict.fromkeys(sizes, 0)
    if size >= len(left):
        size -= _ones(left, size, found)
    return found | _proportional(left, size)


def _ones(left: dict[Stratum, int], size: int, found: dict[Stratum, int]) -> int:
    """Give one to every stratum whose share is less, until none is left; how many were given."""
    given = 0
    while True:
        total = sum(left.values())
        small = [name for name, count in left.items() if count * (size - given) < total]
        if not small:
            return given
        for name in small:
            found[name] = 1
            del left[name]
        given += len(small)


def _proportional(sizes: Mapping[Stratum, int], size: int) -> dict[Stratum, int]:
    total = sum(sizes.values())
    if not total:
        return {}
    parts = {name: divmod(count * size, total) for name, count in sizes.items()}
    found = {name: whole for name, (whole, _) in parts.items()}
    by_remainder = sorted(parts, key=lambda name: (-parts[name][1], name))
    for name in by_remainder[: size - sum(found.values())]:
        found[name] += 1
    return found


def draw(
    units: Iterable[Unit], size: int, seed: str, *, fits: Callable[[str], bool] = lambda _: True
) -> Drawn:
    """Draw ``size`` members; one that does not fit makes way for the next lot of its own stratum.

    Raises ``ValueError`` when a key comes twice.
    """
    strata: dict[Stratum, list[str]] = {}
    seen: set[str] = set()
    for unit in units:
        if unit.key in seen:
            raise ValueError(f"twice in the population: {unit.key}")
        seen.add(unit.key)
        strata.setdefault(unit.stratum, []).append(unit.key)
    wanted = shares({name: len(keys) for name, keys in strata.items()}, size)
    chosen: list[str] = []
    layers, passed_over = [], 0
    for name in sorted(strata):
        taken, unfit = _taken(strata[name], wanted[name], seed, fits)
        chosen += taken
        passed_over += unfit
        layers.append(Layer(name, len(strata[name]), len(taken)))
    return Drawn(tuple(chosen), tuple(layers), passed_over)


def _taken(keys: list[str], count: int, seed: str, fits: Callable[[str], bool]) -> tuple[list[str], int]:
    taken: list[str] = []
    unfit = 0
    for key in sorted(keys, key=lambda one: lot(seed, one)) if count else ():
        if len(taken) == count:
            break
        if fits(key):
            taken.append(key)
        else:
            unfit += 1
    return taken, unfit
