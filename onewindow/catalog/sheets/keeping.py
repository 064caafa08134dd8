"""Workbooks of editors on their way in and out: small ones at once, large ones by the worker; kept for a day.

Each editor sees only his own. Trying a workbook counts for nothing; what it changes is proposed when he says so.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
from django.db import transaction
from procrastinate.contrib.django import app

from onewindow.base import clock, disk
from onewindow.catalog import bulk
from onewindow.catalog.models import SheetJob
from onewindow.catalog.sheets import proposing, spool, working
from onewindow.catalog.sheets.taking import SheetReport
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, FieldError, NotAllowed, NotFound, Refusal, RuleBroken

TASK = "catalog.work_on_sheet"
KEPT_FOR = timedelta(days=1)
MOST = 5  # of one editor; the oldest goes
AT_ONCE_BYTES = 150_000  # of a workbook: some 300 items
AT_ONCE_ITEMS = 300
_TOKEN = re.compile(r"[0-9a-f]{32}")
_OPEN = ("waiting", "running")


class KeptSheet(msgspec.Struct, frozen=True):
    """A workbook and how far it is; ``token`` finds it again.

    ``kind``: try | propose | export; ``state``: waiting | running | done | failed. ``progress`` of ``total``
    (None: not known yet) are rows read or items written. ``report`` stands once it was tried, ``changes`` are
    the changes made of it, ``problem`` is why it came to nothing.
    """

    token: str
    kind: str
    state: str
    name: str
    layout: str
    kept_at: datetime
    progress: int
    total: int | None
    report: SheetReport | None
    asked: dict[str, Any]
    changes: tuple[str, ...]
    problem: Refusal | None

    @property
    def is_open(self) -> bool:
        """True while the worker has it."""
        return self.state in _OPEN


def keep(
    actor: Actor, name: str, chunks: Iterable[bytes], *, layout: str = "auto", now: datetime
) -> KeptSheet:
    """Keep the workbook and try it, at once when it is small. What stands in the file never raises.

    Raises ``TooLarge`` beyond ``proposing.LIMITS``, ``NotAllowed`` for who is no editor, ``Full`` for want of
    room.
    """
    _require_editor(actor)
    disk.require_room()
    token = secrets.token_hex(16)
    size = spool.receive(token, chunks, most=proposing.LIMITS.file_bytes)
    is_small = size <= AT_ONCE_BYTES
    _begin(actor, token, "try", is_small, name=name[-200:], layout=layout, kept_at=now)
    return _went(actor, token, is_small=is_small, now=now)


def go_on(
    actor: Actor,
    token: str,
    *,
    title: str,
    reason: str,
    basis: str = "",
    effective_on: date | None = None,
    now: datetime,
) -> KeptSheet:
    """Begin the changes that a tried workbook asks for, at once when it is small; asked twice, made once.

    The refusal of a large one stands in its ``problem``. Raises ``NotFound``, ``Invalid`` for missing texts,
    ``RuleBroken`` while it is being worked on, and what ``proposing.propose`` raises.
    """
    proposing.require_texts(title, reason, basis)
    asked = {"title": title, "reason": reason, "basis": basis}
    asked["effective_on"] = effective_on.isoformat() if effective_on else ""
    is_small = path_of(actor, token).stat().st_size <= AT_ONCE_BYTES
    with transaction.atomic():
        job = _job(actor, token, lock=True)
        if job.state in _OPEN or job.kind == "export":
            raise RuleBroken("sheet-busy", N_("这份工作簿正在处理，请稍候。"))
        if job.kind == "propose" and job.state == "done" and job.changes:
            return found(actor, token)
        job.kind, job.state, job.asked, job.problem, job.starts = "propose", "waiting", asked, None, 0
        job.progress, job.total = 0, None
        job.save()
        _order(token, is_small)
    return _went(actor, token, is_small=is_small, now=now)


def order_export(actor: Actor, chosen: bulk.Selection, *, layout: str, now: datetime) -> KeptSheet:
    """Have the items chosen written into a workbook by the worker."""
    _require_editor(actor)
    token = secrets.token_hex(16)
    spool.prepare(token)
    asked = {"selection": msgspec.to_builtins(chosen)}
    _begin(actor, token, "export", False, layout=layout, asked=asked, kept_at=now)
    return found(actor, token)


def is_small(chosen: bulk.Selection) -> bool:
    """True when the selection is so small that its workbook may be waited for."""
    return sum(1 for _ in islice(bulk.selected(chosen), AT_ONCE_ITEMS + 1)) <= AT_ONCE_ITEMS


def found(actor: Actor, token: str) -> KeptSheet:
    """The actor's workbook of this token; raises ``NotFound``."""
    return _shape(_job(actor, token))


def all_of(actor: Actor) -> list[KeptSheet]:
    """The actor's workbooks that are still kept, the newest first, without their reports."""
    mine = SheetJob.objects.filter(account_id=actor.account_id, expires_at__gt=clock.real_now())
    return [_shape(job, with_report=False) for job in mine.order_by("-expires_at", "token")]


def path_of(actor: Actor, token: str) -> Path:
    """Where the workbook lies; raises ``NotFound``."""
    _job(actor, token)
    path = spool.path_of(token)
    if not path.exists():
        raise _gone()
    return path


def forget(actor: Actor, token: str) -> None:
    """Throw the workbook away; safe to repeat. What works on it finds that out and stops."""
    if _TOKEN.fullmatch(token):
        SheetJob.objects.filter(token=token, account_id=actor.account_id).delete()
        spool.remove(token)


def forget_old(now: datetime) -> int:
    """Throw away what has expired at ``now`` (the machine's clock); how many."""
    tokens = list(SheetJob.objects.filter(expires_at__lt=now).values_list("token", flat=True))
    _throw_away(tokens)
    spool.remove_before((now - KEPT_FOR * 2).timestamp())
    return len(tokens)


def work(token: str, *, now: datetime) -> None:
    """What the worker does with it (see ``working.work``)."""
    working.work(token, now=now)


def _begin(actor: Actor, token: str, kind: str, is_small: bool, **values: Any) -> None:
    """By the clock of the machine: the demonstration's clock may stand or leap."""
    expires_at = clock.real_now() + KEPT_FOR
    with transaction.atomic():
        _make_room(actor)
        SheetJob.objects.create(
            token=token, account_id=actor.account_id, kind=kind, expires_at=expires_at, **values
        )
        _order(token, is_small)


def _order(token: str, is_small: bool) -> None:
    if not is_small:
        app.configure_task(TASK).defer(token=token)


def _went(actor: Actor, token: str, *, is_small: bool, now: datetime) -> KeptSheet:
    if is_small:
        working.work(token, actor=actor, now=now)
    done = found(actor, token)
    if done.problem is not None and done.kind == "propose":
        raise done.problem
    return done


def _make_room(actor: Actor) -> None:
    mine = SheetJob.objects.filter(account_id=actor.account_id).exclude(kind="propose", state__in=_OPEN)
    old = mine.order_by("-expires_at").values_list("token", flat=True)
    _throw_away(list(old[MOST - 1 :]))


def _throw_away(tokens: list[str]) -> None:
    SheetJob.objects.filter(token__in=tokens).delete()
    for token in tokens:
        spool.remove(token)


def _job(actor: Actor, token: str, *, lock: bool = False) -> SheetJob:
    if not _TOKEN.fullmatch(token):
        raise _gone()
    wanted = SheetJob.objects.select_for_update() if lock else SheetJob.objects
    job = wanted.filter(token=token, account_id=actor.account_id, expires_at__gt=clock.real_now()).first()
    if job is None:
        raise _gone()
    return job


def _shape(job: SheetJob, *, with_report: bool = True) -> KeptSheet:
    is_tried = job.kind != "export" and not (job.kind == "try" and job.state != "done")
    return KeptSheet(
        job.token,
        job.kind,
        job.state,
        job.name,
        job.layout,
        job.kept_at,
        job.progress,
        job.total,
        _report(job.token) if is_tried and with_report else None,
        job.asked,
        tuple(job.changes),
        _problem(job.problem),
    )


def _report(token: str) -> SheetReport:
    try:
        return spool.report_of(token)
    except OSError:
        raise _gone() from None


def _problem(kept: dict[str, Any] | None) -> Refusal | None:
    if kept is None:
        return None
    fields = msgspec.convert(kept["fields"], list[FieldError])
    return Refusal(kept["code"], kept["message"], params=kept["params"], fields=fields)


def _require_editor(actor: Actor) -> None:
    if not actor.has("catalog"):
        raise NotAllowed("needs-editor", N_("只有事项编辑可以用工作簿提出变更。"))


def _gone() -> NotFound:
    return NotFound("no-sheet", N_("没有找到这份工作簿：导入的文件只保留一天，请重新上传。"))
