"""The search index of this process: built anew behind the requests, what changed meanwhile laid over it.

A small catalogue is indexed at once when it changed. For a large one that would keep a request waiting for many
seconds at each publication: it answers from the index that stands, with the changed rows read by the change feed
(one statement), while a thread builds the next one.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Hashable
from typing import Any

import msgspec
from django.db import DatabaseError, connection

from onewindow.base import generations
from onewindow.catalog.editorial import kept, synonyms
from onewindow.catalog.search import Entry, Index
from onewindow.catalog.search.lexicon import lexicon
from onewindow.org import queries as org

_log = logging.getLogger(__name__)
SMALL = 5_000  # items whose index is built within the request that needs it
REST_SECONDS = 20.0  # between two builds of a large one: in a burst of publications one is enough


class Held(msgspec.Struct):
    """An index with what changed since: ``patches`` maps a code to its present row, None when it is gone."""

    generation: Hashable
    index: Index
    seq: int
    built_at: float
    patches: dict[str, dict[str, Any] | None]
    patched_for: Hashable


_lock = threading.Lock()
_held: Held | None = None
_worded: tuple[Index, tuple[kept.KeptSynonym, ...], Index] | None = None


def current() -> Held:
    """The index and the rows laid over it, as of this generation of the catalogue."""
    generation = generations.version("catalog")
    held = _held
    if held is not None and held.generation == generation:
        return held
    if held is None or len(held.index.entries) <= SMALL or not isinstance(generation, tuple | int):
        return _build_now(generation)
    if held.patched_for != generation:
        held.patches = _patches(held.seq)
        held.patched_for = generation
    if time.monotonic() - held.built_at >= REST_SECONDS and _lock.acquire(blocking=False):
        _start(generation)
    return held


def worded(index: Index) -> Index:
    """``index`` with the editors' everyday words: the same object as long as neither changes."""
    global _worded
    entries = kept.kept().synonyms
    if not entries:
        return index
    held = _worded
    if held is None or held[0] is not index or held[1] is not entries:
        held = _worded = (index, entries, index.taught(synonyms.phrases_of(entries, index.name_of)))
    return held[2]


def tried(index: Index, words: synonyms.Words, *, without: int = 0) -> Index:
    """``index`` as it would answer with ``words`` kept besides, in place of the entry ``without``."""
    entries = [one for one in kept.kept().synonyms if one.id != without]
    phrases = synonyms.phrases_of([synonyms.trial(words), *entries], index.name_of)
    return index.taught(phrases)


def flush() -> None:
    """Forget the index."""
    global _held, _worded
    with _lock:
        _held = _worded = None
    kept.flush()


def _build_now(generation: Hashable) -> Held:
    """While one thread builds a new index, the others answer from the old one if there is one."""
    held = _held
    if not _lock.acquire(blocking=held is None):
        assert held is not None
        return held
    try:
        if _held is None or _held.generation != generation:
            _build(generation)
        assert _held is not None
        return _held
    finally:
        _lock.release()


def _start(generation: Hashable) -> None:
    """Build in a thread of its own; it lets go of the lock, which the caller holds, when it is done."""
    threading.Thread(target=_build_behind, args=(generation,), name="indexing", daemon=True).start()


def _build_behind(generation: Hashable) -> None:
    try:
        _build(generation)
    except (
        DatabaseError
    ) as error:  # a later request tries again; until then the rows laid over tell the truth
        _log.warning("could not build the index: %s", type(error).__name__)
    finally:
        connection.close()
        _lock.release()


def _build(generation: Hashable) -> None:
    global _held
    seq = _last_seq()  # before the rows: what happens in between is laid over the index once more
    index = Index(_entries(), lexicon())
    _held = Held(generation, index, seq, time.monotonic(), {}, generation)


def _last_seq() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(seq), 0) FROM catalog_itemevent")
        return int(cursor.fetchone()[0])


def _patches(seq: int) -> dict[str, dict[str, Any] | None]:
    """What has changed behind the event ``seq``: code → its row in lists, None when it is listed no more."""
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT i.task_code, s."row"::text FROM'
            " (SELECT DISTINCT item_id FROM catalog_itemevent WHERE seq > %s) e"
            " JOIN catalog_item i ON i.id = e.item_id LEFT JOIN catalog_itemsearch s ON s.item_id = e.item_id",
            [seq],
        )
        rows = cursor.fetchall()
    decode = msgspec.json.Decoder(Entry).decode
    return {code: None if text is None else decode(text).row for code, text in rows}


def _entries() -> list[Entry]:
    with connection.cursor() as cursor:
        cursor.execute('SELECT version_id, "row"::text, syllables FROM catalog_itemsearch ORDER BY position')
        rows = cursor.fetchall()
    codes = {organ.id: organ.code for organ in org.organs(active_only=False)}
    decoder = msgspec.json.Decoder(Entry)
    entries = []
    for version_id, text, syllables in rows:
        entry = decoder.decode(text)
        entries.append(
            msgspec.structs.replace(
                entry, version_id=version_id, syllables=syllables, organ_code=codes.get(entry.organ_id, "")
            )
        )
    return entries
