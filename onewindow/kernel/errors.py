"""Refusals: the answers that are not bugs, with a stable code, a sentence and the legal basis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec


def N_(text: str) -> str:
    """Mark ``text`` for translation without translating it: pure rooms know no language."""
    return text


class FieldError(msgspec.Struct, frozen=True):
    """One field that cannot be taken: dotted ``field`` path, stable ``code``, Chinese ``message`` (msgid)."""

    field: str
    code: str
    message: str
    params: dict[str, Any] = {}

    @property
    def text(self) -> str:
        """The Chinese sentence with its places filled."""
        return self.message % self.params if self.params else self.message


class Refusal(Exception):
    """A deed or a read that cannot be done, told so that a citizen understands.

    ``code`` is kebab-case and stable; ``message`` a Chinese msgid with ``%(name)s`` places filled
    from ``params``; ``basis`` cites the article that the refusal rests on, empty when none.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        params: Mapping[str, Any] | None = None,
        basis: str = "",
        fields: Sequence[FieldError] = (),
    ) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.params = dict(params or {})
        self.basis = basis
        self.fields = tuple(fields)

    @property
    def text(self) -> str:
        """The Chinese sentence with its places filled."""
        return self.message % self.params if self.params else self.message


class RuleBroken(Refusal):
    """Not possible in this state: the law or the state of the matter forbids it."""


class Stale(Refusal):
    """Somebody acted in between; the caller holds an old version."""


class NotAllowed(Refusal):
    """The actor's role lacks the right."""


class NotFound(Refusal):
    """Not there, or not the actor's to see: the two look the same."""


class Invalid(Refusal):
    """The input cannot be taken; ``fields`` names each place."""


class Unreadable(Refusal):
    """The request could not be read at all (broken JSON, wrong encoding)."""


class Unidentified(Refusal):
    """No identity, or one that has ended."""


class TooFast(Refusal):
    """Asked too often; ``retry_after`` is in seconds."""

    def __init__(self, code: str, message: str, *, retry_after: int, **rest: Any) -> None:
        super().__init__(code, message, **rest)
        self.retry_after = retry_after


class TooLarge(Refusal):
    """An upload beyond its bound."""


class WrongMedia(Refusal):
    """An upload of a kind that is not taken."""


class Full(Refusal):
    """There is no room left to store what was sent."""


class Away(Refusal):
    """Something this needs is away (database, an outside system); try again after ``retry_after`` seconds."""

    def __init__(self, code: str, message: str, *, retry_after: int = 5, **rest: Any) -> None:
        super().__init__(code, message, **rest)
        self.retry_after = retry_after
