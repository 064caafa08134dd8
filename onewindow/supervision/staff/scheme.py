"""What an appraisal is made of: figures and their weights, as data changed with a fact."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

import msgspec
from django.db import transaction

from onewindow.base import facts, settings_store
from onewindow.cases.services import checking
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, FieldError, Invalid, NotAllowed
from onewindow.supervision.rules.scores import DEDUCTIONS

SETTING = "supervision.appraisal"
KINDS: Mapping[str, str] = {
    "window": N_("窗口"),
    "person": N_("工作人员"),
    "organ": N_("部门"),
    "town": N_("区镇"),
}
FIGURES: Mapping[str, str] = {
    "on_time": N_("按时办结率"),
    "early": N_("提前办结率"),
    "cards": N_("监察计分"),
    "ratings": N_("群众评价"),
    "attendance": N_("出勤"),
    "conduct": N_("巡查"),
}
# How each comes to a value between 0 and 100.
FORMULAS: Mapping[str, str] = {
    "on_time": N_("期内办结的办件中不超过承诺时限的比例"),
    "early": N_("期内办结的办件中少于承诺时限的比例"),
    "cards": N_("100 减去未撤销的监察牌扣分"),
    "ratings": N_("有效评价的修正平均分，1 至 5 分折成 0 至 100 分"),
    "attendance": N_("应到班次中按时到岗、按时离岗的比例，请假、公出、病假不计"),
    "conduct": N_("100 减去未撤销的巡查记录扣分，表扬加分，不超过 100"),
}
WEIGHTS: dict[str, dict[str, str]] = {
    "window": {
        "on_time": "0.30", "early": "0.10", "cards": "0.20", "ratings": "0.20", "attendance": "0.10", "conduct": "0.10",
    },
    "person": {
        "on_time": "0.25", "early": "0.10", "cards": "0.20", "ratings": "0.20", "attendance": "0.15", "conduct": "0.10",
    },
    "organ": {
        "on_time": "0.35", "early": "0.15", "cards": "0.20", "ratings": "0.20", "attendance": "0.05", "conduct": "0.05",
    },
    "town": {"on_time": "0.40", "early": "0.20", "cards": "0.20", "ratings": "0.20"},
}  # fmt: skip
Weight = Annotated[str, msgspec.Meta(pattern=r"\A(0(\.[0-9]{1,4})?|1(\.0{1,4})?)\Z")]


class Title(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A title: of the ``share`` percent ranked best, whoever reaches ``least`` points and is barred by nothing."""

    name: str
    kind: str
    span: str  # month or year
    share: Annotated[int, msgspec.Meta(ge=1, le=100)]
    least: Annotated[int, msgspec.Meta(ge=0, le=100)]


TITLES = (
    Title(N_("服务标兵"), "person", "month", 10, 85),
    Title(N_("优秀窗口"), "window", "month", 20, 85),
    Title(N_("优秀窗口工作人员"), "person", "year", 15, 85),
    Title(N_("优秀窗口单位"), "organ", "year", 20, 85),
    Title(N_("优秀窗口中心"), "town", "year", 20, 85),
)


class Scheme(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Weights by kind and figure (they sum to 1), what cards cost, the least sample that is ranked, titles."""

    weights: dict[str, dict[str, Weight]] = msgspec.field(default_factory=lambda: dict(WEIGHTS))
    cards: dict[str, Annotated[int, msgspec.Meta(ge=0, le=100)]] = msgspec.field(
        default_factory=lambda: dict(DEDUCTIONS)
    )
    least_cases: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 10
    appeal_days: Annotated[int, msgspec.Meta(ge=1, le=60)] = 5
    titles: tuple[Title, ...] = TITLES

    def of(self, kind: str) -> dict[str, Decimal]:
        """The weights of one kind."""
        return {figure: Decimal(weight) for figure, weight in self.weights[kind].items()}


def current() -> Scheme:
    """The scheme in force; one statement."""
    return read(settings_store.get(SETTING))


def read(stored: Mapping[str, Any] | None) -> Scheme:
    """A stored scheme over the defaults; what is stored wrongly counts as not stored."""
    try:
        return msgspec.convert(dict(stored or {}), Scheme)
    except msgspec.ValidationError:
        return Scheme()


def set_scheme(actor: Actor, body: Any, *, now: datetime) -> Scheme:
    """Put a new scheme in force for what is published from now on; ``manager`` only.

    Raises ``NotAllowed``, ``Invalid`` for an unknown figure and for weights that do not sum to 1.
    """
    if not actor.has("manager"):
        raise NotAllowed("role-lacks-it", N_("考核权重由中心管理人员设置。"))
    scheme = checking.read(body, Scheme)
    _refuse_unsound(scheme)
    told = msgspec.to_builtins(scheme)
    with transaction.atomic():
        settings_store.put(SETTING, told)
        facts.record("appraisal-scheme", 1, "set", at=now, actor=actor, data=told)
    return scheme


def _refuse_unsound(scheme: Scheme) -> None:
    if scheme.weights.keys() != KINDS.keys() or scheme.cards.keys() != DEDUCTIONS.keys():
        raise _wrong("weights", N_("窗口、工作人员、部门、区镇都要有权重，监察牌的三级都要有扣分。"))
    for kind, weights in scheme.weights.items():
        if not weights.keys() <= FIGURES.keys():
            raise _wrong(f"weights.{kind}", N_("没有这个考核项目。"))
        if sum(map(Decimal, weights.values())) != 1:
            raise _wrong(f"weights.{kind}", N_("权重之和必须等于 1。"))
    if any(one.kind not in KINDS or one.span not in ("month", "year") for one in scheme.titles):
        raise _wrong("titles", N_("称号的对象或周期不对。"))


def _wrong(field: str, message: str) -> Invalid:
    return Invalid("invalid-fields", message, fields=[FieldError(field, "invalid", message)])
