"""Lets msgspec learn every shape before threads meet it.

It learns a shape when it is first read and hands the half-learnt one to whoever asks meanwhile; a second thread
that reads it then brings the whole process down (msgspec 0.22; seen as `segfault in _core`).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import msgspec


def learn() -> None:
    """Once, in one thread, when all modules that a process works with are loaded; 0.1 s for 600 shapes."""
    for shape in every():
        with contextlib.suppress(TypeError, NameError):  # nobody reads what msgspec cannot understand
            msgspec.json.Decoder(shape)


def every(base: type[msgspec.Struct] = msgspec.Struct) -> Iterator[type[msgspec.Struct]]:
    """All shapes that are defined at this moment."""
    for shape in base.__subclasses__():
        yield shape
        yield from every(shape)
