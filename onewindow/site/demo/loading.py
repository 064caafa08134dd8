"""Loading the demonstration: city, cast, items and history, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings

from onewindow.base import clock, generations, settings_store
from onewindow.catalog import demonstration
from onewindow.kernel.errors import N_, Invalid
from onewindow.site import demo
from onewindow.site.demo import history, wiping

# Said at the start of a load; when it stands without "loaded", a load was killed half-way.
_BEGUN = "demo.begun"
# The items stood a year and more before: whoever fills in a year of cases finds them in force on its first day.
_ITEMS_STOOD = timedelta(days=400)

Progress = Callable[[str, float], object]


def load_if_empty(*, password: str, progress: Progress = lambda step, share: None) -> bool:
    """Load the demonstration where it does not stand whole; whether that had to be done.

    One that stands keeps all that was done in it; only a new password is set and new items are added. What a
    killed load left is thrown away first.
    """
    if settings_store.get("loaded"):
        demo.load_people(password=password, now=clock.now())
        demonstration.load(now=clock.now())
        return False
    if settings_store.get(_BEGUN):
        wiping.wipe()
    load(begins_at(), password=password, progress=progress)
    return True


def reset(*, password: str, progress: Progress = lambda step, share: None) -> None:
    """Throw everything away, set the clock back, load anew."""
    wiping.wipe()
    load(begins_at(), password=password, progress=progress)


def begins_at() -> datetime:
    """Where a fresh demonstration begins: ``ONEWINDOW_SANDBOX_START``, else the real now."""
    text = str(settings.ONEWINDOW_SANDBOX_START)
    if not text:
        return clock.real_now()
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise Invalid(
            "bad-start", N_("ONEWINDOW_SANDBOX_START 应当是带时区的时刻，如 2026-09-07T08:30:00+08:00。")
        )
    return found.astimezone(clock.SHANGHAI)


def load(now: datetime, password: str, progress: Progress = lambda step, share: None) -> int:
    """City, cast, items and history of a demonstration that begins at ``now``; how many cases it has.

    The last act says that it is complete. Until then the clock stands in the past that is being made.
    """
    settings_store.put(_BEGUN, True)
    start = clock.start_of(history.begins_on(now))
    is_real = not settings.ONEWINDOW_SANDBOX_START
    clock.move_to(start)
    progress("people", 0.0)
    demo.load_people(password=password, now=start)
    progress("items", 0.2)
    demonstration.load(now=start - _ITEMS_STOOD)
    progress("history", 0.5)
    made = history.make(now, progress=lambda share: progress("history", 0.5 + share / 2))
    if is_real:
        generations.put("clock", 0)
    else:
        clock.move_to(now)
    settings_store.mark_loaded()
    progress("history", 1.0)
    return made
