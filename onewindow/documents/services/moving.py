"""Moving stored contents to another shelf: copied, read back and counted; nothing is taken away."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from onewindow.documents.models import File
from onewindow.documents.storage import Shelf
from onewindow.kernel.errors import N_, Refusal

_CHUNK = 2_000


class Moved(msgspec.Struct, frozen=True):
    """How many contents were copied, lay there whole already, and are missing where they should lie."""

    copied: int
    there: int
    missing: tuple[str, ...]


def contents() -> Iterator[bytes]:
    """The hash of every content that a file or paper names and no law has erased, each once."""
    rows = File.objects.filter(erased_at=None).order_by("sha256").values_list("sha256", flat=True)
    for sha256 in rows.distinct().iterator(_CHUNK):
        yield bytes(sha256)


def move(source: Shelf, target: Shelf) -> Moved:
    """Copy every content that ``target`` lacks and read it back there; done again it copies what came since.

    Raises ``Refusal`` (``copy-differs``) when what was written is not what is read, ``Away``.
    """
    copied, there, missing = 0, 0, []
    for sha256 in contents():
        if target.digest(sha256) == sha256:
            there += 1
        elif _copy(source, target, sha256):
            copied += 1
        else:
            missing.append(sha256.hex())
    return Moved(copied, there, tuple(missing))


def _copy(source: Shelf, target: Shelf, sha256: bytes) -> bool:
    try:
        file = source.open(sha256)
    except FileNotFoundError:
        return False
    with file:
        size = file.seek(0, 2)
        file.seek(0)
        target.put(file, sha256, size)
    if target.digest(sha256) != sha256:
        name = {"name": sha256.hex()}
        raise Refusal("copy-differs", N_("文件 %(name)s 复制以后内容不一致，没有继续。"), params=name)
    return True
