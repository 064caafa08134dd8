"""Live numbers: short answers of server-sent events, one snapshot for all who listen.

The server's few threads must not be held by listeners who wait. Each answer therefore carries the parts that
changed and the time after which to ask again (``retry``), and ends; the browser comes back by itself, says what
it saw last, and mostly hears that nothing is new. Listeners of one view share one snapshot: it is made anew
when supervision took something in or when it is old, by one of them, while the others go on with the last one.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from datetime import datetime

import msgspec
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from onewindow.base import clock, generations
from onewindow.faces.supervision import board, choosing, sections, wall
from onewindow.kernel.errors import N_, NotFound
from onewindow.ui import session

RETRY_MS = 5_000
YOUNGEST_SECONDS = 2.0  # never made anew sooner, however much happens
OLDEST_SECONDS = 30.0  # the clock on the page and cards move without a fact of a case
MOST_VIEWS = 64

VIEWS: Mapping[str, tuple[tuple[str, ...], str, Callable[..., dict[str, object]]]] = {
    "board": (board.PARTS, "supervision/parts", board.context),
    "wall": (wall.PARTS, "supervision/wall", wall.context),
}


class Snapshot(msgspec.Struct):
    """The parts of one view as they were made: digest and HTML by name."""

    generation: Hashable
    minute: int
    made_at: float
    parts: dict[str, tuple[str, str]]

    @property
    def seen(self) -> str:
        """What a listener says it saw: the digests in the order of the parts."""
        return ".".join(digest for digest, _ in self.parts.values())


_snapshots: OrderedDict[Hashable, Snapshot] = OrderedDict()
_lock = threading.Lock()
_making: set[Hashable] = set()


@require_GET
@session.page(permission=sections.ALL)
def events(request: HttpRequest, view: str) -> HttpResponse:
    """What changed since the listener's last event, as one short answer of ``text/event-stream``."""
    if view not in VIEWS:
        raise NotFound("no-view", N_("没有这个页面。"))
    chosen = choosing.chosen(request)
    snapshot = snapshot_of(view, chosen, now=clock.now())
    before = request.headers.get("Last-Event-ID", "")[:400].split(".")
    if len(before) != len(snapshot.parts):
        before = [""] * len(snapshot.parts)
    changed = {
        name: html
        for (name, (digest, html)), old in zip(snapshot.parts.items(), before, strict=True)
        if digest != old
    }
    body = f"retry: {RETRY_MS}\n\n"
    if changed:
        body += f"id: {snapshot.seen}\nevent: parts\ndata: {msgspec.json.encode(changed).decode()}\n\n"
    response = HttpResponse(body, content_type="text/event-stream; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    return response


def snapshot_of(view: str, chosen: choosing.Chosen, *, now: datetime) -> Snapshot:
    """The snapshot that this listener shares with all others of the same view, cut and language."""
    key = (view, chosen.cut, chosen.by, chosen.query, get_language())
    generation, minute = generations.version("supervision"), int(now.timestamp()) // 60
    with _lock:
        kept = _snapshots.get(key)
        if kept is not None and (_is_good(kept, generation, minute) or key in _making):
            return kept
        _making.add(key)
    try:
        made = Snapshot(generation, minute, time.monotonic(), _parts(view, chosen, now))
        with _lock:
            _snapshots[key] = made
            _snapshots.move_to_end(key)
            while len(_snapshots) > MOST_VIEWS:
                _snapshots.popitem(last=False)
        return made
    finally:
        _making.discard(key)


def _is_good(kept: Snapshot, generation: Hashable, minute: int) -> bool:
    age = time.monotonic() - kept.made_at
    if age < YOUNGEST_SECONDS and kept.minute == minute:
        return True
    return kept.generation == generation and kept.minute == minute and age < OLDEST_SECONDS


def _parts(view: str, chosen: choosing.Chosen, now: datetime) -> dict[str, tuple[str, str]]:
    names, folder, context = VIEWS[view]
    told = context(chosen, now=now)
    made = {name: str.__str__(render_to_string(f"{folder}/{name}.html", told)) for name in names}
    return {name: (hashlib.sha256(html.encode()).hexdigest()[:10], html) for name, html in made.items()}
