"""The slow jobs (papers, mail, imports) of the job library, run in a thread of the worker process."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from typing import Any

import psycopg
from asgiref.sync import sync_to_async
from django.db import connections
from procrastinate import App
from procrastinate.contrib.django import app as registered
from procrastinate.contrib.django.utils import connector_params
from procrastinate.jobs import Job
from procrastinate.psycopg_connector import PsycopgConnector

log = logging.getLogger(__name__)

CONCURRENCY = 2
_POLL_SECONDS = 2.0
_LOOK_SECONDS = 20.0
_GRACE_SECONDS = 8.0
_LONGEST_WAIT_SECONDS = 5.0


def run(stop: threading.Event) -> None:
    """Run jobs until ``stop``; begins anew after every failure, the database's absence included."""
    wait = 0.2
    while not stop.is_set():
        try:
            _knock()
            asyncio.run(_work(stop))
            wait = 0.2
        except Exception as error:
            log.warning("jobs: pausing, %s", type(error).__name__)
            stop.wait(wait)
            wait = min(wait * 2, _LONGEST_WAIT_SECONDS)


def _knock() -> None:
    """Fail at once while the database is away: opening a pool would wait half a minute, deaf to ``stop``."""
    psycopg.connect(**connector_params()).close()


async def _work(stop: threading.Event) -> None:
    # What is due by the calendar is ordered over Django's connection of asgiref's own thread: it may have died with
    # the database, and nobody else would ever let go of it.
    await sync_to_async(connections.close_all)()
    # An app of its own around the same tasks: tasks that start further jobs keep the Django connection,
    # so that a job begins with the transaction that ordered it.
    # A pool that has met a dead database backs off for ever longer; one that gives up soon is made anew (run).
    pool: dict[str, Any] = {"min_size": 1, "max_size": CONCURRENCY + 2, "timeout": 5, "reconnect_timeout": 2}
    app = App(connector=PsycopgConnector(kwargs=connector_params(), **pool))
    app.tasks = registered.tasks
    app.periodic_registry = registered.periodic_registry
    hands = _Hands()
    async with app.open_async():
        work = asyncio.create_task(
            app.run_worker_async(
                concurrency=CONCURRENCY,
                install_signal_handlers=False,
                listen_notify=True,
                fetch_job_polling_interval=_POLL_SECONDS,
                shutdown_graceful_timeout=_GRACE_SECONDS,
                delete_jobs="successful",
                task_middleware=[hands.take],
            )
        )
        rescue = asyncio.create_task(_rescue(app, hands))
        await _until(stop, work)
        rescue.cancel()
        work.cancel()
        await asyncio.gather(work, rescue, return_exceptions=True)
        if not work.cancelled() and work.exception() is not None:
            raise work.exception()  # type: ignore[misc]


async def _until(stop: threading.Event, work: asyncio.Task[None]) -> None:
    while not stop.is_set() and not work.done():
        await asyncio.sleep(0.2)


class _Hands:
    """Which jobs this process is really at: a job whose end could not be written down stays "doing" for ever."""

    def __init__(self) -> None:
        self._held: set[int | None] = set()
        self._worker_id: int | None = None
        self._suspects: set[int | None] = set()

    def take(self, call_next: Callable[[], Any], context: Any, worker: Any) -> Any:
        """Do a job with a connection of its own: the thread's may have died with the database since the last."""
        self._worker_id = worker.worker_id
        self._held.add(context.job.id)
        connections.close_all()
        try:
            return call_next()
        finally:
            connections.close_all()
            self._held.discard(context.job.id)

    async def dropped(self, app: App) -> list[Job]:
        """Jobs that are said to be done here, and at two looks running were not."""
        if self._worker_id is None:
            return []
        said = await app.job_manager.list_jobs_async(status="doing", worker_id=self._worker_id)
        loose = [job for job in said if job.id not in self._held]
        found = [job for job in loose if job.id in self._suspects]
        self._suspects = {job.id for job in loose}
        return found


async def _rescue(app: App, hands: _Hands) -> None:
    """Take up again what a killed worker left half done, and what this one could not finish in writing."""
    while True:
        for job in [*await app.job_manager.get_stalled_jobs(), *await hands.dropped(app)]:
            await app.job_manager.retry_job(job)
        await asyncio.sleep(_LOOK_SECONDS)
