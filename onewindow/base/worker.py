"""The one worker process: delivers facts, sweeps what is due, numbers and signs, clears away, runs jobs."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connection, connections

from onewindow.base import clock, health, jobs, outbox
from onewindow.base.ledger import heads, sequencer

log = logging.getLogger(__name__)

# What time makes due in the rooms (filled by site.wiring): each does what is due at the instant, in
# transactions of its own, and tells how much it did.
sweeps: list[Callable[[datetime], int]] = []

# Polling, not LISTEN/NOTIFY: a NOTIFY takes one lock of the whole cluster at every commit, which would
# queue the commits of all deeds; two indexed look-ups a second of an idle worker cost nothing.
_BUSY_SECONDS = 0.02
_IDLE_SECONDS = 0.5
_SWEEP_SECONDS = 2.0
_NUMBER_SECONDS = 0.5
_CLEAR_SECONDS = 600.0
_BEAT_SECONDS = 5.0
_LONGEST_BACK_OFF_SECONDS = 5.0
_BATCH = 50

_KEPT_ANSWERS = timedelta(hours=24)
_LOGIN_FAILURES = timedelta(days=200)  # log-ins, good and bad: longer than six months (网络安全法)
_ENDED_TOKENS = timedelta(days=200)


def run(stop: threading.Event) -> None:
    """Work until ``stop`` is set. Nothing ends it earlier: errors are logged, an absent database awaited."""
    slow = threading.Thread(target=jobs.run, args=(stop,), name="jobs")
    slow.start()
    rounds = _Rounds()
    pause = back_off = _BUSY_SECONDS
    while not stop.is_set():
        try:
            done = rounds.once()
            pause = _BUSY_SECONDS if done else min(pause * 2, _IDLE_SECONDS)
            back_off = _BUSY_SECONDS
        except Exception as error:
            _tell(error)
            connections.close_all()
            pause = back_off = min(back_off * 2, _LONGEST_BACK_OFF_SECONDS)
        stop.wait(pause)
    slow.join()
    _last_round()
    connections.close_all()


def sweep_once(now: datetime) -> int:
    """Every sweep once, at the instant ``now``; how much was done. One that fails does not stop the others,
    its error is raised at the end."""
    done, failure = 0, None
    for sweep in sweeps:
        try:
            done += sweep(now)
        except Exception as error:
            if _is_away():
                raise
            log.exception("worker: a sweep failed")
            failure = error
    if failure is not None:
        raise failure
    return done


def settle(now: datetime) -> int:
    """Deliver and sweep until nothing more is due at ``now``; how much was done. For whoever moves the sandbox
    clock, and for the command line."""
    total = 0
    while done := sweep_once(now) + _deliver(now):
        total += done
    return total


def clear_away(now: datetime) -> int:
    """Delete what has served its time; ``now`` on the real clock. How many rows went."""
    gone = 0
    for statement, moment in (
        ("DELETE FROM base_keptanswer WHERE at < %s", now - _KEPT_ANSWERS),
        ("DELETE FROM base_loginfailure WHERE at < %s", now - _LOGIN_FAILURES),
        ("DELETE FROM base_spentchallenge WHERE expires_at < %s", now),
        ("DELETE FROM base_token WHERE expires_at < %s OR revoked_at < %s", now - _ENDED_TOKENS),
    ):
        with connection.cursor() as cursor:
            cursor.execute(statement, [moment] * statement.count("%s"))
            gone += cursor.rowcount
    return gone


class _Rounds:
    """One pass of the loop: facts every time, the rest when its interval has passed."""

    def __init__(self) -> None:
        self._due = dict.fromkeys(("number", "sweep", "sign", "clear", "beat"), 0.0)
        self._sweep_seconds = 0.0

    def once(self) -> int:
        now = clock.now()
        done = _deliver(now)
        if self._is_time("sweep", _SWEEP_SECONDS):
            began = time.monotonic()
            done += _sweep(now)
            self._sweep_seconds = time.monotonic() - began
        if self._is_time("number", _NUMBER_SECONDS):
            done += 0 if sequencer.idle() else sequencer.run_once()
        if self._is_time("sign", 5.0):
            _sign(now)
        if self._is_time("clear", _CLEAR_SECONDS):
            clear_away(clock.real_now())
        if self._is_time("beat", _BEAT_SECONDS):
            health.beat(clock.real_now(), sweep_seconds=self._sweep_seconds)
        return done

    def _is_time(self, what: str, every: float) -> bool:
        moment = time.monotonic()
        if moment < self._due[what]:
            return False
        self._due[what] = moment + every
        return True


def _sweep(now: datetime) -> int:
    try:
        return sweep_once(now)
    except Exception:
        if _is_away():
            raise
        return 0  # told already; the ledger must not wait for it


def _deliver(now: datetime) -> int:
    total = 0
    while done := outbox.deliver_due(now, _BATCH):
        total += done
        if total >= 20 * _BATCH:
            break  # the clock and the ledger want their turn
    return total


def _sign(now: datetime) -> None:
    try:
        heads.sign_if_due(now)
    except heads.Bent as error:
        log.critical("ledger: nothing is signed any more: %s", error)


def _last_round() -> None:
    """What was acknowledged before the stop gets its number now rather than at the next start."""
    try:
        sequencer.run_once()
    except Exception as error:
        _tell(error)


def _is_away() -> bool:
    return connection.connection is None or bool(connection.connection.closed)


def _tell(error: Exception) -> None:
    if _is_away():
        log.warning("worker: the database is away")
    else:
        log.error("worker: a round failed", exc_info=error)
