"""What verification finds, and the registry of checks that other rooms add to it."""

from __future__ import annotations

import msgspec


class Finding(msgspec.Struct, frozen=True):
    """One thing that is not as it was: a stable kebab-case ``code``, ``where`` and a sentence."""

    code: str
    where: str
    text: str

    def __str__(self) -> str:
        return f"{self.code}\t{self.where}\t{self.text}"
