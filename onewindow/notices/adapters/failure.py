"""A message that did not get out, told without whom it was for."""

from __future__ import annotations


class Undelivered(Exception):
    """The other side did not take the message; the text names the kind of failure, never a person."""
