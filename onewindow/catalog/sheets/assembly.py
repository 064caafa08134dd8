"""From the lines of all sheets to items: each laid over the version that stands, what is not told kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from onewindow.catalog.definition import ItemDefinition
from onewindow.catalog.sheets.cells import letter
from onewindow.catalog.sheets.layout import Layout, Plain, Sheet, put_at, value_at
from onewindow.catalog.sheets.notes import Notes
from onewindow.catalog.sheets.reading import Header, Line

# What the lists of missing elements call them, and how to see that one is there.
_ELEMENTS = {
    "法定办结时限": "legal_limit",
    "承诺办结时限": "promised_limit",
    "办件类型": "kind",
    "到现场次数": "visits",
    "是否网办": "online",
    "收费": "fee.charged",
    "申请材料": "materials",
    "受理条件": "conditions",
    "设定依据": "basis",
    "服务对象": "subjects",
    "办理流程": "steps",
    "表单": "form_schema",
}
_EARLIER = {"服务对象": "audiences"}


class Unfit(Exception):
    """The item cannot be put together: its sheet and cell, a stable code and a Chinese message."""

    def __init__(self, sheet: str, cell: str, code: str, message: str) -> None:
        super().__init__(code)
        self.sheet, self.cell, self.code, self.message = sheet, cell, code, message


class Assembler:
    """Puts items of one workbook together. ``headers`` are those of the sheets that stand in it."""

    def __init__(self, layout: Layout, headers: Mapping[str, Header], names: Mapping[str, str], notes: Notes):
        self.layout, self.headers, self.names, self.notes = layout, headers, names, notes

    def item(
        self, line: Line, base: ItemDefinition | None, parts: Mapping[str, Sequence[Line]]
    ) -> ItemDefinition:
        """The item of ``line`` with its rows of the other sheets. Raises ``Unfit``.

        ``parts`` holds an entry, perhaps empty, for each sheet that stands in the workbook.
        """
        sheet = self.layout.items
        if base is None:
            self._refuse_kept(sheet, line)
        plain: Plain = msgspec.to_builtins(base) if base else self._blank(line)
        self._put(sheet, line, plain)
        for name, lines in parts.items():
            part = next(one for one in self.layout.sheets if one.title == name)
            rows = self._rows(part, lines, list(part.rows_of(base) if base else ()))
            if part.put is None:
                put_at(plain, part.path, rows)
            else:
                self._put_whole(part, part.put, plain, rows, lines)
        self._finish(line, plain, base)
        try:
            made = msgspec.convert(plain, ItemDefinition)
        except msgspec.ValidationError as error:
            raise Unfit(self._name(sheet), f"A{line.row}", "not-an-item", f"内容不合格式：{error}") from None
        return self._missing(made, base)

    def _put_whole(
        self,
        sheet: Sheet,
        put: Callable[[Plain, Sequence[Plain]], None],
        plain: Plain,
        rows: Sequence[Plain],
        lines: Sequence[Line],
    ) -> None:
        try:
            put(plain, rows)
        except ValueError as odd:
            place = f"A{lines[0].row}" if lines else ""
            raise Unfit(self._name(sheet), place, "wrong-form", str(odd)) from None

    def _name(self, sheet: Sheet) -> str:
        return self.names.get(sheet.title, sheet.title)

    def _blank(self, line: Line) -> Plain:
        return {
            "version_id": 0, "task_code": line.code, "version": 0, "organ_id": 0, "organ_name": "",
            "region": "", "name": "", "type": "", "audiences": [], "source": self.layout.name,
        }  # fmt: skip

    def _put(self, sheet: Sheet, line: Line, plain: Plain, within: str = "") -> None:
        for at, value in line.values.items():
            column = sheet.columns[at]
            path = column.path
            if path in ("task_code", "version"):
                continue
            if value is None and path not in plain and "." not in path and column.put is None:
                continue
            is_inside = bool(sheet.within) and path.startswith(sheet.within + ".")
            if is_inside != bool(within):
                continue
            if within:
                path = path.partition(".")[2]
            if column.put is not None:
                column.put(plain, value)
            else:
                put_at(plain, path, value)

    def _refuse_kept(self, sheet: Sheet, line: Line) -> None:
        if line.kept:
            cell = self._cell(sheet, line, line.kept[0])
            raise Unfit(self._name(sheet), cell, "nothing-to-keep", "写明保持不变，但没有可以保持的原内容")

    def _cell(self, sheet: Sheet, line: Line, at: int) -> str:
        header = self.headers.get(sheet.title)
        places = header.columns.items() if header else ()
        column = next((number for number, (place, _) in places if place == at), 1)
        return f"{letter(column)}{line.row}"

    def _rows(self, sheet: Sheet, lines: Sequence[Line], base: list[Any]) -> list[Plain]:
        if sheet.within:
            return self._groups(sheet, lines, base)
        made = []
        for order, line in enumerate(lines):
            before = _counterpart(sheet, line, base, order, sheet.match)
            if before is None:
                self._refuse_kept(sheet, line)
            plain = _whole(before) if before is not None else {}
            self._put(sheet, line, plain)
            made.append(plain)
        return made

    def _groups(self, sheet: Sheet, lines: Sequence[Line], base: list[Any]) -> list[Plain]:
        """Rows of two levels: one line for each inner row, those of one outer row share its code."""
        key_at = next(at for at, column in enumerate(sheet.columns) if column.path == sheet.match[0])
        groups: dict[Any, list[Line]] = {}
        for line in lines:
            groups.setdefault(line.values.get(key_at), []).append(line)
        made = []
        for order, group in enumerate(groups.values()):
            before = _counterpart(sheet, group[0], base, order, sheet.match)
            for line in group:
                if before is None:
                    self._refuse_kept(sheet, line)
            plain = _whole(before) if before is not None else {}
            self._put(sheet, group[0], plain)
            self._refuse_difference(sheet, group)
            inner_base = list(getattr(before, sheet.within)) if before is not None else []
            plain[sheet.within] = self._inner(sheet, group, inner_base)
            made.append(plain)
        return made

    def _inner(self, sheet: Sheet, group: Sequence[Line], base: list[Any]) -> list[Plain]:
        prefix = sheet.within + "."
        inside = [at for at, column in enumerate(sheet.columns) if column.path.startswith(prefix)]
        made: list[Plain] = []
        for line in group:
            if not any(line.values.get(at) for at in inside) and not any(at in inside for at in line.kept):
                continue
            before = _counterpart(sheet, line, base, len(made), sheet.within_match, prefix)
            plain = _whole(before) if before is not None else {}
            self._put(sheet, line, plain, sheet.within)
            if not plain.get("code") or not plain.get("text"):
                cell = self._cell(sheet, line, inside[0])
                raise Unfit(self._name(sheet), cell, "needed", "选项编号和选项都不能为空")
            made.append(plain)
        return made

    def _refuse_difference(self, sheet: Sheet, group: Sequence[Line]) -> None:
        outer = [
            at for at, column in enumerate(sheet.columns) if not column.path.startswith(sheet.within + ".")
        ]
        for line in group[1:]:
            for at in outer:
                if line.values.get(at) != group[0].values.get(at):
                    text = f"与第 {group[0].row} 行同一编号，“{sheet.columns[at].title}”却不同"
                    raise Unfit(self._name(sheet), self._cell(sheet, line, at), "inconsistent", text)

    def _finish(self, line: Line, plain: Plain, base: ItemDefinition | None) -> None:
        sheet = self.layout.items
        for name, title in (("legal_limit", "法定办结时限"), ("promised_limit", "承诺办结时限")):
            limit = plain.get(name)
            if limit is None:
                continue
            if limit.get("days") is None:
                plain.pop(name)
            elif limit.get("unit") is None:
                at = next(at for at, column in enumerate(sheet.columns) if column.path == f"{name}.unit")
                text = f"{title}有天数没有单位（工作日、自然日），不予猜测"
                raise Unfit(self._name(sheet), self._cell(sheet, line, at), "no-unit", text)
        for place in plain.get("places", ())[:1]:
            if not place.get("name"):
                place["name"] = plain.get("center_name") or place.get("address") or plain["organ_name"]
        if base is None or plain["organ_name"] != base.organ_name:
            plain["organ_id"] = 0
            plain.pop("organ_short", None)

    def _missing(self, made: ItemDefinition, base: ItemDefinition | None) -> ItemDefinition:
        """``missing`` follows the elements that came or went; for a new item, all that are not there."""
        if base is None:
            lacking = [name for name in _ELEMENTS if not _has(made, name)]
            return msgspec.structs.replace(made, missing=tuple(lacking))
        lacks = list(base.missing)
        for name in _ELEMENTS:
            was, is_there = _has(base, name), _has(made, name)
            if is_there and not was and name in lacks:
                lacks.remove(name)
            elif was and not is_there and name not in lacks:
                lacks.append(name)
        return made if tuple(lacks) == base.missing else msgspec.structs.replace(made, missing=tuple(lacks))


def _has(item: ItemDefinition, name: str) -> bool:
    value = value_at(item, _ELEMENTS[name])
    if name in _EARLIER:
        value = value or value_at(item, _EARLIER[name])
    return value is not None and value not in ((), {})


def _whole(struct: msgspec.Struct) -> Plain:
    """Plain values with every field, also those that hold their default: a list in part may be changed."""
    return {
        name: [_whole(one) if isinstance(one, msgspec.Struct) else one for one in value]
        if isinstance(value, tuple)
        else value
        for name in struct.__struct_fields__
        for value in (getattr(struct, name),)
    }


def _counterpart(
    sheet: Sheet, line: Line, base: list[Any], order: int, match: Sequence[str], prefix: str = ""
) -> Any:
    """The row that stands and that ``line`` speaks of: at the same place if it agrees, else the next that does.

    What was matched is taken out of ``base`` (its place stays, as None).
    """
    wanted = {
        column.path.removeprefix(prefix): line.values[at] or ""
        for at, column in enumerate(sheet.columns)
        if at in line.values and column.path.startswith(prefix) and column.path.removeprefix(prefix) in match
    }
    order_first = [order, *range(len(base))] if order < len(base) else range(len(base))
    for at in order_first:
        row = base[at]
        if row is not None and all(getattr(row, name) == value for name, value in wanted.items()):
            base[at] = None
            return row
    return None
