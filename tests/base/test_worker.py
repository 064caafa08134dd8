"""The worker delivers, sweeps, numbers, signs and clears away, and no failure ends it."""

import asyncio
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import OperationalError, connection
from procrastinate.exceptions import ConnectorException
from procrastinate.manager import JobManager

from onewindow.base import clock, facts, jobs, outbox, worker
from onewindow.base.ledger import heads, sequencer, verify
from onewindow.base.models import KeptAnswer, LoginFailure

from .conftest import START, Record

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _wiring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts, "_listeners", {("case", "noted"): ("papers",)})
    monkeypatch.setattr(outbox, "_handlers", {})
    monkeypatch.setattr(worker, "sweeps", [])


def run_until(condition: Callable[[], bool], *, seconds: float = 15) -> None:
    stop = threading.Event()
    thread = threading.Thread(target=worker.run, args=(stop,))
    thread.start()
    deadline = time.monotonic() + seconds
    try:
        while not condition():
            assert time.monotonic() < deadline, "the worker did not get there"
            time.sleep(0.05)
    finally:
        stop.set()
        thread.join(20)
    assert not thread.is_alive()


def test_the_whole_round(record: Record) -> None:
    heard, swept = [], []
    outbox.handle("papers", lambda fact: heard.append(fact.seq))

    def sweep(now):
        swept.append(now)
        return 0

    worker.sweeps.append(sweep)
    for seq in (1, 2, 3):
        record(1, seq)
    run_until(lambda: len(heard) == 3 and bool(swept) and heads.stored_newest() is not None)
    assert heard == [1, 2, 3]
    assert sequencer.tree_size() == 3
    assert list(verify.run()) == []


def test_a_failing_sweep_stops_neither_the_others_nor_the_ledger(record: Record) -> None:
    swept = []

    def fail(now):
        raise ValueError

    worker.sweeps += [fail, lambda now: swept.append(now) or 0]
    outbox.handle("papers", lambda fact: None)
    record(1, 1)
    run_until(lambda: bool(swept) and sequencer.tree_size() == 1)


def test_an_absent_database_is_awaited(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    failures = iter(range(3))
    deliver = outbox.deliver_due

    def away(now, limit=50):
        if next(failures, None) is not None:
            connection.close()
            raise OperationalError("the server went away")
        return deliver(now, limit)

    heard = []
    monkeypatch.setattr(outbox, "deliver_due", away)
    outbox.handle("papers", lambda fact: heard.append(fact.seq))
    record(1, 1)
    run_until(lambda: heard == [1])


def test_slow_jobs_are_run() -> None:
    done = threading.Event()
    jobs.registered.task(name="test-job")(lambda: done.set())
    jobs.registered.configure_task("test-job").defer()
    run_until(done.is_set)


def test_slow_jobs_survive_a_connection_that_died_in_the_library_s_own_thread(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def die() -> None:
        connection.ensure_connection()
        connection.connection.close()

    asyncio.run(sync_to_async(die)())
    done = threading.Event()
    jobs.registered.task(name="test-job-later")(lambda: done.set())
    jobs.registered.configure_task("test-job-later").defer()
    run_until(done.is_set)
    assert "Database error" not in caplog.text  # else each round ends after a job or two, for ever


def test_a_job_whose_end_was_not_written_down_is_done_again(monkeypatch: pytest.MonkeyPatch) -> None:
    finish, runs = JobManager.finish_job, []

    async def fail_once(self: JobManager, **told: Any) -> None:
        if len(runs) == 1:
            raise ConnectorException("the line broke")
        await finish(self, **told)

    monkeypatch.setattr(JobManager, "finish_job", fail_once)
    monkeypatch.setattr(jobs, "_LOOK_SECONDS", 0.2)
    jobs.registered.task(name="test-job-twice")(lambda: runs.append(1))
    jobs.registered.configure_task("test-job-twice").defer()
    run_until(lambda: len(runs) == 2 and not _jobs("test-job-twice"))


def _jobs(name: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = %s", [name])
        return int(cursor.fetchone()[0])


def test_settle_goes_on_until_nothing_is_due() -> None:
    left = [3]

    def sweep(now):
        left[0] -= 1
        return 1 if left[0] >= 0 else 0

    worker.sweeps.append(sweep)
    assert worker.settle(START) == 3


def test_what_has_served_its_time_is_cleared_away() -> None:
    now = clock.real_now()
    for hours in (1, 25):
        at = now - timedelta(hours=hours)
        KeptAnswer.objects.create(
            account=1, operation="x", key=str(hours), body_digest=b"", status=201, answer=b"", at=at
        )
        LoginFailure.objects.create(username="x", address="y", at=now - timedelta(days=9 * hours))
    assert worker.clear_away(now) == 2
    assert list(KeptAnswer.objects.values_list("key", flat=True)) == ["1"]
    assert LoginFailure.objects.count() == 1
