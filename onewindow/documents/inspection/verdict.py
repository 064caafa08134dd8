"""What an inspection says: a stable code for a refusal, or what the file is."""

from __future__ import annotations

from datetime import date

import msgspec


class Verdict(msgspec.Struct, frozen=True):
    """``refusal`` is empty for a good file. ``rewritten``: the clean bytes are in the output, keep those.

    ``kind`` of a refusal: ``media`` (of a kind that is not taken) or ``content`` (of the right kind, but
    damaged, active or beyond a bound). ``title`` and ``created_on`` are what an OFD file says of itself.
    """

    media_type: str = ""
    pages: int = 1
    rewritten: bool = False
    refusal: str = ""
    kind: str = ""
    title: str = ""
    created_on: date | None = None


class Refused(Exception):
    """The file is not taken; ``code`` is a key of ``messages.MESSAGES``."""

    def __init__(self, code: str, *, kind: str = "content") -> None:
        super().__init__(code)
        self.code = code
        self.kind = kind
