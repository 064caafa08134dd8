"""The demonstration's identity service: vouches for fictional people, whose numbers say born before 1910."""

from __future__ import annotations

from datetime import date

from onewindow.kernel.identifiers import id_card, uscc
from onewindow.kernel.identifiers.problem import Problem
from onewindow.people.adapters.identity.question import Verdict

FICTIONAL_BEFORE = 1910
_LATEST = date(9999, 12, 31)


class StandIn:
    """Says yes to anyone who cannot be alive, and no to everybody else: no real person is drawn in."""

    def verify_person(self, name: str, id_number: str) -> Verdict:
        """Yes when the number is well formed and of somebody born before 1910."""
        found = id_card.parse(id_number, today=_LATEST)
        if isinstance(found, Problem):
            return Verdict(False, "", found.message)
        if found.born_on.year >= FICTIONAL_BEFORE:
            return Verdict(False, "", "演示环境只核验虚构人员：身份证号码中的出生年份须早于 1910 年")
        return Verdict(True, f"STANDIN-{found.number[-4:]}")

    def verify_operator(self, firm: str, uscc_code: str, name: str, id_number: str) -> Verdict:
        """Yes when the firm's code is well formed and the person is fictional."""
        problem = uscc.check(uscc_code)
        return Verdict(False, "", problem.message) if problem else self.verify_person(name, id_number)

    def check(self) -> str:
        """Always there."""
        return "演示用替身"
