"""The flow chart of an item, drawn from its steps as inline SVG: shapes, with words in the template."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from django.utils.translation import gettext as _

from onewindow.catalog.definition import Step
from onewindow.ui import words
from onewindow.ui.dates import is_english, limit_text

HEIGHT, TOP, LOW = 56, 22, 130
# Widths of a letter in the small line of a box, in units of the drawing, and what stays free at its sides.
LATIN, HAN, MARGIN = 7, 13, 8


class Box(msgspec.Struct, frozen=True):
    """A step on the chart: place, css ``kind`` and two lines of words. The centre is ``cx``."""

    x: int
    y: int
    width: int
    kind: str
    title: str
    meta: str

    @property
    def cx(self) -> int:
        return self.x + self.width // 2

    @property
    def title_y(self) -> int:
        return self.y + (24 if self.meta else 34)

    @property
    def meta_y(self) -> int:
        return self.y + 44

    @property
    def squeeze(self) -> int:
        """The width to which the small line is set closer when it would not fit; 0 when it fits."""
        needed = sum(LATIN if char < "\u2e80" else HAN for char in self.meta)
        room = self.width - MARGIN
        return room if needed > room else 0

    @property
    def radius(self) -> int:
        return HEIGHT // 2 if self.kind == "end" else 6


class Chart(msgspec.Struct, frozen=True):
    """The whole drawing; ``arrows`` and ``dashes`` are paths, ``heads`` arrow heads, ``notes`` free words."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    arrows: tuple[str, ...]
    dashes: tuple[str, ...]
    heads: tuple[str, ...]
    notes: tuple[tuple[int, int, str], ...]
    spoken: str


def chart(steps: Sequence[Step]) -> Chart | None:
    """The chart of ``steps``; None when the source gives none."""
    if not steps:
        return None
    step_width, gap = (168 if is_english() else 148), 36
    boxes = [Box(2, TOP, 104, "end", _("您申请"), "")]
    arrows, heads, dashes, notes = [], [], [], []
    for step in steps:
        x = boxes[-1].x + boxes[-1].width + gap
        boxes.append(Box(x, TOP, step_width, _kind(step), _short(step.name), _meta(step)))
    if steps[-1].role != "issuer":
        x = boxes[-1].x + boxes[-1].width + gap
        boxes.append(Box(x, TOP, 104, "end", _("收结果"), ""))
    middle = TOP + HEIGHT // 2
    for left, right in zip(boxes, boxes[1:], strict=False):
        arrows.append(f"M{left.x + left.width} {middle}H{right.x - 4}")
        heads.append(f"M{right.x} {middle}l-9-5v10z")
    first = boxes[0]
    clerk = next((box for box, step in zip(boxes[1:], steps, strict=False) if step.role == "clerk"), None)
    decider = next(
        (box for box, step in zip(boxes[1:], steps, strict=False) if step.role == "approver"), None
    )
    drawn = list(boxes)
    if clerk:
        drawn.append(Box(clerk.x, LOW, clerk.width, "aside", _("补正"), _("只告知一次")))
        dashes += [
            f"M{clerk.cx} {TOP + HEIGHT}V{LOW - 4}",
            f"M{clerk.x} {LOW + 26}H{first.cx}V{TOP + HEIGHT + 4}",
        ]
        heads += [f"M{clerk.cx} {LOW}l-5-9h10z", f"M{first.cx} {TOP + HEIGHT}l-5 9h10z"]
        notes.append((clerk.cx + 10, 110, _("材料不齐，5 个工作日内")))
    if decider:
        drawn.append(Box(decider.x, LOW, decider.width, "aside", _("不予许可"), _("写明理由和救济")))
        dashes.append(f"M{decider.cx} {TOP + HEIGHT}V{LOW - 4}")
        heads.append(f"M{decider.cx} {LOW}l-5-9h10z")
    last = boxes[-1]
    height = LOW + HEIGHT + 4 if clerk or decider else TOP + HEIGHT + 4
    spoken = _("流程：") + _("，").join(f"{step.name} {_meta(step)}" for step in steps)
    return Chart(
        last.x + last.width + 4,
        height,
        tuple(drawn),
        tuple(arrows),
        tuple(dashes),
        tuple(heads),
        tuple(notes),
        spoken,
    )


def _kind(step: Step) -> str:
    return "act" if step.role in ("examiner", "approver") else "plain"


def _meta(step: Step) -> str:
    who = words.word(step.role, "role")
    if step.days is None:
        return who
    return f"{who} · {limit_text({'days': step.days, 'unit': 'working_day'}) if step.days else _('当天')}"


def _short(name: str) -> str:
    return name if len(name) <= 9 else name[:8] + "…"
