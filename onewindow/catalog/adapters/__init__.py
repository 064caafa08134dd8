"""Layouts of item lists: each module here reads one; a further layout is one further file.

An adapter module offers ``NAME`` (the word for ``--format``), ``LABEL`` (Chinese), ``sniff(head)`` (does
this text begin such a file) and ``rows(source)`` (a ``ParsedRow`` for every row, in order, never an
exception for what stands in the file). A folder beside them is the client of an outside system.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from typing import Protocol

from onewindow.catalog.importing import ParsedRow, SourceText
from onewindow.kernel.errors import N_, Invalid


class Adapter(Protocol):
    """What a layout module offers."""

    NAME: str
    LABEL: str

    def sniff(self, head: str) -> bool: ...

    def rows(self, source: SourceText) -> Iterator[ParsedRow]: ...


@cache
def adapters() -> dict[str, Adapter]:
    """All layouts by name, found by looking into this package."""
    found: dict[str, Adapter] = {}
    for module in pkgutil.iter_modules(__path__):
        if not module.ispkg and not module.name.startswith("_"):
            adapter: Adapter = importlib.import_module(f"{__name__}.{module.name}")  # type: ignore[assignment]
            found[adapter.NAME] = adapter
    return found


def choose(source: SourceText, name: str = "auto") -> Adapter:
    """The adapter called ``name``, or by ``auto`` the one that knows the beginning of ``source``.

    Raises ``Invalid`` ``unknown-format`` when there is none.
    """
    known = adapters()
    if name != "auto":
        if name not in known:
            raise Invalid(
                "unknown-format",
                N_("没有名为“%(name)s”的导入格式；可用：%(known)s"),
                params={"name": name, "known": "、".join(sorted(known))},
            )
        return known[name]
    head = source.head()
    for adapter in known.values():
        if adapter.sniff(head):
            return adapter
    raise Invalid(
        "unknown-format",
        N_("认不出文件的格式；可用 --format 指定：%(known)s"),
        params={"known": "、".join(sorted(known))},
    )
