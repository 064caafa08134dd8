"""Lists that write themselves (清单): each is a rule over the elements of an item and the columns it shows.

Power and responsibility stand in one table (两单融合); the other lists follow handbook 1 and 2.7. An item whose
source does not tell what a list asks for is on none of them: what is unknown is not claimed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import msgspec

from onewindow.catalog.definition import ItemDefinition, Limit, Step
from onewindow.catalog.rules import type_name
from onewindow.kernel.errors import N_

Cell = str | int | None
Row = tuple[Cell, ...]

PUBLIC_SERVICE = "20"
_HEAD = (N_("事项编码"), N_("事项名称"), N_("实施主体"))
_UNITS = {"working_day": "个工作日", "calendar_day": "个自然日"}


class Listing(msgspec.Struct, frozen=True):
    """One list: ``takes`` an item or not, ``rows`` gives its lines in the order of ``columns`` (msgids)."""

    slug: str
    title: str
    about: str
    columns: tuple[str, ...]
    takes: Callable[[ItemDefinition], bool]
    rows: Callable[[ItemDefinition], Iterable[Row]]


def memberships(item: ItemDefinition) -> tuple[str, ...]:
    """The slugs of all lists that ``item`` stands on."""
    return tuple(listing.slug for listing in LISTINGS.values() if listing.takes(item))


def _head(item: ItemDefinition) -> Row:
    return (item.task_code, item.name, item.organ_name)


def _limit(limit: Limit | None) -> str | None:
    return None if limit is None else f"{limit.days} {_UNITS[limit.unit]}"


def _limits(item: ItemDefinition) -> Row:
    return (_limit(item.legal_limit), _limit(item.promised_limit))


def _basis(item: ItemDefinition) -> str:
    return "\n".join(f"{basis.law}{basis.article}" for basis in item.basis)


def flow(steps: Iterable[Step]) -> str:
    """The steps as one line: 受理（1 天）→审查→送达."""
    return "→".join(step.name if step.days is None else f"{step.name}（{step.days} 天）" for step in steps)


def _power(item: ItemDefinition) -> Iterator[Row]:
    duties = "\n".join(f"{duty.stage}：{duty.content}" for duty in item.duties)
    yield (
        item.task_code,
        item.name,
        type_name(item.type),
        item.organ_name,
        item.level or None,
        _basis(item) or None,
        flow(item.steps) or None,
        duties or None,
        "\n".join(item.accountability) or None,
        item.contact.supervise or None,
    )


def _service(item: ItemDefinition) -> Iterator[Row]:
    yield (*_head(item), item.main_name or None, "、".join(item.themes) or None, *_limits(item))


def _intermediaries(item: ItemDefinition) -> Iterator[Row]:
    names = {row.code: row.name for row in item.materials}
    for service in item.intermediaries:
        outcome = service.outcome or names.get(service.material)
        yield (*_head(item), service.name, service.basis or None, outcome or None)


def _timed(item: ItemDefinition) -> Iterator[Row]:
    yield (*_head(item), *_limits(item), item.visits)


def _deferrable(item: ItemDefinition) -> Iterator[Row]:
    for row in item.materials:
        if row.need == "deferrable":
            yield (*_head(item), row.code, row.name, row.standard or None)


def _committed(item: ItemDefinition) -> Iterator[Row]:
    """One line for each promise; a source that only says that it is so has one line without."""
    names = {row.code: row.name for row in item.materials}
    for one in item.pledge.promises:
        stands_for = "\n".join(names.get(code, code) for code in one.materials)
        yield (*_head(item), one.text, stands_for or "不代替材料", *_limits(item))
    if not item.pledge.is_offered:
        yield (*_head(item), "\n".join(item.conditions) or None, None, *_limits(item))


_TIMED = (*_HEAD, N_("法定时限"), N_("承诺时限"), N_("到现场次数"))


def _timed_list(slug: str, title: str, about: str, takes: Callable[[ItemDefinition], bool]) -> Listing:
    return Listing(slug, title, about, _TIMED, takes, _timed)


LISTINGS = {
    listing.slug: listing
    for listing in (
        Listing(
            "powers",
            N_("权力和责任清单"),
            N_("行政权力事项及其责任事项、追责情形和流程，同一张表"),
            (
                N_("事项编码"),
                N_("事项名称"),
                N_("事项类型"),
                N_("实施主体"),
                N_("行使层级"),
                N_("设定依据"),
                N_("办理流程"),
                N_("责任事项"),
                N_("追责情形"),
                N_("监督方式"),
            ),
            lambda item: item.type != PUBLIC_SERVICE,
            _power,
        ),
        Listing(
            "public-services",
            N_("公共服务清单"),
            N_("公共服务事项"),
            (*_HEAD, N_("主项名称"), N_("主题"), N_("法定时限"), N_("承诺时限")),
            lambda item: item.type == PUBLIC_SERVICE,
            _service,
        ),
        Listing(
            "intermediaries",
            N_("中介服务清单"),
            N_("办事前须由中介机构提供的服务，每项一行"),
            (*_HEAD, N_("中介服务"), N_("设定依据"), N_("服务成果")),
            lambda item: bool(item.intermediaries),
            _intermediaries,
        ),
        _timed_list("at-once", N_("马上办清单"), N_("当场办结的事项"), lambda item: item.kind == "instant"),
        _timed_list("online", N_("网上办清单"), N_("可以在网上申请的事项"), lambda item: item.online is True),
        _timed_list(
            "nearby",
            N_("就近办清单"),
            N_("可以在镇街、村居办理的事项"),
            lambda item: item.conveniences.nearby is True,
        ),
        _timed_list(
            "one-visit",
            N_("一次办清单"),
            N_("最多到现场一次的事项"),
            lambda item: item.visits is not None and item.visits <= 1,
        ),
        _timed_list(
            "instant", N_("即办件清单"), N_("办件类型为即办件的事项"), lambda item: item.kind == "instant"
        ),
        _timed_list(
            "commitment",
            N_("承诺件清单"),
            N_("办件类型为承诺件的事项及其承诺时限"),
            lambda item: item.kind == "commitment",
        ),
        Listing(
            "deferrable",
            N_("容缺受理清单"),
            N_("可以后补的材料，每份一行"),
            (*_HEAD, N_("材料编号"), N_("可以后补的材料"), N_("受理标准")),
            lambda item: any(row.need == "deferrable" for row in item.materials),
            _deferrable,
        ),
        _timed_list(
            "instant-approval",
            N_("秒批清单"),
            N_("按规则自动审批、无须人工的事项"),
            lambda item: item.conveniences.instant_approval is True,
        ),
        Listing(
            "by-commitment",
            N_("告知承诺清单"),
            N_("申请人书面承诺符合条件即可办理的事项"),
            (*_HEAD, N_("承诺内容"), N_("代替的材料"), N_("法定时限"), N_("承诺时限")),
            lambda item: (
                item.pledge.is_offered
                or item.conveniences.commitment is True
                or item.review_type == "告知承诺"
            ),
            _committed,
        ),
    )
}
