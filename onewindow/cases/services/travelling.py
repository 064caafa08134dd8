"""The sandbox clock moves forward: everything that time makes due in between happens first, in order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import connection, transaction

from onewindow.base import clock
from onewindow.cases.services.sweeping import sweep_until
from onewindow.kernel.errors import N_, RuleBroken

_LOCK = 0x6F77_636C  # one traveller at a time

# What else time makes due, in rooms above (filled by site.wiring): each does what is due at the instant and
# tells how much it did.
also: list[Callable[[datetime], int]] = []


def move_clock(target: datetime) -> datetime:
    """Move the sandbox clock to ``target`` and give the new now; it never goes back."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        if target < clock.now():
            raise RuleBroken("clock-never-back", N_("时钟只能往前拨；要回到开头请重置演示数据。"))
        cursor.execute("SET LOCAL statement_timeout = 0")
        sweep_until(target)
        for sweep in also:
            while sweep(target):
                pass
    clock.move_to(target)
    return clock.now()
