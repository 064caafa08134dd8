"""What may be done to many items at once, each operation pure: an item in, an item out."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any

import msgspec

from onewindow.catalog.adapters.workbook import LAYOUT
from onewindow.catalog.definition import Contact, ItemDefinition, Limit, Material, Question
from onewindow.catalog.sheets.cells import Cell
from onewindow.catalog.sheets.layout import Column, put_at
from onewindow.catalog.sheets.values import Wrong
from onewindow.kernel.errors import N_, FieldError, Invalid

# Elements that say which item it is, not what it is like.
_FIXED = frozenset({"task_code", "version", "organ_name", "region", "catalog_code"})
# Texts in which words may be replaced: dotted places, rows of lists all at once.
TEXTS = (
    "name", "summary", "plain_text", "conditions", "legal_note", "promised_note", "visits_reason", "online_url",
    "quantity_limit", "center_name", "fee.basis", "fee.standard", "contact.consult", "contact.supervise",
    "contact.review", "contact.court", "materials.name", "materials.standard", "materials.basis",
    "materials.note", "materials.fill_note", "materials.source_note", "steps.name", "steps.standard",
    "steps.output", "basis.law", "basis.article", "basis.text", "results.name", "places.name",
    "places.address", "places.hours", "places.traffic", "places.window", "faq.question", "faq.answer",
    "special_procedures.basis", "intermediaries.name", "intermediaries.basis", "intermediaries.outcome",
)  # fmt: skip


class Operation(msgspec.Struct, frozen=True, tag_field="do", forbid_unknown_fields=True):
    """One operation; ``do`` names it in JSON."""

    def apply(self, item: ItemDefinition) -> ItemDefinition:
        """``item`` after the operation; the same object when it does not concern it."""
        raise NotImplementedError

    def problems(self) -> list[FieldError]:
        """What is wrong with the operation itself, whatever the items."""
        return []


class SetElement(Operation, frozen=True, tag="set-element"):
    """Set an element of the item itself; ``element`` is a column of the editors' workbook, ``text`` its cell.

    An empty text clears the element. Days of a limit are not set where there is no unit: it is not guessed.
    """

    element: str
    text: str

    def apply(self, item: ItemDefinition) -> ItemDefinition:
        column = elements()[self.element]
        plain = msgspec.to_builtins(item)
        put_at(plain, column.path, column.codec.read(Cell(1, "s", self.text), None))
        if not _limits_are_whole(plain):
            return item
        made = msgspec.convert(plain, ItemDefinition)
        return item if made == item else made

    def problems(self) -> list[FieldError]:
        column = elements().get(self.element)
        if column is None:
            return [FieldError("element", "not-an-option", N_("没有这个要素，或者它不能批量修改"))]
        try:
            value = column.codec.read(Cell(1, "s", self.text), None)
        except Wrong as wrong:
            return [FieldError("text", wrong.code, N_("%(what)s"), {"what": wrong.message})]
        if column.is_needed and value is None:
            return [FieldError("text", "required", N_("这个要素不能为空"))]
        return []


def _limits_are_whole(plain: dict[str, Any]) -> bool:
    """Take away limits without days; False for days without a unit, which nobody may guess."""
    for name in ("legal_limit", "promised_limit"):
        limit = plain.get(name)
        if limit is not None and limit.get("days") is None:
            plain.pop(name)
        elif limit is not None and limit.get("unit") is None:
            return False
    return True


class ReplaceText(Operation, frozen=True, tag="replace-text"):
    """Replace ``find`` by ``replace`` in one of ``TEXTS``; letters are told apart by case."""

    element: str
    find: str
    replace: str

    def apply(self, item: ItemDefinition) -> ItemDefinition:
        return _replaced(item, self.element.split("."), self.find, self.replace)

    def problems(self) -> list[FieldError]:
        found = []
        if self.element not in TEXTS:
            found.append(FieldError("element", "not-an-option", N_("这个要素中不能替换文字")))
        if not self.find:
            found.append(FieldError("find", "required", N_("请写明要替换的文字")))
        if "\x00" in self.replace or len(self.replace) > 5_000:
            found.append(FieldError("replace", "invalid", N_("文字中有不能保存的字符")))
        return found


def _replaced(struct: Any, way: list[str], find: str, replace: str) -> Any:
    if isinstance(struct, str):
        return struct.replace(find, replace)
    if isinstance(struct, tuple):
        made = tuple(_replaced(one, way, find, replace) for one in struct)
        return struct if made == struct else made
    before = getattr(struct, way[0])
    after = _replaced(before, way[1:], find, replace)
    return struct if after == before else msgspec.structs.replace(struct, **{way[0]: after})


class AddMaterial(Operation, frozen=True, tag="add-material"):
    """Add a row at the end; items that have a material of this code or name stay as they are."""

    material: Material

    def apply(self, item: ItemDefinition) -> ItemDefinition:
        if any(row.code == self.material.code or row.name == self.material.name for row in item.materials):
            return item
        return msgspec.structs.replace(item, materials=(*item.materials, self.material))

    def problems(self) -> list[FieldError]:
        if not self.material.code.strip() or not self.material.name.strip():
            return [FieldError("material", "required", N_("材料要有编号和名称"))]
        return []


class RemoveMaterial(Operation, frozen=True, tag="remove-material"):
    """Take away the material of this code, or of this name when no code is given.

    Answers of the scenario that add or drop it, and intermediaries whose outcome it was, forget it too.
    """

    code: str = ""
    name: str = ""

    def apply(self, item: ItemDefinition) -> ItemDefinition:
        gone = {row.code for row in item.materials if self._is_meant(row)}
        if not gone:
            return item
        return msgspec.structs.replace(
            item,
            materials=tuple(row for row in item.materials if row.code not in gone),
            questions=tuple(_without(question, gone) for question in item.questions),
            intermediaries=tuple(
                msgspec.structs.replace(one, material="") if one.material in gone else one
                for one in item.intermediaries
            ),
        )

    def _is_meant(self, row: Material) -> bool:
        return row.code == self.code if self.code else row.name == self.name

    def problems(self) -> list[FieldError]:
        if not self.code and not self.name:
            return [FieldError("code", "required", N_("请写明材料的编号或名称"))]
        return []


def _without(question: Question, gone: set[str]) -> Question:
    options = tuple(
        msgspec.structs.replace(
            option,
            adds=tuple(code for code in option.adds if code not in gone),
            drops=tuple(code for code in option.drops if code not in gone),
        )
        for option in question.options
    )
    return msgspec.structs.replace(question, options=options)


class SetContact(Operation, frozen=True, tag="set-contact"):
    """Set where to ask, to complain and who reviews; None leaves what stands."""

    consult: str | None = None
    supervise: str | None = None
    review: str | None = None
    court: str | None = None

    def apply(self, item: ItemDefinition) -> ItemDefinition:
        told = {
            name: value.strip()
            for name in self.__struct_fields__
            if (value := getattr(self, name)) is not None
        }
        contact: Contact = msgspec.structs.replace(item.contact, **told)
        return item if contact == item.contact else msgspec.structs.replace(item, contact=contact)

    def problems(self) -> list[FieldError]:
        told = [getattr(self, name) for name in self.__struct_fields__]
        if all(value is None for value in told):
            return [FieldError("consult", "required", N_("没有要改的联系方式"))]
        if any(value is not None and ("\x00" in value or len(value) > 500) for value in told):
            return [FieldError("consult", "invalid", N_("文字中有不能保存的字符"))]
        return []


class SetHours(Operation, frozen=True, tag="set-hours"):
    """Set the hours of all places, or of the place called ``place``; items without one stay as they are."""

    hours: str
    place: str = ""

    def apply(self, item: ItemDefinition) -> ItemDefinition:
        places = tuple(
            msgspec.structs.replace(one, hours=self.hours) if self.place in ("", one.name) else one
            for one in item.places
        )
        return item if places == item.places else msgspec.structs.replace(item, places=places)


class ShortenPromise(Operation, frozen=True, tag="shorten-promise"):
    """Shorten the promised limit to ``days``, or by ``percent`` (rounded up, never below one day).

    A promise is never lengthened, and none is made where there is none; ``days`` counts in the item's unit.
    """

    days: int | None = None
    percent: int | None = None

    def apply(self, item: ItemDefinition) -> ItemDefinition:
        promised = item.promised_limit
        if promised is None or promised.days == 0:
            return item
        if self.days is not None:
            days = self.days
        else:
            assert self.percent is not None
            days = max(1, math.ceil(promised.days * (100 - self.percent) / 100))
        if days >= promised.days:
            return item
        return msgspec.structs.replace(item, promised_limit=Limit(days, promised.unit))

    def problems(self) -> list[FieldError]:
        if (self.days is None) == (self.percent is None):
            return [FieldError("days", "invalid", N_("请写明缩短到几天，或者缩短百分之几"))]
        if self.days is not None and not 0 <= self.days <= 9999:
            return [FieldError("days", "invalid", N_("天数应当在 0 与 9999 之间"))]
        if self.percent is not None and not 1 <= self.percent <= 99:
            return [FieldError("percent", "invalid", N_("百分比应当在 1 与 99 之间"))]
        return []


AnyOperation = (
    SetElement | ReplaceText | AddMaterial | RemoveMaterial | SetContact | SetHours | ShortenPromise
)
_MOST = 20


@cache
def elements() -> dict[str, Column]:
    """The elements that ``SetElement`` knows: columns of the item sheet, by key."""
    return {column.key: column for column in LAYOUT.items.columns if column.path not in _FIXED}


def require_sound(operations: list[AnyOperation]) -> None:
    """Raise ``Invalid`` with every operation that cannot be done, its place told."""
    errors = [
        msgspec.structs.replace(problem, field=f"operations.{place}.{problem.field}")
        for place, operation in enumerate(operations)
        for problem in operation.problems()
    ]
    if not 1 <= len(operations) <= _MOST:
        errors.append(FieldError("operations", "count", N_("一次批量修改含 1 至 20 步")))
    if errors:
        raise Invalid("invalid-operations", N_("批量修改的内容有误"), fields=errors)


def together(operations: list[AnyOperation]) -> Callable[[ItemDefinition], ItemDefinition]:
    """All operations one after the other."""

    def apply(item: ItemDefinition) -> ItemDefinition:
        for operation in operations:
            item = operation.apply(item)
        return item

    return apply
