"""Reads of rounds: the list, one with its progress and results, the population again, and whether it still fits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from onewindow.cases.queries import sampling as population
from onewindow.kernel.errors import N_, NotFound
from onewindow.org import queries as org
from onewindow.reviews import cursors, store
from onewindow.reviews.models import Call, File, Round
from onewindow.reviews.rules import figures, ratings, sampling, sheets
from onewindow.reviews.rules.rounds import DrawIn

Json = dict[str, Any]


def units(asked: DrawIn, organ_id: int | None) -> Iterator[sampling.Unit]:
    """The population of a draw: every decided case that it asks for, in its stratum."""
    found = population.decided(
        asked.since, asked.until, organ_id=organ_id, kind=asked.kind, outcome=asked.outcome, light=asked.light
    )
    for one in found:
        more = (one.outcome if name == "outcome" else one.light for name in asked.by)
        yield sampling.Unit(one.case_no, (str(one.organ_id), one.kind, *more))


def listing(purpose: str, *, cursor: str | None = None, limit: int = 20) -> Json:
    """Rounds, newest first: {"results", "next"}."""
    page, following = cursors.cut(
        Round.objects.filter(purpose=purpose).select_related("earlier"), cursor, limit
    )
    return {"results": [_line(one) for one in page], "next": following}


def found(number: str, purpose: str) -> Round:
    """The round, or ``NotFound``."""
    row = Round.objects.select_related("earlier").filter(number=number, purpose=purpose).first()
    if row is None:
        raise NotFound("no-round", N_("没有这个批次。"))
    return row


def one(row: Round) -> Json:
    """A round with its draw, strata by name, reason and progress by state."""
    drawn = next(iter(store.steps("round", row.pk)), None)
    kind: type[File] | type[Call] = File if row.purpose == "file" else Call
    states: Counter[str] = Counter(
        kind.objects.filter(round=row).values_list("state", flat=True)  # type: ignore[attr-defined]
    )
    return _line(row) | {
        "seed": row.seed,
        "digest": row.population_digest,
        "asked": row.asked,
        "reason": drawn[1] if drawn else "",
        "bound": row.bound,
        "layers": [
            {"words": _layer(layer), "population": whole, "drawn": count}
            for layer, whole, count in row.layers
        ],
        "progress": dict(states),
        "later": [one.number for one in Round.objects.filter(earlier=row).order_by("pk")],
    }


def _line(row: Round) -> Json:
    return {
        "number": row.number,
        "purpose": row.purpose,
        "state": row.state,
        "since": row.since,
        "until": row.until,
        "population": row.population,
        "size": sum(layer[2] for layer in row.layers),
        "at": row.drawn_at,
        "by": org.staff_names([row.drawn_by]).get(row.drawn_by, ""),
        "earlier": row.earlier.number if row.earlier else None,
        "published_at": row.published_at,
    }


def _layer(layer: list[str]) -> list[str]:
    return [org.organ(int(layer[0])).name, *layer[1:]]


def drawn_again(row: Round) -> Json:
    """Draw once more from today's cases with the round's own seed: {"population", "sample"}, true when the same.

    Writes nothing; both are true as long as nobody tampered with cases, seed or sample.
    """
    asked = DrawIn(
        purpose="call" if row.purpose == "call" else "file",
        since=row.since,
        until=row.until,
        **{name: row.asked[name] for name in ("size", "organ", "kind", "outcome", "light")},
        by=tuple(row.asked["by"]),
    )
    organ = org.find_organ(name=asked.organ) if asked.organ else None
    now = list(units(asked, organ.id if organ else None))
    fits = population.has_phone if row.purpose == "call" else lambda _: True
    again = sampling.draw(now, asked.size, row.seed, fits=fits)
    kind: type[File] | type[Call] = File if row.purpose == "file" else Call
    kept = set(kind.objects.filter(round=row).values_list("case_no", flat=True))  # type: ignore[attr-defined]
    return {"population": sampling.digest(now) == row.population_digest, "sample": set(again.keys) == kept}


def totals(row: Round) -> Json:
    """Results of a file review so far, scores in tenths: of all, of each organ, and what cost most.

    ``estimate`` weighs each stratum by its population; it speaks of the strata that were read. Plain JSON.
    """
    files = list(File.objects.filter(round=row, score__isnull=False))
    organs = sorted({one.organ_id for one in files})
    return {
        "all": _result(row, files),
        "organs": [
            {"organ": org.organ(id).name, "organ_id": id}
            | _result(row, [one for one in files if one.organ_id == id])
            for id in organs
        ],
        "costs": _costs(row, files),
    }


def _result(row: Round, files: list[File]) -> Json:
    scores = [one.score for one in files if one.score is not None]
    means = {
        layer: (row.layers[layer][1], len(read), sum(read))
        for layer in sorted({one.layer for one in files})
        for read in [[one.score for one in files if one.layer == layer and one.score is not None]]
    }
    return {"read": len(scores), "estimate": sheets.weighted(means), "lowest": min(scores, default=None)}


def _costs(row: Round, files: Iterable[File]) -> list[Json]:
    """How often and how much each line cost, by the sheet that decided; the costliest first."""
    often: Counter[str] = Counter()
    points: Counter[str] = Counter()
    for one in files:
        read = [
            step
            for step, _ in store.steps("file", one.pk)
            if step.deed in ("first", "second", "third", "settle")
        ]
        for step in read[-1:]:
            for code, cost in step.data["deducted"].items():
                often[code] += 1
                points[code] += cost
    return [
        {"code": code, "files": often[code], "points": cost}
        for code, cost in sorted(points.items(), key=lambda pair: (-pair[1], pair[0]))
    ]


def called(row: Round, *, organ_id: int | None = None) -> Json:
    """The figures of a round of calls, {"all", "organs"}; rates as (percent or None, part, whole)."""
    rows = list(Call.objects.filter(round=row))
    organs = sorted({one.organ_id for one in rows} if organ_id is None else {organ_id})
    return {
        "all": _figure(rows if organ_id is None else [one for one in rows if one.organ_id == organ_id]),
        "organs": [
            {"organ": org.organ(id).name} | _figure([one for one in rows if one.organ_id == id])
            for id in organs
        ],
    }


def _figure(rows: list[Call]) -> Json:
    tried = [one for one in rows if one.attempts]
    reached = [one for one in rows if one.state in ("reached", "declined")]
    grades = [one.grade for one in rows if one.grade is not None]
    good = sum(grade in ratings.GOOD for grade in grades)
    return {
        "sample": len(rows),
        "reached": (figures.rate(len(reached), len(tried)), len(reached), len(tried)),
        "satisfied": (figures.rate(good, len(grades)), good, len(grades)),
        "mean": figures.rounded(sum(grades) / len(grades)) if grades else None,
        "tickets": sum(one.rating_id is not None and one.grade in ratings.BAD for one in rows),
    }
