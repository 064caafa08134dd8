"""The score sheet of a file review (案卷评查): what is looked at, what it may cost, and how a score comes out. Pure.

Scores are whole tenths of a point, 0 to 1000, so that no fact holds a fraction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from onewindow.kernel.errors import N_, FieldError, Invalid

FULL = 1000


class Criterion(msgspec.Struct, frozen=True):
    """One line of the sheet: most points it may cost, what is looked at, and what that rests on."""

    code: str
    label: str
    points: int
    look: str
    basis: str


CRITERIA: tuple[Criterion, ...] = (
    Criterion(
        "notice", N_("受理或不予受理有书面通知"), 10,
        N_("是否受理都出具了加盖专用印章、注明日期的书面凭证"), N_("《行政许可法》第三十二条"),
    ),
    Criterion(
        "once", N_("一次告知要补什么"), 10,
        N_("要补正的，五个工作日内一次说全，没有第二次要材料"), N_("《行政许可法》第三十二条第一款第四项"),
    ),
    Criterion(
        "limits", N_("在期限内办结"), 15,
        N_("没有超过承诺期限和法定期限；暂停和延期有理由、有批准、告知了申请人"),
        N_("《行政许可法》第四十二条、第四十五条"),
    ),
    Criterion(
        "basis", N_("决定写明依据和理由"), 15,
        N_("决定引用了适用的条款；不予许可的说明理由并告知复议、诉讼的权利"), N_("《行政许可法》第三十八条"),
    ),
    Criterion(
        "separation", N_("审查和决定分开并签名"), 15,
        N_("受理、审查、决定由有权的人分别办理，记录上有名有时间"), N_("《行政许可法》第三十四条；审批分离的内部规定"),
    ),
    Criterion(
        "papers", N_("材料齐全，没有多收"), 15,
        N_("清单上要的都在卷里，清单上没有的没有收；容缺的按期补来"), N_("《行政许可法》第三十条、第三十一条"),
    ),
    Criterion(
        "service", N_("送达有凭证"), 10,
        N_("十日内颁发、送达，怎样送达、谁签收有记录"), N_("《行政许可法》第四十四条"),
    ),
    Criterion(
        "rights", N_("听取意见，告知权利"), 5,
        N_("关系他人重大利益的告知了利害关系人，听取了陈述和申辩"), N_("《行政许可法》第三十六条、第四十七条"),
    ),
    Criterion(
        "order", N_("案卷整齐一致"), 5,
        N_("文书编号、日期、签名互相对得上，没有涂改和缺页"), N_("评查要求：案卷能单独说明这件事怎样办成"),
    ),
)  # fmt: skip

Points = Annotated[int, Meta(ge=0, le=100)]
Reason = Annotated[str, Meta(max_length=500)]


class SheetIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A filled sheet: points deducted and why, by criterion; ``idle`` are criteria that do not apply."""

    deducted: dict[str, Points] = {}
    reasons: dict[str, Reason] = {}
    idle: tuple[str, ...] = ()
    text: Annotated[str, Meta(max_length=2000)] = ""


def frozen(criteria: Iterable[Criterion]) -> list[dict[str, Any]]:
    """The sheet as a round keeps it: a later sheet does not change it."""
    return [msgspec.to_builtins(one) for one in criteria]


def thawed(kept: Any) -> tuple[Criterion, ...]:
    """The sheet of a round."""
    return msgspec.convert(kept, tuple[Criterion, ...])


def checked(sheet: SheetIn, criteria: Sequence[Criterion]) -> None:
    """Raise ``Invalid`` with every fault: unknown lines, more than a line holds, a deduction without a reason."""
    points = {one.code: one.points for one in criteria}
    wrong = []
    for code, cost in sheet.deducted.items():
        if cost > points.get(code, 0):
            wrong.append(FieldError(f"deducted.{code}", "too-much", N_("扣分不能超过这一项的分值。")))
        elif cost and code in sheet.idle:
            wrong.append(FieldError(f"deducted.{code}", "idle", N_("不适用的项目不能扣分。")))
        elif cost and not sheet.reasons.get(code, "").strip():
            wrong.append(FieldError(f"reasons.{code}", "required", N_("扣分要写理由。")))
    wrong += [
        FieldError("idle", "unknown-value", N_("没有这个选项。")) for code in sheet.idle if code not in points
    ]
    if not points.keys() - set(sheet.idle):
        wrong.append(FieldError("idle", "all-idle", N_("不能每一项都不适用。")))
    if wrong:
        raise Invalid("invalid-fields", wrong[0].message, fields=wrong)


def score(sheet: SheetIn, criteria: Sequence[Criterion]) -> int:
    """Tenths of 100 points: what is left of the lines that apply, half up."""
    lines = [one for one in criteria if one.code not in sheet.idle]
    whole = sum(one.points for one in lines)
    left = whole - sum(sheet.deducted.get(one.code, 0) for one in lines)
    return _half_up(left * FULL, whole)


def agreed(first: int, second: int) -> int:
    """The score on which two readers agree: their mean, half up."""
    return _half_up(first + second, 2)


def _half_up(part: int, whole: int) -> int:
    return (2 * part + whole) // (2 * whole)


def weighted(means: Mapping[Any, tuple[int, int, int]]) -> int | None:
    """The estimate for a population from its strata: {stratum: (population, read, sum of scores)}; tenths.

    Each stratum counts by its share of the population, not of the sample; None when nothing was read.
    """
    read = [one for one in means.values() if one[1]]
    whole = sum(population for population, _, _ in read)
    if not whole:
        return None
    # One common denominator keeps it exact until the last step.
    common = 1
    for _, count, _ in read:
        common *= count
    total = sum(population * scores * (common // count) for population, count, scores in read)
    return _half_up(total, whole * common)
