"""What may hold a case back from its end: a room above says no (filled by site.wiring)."""

from __future__ import annotations

from collections.abc import Callable

# Deeds by which the hall or the office ends a case; what the applicant does alone is never held.
ENDING = frozenset({"deliver", "return", "refuse-acceptance", "terminate"})
# Each is asked with the case number and raises ``RuleBroken`` when the case must not end yet.
holds: list[Callable[[str], None]] = []


def let_go(action: str, case_no: str) -> None:
    """Ask everybody who may hold this case, where the deed ends it."""
    if action in ENDING:
        for hold in holds:
            hold(case_no)
