"""What editors keep, as this process holds it: read in one statement when the counter ``editorial`` has moved."""

from __future__ import annotations

from collections.abc import Hashable

import msgspec
from django.db import connection

from onewindow.base import generations

GENERATION = "editorial"
MOST_USED = 200  # items read of those most in use
_STATEMENT = """
SELECT json_build_object(
 'synonyms', (SELECT coalesce(json_agg(json_build_array(id, everyday, official) ORDER BY id DESC), '[]')
   FROM catalog_synonym WHERE retired_at IS NULL),
 'themes', (SELECT coalesce(json_agg(row_to_json(t) ORDER BY id), '[]') FROM (
   SELECT DISTINCT ON (key) id, key, audience, position, label, label_en, icon, themes, items, is_shown
   FROM catalog_themeversion ORDER BY key, id DESC) t),
 'pins', (SELECT coalesce(json_agg(task_code ORDER BY position, id), '[]')
   FROM catalog_hotmark WHERE lifted_at IS NULL AND mark = 'pin'),
 'blocks', (SELECT coalesce(json_agg(task_code), '[]')
   FROM catalog_hotmark WHERE lifted_at IS NULL AND mark = 'block'),
 'used', (SELECT coalesce(json_agg(json_build_array(task_code, received)), '[]') FROM (
   SELECT task_code, received FROM catalog_itemuse ORDER BY received DESC, task_code LIMIT %s) u)
)::text"""


class KeptSynonym(msgspec.Struct, frozen=True, array_like=True):
    """A synonym in use; ``official`` are official words or codes of items."""

    id: int
    everyday: tuple[str, ...]
    official: tuple[str, ...]


class KeptTheme(msgspec.Struct, frozen=True):
    """A theme as last saved by an editor."""

    key: str
    audience: str
    position: int
    label: str
    label_en: str
    icon: str
    themes: tuple[str, ...]
    items: tuple[str, ...]
    is_shown: bool


class Kept(msgspec.Struct, frozen=True):
    """All of it; ``used`` are (code of an item, cases received lately), the most first."""

    synonyms: tuple[KeptSynonym, ...] = ()
    themes: tuple[KeptTheme, ...] = ()
    pins: tuple[str, ...] = ()
    blocks: frozenset[str] = frozenset()
    used: tuple[tuple[str, int], ...] = ()


_decode = msgspec.json.Decoder(Kept).decode
_held: tuple[Hashable, Kept] | None = None


def kept() -> Kept:
    """As of this generation; the same object as long as nothing has changed."""
    global _held
    generation = generations.version(GENERATION)
    held = _held
    if held is None or held[0] != generation:
        found = _read()
        held = _held = (generation, held[1] if held is not None and held[1] == found else found)
    return held[1]


def touch() -> None:
    """What editors keep has changed: every process reads it anew after this transaction."""
    generations.touch(GENERATION)


def flush() -> None:
    """Forget what this process holds."""
    global _held
    _held = None


def _read() -> Kept:
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENT, [MOST_USED])
        return _decode(cursor.fetchone()[0])
