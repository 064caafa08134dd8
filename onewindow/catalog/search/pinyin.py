"""Readings of characters: exact ones for names (by phrase), the usual one for what somebody types."""

from __future__ import annotations

import importlib.util
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache

_FINALS = (("zh", "z"), ("ch", "c"), ("sh", "s"))


def syllables_of_name(text: str) -> list[str]:
    """One reading for every character of normalised ``text``, right in its phrase (行长, 重庆).

    Loads the phrase table (some 50 MB): for importing and publishing, not for answering.
    """
    from pypinyin import lazy_pinyin

    return [part for part in lazy_pinyin(text, errors=lambda other: list(other)) if part.strip()]  # type: ignore[arg-type,return-value]


@cache
def _usual() -> dict[int, str]:
    # The plain table alone: importing the package would load its phrases into every web process.
    spec = importlib.util.find_spec("pypinyin")
    assert spec is not None and spec.submodule_search_locations
    place = f"{next(iter(spec.submodule_search_locations))}/pinyin_dict.py"
    loader = importlib.util.spec_from_file_location("onewindow_readings", place)
    assert loader is not None and loader.loader is not None
    module = importlib.util.module_from_spec(loader)
    loader.loader.exec_module(module)
    readings: dict[int, str] = module.pinyin_dict
    return readings


@lru_cache(maxsize=8192)
def reading(char: str) -> str:
    """The usual reading of ``char`` without tone; the character itself when it has none."""
    found = _usual().get(ord(char))
    return toneless(found.split(",")[0]) if found else char


def toneless(syllable: str) -> str:
    """``syllable`` without its tone mark; ü is written v."""
    plain = unicodedata.normalize("NFD", syllable.replace("ü", "v"))
    kept = "".join(char for char in plain if unicodedata.category(char) != "Mn" or char == "\u0308")
    return unicodedata.normalize("NFC", kept).replace("ü", "v")


@lru_cache(maxsize=8192)
def blurred(syllable: str) -> str:
    """``syllable`` as many people say it: zh=z, ch=c, sh=s, -ng=-n, l=n at the beginning."""
    for full, short in _FINALS:
        if syllable.startswith(full):
            syllable = short + syllable[2:]
            break
    if syllable.endswith("ng"):
        syllable = syllable[:-1]
    return "l" + syllable[1:] if syllable.startswith("n") and len(syllable) > 1 else syllable


def typed(text: str) -> list[str]:
    """A blurred reading for every character of ``text`` that is no space."""
    return [_typed_char(char) for char in text if char != " "]


@lru_cache(maxsize=8192)
def _typed_char(char: str) -> str:
    return blurred(reading(char))


def blurred_pairs(syllables: Iterable[str]) -> list[str]:
    """Neighbouring pairs of blurred syllables."""
    parts = [blurred(part) for part in syllables]
    return [f"{left}'{right}" for left, right in zip(parts, parts[1:], strict=False)]
