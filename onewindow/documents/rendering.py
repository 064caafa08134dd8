"""From words to a PDF: typst with the shipped fonts only, so that a paper looks the same on every machine."""

from __future__ import annotations

import threading
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from onewindow.documents import presentation

if TYPE_CHECKING:
    import typst

TEMPLATES = Path(__file__).resolve().parent / "templates"
FONTS = Path(__file__).resolve().parents[1] / "data" / "fonts"
_LOCK = threading.Lock()


Form = Literal["pdf", "png"]


class Unsettable(ValueError):
    """A template that typst cannot set; the message says where."""


def pdf(kind: str, shown: dict[str, Any], *, version: int, at: datetime, source: str = "") -> bytes:
    """The paper as PDF; the same content gives the same bytes with the same program version.

    ``version`` is a shipped edition; ``source`` a body to set in its frame instead of the shipped one. Raises
    ``Unsettable``.
    """
    return page(kind, shown, version=version, at=at, source=source, form="pdf")


def page(
    kind: str, shown: dict[str, Any], *, version: int, at: datetime, source: str = "", form: Form = "pdf"
) -> bytes:
    """The same as ``form`` pdf, or the first page as png."""
    return _made(TEMPLATES / f"v{version}", kind, presentation.dumps(shown), at, source=source, form=form)


def handout(kind: str, shown: dict[str, Any], *, at: datetime) -> bytes:
    """What a hall hands out about an item, as PDF; unlike a paper it is not stored.

    The same words of one day are set once a process: many ask for the same sheet.
    """
    return _handout(kind, presentation.dumps(shown), at.replace(hour=0, minute=0, second=0, microsecond=0))


def bulletin(shown: dict[str, Any], *, at: datetime) -> bytes:
    """A bulletin of supervision as PDF; what was published gives the same bytes each time."""
    return _made(TEMPLATES / "bulletin1", "bulletin", presentation.dumps(shown), at)


@lru_cache(maxsize=64)
def _handout(kind: str, data: str, at: datetime) -> bytes:
    return _made(TEMPLATES / "handouts1", kind, data, at)


def _made(folder: Path, kind: str, data: str, at: datetime, *, source: str = "", form: Form = "pdf") -> bytes:
    body: Any = source.encode() if source else str(folder / f"{kind}.typ")
    with _LOCK:  # one compiler keeps the fonts loaded and serves one paper at a time
        try:
            made = _compiler(folder).compile(
                body,
                format=form,
                ppi=110 if form == "png" else None,
                sys_inputs={"data": data},
                timestamp=int(at.timestamp()),
            )
        except RuntimeError as error:  # what typst says of a template
            raise Unsettable(str(error)) from None
    found = made[0] if isinstance(made, list) else made
    assert isinstance(found, bytes)
    return found


@lru_cache(maxsize=4)
def _compiler(folder: Path) -> typst.Compiler:
    import typst  # 7 MB that a web worker carries only once it makes a file

    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
    return typst.Compiler(root=str(folder), font_paths=fonts)
