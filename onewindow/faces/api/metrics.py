"""The platform's figures in the text format of Prometheus (version 0.0.4): bounded labels, nobody's data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import accumulate

import msgspec

from onewindow.base import calendars, clock, disk, health, oversight, tally
from onewindow.base.ledger import heads
from onewindow.documents import queries as documents
from onewindow.documents import storage
from onewindow.documents.signing import published

_SCANS = {"unscanned": "Files that wait for the virus scanner.", "infected": "Files that it locked."}
MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Figure(msgspec.Struct, frozen=True):
    """One metric: its name without prefix, kind, what it means, and samples of (suffix, labels, value)."""

    name: str
    kind: str
    about: str
    samples: tuple[tuple[str, dict[str, str], float], ...]

    def lines(self) -> Iterator[str]:
        """As Prometheus reads it."""
        yield f"# HELP onewindow_{self.name} {self.about}"
        yield f"# TYPE onewindow_{self.name} {self.kind}"
        for suffix, labels, value in self.samples:
            told = ",".join(f'{key}="{text}"' for key, text in labels.items())
            yield (
                f"onewindow_{self.name}{suffix}{{{told}}} {_number(value)}"
                if told
                else (f"onewindow_{self.name}{suffix} {_number(value)}")
            )


def text(now: datetime) -> str:
    """All figures; ``now`` on the real clock."""
    figures = [*_requests(), *_queues(), *_worker(now), *_machine(), *_terms(now)]
    return "\n".join(line for figure in figures for line in figure.lines()) + "\n"


def _requests() -> Iterable[Figure]:
    found = tally.totals()
    answers = [
        ("", {"operation": one.name, "status": status}, float(number))
        for one in found
        for status, number in one.statuses.items()
    ]
    yield Figure(
        "requests_total", "counter", "Answers by operation and status, all web processes.", tuple(answers)
    )
    times = [sample for one in found for sample in _histogram(one)]
    yield Figure("request_seconds", "histogram", "Time to the first byte of an answer.", tuple(times))


def _histogram(one: tally.Tally) -> Iterator[tuple[str, dict[str, str], float]]:
    bounds = [*(f"{bound:g}" for bound in tally.BOUNDS), "+Inf"]
    for bound, number in zip(bounds, accumulate(one.buckets), strict=True):
        yield "_bucket", {"operation": one.name, "le": bound}, number
    yield "_sum", {"operation": one.name}, one.seconds
    yield "_count", {"operation": one.name}, one.count


def _queues() -> Iterable[Figure]:
    found, now = oversight.queues(), clock.now()
    yield _one("outbox_waiting", "Deliveries that wait, counted up to 10000.", found.waiting)
    yield _one("outbox_oldest_seconds", "How overdue the oldest delivery is.", _since(found.oldest_at, now))
    yield _one("outbox_dead", "Deliveries that were given up, counted up to 10000.", found.dead)
    yield _one("ledger_unnumbered", "Facts without their number, counted up to 10000.", found.unnumbered)
    yield _one("ledger_lag_seconds", "Age of the oldest of them.", _since(found.unnumbered_since, now))
    yield _one("ledger_facts", "Facts with their number.", found.numbered)
    head = heads.stored_newest()
    age = _since(heads.instant(head.at), now) if head else 0
    yield _one("ledger_head_age_seconds", "Age of the newest signed head.", age)
    jobs = [("", {"status": status}, float(number)) for status, number in found.jobs.items()]
    yield Figure("jobs", "gauge", "Slow jobs by status.", tuple(jobs))


def _worker(now: datetime) -> Iterable[Figure]:
    beat = health.last_beat()
    if beat is not None:
        yield _one("worker_silent_seconds", "Since a worker last gave a sign of life.", _since(beat.at, now))
        yield _one("sweep_seconds", "How long the last sweep took.", beat.sweep_seconds)
    backup = health.last_backup()
    if backup is not None:
        yield _one("backup_age_seconds", "Since the last whole backup.", _since(backup.at, now))


def _machine() -> Iterable[Figure]:
    states = [("", {"state": state}, float(n)) for state, n in sorted(oversight.connections().items())]
    yield Figure(
        "database_connections", "gauge", "Connections of the platform's role by state.", tuple(states)
    )
    disks = disk.disks()
    free = [("", {"place": one.name}, float(one.free)) for one in disks]
    yield Figure("disk_free_bytes", "gauge", "Room that the platform may still use.", tuple(free))
    used = [("", {"place": one.name}, one.share) for one in disks]
    yield Figure("disk_used_share", "gauge", "What is used, 0 to 1.", tuple(used))
    for scan, number in documents.doubtful().items():
        yield _one(f"files_{scan}", _SCANS[scan], number)
    yield _one("files_away", "1 while the store of files gives no answer.", not storage.is_well())
    yield _one("uploads_refused", "1 while uploads are refused for want of room.", disk.is_full())


def _terms(now: datetime) -> Iterable[Figure]:
    yield _one("calendar_months_left", "Months that notices settle.", calendars.months_left(clock.today()))
    missing = calendars.missing_year(clock.today())
    yield _one("calendar_notice_missing", "1 when a notice is overdue.", missing is not None)
    left = (published.ends_at() - now).total_seconds()
    yield _one("certificate_seconds_left", "Until a certificate that signs papers ends.", left)


def _one(name: str, about: str, value: float) -> Figure:
    return Figure(name, "gauge", about, (("", {}, float(value)),))


def _since(then: datetime | None, now: datetime) -> float:
    return max(0.0, (now - then).total_seconds()) if then is not None else 0.0


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)
