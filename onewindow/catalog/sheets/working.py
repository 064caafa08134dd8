"""Working on a kept workbook: tried, proposed or written, by the worker or at once; safe to begin again.

A worker may die at any moment: trying and writing are done anew, and what is proposed is committed together with
the word that it was.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime

import msgspec
from django.db import InterfaceError, OperationalError, transaction

from onewindow.base import accounts
from onewindow.catalog import bulk
from onewindow.catalog.definition import ItemDefinition
from onewindow.catalog.models import SheetJob
from onewindow.catalog.sheets import proposing, spool, taking, writing
from onewindow.catalog.sheets.package import NotTaken
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, Invalid, Refusal, RuleBroken

log = logging.getLogger(__name__)

MOST_STARTS = 3
MOST_SECONDS = 900.0
_TELL_SECONDS = 1.0


class Forgotten(Exception):
    """Its owner threw it away, or another worker finished it."""


def work(token: str, *, actor: Actor | None = None, now: datetime) -> None:
    """Do what stands to be done with this workbook; ``actor`` is looked up when it is not given.

    A refusal is kept as the job's problem, a failure is logged and ends it; only a database that is away raises.
    """
    job = _begin(token)
    if job is None:
        return
    try:
        _WORKS[job.kind](job, actor or accounts.actor(job.account_id), now)
    except Forgotten:
        spool.remove(token) if not SheetJob.objects.filter(token=token).exists() else None
    except Refusal as refusal:
        _end(job, "done" if job.kind == "propose" else "failed", problem=_told(refusal))
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("sheets: work failed")
        _end(job, "failed", problem=_told(_failure()))


def _begin(token: str) -> SheetJob | None:
    """Take the job up, or None when there is nothing to do; begun too often, it is given up."""
    with transaction.atomic():
        job = SheetJob.objects.select_for_update().filter(token=token).first()
        if job is None or job.state not in ("waiting", "running"):
            return None
        job.starts += 1
        job.progress = 0
        is_hopeless = job.starts > MOST_STARTS
        job.state = "failed" if is_hopeless else "running"
        job.problem = _told(_failure()) if is_hopeless else None
        job.save()
    return None if is_hopeless else job


def _try(job: SheetJob, actor: Actor, now: datetime) -> None:
    report, _wanted = proposing.read(
        spool.path_of(job.token), actor, layout=job.layout, dry_run=True, progress=_Progress(job)
    )
    _require_there(job)
    spool.put_report(job.token, report)
    _end(job, "done", progress=report.read, total=report.read)


def _propose(job: SheetJob, actor: Actor, now: datetime) -> None:
    report, wanted = proposing.read(
        spool.path_of(job.token), actor, layout=job.layout, dry_run=False, progress=_Progress(job)
    )
    if not wanted:
        raise Invalid("nothing-changes", N_("工作簿里没有新的或改动的事项，不需要变更申请。"))
    asked = job.asked
    with transaction.atomic():
        # Two workers may have it: the second waits here, then finds it done.
        locked = SheetJob.objects.select_for_update().filter(token=job.token, state="running").first()
        if locked is None:
            raise Forgotten
        made = proposing.propose(
            actor, wanted, title=asked["title"], reason=asked["reason"], basis=asked["basis"],
            effective_on=date.fromisoformat(asked["effective_on"]) if asked["effective_on"] else None, now=now,
        )  # fmt: skip
        locked.changes = [one["number"] for one in made]
        locked.state, locked.progress, locked.total = "done", report.read, report.read
        locked.save()


def _export(job: SheetJob, _actor: Actor, now: datetime) -> None:
    chosen = msgspec.convert(job.asked["selection"], bulk.Selection)
    layout = taking.layouts()[job.layout]
    progress = _Progress(job)
    try:
        count = writing.write_file(
            spool.path_of(job.token), _counted(bulk.selected(chosen), progress), layout
        )
    except NotTaken:
        raise RuleBroken("took-too-long", N_("处理时间太长，已停止；请缩小范围分次办理。")) from None
    except FileNotFoundError:
        raise Forgotten from None  # its folder was thrown away meanwhile
    _end(job, "done", progress=count, total=count)


_WORKS: dict[str, Callable[[SheetJob, Actor, datetime], None]] = {
    "try": _try,
    "propose": _propose,
    "export": _export,
}


def _counted(items: Iterable[ItemDefinition], progress: _Progress) -> Iterator[ItemDefinition]:
    for count, item in enumerate(items, 1):
        yield item
        if count % 100 == 0:
            progress(count, None)


class _Progress:
    """Writes how far it is into the row once a second, and stops what its owner threw away or takes too long."""

    def __init__(self, job: SheetJob) -> None:
        self._token = job.token
        self._begun = self._told = time.monotonic()

    def __call__(self, done: int, total: int | None) -> None:
        moment = time.monotonic()
        if moment - self._told < _TELL_SECONDS:
            return
        self._told = moment
        mine = SheetJob.objects.filter(token=self._token, state="running")
        if not mine.update(progress=done, total=total):
            raise Forgotten
        if moment - self._begun > MOST_SECONDS:
            raise NotTaken("took-too-long", "处理时间太长，已停止；请拆分后再导入")


def _require_there(job: SheetJob) -> None:
    if not SheetJob.objects.filter(token=job.token, state="running").exists():
        raise Forgotten


def _end(job: SheetJob, state: str, **values: object) -> None:
    SheetJob.objects.filter(token=job.token, state="running").update(state=state, **values)


def _failure() -> Refusal:
    return Refusal("sheet-failed", N_("处理这份工作簿时出错，已经记录，请联系管理员。"))


def _told(refusal: Refusal) -> dict[str, object]:
    return {
        "code": refusal.code,
        "message": refusal.message,
        "params": refusal.params,
        "fields": msgspec.to_builtins(refusal.fields),
    }
