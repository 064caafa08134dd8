"""Everyday words that editors add to the shipped ones; each change is a fact, nothing is deleted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.db import IntegrityError, transaction

from onewindow.base import facts
from onewindow.catalog.editorial import discretion, kept
from onewindow.catalog.editorial.acting import EDITOR, require_editor
from onewindow.catalog.editorial.kept import KeptSynonym
from onewindow.catalog.editorial.tables import Synonym
from onewindow.catalog.search.document import normalise
from onewindow.catalog.search.lexicon import Phrase
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, FieldError, Invalid, NotFound, Stale

STREAM = "synonym"
MOST_EVERYDAY, LONGEST_EVERYDAY = 20, 30
MOST_OFFICIAL, LONGEST_OFFICIAL = 8, 80
LONGEST_NOTE = 200
MOST_IN_USE = 5_000


class Words(msgspec.Struct, frozen=True):
    """One entry as it is to stand: what people say, and the official words or codes of items, best first."""

    everyday: tuple[str, ...]
    official: tuple[str, ...]
    note: str = ""


def read(everyday: str, official: str, note: str = "") -> Words:
    """The entry from two typed lists (separated by lines, ``|``, commas or 、); raises ``Invalid`` with fields."""
    words = Words(
        tuple(
            dict.fromkeys(" ".join(normalise(text).split()) for text in _split(everyday) if normalise(text))
        ),
        tuple(dict.fromkeys(text for text in _split(official))),
        " ".join(note.split()),
    )
    problems = [*_everyday_problems(words.everyday), *_official_problems(words.official)]
    if len(words.note) > LONGEST_NOTE:
        problems.append(_problem("note", "too-long", N_("说明请不超过 200 个字")))
    if problems:
        raise Invalid("invalid-fields", N_("这条近义词有误，还没有保存。"), fields=problems)
    return words


def add(actor: Actor, words: Words, *, now: datetime) -> int:
    """Keep a new entry; the id. Said twice, the second gives the id of the first. Raises ``NotAllowed``."""
    require_editor(actor)
    with transaction.atomic():
        same = _in_use().filter(everyday=list(words.everyday), official=list(words.official)).first()
        if same is not None:
            return int(same.pk)
        if _in_use().count() >= MOST_IN_USE:
            raise Invalid("too-many", N_("近义词已满 5,000 条，请先停用不再需要的。"))
        return _written(actor, words, None, now=now)


def change(actor: Actor, number: int, words: Words, *, now: datetime) -> int:
    """Put ``words`` in place of the entry ``number``; the id of the new one. Raises ``NotFound``, ``Stale``."""
    require_editor(actor)
    with transaction.atomic():
        held = _held(number)
        if (tuple(held.everyday), tuple(held.official), held.note) == (
            words.everyday,
            words.official,
            words.note,
        ):
            return number
        _end(actor, held, "synonym-replaced", now=now)
        return _written(actor, words, held, now=now)


def retire(actor: Actor, number: int, *, now: datetime) -> None:
    """Take an entry out of use; it stays to be seen. Said again: nothing happens."""
    require_editor(actor)
    with transaction.atomic():
        row = Synonym.objects.select_for_update().filter(pk=number).first()
        if row is None:
            raise _unknown()
        if row.retired_at is None:
            _end(actor, row, "synonym-retired", now=now)


def one(number: int) -> dict[str, Any]:
    """An entry as ``listed`` shows it; raises ``NotFound``."""
    row = Synonym.objects.filter(pk=number).first()
    if row is None:
        raise _unknown()
    return _shown(row)


def listed(*, is_retired: bool = False, before: int | None = None, limit: int = 50) -> list[dict[str, Any]]:
    """Entries in use, or those out of use, the newest first, older than the id ``before``."""
    rows = Synonym.objects.filter(retired_at__isnull=not is_retired)
    rows = rows.filter(pk__lt=before) if before is not None else rows
    return [_shown(row) for row in rows.order_by("-pk")[:limit]]


def phrases_of(entries: Sequence[KeptSynonym], name_of: Callable[[str], str]) -> tuple[Phrase, ...]:
    """The phrases for the search; ``name_of`` gives the name of an item in force by its code.

    A code that is out of force means nothing; an entry of which nothing is left is none.
    """
    found = []
    for entry in entries:
        words = tuple(filter(None, (_official(text, name_of) for text in entry.official)))
        if words:
            found += [Phrase(tuple(text.split()), words=words) for text in entry.everyday]
    return tuple(found)


def trial(words: Words) -> KeptSynonym:
    """An entry that is not yet kept, for a preview."""
    return KeptSynonym(0, words.everyday, words.official)


def _official(text: str, name_of: Callable[[str], str]) -> str:
    if is_code(text):
        text = name_of(text)
    return normalise(text).replace(" ", "")


def is_code(text: str) -> bool:
    """True when ``text`` is written as the code of an item, not as words."""
    return text.isascii() and "-" in text and sum(char.isdigit() for char in text) >= 8


def _split(text: str) -> list[str]:
    for sign in "|｜、，,；;\r":
        text = text.replace(sign, "\n")
    return [part.strip() for part in text.replace("\0", "").split("\n") if part.strip()]


def _everyday_problems(everyday: Sequence[str]) -> list[FieldError]:
    if not everyday:
        return [_problem("everyday", "required", N_("请写平常的说法"))]
    if len(everyday) > MOST_EVERYDAY:
        return [_problem("everyday", "too-many", N_("平常的说法一次最多 20 个"))]
    problems = []
    for text in everyday:
        if len(text) > LONGEST_EVERYDAY or len(text.replace(" ", "")) < 2:
            problems.append(
                _problem("everyday", "length", N_("平常的说法应当是 2 到 30 个字：%(text)s"), text=text)
            )
        elif not discretion.recordable(text, is_word=lambda pair: True):
            problems.append(
                _problem("everyday", "personal", N_("“%(text)s”像是号码或住址，不能作为近义词"), text=text)
            )
    return problems


def _official_problems(official: Sequence[str]) -> list[FieldError]:
    if not official:
        return [_problem("official", "required", N_("请写正式的说法或事项编码"))]
    if len(official) > MOST_OFFICIAL:
        return [_problem("official", "too-many", N_("正式的说法最多 8 个"))]
    return [
        _problem(
            "official", "length", N_("正式的说法应当是 2 到 80 个字：%(text)s"), text=text[:LONGEST_OFFICIAL]
        )
        for text in official
        if not 2 <= len(normalise(text)) <= LONGEST_OFFICIAL
    ]


def _problem(field: str, code: str, message: str, **params: str) -> FieldError:
    return FieldError(field, code, message, params)


def _in_use() -> Any:
    return Synonym.objects.filter(retired_at=None)


def _held(number: int) -> Synonym:
    row = Synonym.objects.select_for_update().filter(pk=number).first()
    if row is None:
        raise _unknown()
    if row.retired_at is not None:
        raise Stale("stale-version", N_("刚才有人改过或停用了这一条，请看过最新情况再操作。"))
    return row


def _written(actor: Actor, words: Words, replaced: Synonym | None, *, now: datetime) -> int:
    try:
        with transaction.atomic():
            row = Synonym.objects.create(
                everyday=list(words.everyday), official=list(words.official), note=words.note, replaces=replaced,
                added_by=actor.account_id, added_name=actor.name, added_at=now,
            )  # fmt: skip
    except IntegrityError:
        raise Stale("stale-version", N_("刚才有人改过或停用了这一条，请看过最新情况再操作。")) from None
    data: dict[str, Any] = {"everyday": list(words.everyday), "official": list(words.official)}
    if replaced is not None:
        data["replaces"] = replaced.pk
    facts.record(STREAM, row.pk, "synonym-added", at=now, actor=actor, role=EDITOR, data=data)
    kept.touch()
    return int(row.pk)


def _end(actor: Actor, row: Synonym, type: str, *, now: datetime) -> None:
    row.retired_by, row.retired_name, row.retired_at = actor.account_id, actor.name, now
    row.save(update_fields=["retired_by", "retired_name", "retired_at"])
    facts.record(STREAM, row.pk, type, at=now, actor=actor, role=EDITOR, data={})
    kept.touch()


def _shown(row: Synonym) -> dict[str, Any]:
    return {
        "id": row.pk,
        "everyday": row.everyday,
        "official": row.official,
        "note": row.note,
        "added_name": row.added_name,
        "added_at": row.added_at,
        "retired_name": row.retired_name,
        "retired_at": row.retired_at,
        "replaces": row.replaces_id,
    }


def _unknown() -> NotFound:
    return NotFound("no-synonym", N_("没有这一条近义词。"))
