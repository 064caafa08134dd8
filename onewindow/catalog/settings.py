"""What an operator may set about the catalogue: levels of rules, vague words, unified elements, a model for wording.

Each is JSON in the environment, read by the site; a wrong one stops the start and says what is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeVar
from urllib.parse import urlsplit

import msgspec
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from onewindow.catalog.adapters.wording import Endpoint
from onewindow.catalog.rules.inheritance import DEFAULT_UNIFIED, UNIFIABLE
from onewindow.catalog.rules.numbers import DEFAULT_LEVELS, known_levels
from onewindow.catalog.rules.wording import DEFAULT_WORDS, GAP, SPARED

RULES = "ONEWINDOW_ITEM_RULES"
WORDS = "ONEWINDOW_ITEM_WORDS"
UNIFIED = "ONEWINDOW_ITEM_UNIFIED"
WORDING = "ONEWINDOW_WORDING"
LEVELS = ("error", "warning", "off")
LONGEST_WORD = 40

Read = TypeVar("Read")


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``ONEWINDOW_ITEM_WORDS``: what is added to the vague words, taken from them, and spared."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    spare: tuple[str, ...] = ()


def rule_levels() -> Mapping[str, str]:
    """The level of each rule: the shipped ones with ``ONEWINDOW_ITEM_RULES`` laid over them.

    Keys are rule numbers for contradictions and ``<number>/missing`` for lacking elements; values error,
    warning or off. The rules that forbid publication (``rules.publication``) do not ask.
    """
    return read_levels(_text(RULES))


def vague_words() -> tuple[str, ...]:
    """The vague words, and after ``!`` the words that are spared; ``…`` stands for a gap."""
    return read_words(_text(WORDS))


def unified_elements() -> frozenset[str]:
    """The elements that may not differ from the catalogue item (十统一)."""
    return read_unified(_text(UNIFIED))


def check() -> None:
    """Read every setting once; raises ``ImproperlyConfigured`` for the first that is wrong."""
    rule_levels()
    vague_words()
    unified_elements()
    wording_endpoint()


def wording_endpoint() -> Endpoint | None:
    """The language model that words guides more plainly, as ``ONEWINDOW_WORDING_URL`` and its kin set it.

    None where no address is set: then nothing is offered.
    """
    url, model = _text(WORDING + "_URL"), _text(WORDING + "_MODEL")
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ImproperlyConfigured(
            f"{WORDING}_URL must be such as https://host/v1/chat/completions, not {url!r}"
        )
    if not model:
        raise ImproperlyConfigured(f"{WORDING}_MODEL must name the model to ask")
    return Endpoint(url, _text(WORDING + "_KEY"), model, float(settings.ONEWINDOW_WORDING_SECONDS))


def _text(name: str) -> str:
    return str(getattr(settings, name, "") or "")


@lru_cache(maxsize=8)
def read_levels(text: str) -> Mapping[str, str]:
    """The levels that ``text`` (JSON, may be empty) sets."""
    changes: dict[str, str] = _decode(
        RULES, text, dict[str, str], {}, '{"2.4-9": "error", "2.4-15/missing": "off"}'
    )
    for rule, level in changes.items():
        if rule not in known_levels():
            raise ImproperlyConfigured(f"{RULES}: there is no rule {rule!r}")
        if level not in LEVELS:
            raise ImproperlyConfigured(f"{RULES}: {rule} must be one of {', '.join(LEVELS)}, not {level!r}")
    return {**DEFAULT_LEVELS, **changes}


@lru_cache(maxsize=8)
def read_words(text: str) -> tuple[str, ...]:
    """The words that ``text`` (JSON, may be empty) leaves."""
    changes = _decode(WORDS, text, Words, Words(), '{"add": ["尽快"], "remove": ["等"], "spare": ["等高线"]}')
    for word in (*changes.add, *changes.remove, *changes.spare):
        if not word.strip(GAP + SPARED + " ") or len(word) > LONGEST_WORD or word.startswith((SPARED, GAP)):
            raise ImproperlyConfigured(f"{WORDS}: {word!r} is no word of 1 to {LONGEST_WORD} characters")
    unknown = [word for word in changes.remove if word not in DEFAULT_WORDS]
    if unknown:
        raise ImproperlyConfigured(f"{WORDS}: cannot remove {unknown[0]!r}, it is not in the list")
    kept = [word for word in DEFAULT_WORDS if word not in changes.remove]
    return tuple(dict.fromkeys([*kept, *changes.add, *(SPARED + word for word in changes.spare)]))


@lru_cache(maxsize=8)
def read_unified(text: str) -> frozenset[str]:
    """The elements that ``text`` (a JSON list, may be empty for the shipped ones) names."""
    if not text:
        return DEFAULT_UNIFIED
    listed: list[str] = _decode(UNIFIED, text, list[str], [], '["name", "type", "basis"]')
    names = frozenset(listed)
    unknown = sorted(names - UNIFIABLE)
    if unknown:
        raise ImproperlyConfigured(
            f"{UNIFIED}: {unknown[0]!r} cannot be unified; choose from {', '.join(sorted(UNIFIABLE))}"
        )
    return names


def _decode(name: str, text: str, kind: Any, default: Read, example: str) -> Read:
    if not text:
        return default
    try:
        found: Read = msgspec.json.decode(text.encode(), type=kind)
    except (ValueError, msgspec.MsgspecError) as error:
        raise ImproperlyConfigured(f"{name} must be JSON such as {example}: {error}") from error
    return found
