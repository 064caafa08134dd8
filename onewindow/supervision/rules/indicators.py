"""Every indicator, defined once: name, formula, population, period, unit, rounding and source (handbook 5.1).

Terms name counts of a source: ``cases`` (rules.measures), ``open`` (what is being handled now), ``items`` (the
catalogue in force), ``checks`` (supervision rules applied to decided cases), ``ratings`` given, ``tickets`` of bad
ones, ``received`` (cases of the period) and ``earlier`` (cases decided in it that came in before). A term with ``-``
is taken away. Rates are percent, half up to two decimals; 0/0 is no data, never 100 %.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal

import msgspec

from onewindow.kernel.errors import N_

CENT = Decimal("0.01")
PERCENT, DAYS, CASES = "%", N_("天"), N_("件")
HANDBOOK = "政务服务指标约定"
STANDARD = "GB/T 39735-2020"
MILLION = 1_000_000


class Indicator(msgspec.Struct, frozen=True):
    """One indicator. Without a denominator it is a count; ``scale`` is 100 for percent."""

    name: str
    label: str
    formula: str
    population: str
    numerator: tuple[str, ...]
    denominator: tuple[str, ...] = ()
    unit: str = PERCENT
    source: str = HANDBOOK
    scale: int = 1  # the numerator is counted in parts of so many

    @property
    def is_of_items(self) -> bool:
        """True for what is told of the catalogue in force, whichever period is asked for."""
        return self.sources == {"items"}

    @property
    def sources(self) -> frozenset[str]:
        """Which counts are needed."""
        return frozenset(term.lstrip("-").partition(".")[0] for term in (*self.numerator, *self.denominator))


class Value(msgspec.Struct, frozen=True):
    """An indicator over a cut and a period; ``value`` None where there is no data."""

    value: Decimal | None
    numerator: int
    denominator: int | None


Counts = Mapping[str, int]


def value_of(indicator: Indicator, counts: Callable[[str], Counts]) -> Value:
    """The value from the counts of each source that it names."""
    numerator = _sum(indicator.numerator, counts)
    if not indicator.denominator:
        return Value(Decimal(numerator), numerator, None)
    denominator = _sum(indicator.denominator, counts)
    return Value(ratio(numerator, denominator * indicator.scale, unit=indicator.unit), numerator, denominator)


def ratio(numerator: int, denominator: int, *, unit: str = PERCENT) -> Decimal | None:
    """``numerator`` / ``denominator`` half up to two decimals, in percent for that unit; None for 0/0."""
    if denominator == 0:
        return None
    scale = 100 if unit == PERCENT else 1
    return (Decimal(numerator) * scale / denominator).quantize(CENT, rounding=ROUND_HALF_UP)


def _sum(terms: tuple[str, ...], counts: Callable[[str], Counts]) -> int:
    total = 0
    for term in terms:
        source, _, name = term.lstrip("-").partition(".")
        total += (-1 if term.startswith("-") else 1) * int(counts(source).get(name, 0))
    return total


_CLOSED = N_("期内作出决定的办件")
_ACCEPTED = N_("期内受理的办件")
_ITEMS = N_("现行实施清单中该要素有数据的事项")

INDICATORS: dict[str, Indicator] = {
    one.name: one
    for one in (
        Indicator(
            "same_day_closure_rate",
            N_("日结率"),
            N_("受理当日办结的办件 ÷ 办结的办件"),
            _CLOSED,
            ("cases.closed_same_day",),
            ("cases.closed",),
        ),
        Indicator(
            "month_closure_rate",
            N_("当月办结率"),
            N_("当月受理并在当月办结的办件 ÷ 当月受理的办件"),
            _ACCEPTED,
            ("cases.accepted_closed_same_month",),
            ("cases.accepted",),
        ),
        Indicator(
            "completion_rate",
            N_("办结率"),
            N_("期内办结的办件 ÷ 期内受理的办件"),
            _ACCEPTED,
            ("cases.closed",),
            ("cases.accepted",),
        ),
        Indicator(
            "instant_share_items",
            N_("即办件比例（按事项）"),
            N_("即办件事项 ÷ 事项"),
            _ITEMS,
            ("items.instant",),
            ("items.kind_known",),
        ),
        Indicator(
            "instant_share_cases",
            N_("即办件比例（按办件）"),
            N_("办结的即办件 ÷ 办结的办件"),
            _CLOSED,
            ("cases.closed_instant",),
            ("cases.closed",),
        ),
        Indicator(
            "commitment_closed_instantly_rate",
            N_("承诺即办件比例"),
            N_("当日办结的承诺件 ÷ 办结的承诺件"),
            N_("期内作出决定的承诺件"),
            ("cases.commitment_closed_at_once",),
            ("cases.closed_commitment",),
        ),
        Indicator(
            "promise_compression",
            N_("承诺提速"),
            N_("（Σ法定时限 − Σ承诺时限）÷ Σ法定时限"),
            N_("法定时限和承诺时限均以工作日计且法定时限大于零的事项"),
            ("items.legal_days", "-items.promised_days"),
            ("items.legal_days",),
        ),
        Indicator(
            "actual_compression",
            N_("办理提速"),
            N_("（Σ法定时限 − Σ实际用时）÷ Σ法定时限"),
            N_("期内作出决定、法定时限大于零的办件；用时扣除停钟"),
            ("cases.legal_days", "-cases.legal_used_days"),
            ("cases.legal_days",),
        ),
        Indicator(
            "actual_compression_of_promise",
            N_("办理提速（比承诺）"),
            N_("（Σ承诺时限 − Σ实际用时）÷ Σ承诺时限"),
            N_("期内作出决定、承诺时限大于零的办件；用时扣除停钟"),
            ("cases.promised_days", "-cases.promised_used_days"),
            ("cases.promised_days",),
        ),
        Indicator(
            "mean_handling_days",
            N_("承诺件平均办结时间"),
            N_("Σ实际用时 ÷ 承诺件"),
            N_("期内作出决定的承诺件，当日办结记零天"),
            ("cases.commitment_days",),
            ("cases.closed_commitment",),
            DAYS,
        ),
        Indicator(
            "on_time_rate",
            N_("按时办结率"),
            N_("用时不超过承诺时限的办件 ÷ 有时限的办件"),
            N_("期内作出决定、有承诺（无承诺则法定）时限的办件"),
            ("cases.on_time",),
            ("cases.limited",),
        ),
        Indicator(
            "early_rate",
            N_("提前办结率"),
            N_("用时少于承诺时限的办件 ÷ 有时限的办件"),
            N_("期内作出决定、有承诺（无承诺则法定）时限的办件"),
            ("cases.early",),
            ("cases.limited",),
        ),
        Indicator(
            "overdue_promise",
            N_("超承诺时限件数"),
            N_("期内超承诺办结的办件 ＋ 期末为今日时在办已超承诺的办件"),
            N_("期内作出决定的办件和在办的办件"),
            ("cases.over_promise", "open.over_promise"),
            unit=CASES,
        ),
        Indicator(
            "overdue_law",
            N_("超法定时限件数"),
            N_("期内超法定办结的办件 ＋ 期末为今日时在办已超法定的办件"),
            N_("期内作出决定的办件和在办的办件"),
            ("cases.over_law", "open.over_law"),
            unit=CASES,
        ),
        Indicator(
            "rule_compliance",
            N_("制度执行率"),
            N_("没有触发监察规则的检查 ÷ 所做的检查"),
            N_("期内作出决定的办件 × 监察规则；撤销的卡不计"),
            ("checks.done", "-checks.hit"),
            ("checks.done",),
        ),
        Indicator(
            "entry_rate",
            N_("进驻率"),
            N_("进驻大厅的事项 ÷ 事项"),
            _ITEMS,
            ("items.entered",),
            ("items.entry_known",),
        ),
        Indicator(
            "one_visit_rate",
            N_("最多跑一次率"),
            N_("到现场不超过一次的事项 ÷ 事项"),
            _ITEMS,
            ("items.one_visit",),
            ("items.visits_known",),
        ),
        Indicator(
            "zero_visit_rate",
            N_("零跑动率"),
            N_("不用到现场的事项 ÷ 事项"),
            _ITEMS,
            ("items.no_visit",),
            ("items.visits_known",),
        ),
        Indicator(
            "one_visit_rate_cases",
            N_("一次办率（按办件）"),
            N_("到现场不超过一次的办件 ÷ 办件"),
            N_("期内作出决定、事项载明到现场次数的办件"),
            ("cases.closed_one_visit",),
            ("cases.closed_visits_known",),
        ),
        Indicator(
            "online_share_cases",
            N_("上网办理率"),
            N_("网上申请的办件 ÷ 受理的办件"),
            _ACCEPTED,
            ("cases.accepted_online",),
            ("cases.accepted",),
        ),
        Indicator(
            "online_closed_share",
            N_("网上办结率"),
            N_("网上申请并办结的办件 ÷ 办结的办件"),
            _CLOSED,
            ("cases.closed_online",),
            ("cases.closed",),
        ),
        Indicator(
            "fully_online_share_items",
            N_("网上全流程办理率"),
            N_("全程网办事项 ÷ 事项"),
            _ITEMS,
            ("items.fully_online",),
            ("items.depth_known",),
        ),
        Indicator(
            "online_share_items",
            N_("网上可办率"),
            N_("可网上办理的事项 ÷ 事项"),
            _ITEMS,
            ("items.online",),
            ("items.online_known",),
        ),
        Indicator(
            "window_closure_rate",
            N_("窗口即办率"),
            N_("在窗口当日办结的办件 ÷ 办结的办件"),
            _CLOSED,
            ("cases.closed_at_window",),
            ("cases.closed",),
        ),
        Indicator(
            "same_day_closure_rate_daily_mean",
            N_("日结率（逐日平均）"),
            N_("Σ每日日结率 ÷ 有办结的天数；分子以百万分之一计"),
            _CLOSED,
            ("days.same_day_millionths",),
            ("days.closed",),
            scale=MILLION,
        ),
        Indicator(
            "promise_compression_mean",
            N_("承诺提速（逐项平均）"),
            N_("Σ（1 − 承诺时限 ÷ 法定时限）÷ 事项；分子以百万分之一计"),
            N_("法定时限和承诺时限均以工作日计且法定时限大于零的事项"),
            ("items.compressed_millionths",),
            ("items.compared",),
            scale=MILLION,
        ),
        Indicator(
            "half_promise_rate",
            N_("审批提速"),
            N_("用时不超过承诺时限一半的办件 ÷ 有承诺时限的办件"),
            N_("期内作出决定、承诺时限大于零的办件；数据中没有重点项目标记，按全部办件计"),
            ("cases.promised_halved",),
            ("cases.promised_cases",),
        ),
        Indicator(
            "authorisation_rate",
            N_("授权率"),
            N_("窗口人员有决定权的进驻事项 ÷ 进驻事项"),
            N_("现行实施清单中进驻大厅的事项；今日有效的授权"),
            ("items.authorised",),
            ("items.entered",),
        ),
        Indicator(
            "organ_entry_rate",
            N_("部门进驻率"),
            N_("有事项进驻大厅的部门 ÷ 有事项的部门"),
            N_("现行实施清单中载明是否进驻的事项的部门"),
            ("items.organs_entered",),
            ("items.organs",),
        ),
        Indicator(
            "guide_told_rate",
            N_("要素齐全率"),
            N_("办件类型、到现场次数、网办深度、法定时限、是否进驻均有数据的事项 ÷ 事项"),
            N_("现行实施清单的事项"),
            ("items.told_whole",),
            ("items.items",),
        ),
        Indicator(
            "zero_visit_rate_cases",
            N_("零跑动率（按办件）"),
            N_("不用到现场的办件 ÷ 办件"),
            N_("期内作出决定、事项载明到现场次数的办件"),
            ("cases.closed_no_visit",),
            ("cases.closed_visits_known",),
        ),
        Indicator(
            "two_visits_rate_cases",
            N_("两次以内办结率（按办件）"),
            N_("到现场不超过两次的办件 ÷ 办件"),
            N_("期内作出决定、事项载明到现场次数的办件"),
            ("cases.closed_two_visits",),
            ("cases.closed_visits_known",),
        ),
        Indicator(
            "good_rating_rate",
            N_("好评率"),
            N_("基本满意及以上的评价 ÷ 有效评价"),
            N_("期内作出的有效评价（不含误评和恶意评价）"),
            ("ratings.good",),
            ("ratings.valid",),
            source=STANDARD,
        ),
        Indicator(
            "rating_participation",
            N_("主动评价率"),
            N_("有有效评价的办件 ÷ 可评价的办件"),
            N_("期内收件或作出决定的办件，每件计一次；评价作出不晚于期末"),
            ("received.rated", "earlier.rated"),
            ("cases.received", "earlier.decided"),
            source=STANDARD,
        ),
        Indicator(
            "bad_rating_rectified_on_time",
            N_("差评按时整改率"),
            N_("按时整改的差评 ÷ 到期或已整改的差评"),
            N_("期内作出、核实属实的差评"),
            ("tickets.in_time",),
            ("tickets.due",),
            source=STANDARD,
        ),
    )
}

# What the conventions name and the data of the platform cannot tell: name, and what is missing.
UNTOLD: tuple[tuple[str, str], ...] = (
    (N_("材料精简率"), N_("没有精简之前的材料清单可比。")),
    (N_("重点项目审批提速"), N_("办件没有重点项目标记，只按全部办件统计审批提速。")),
    (N_("等候时间、叫号弃号率、窗口负荷"), N_("没有排队叫号的数据。")),
    (N_("网上办结率中的线下送达"), N_("只知道申请渠道，不知道结果是否在线下领取。")),
)
