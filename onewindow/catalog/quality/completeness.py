"""Which required elements of the implementation list an item has (要素完整度, the rows marked R in 2.3)."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from onewindow.catalog.definition import ItemDefinition
from onewindow.kernel.errors import N_


class Required(msgspec.Struct, frozen=True):
    """A required element: its label, whether an item has it, and whether only applications need it."""

    label: str
    is_there: Callable[[ItemDefinition], bool]
    by_application: bool = True


def _always(label: str, is_there: Callable[[ItemDefinition], bool]) -> Required:
    return Required(label, is_there, by_application=False)


REQUIRED: tuple[Required, ...] = (
    _always(N_("事项名称"), lambda item: bool(item.name)),
    _always(N_("事项类型"), lambda item: bool(item.type)),
    _always(N_("设定依据"), lambda item: bool(item.basis)),
    _always(N_("行使层级"), lambda item: bool(item.level)),
    _always(N_("权力来源"), lambda item: bool(item.power_source)),
    _always(N_("实施主体"), lambda item: bool(item.organ_name)),
    _always(N_("实施主体性质"), lambda item: bool(item.body_kind)),
    Required(N_("法定办结时限"), lambda item: item.legal_limit is not None or bool(item.legal_note)),
    Required(N_("承诺办结时限"), lambda item: item.promised_limit is not None),
    Required(N_("办件类型"), lambda item: item.kind is not None),
    Required(N_("受理条件"), lambda item: bool(item.conditions)),
    Required(N_("服务对象"), lambda item: bool(item.subjects or item.audiences)),
    Required(N_("到现场次数"), lambda item: item.visits is not None),
    Required(N_("是否网办"), lambda item: item.online is not None),
    Required(N_("办理流程"), lambda item: bool(item.steps)),
    Required(N_("是否收费"), lambda item: item.fee.charged is not None),
    # No material at all is an answer, unless the source is known to be silent about them.
    Required(N_("申请材料"), lambda item: bool(item.materials) or "申请材料" not in item.missing),
    Required(N_("办理结果"), lambda item: bool(item.results)),
    Required(N_("是否进驻大厅"), lambda item: item.is_in_center is not None),
    Required(N_("办理地点"), lambda item: any(place.address for place in item.places)),
    Required(N_("办理时间"), lambda item: any(place.hours for place in item.places)),
    Required(N_("咨询方式"), lambda item: bool(item.contact.consult)),
    Required(N_("监督投诉方式"), lambda item: bool(item.contact.supervise)),
)
_OFFICIO = tuple(element for element in REQUIRED if not element.by_application)


def lacking(item: ItemDefinition, *, is_applied_for: bool = True) -> list[str]:
    """Labels of the required elements that ``item`` lacks."""
    elements = REQUIRED if is_applied_for else _OFFICIO
    return [element.label for element in elements if not element.is_there(item)]


def share(lacks: list[str], *, is_applied_for: bool = True) -> float:
    """How many of the required elements are there, 0 to 1."""
    return 1 - len(lacks) / len(REQUIRED if is_applied_for else _OFFICIO)
