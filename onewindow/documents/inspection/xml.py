"""XML by expat within bounds: no document type, no entities, no deep nesting, no endless lists."""

from __future__ import annotations

from collections.abc import Callable
from xml.parsers import expat

from onewindow.documents.inspection.verdict import Refused

MOST_BYTES = 64 * 1024 * 1024
MOST_ELEMENTS = 2_000_000  # of all parts of a package
DEEPEST = 100
MOST_ATTRIBUTES = 200

OnStart = Callable[[tuple[str, ...], dict[str, str]], None]
OnText = Callable[[tuple[str, ...], str], None]


class Budget:
    """Elements that may still come, shared by the parts of one file."""

    def __init__(self) -> None:
        self.left = MOST_ELEMENTS

    def take(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise Refused("too-heavy")


class Reader:
    """Parses one part; ``on_start`` and ``on_text`` get the path of local names from the root on."""

    def __init__(
        self, budget: Budget, on_start: OnStart | None = None, on_text: OnText | None = None
    ) -> None:
        self._budget, self._on_start, self._on_text = budget, on_start, on_text
        self._path: list[str] = []

    def read(self, content: bytes) -> None:
        """Raises ``Refused`` (``unsafe-xml``, ``too-heavy``, ``damaged``)."""
        if len(content) > MOST_BYTES:
            raise Refused("too-heavy")
        parser = expat.ParserCreate(namespace_separator="\x20")
        parser.StartDoctypeDeclHandler = _refuse
        parser.EntityDeclHandler = _refuse
        parser.ExternalEntityRefHandler = _refuse
        parser.ProcessingInstructionHandler = _refuse
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        if self._on_text:
            parser.buffer_text = True
            parser.CharacterDataHandler = self._text
        try:
            parser.Parse(content, True)
        except (expat.ExpatError, LookupError, ValueError) as error:  # broken, or in an encoding nobody knows
            raise Refused("damaged") from error

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._budget.take()
        self._path.append(name.rpartition(" ")[2])
        if len(self._path) > DEEPEST or len(attributes) > MOST_ATTRIBUTES:
            raise Refused("too-heavy")
        if self._on_start:
            self._on_start(tuple(self._path), attributes)

    def _end(self, _name: str) -> None:
        self._path.pop()

    def _text(self, text: str) -> None:
        if self._on_text:
            self._on_text(tuple(self._path), text)


def _refuse(*_: object) -> int:
    """Nothing that is declared can be needed: the standard's schemas know no document type."""
    raise Refused("unsafe-xml")
