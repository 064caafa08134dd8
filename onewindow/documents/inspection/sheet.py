"""What is asked of the child that binds pages; loaded without the libraries that read them.

The bundle that it reads: eight bytes that tell the length of a list (JSON of ``Sheet``), the list, then the contents
of the files one after the other.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO

import msgspec

_HEAD = 8


class Sheet(msgspec.Struct, frozen=True):
    """One page to bind: which of the files (from 0), which page of it, turned clockwise by ``turn`` degrees."""

    file: int
    leaf: int
    turn: int


class Bundle(msgspec.Struct, frozen=True):
    """Pages to bind and how long each of the files is that they come from."""

    sheets: list[Sheet]
    sizes: list[int]


def write(bundle: Bundle, contents: Iterable[bytes], into: IO[bytes]) -> None:
    """Write the bundle; ``contents`` in the order of its sizes."""
    listed = msgspec.json.encode(bundle)
    into.write(len(listed).to_bytes(_HEAD))
    into.write(listed)
    for content in contents:
        into.write(content)
    into.flush()
    into.seek(0)


def read(source: IO[bytes]) -> tuple[list[Sheet], list[bytes]]:
    """The pages and the contents of the files."""
    bundle = msgspec.json.decode(source.read(int.from_bytes(source.read(_HEAD))), type=Bundle)
    return bundle.sheets, [source.read(size) for size in bundle.sizes]
