"""Living values, by the names under which answers tell them: without them no input would get past 404."""

from __future__ import annotations

import json
import random
from collections import defaultdict, deque
from typing import Any

NAMES = frozenset(
    [
        "case_no",
        "query_code",
        "file_id",
        "document_no",
        "upload_id",
        "card_no",
        "number",
        "task_code",
        "next",
        "slug",
        "name",
        "period",
        "code",
        "reference",
        "catalog_code",
    ]
)
_MOST, _LONGEST = 400, 60_000
_FIXED: dict[str, list[str]] = {
    "year": ["2026", "2025", "2027", "1949", "2199"],
    "check": ["0019"],
    "username": ["clerk1", "citizen1", "examiner1"],
    "to": ["clerk2", "区市监局", "examiner1"],
    "material": ["M01", "M02", "M04"],
    "region": ["511602"],
    "organ": ["区住建局", "区市监局"],
    "period": ["2026-10", "2026-11", "2025"],
    "slug": ["powers"],
    "code": ["M01", "M02", "M03"],
    "answer_by": ["2026-12-08"],
    "promised_on": ["2026-12-01"],
    "phone": ["13800000000"],
}


class Pool:
    """The newest values of each name, and of cases the version and state that were last told."""

    def __init__(self) -> None:
        self._values: dict[str, deque[str]] = defaultdict(lambda: deque(maxlen=_MOST))
        self.cases: dict[str, tuple[int, str]] = {}

    def learn(self, body: bytes) -> None:
        """What an answer of the API tells."""
        if len(body) > _LONGEST:
            return
        try:
            self._walk(json.loads(body), 0)
        except (ValueError, RecursionError):
            return

    def _walk(self, value: Any, depth: int) -> None:
        if depth > 6:
            return
        if isinstance(value, dict):
            if isinstance(value.get("case_no"), str) and isinstance(value.get("version"), int):
                self._case(value["case_no"], value["version"], str(value.get("state")))
            for name, member in value.items():
                if name in NAMES and isinstance(member, str) and member:
                    self._values[name].append(member)
                else:
                    self._walk(member, depth + 1)
        elif isinstance(value, list):
            for member in value[:30]:
                self._walk(member, depth + 1)

    def _case(self, number: str, version: int, state: str) -> None:
        self.cases[number] = (version, state)
        if len(self.cases) > 2000:
            self.cases.pop(next(iter(self.cases)), None)

    def some(self, name: str, dice: random.Random) -> str | None:
        """A value under this name; None when none is known."""
        fixed = _FIXED.get(name)
        if fixed and dice.random() < 0.8:
            return dice.choice(fixed)
        known = self._values.get("next" if name == "cursor" else name)
        return known[dice.randrange(len(known))] if known else None

    def case(self, dice: random.Random) -> str | None:
        """A case number, rather a new one."""
        numbers = list(self.cases)
        if not numbers:
            return None
        return numbers[-1 - min(int(dice.expovariate(1 / 60)), len(numbers) - 1)]
