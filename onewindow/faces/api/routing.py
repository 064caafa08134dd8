"""From a path to its operations: literal paths by one look-up, paths with places by their first segment."""

from __future__ import annotations

import re
from collections.abc import Sequence

from onewindow.faces.api.operation import Operation

PREFIX = "/api/v1"
_PLACE = re.compile(r"\{(\w+)\}")

Methods = dict[str, Operation]


class Routes:
    """The operations by path and method. A literal path wins: /calendar/due before /calendar/{year}."""

    def __init__(self, operations: Sequence[Operation]) -> None:
        self._literal: dict[str, Methods] = {}
        self._placed: dict[str, dict[re.Pattern[str], Methods]] = {}
        for one in operations:
            self._methods(PREFIX + one.path)[one.method] = one

    def _methods(self, path: str) -> Methods:
        if "{" not in path:
            return self._literal.setdefault(path, {})
        pattern = re.compile(_PLACE.sub(r"(?P<\1>[^/]+)", path.replace(".", r"\.")))
        return self._placed.setdefault(_first(path), {}).setdefault(pattern, {})

    def find(self, path: str) -> tuple[Methods, dict[str, str]] | None:
        """The operations at ``path`` and what stands in its places; None when there are none."""
        literal = self._literal.get(path)
        if literal is not None:
            return literal, {}
        for pattern, methods in self._placed.get(_first(path), {}).items():
            fit = pattern.fullmatch(path)
            if fit is not None:
                return methods, fit.groupdict()
        return None


def _first(path: str) -> str:
    """The segment after the prefix."""
    return path[len(PREFIX) + 1 :].partition("/")[0]
