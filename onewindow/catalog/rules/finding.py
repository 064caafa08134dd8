"""A finding: one rule of the catalogue that an item breaks, or cannot be checked against, with its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal

import msgspec

from onewindow.kernel.errors import N_

Level = Literal["error", "warning"]
OFF = "off"
HEADED = N_("规则 %(rule)s：%(text)s")


class Finding(msgspec.Struct, frozen=True):
    """What one rule says about one element.

    ``rule`` is the number in the handbook ("2.4-3"); ``element`` a dotted place in the definition: rows of
    materials by their code, questions by theirs, everything else by its index from 0
    ("materials.M03.name", "conditions.2", "steps.1.days"). ``message`` is a Chinese msgid, its places filled
    from ``params``. ``span`` (from, to) marks the words of that element that are meant.
    """

    rule: str
    level: Level
    element: str
    message: str
    params: dict[str, Any] = {}
    span: tuple[int, int] | None = None

    def text(self, translate: Callable[[str], str] = N_) -> str:
        """The sentence with its rule number; ``translate`` is ``gettext`` where a person reads it."""
        return translate(HEADED) % {"rule": self.rule, "text": self.sentence(translate)}

    def sentence(self, translate: Callable[[str], str] = N_) -> str:
        """The sentence without the number. The parameters ``what`` and ``wanted`` are msgids themselves."""
        if not self.params:
            return translate(self.message)
        names = {key: translate(self.params[key]) for key in ("what", "wanted") if self.params.get(key)}
        return translate(self.message) % (self.params | names)


class Notes:
    """Collects findings while the rules run, each at the level that is set for its rule.

    A rule has two levels: its own number for a contradiction ("2.4-3") and the number with ``/missing`` for
    an element that it needs and that is not there ("2.4-3/missing"). "off" silences it.
    """

    __slots__ = ("_levels", "_missing", "findings")

    def __init__(self, levels: Mapping[str, str]) -> None:
        self.findings: list[Finding] = []
        self._levels = levels
        self._missing: dict[tuple[str, str], list[str]] = {}

    def broken(
        self, rule: str, element: str, message: str, *, span: tuple[int, int] | None = None, **params: Any
    ) -> None:
        """Rule ``rule`` is broken at ``element``: what is written there contradicts it."""
        level = self._levels.get(rule, "error")
        if level != OFF:
            self.findings.append(Finding(rule, level, element, message, params, span))  # type: ignore[arg-type]

    def lacks(self, rule: str, element: str, what: str) -> None:
        """``rule`` needs ``what`` at ``element`` and it is not there; told once for all rules that need it."""
        level = self._levels.get(rule + "/missing", "warning")
        if level == OFF:
            return
        known = self._missing.get((element, what))
        if known is None:
            self._missing[element, what] = [level, rule]
        elif rule not in known:
            known.append(rule)
            if level == "error":
                known[0] = level

    def take(self, findings: Iterable[Finding]) -> None:
        """Findings of a check that ran on its own, at the level that is set here, if one is."""
        for finding in findings:
            level = self._levels.get(finding.rule, finding.level)
            if level == finding.level:
                self.findings.append(finding)
            elif level != OFF:
                self.findings.append(msgspec.structs.replace(finding, level=level))

    def told(self) -> list[Finding]:
        """Everything found: contradictions first, then what is missing, in the order of the rules."""
        for (element, what), (level, *rules) in self._missing.items():
            if len(rules) == 1:
                message, params = N_("缺少%(what)s"), {"what": what}
            else:
                message = N_("缺少%(what)s，规则 %(rules)s 无法核对")
                params = {"what": what, "rules": "、".join(rules)}
            self.findings.append(Finding(rules[0], level, element, message, params))  # type: ignore[arg-type]
        self._missing.clear()
        return self.findings


def errors(findings: Iterable[Finding]) -> list[Finding]:
    """Only those that forbid."""
    return [finding for finding in findings if finding.level == "error"]


def counts_as(finding: Finding) -> tuple[str, ...]:
    """The rules that a finding counts for: several when one missing element stops several rules."""
    rules = finding.params.get("rules")
    return tuple(rules.split("、")) if isinstance(rules, str) else (finding.rule,)
