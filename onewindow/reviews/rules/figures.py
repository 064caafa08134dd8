"""Figures of ratings: rates by count, and a mean that does not reward a small sample. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

import msgspec

# Ratings that the prior weighs like when the organs' own spread cannot be estimated.
USUAL_WEIGHT = 10.0
LEAST_WEIGHT, MOST_WEIGHT = 2.0, 1000.0
# Degrees of freedom below which a variance is hearsay.
LEAST_FREEDOM = 10


class Tally(msgspec.Struct, frozen=True):
    """Valid ratings of one organ: how many, how many good (3–5), sum of grades and of their squares."""

    count: int = 0
    good: int = 0
    total: int = 0
    squares: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.count + other.count,
            self.good + other.good,
            self.total + other.total,
            self.squares + other.squares,
        )

    @property
    def mean(self) -> float | None:
        """The plain mean grade; None without a rating."""
        return self.total / self.count if self.count else None


def rate(part: int, whole: int) -> float | None:
    """``part/whole`` in percent, half up to two decimals (handbook 5.1); 0/0 is None, not 100."""
    return rounded(Decimal(part) * 100 / Decimal(whole)) if whole else None


def rounded(value: Decimal | float) -> float:
    """Half up to two decimals."""
    return float(Decimal(value).quantize(Decimal("0.01"), ROUND_HALF_UP))


class Prior(msgspec.Struct, frozen=True):
    """What is expected of an organ before it is rated: the ``mean`` of all, weighing like ``weight`` ratings."""

    mean: float
    weight: float


def prior_of(organs: Iterable[Tally]) -> Prior | None:
    """The empirical-Bayes prior from all organs; None when nobody was rated.

    Bühlmann–Straub credibility (Bühlmann & Gisler, A Course in Credibility Theory, 2005, ch. 4): with
    n_i ratings of organ i and their mean m_i, N = Σn_i and m = Σn_i·m_i / N,

        s² = Σ_i Σ_j (x_ij − m_i)² / (N − I)                  variance within organs
        a  = (Σ_i n_i·(m_i − m)² − (I − 1)·s²) / (N − Σn_i²/N)    variance between organs
        k  = s² / a                                           weight of the prior, in ratings

    k is held within [2, 1000]; a ≤ 0 (organs do not differ more than chance) gives the upper bound. With
    fewer than 10 degrees of freedom, or one organ alone, nothing can be estimated and k is 10.
    """
    rated = [one for one in organs if one.count]
    if not rated:
        return None
    whole = sum(rated, Tally())
    mean = whole.total / whole.count
    return Prior(mean, _weight(rated, whole.count, mean))


def _weight(rated: list[Tally], number: int, mean: float) -> float:
    freedom = number - len(rated)
    if len(rated) < 2 or freedom < LEAST_FREEDOM:
        return USUAL_WEIGHT
    within = sum(one.squares - one.total**2 / one.count for one in rated) / freedom
    spread = sum(one.count * (one.total / one.count - mean) ** 2 for one in rated)
    between = (spread - (len(rated) - 1) * within) / (number - sum(one.count**2 for one in rated) / number)
    if between <= 0:
        return MOST_WEIGHT
    return min(MOST_WEIGHT, max(LEAST_WEIGHT, within / between))


def shrunk(own: Tally, prior: Prior | None) -> float | None:
    """The Bayesian average (n·mean + k·prior mean) / (n + k): close to the prior while n is small.

    None without a rating of one's own: a rank is for those who were rated.
    """
    if prior is None or not own.count:
        return None
    return (own.total + prior.weight * prior.mean) / (own.count + prior.weight)
