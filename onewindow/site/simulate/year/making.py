"""One process's share of the year: lives made day by day, packed, and handed over in the order of time."""

from __future__ import annotations

import hashlib
from array import array
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from random import Random
from typing import Any

import msgspec

from onewindow.base import clock, facts
from onewindow.cases import loading
from onewindow.cases.services.telling import Outcome
from onewindow.documents import services as documents
from onewindow.reviews import loading as ratings
from onewindow.reviews.services.making import Voice
from onewindow.site.simulate.matter import World
from onewindow.site.simulate.stage import Stage
from onewindow.site.simulate.year import mix
from onewindow.site.simulate.year.matter import BulkMatter
from onewindow.site.simulate.year.plan import Plan
from onewindow.site.simulate.year.roster import Population, Roster

_DAY = 86_400_000_000
_PAPERS = 4  # that a case is issued, about
_SHANGHAI = 8 * 3_600_000_000
Rows = dict[str, list[bytes]]  # packed, by table


class Packet(msgspec.Struct):
    """What one process made of one day, ready for COPY. ``at``: the instants of ``facts`` (microseconds), rising.

    ``moved``: rows of cases of earlier batches as they stand at the end of the batch that this day ends; ``voices``
    and ``judged`` are the same for the rows of ratings, by table.
    """

    at: array[int]
    facts: list[bytes]
    papers: list[bytes]
    cases: list[bytes]
    dossiers: list[bytes]
    moved: list[bytes]
    voices: dict[str, list[bytes]]
    judged: dict[str, list[bytes]]


class Tally(msgspec.Struct):
    """What was made: counts by name, and a digest that is the same for the same plan, however it was shared out."""

    counts: Counter[str]
    digest: int = 0

    def add(self, other: Tally) -> None:
        """Take in another process's share."""
        self.counts.update(other.counts)
        self.digest = (self.digest + other.digest) % (1 << 128)


class Maker:
    """Makes the cases ``share``, ``share`` + ``shares``, … of each day."""

    def __init__(self, plan: Plan, codes: Sequence[str], *, share: int = 0, shares: int = 1) -> None:
        """``codes`` are the items that are asked for."""
        self._plan, self._share, self._shares = plan, share, shares
        start = clock.start_of(plan.first)
        self._world = World(Stage(start, travel=lambda at: None), Roster(plan.first), Population())
        self._items = mix.Items(codes, plan.seed)
        self._ends = plan.ends()
        # By the day on which they are written, numbered since 1970.
        self._facts: dict[int, list[tuple[int, bytes]]] = defaultdict(list)
        self._papers: dict[int, list[bytes]] = defaultdict(list)
        self._voices: dict[int, Rows] = defaultdict(dict)
        self._moved: dict[int, list[bytes]] = defaultdict(list)  # by batch
        self._judged: dict[int, Rows] = defaultdict(dict)
        self._cases: list[bytes] = []
        self._dossiers: list[bytes] = []
        self.tally = Tally(Counter())

    def packets(self) -> Iterator[Packet]:
        """One for each day of the plan."""
        arrivals = self._plan.arrivals()
        days = self._plan.days
        for day, following in zip(days, [*days[1:], None], strict=True):
            for matter in self._entering(day, arrivals.get(day, 0)):
                self._keep(matter, day)
            yield self._packet(day, is_last=following is None or self._batch(day) != self._batch(following))

    # ------------------------------------------------------------ lives

    def _entering(self, day: date, many: int) -> Iterator[BulkMatter]:
        """The day's cases of this share in the order in which they come in, each with its life behind it."""
        if self._plan.has_papers:
            documents.reserve(_PAPERS * many // self._shares)
        drawn = []
        # Shifted from day to day, so that nobody always gets the first.
        for number in range((self._share - day.toordinal()) % self._shares, many, self._shares):
            dice = Random(f"{self._plan.seed}:{day.isoformat()}:{number}")
            channel = mix.channel(day, dice)
            drawn.append((mix.arrival(day, channel, dice), number, channel, dice))
        for at, _, channel, dice in sorted(drawn, key=lambda one: one[:2]):
            if at < self._plan.until:
                yield self._lived(at, channel, dice)

    def _lived(self, at: datetime, channel: str, dice: Random) -> BulkMatter:
        item = self._items.pick(dice)
        kind = item.audiences[0] if len(item.audiences) == 1 or dice.random() < 0.75 else item.audiences[1]
        number, who = self._world.crowd.anybody(kind, dice)
        online = None if channel == "window" else (kind, number)
        matter = BulkMatter(self._world, item, applicant=who, channel=channel, dice=dice, online=online)
        matter.has_papers = self._plan.has_papers
        way = mix.way(item, self._plan.rates, dice, is_online=matter.is_online)
        cut = matter.live(way, at, until=self._plan.until)
        self._count(matter, way.outcome, cut)
        return matter

    # ------------------------------------------------------------ what they leave

    def _keep(self, matter: BulkMatter, day: date) -> None:
        made, entered = matter.made, self._batch(day)
        self._dossiers.append(loading.dossier(made.state.id, 1, made.sealed))
        by_batch: dict[int, dict[str, Any]] = {}
        for outcome in made.outcomes:
            self._keep_told(outcome)
            by_batch[bisect_right(self._ends, outcome.state.last_at)] = outcome.row
        for batch, row in by_batch.items():
            (self._cases if batch == entered else self._moved[batch]).append(loading.case(row))
        for voice in matter.voices:
            self._keep_voice(voice)

    def _keep_told(self, outcome: Outcome) -> None:
        at = facts.micros_of(outcome.told[0].at)
        day = (at + _SHANGHAI) // _DAY
        kept = self._facts[day]
        for told in outcome.told:
            kept.append((at, loading.fact(told)))
        for paper in outcome.papers:
            self._papers[day].append(loading.paper(paper))

    def _keep_voice(self, voice: Voice) -> None:
        """Facts and steps on their days; a rating and its ticket as they stand at the end of each batch."""
        entered: dict[
            str, tuple[int, int]
        ] = {}  # by table: the day and the batch in which the row is written
        last: dict[tuple[str, int], bytes] = {}
        for deed in voice.deeds:
            at = facts.micros_of(deed.fact.at)
            day, batch = (at + _SHANGHAI) // _DAY, bisect_right(self._ends, deed.fact.at)
            self._facts[day].append((at, loading.fact(deed.fact)))
            for table, row in deed.rows.items():
                if table in ratings.CHANGING:
                    entered.setdefault(table, (day, batch))
                    last[table, batch] = row
                else:
                    self._voices[day].setdefault(table, []).append(row)
        for (table, batch), row in last.items():
            first, own = entered[table]
            rows = self._voices[first] if batch == own else self._judged[batch]
            rows.setdefault(table, []).append(row)

    def _count(self, matter: BulkMatter, way: str, cut: str | None) -> None:
        state, counts = matter.made.state, self.tally.counts
        told = [fact for outcome in matter.made.outcomes for fact in outcome.told]
        told += [deed.fact for voice in matter.voices for deed in voice.deeds]
        counts.update(
            (
                "cases",
                f"state {state.state}",
                f"way {way}",
                f"channel {state.channel}",
                f"organ {matter.item.organ_name}",
                *(f"mark {fact.data['mark'].partition('+')[0]}" for fact in told if "mark" in fact.data),
            )
        )
        counts["facts"] += len(told)
        counts["papers"] += sum(len(outcome.papers) for outcome in matter.made.outcomes)
        counts["ratings"] += len(matter.voices)
        counts["tickets"] += sum(1 for voice in matter.voices if voice.ticket is not None)
        if state.is_deemed:
            counts["deemed"] += 1
        if cut is not None:
            counts[f"cut {cut}"] += 1
        outline = [
            matter.item.task_code,
            matter.applicant["id_number"],
            [(one.type, one.at, one.actor) for one in told],
        ]
        hashed = hashlib.sha256(msgspec.json.encode(outline)).digest()[:16]
        self.tally.digest = (self.tally.digest + int.from_bytes(hashed)) % (1 << 128)

    # ------------------------------------------------------------ handing over

    def _batch(self, day: date) -> int:
        return bisect_right(self._ends[:-1], clock.start_of(day))

    def _packet(self, day: date, *, is_last: bool) -> Packet:
        number = day.toordinal() - date(1970, 1, 1).toordinal()
        told = sorted(self._facts.pop(number, ()), key=_instant)
        cases, self._cases = self._cases, []
        dossiers, self._dossiers = self._dossiers, []
        return Packet(
            at=array("q", [at for at, _ in told]),
            facts=[packed for _, packed in told],
            papers=self._papers.pop(number, []),
            cases=cases,
            dossiers=dossiers,
            moved=self._moved.pop(self._batch(day), []) if is_last else [],
            voices=self._voices.pop(number, {}),
            judged=self._judged.pop(self._batch(day), {}) if is_last else {},
        )


def _instant(told: tuple[int, bytes]) -> int:
    return told[0]
