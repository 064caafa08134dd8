"""Layout of a district portal: a CSV of names and codes by department, without limits or materials."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

from onewindow.catalog import importing
from onewindow.catalog.definition import ItemDefinition
from onewindow.catalog.importing import ParsedRow, Refused, SourceText

NAME = "guangan"
LABEL = "区县事项清单（CSV，按部门）"

# The portal's own numbers, which are not the national codes: mapped one by one (handbook 2.1).
TASK_TYPES = {"1": "01", "5": "05", "7": "07", "8": "08", "9": "09", "10": "10", "20": "20"}
TASK_TYPES |= {code: code for code in ("01", "02", "03", "04", "05", "06", "07", "08", "09")}
UNSORTED = "未分类"
_USCC = re.compile(r"^[0-9A-Za-z]{18}$")
MISSING = (
    "法定办结时限",
    "承诺办结时限",
    "办件类型",
    "到现场次数",
    "是否网办",
    "收费",
    "申请材料",
    "受理条件",
    "设定依据",
    "服务对象",
    "办理流程",
    "表单",
)


def sniff(head: str) -> bool:
    """True when the first line is a header that names an item code, a name and a department."""
    columns = {
        name.strip().strip('"').lower() for name in re.split(r"[,;\t]", head.splitlines()[0] if head else "")
    }
    return {"item_code", "name", "department"} <= columns


def rows(source: SourceText) -> Iterator[ParsedRow]:
    """A ``ParsedRow`` for every record; a broken record refuses itself only."""
    broken: list[int] = []
    header_line = next((line for line in source.head().splitlines() if line.strip()), "")
    delimiter = max(",;\t", key=header_line.count)
    reader = csv.reader(_texts(source, broken), delimiter=delimiter)
    header: list[str] | None = None
    while True:
        first = reader.line_num + 1
        try:
            record = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            yield ParsedRow(first, reason=f"不是有效的 CSV：{error}")
            continue
        while broken:
            yield ParsedRow(
                broken.pop(0), reason=f"无法按 {source.encoding} 读出，或超过 {importing.MAX_LINE} 字节"
            )
        if not any(cell.strip() for cell in record):
            continue
        if header is None:
            header = [cell.strip().lower() for cell in record]
            continue
        yield _record_row(first, header, record)
    for number in broken:
        yield ParsedRow(number, reason=f"无法按 {source.encoding} 读出，或超过 {importing.MAX_LINE} 字节")


def _texts(source: SourceText, broken: list[int]) -> Iterator[str]:
    # An empty line keeps the reader's count in step with the file.
    for number, line in source.lines():
        if line is None:
            broken.append(number)
        yield "\n" if line is None else line


def _record_row(number: int, header: list[str], record: list[str]) -> ParsedRow:
    row = dict(zip(header, record, strict=False))
    shown = row.get("item_code", "")[:60]
    try:
        if any("\x00" in cell for cell in record):
            raise Refused("含有 NUL 字符")
        if len(record) != len(header):
            raise Refused(f"有 {len(record)} 列，应为 {len(header)} 列")
        return _row(number, row)
    except Refused as refused:
        return ParsedRow(number, code=shown, reason=str(refused))


def _row(number: int, row: dict[str, str]) -> ParsedRow:
    notes: list[str] = []
    code = importing.item_code(row, "item_code")
    name = importing.needed(row, "name", "事项名称")
    kind_text = importing.needed(row, "task_type", "事项类型")
    kind = TASK_TYPES.get(kind_text)
    if kind is None:
        raise Refused(f"认不出的事项类型“{kind_text[:20]}”")
    region = importing.text_of(row, "area_code", notes) or ""
    if not (region.isascii() and region.isdigit() and len(region) in (6, 9, 12)):
        raise Refused(f"区划代码（area_code）“{region[:20]}”不是 6 至 12 位数字")
    main = importing.text_of(row, "main_item", notes) or ""
    uscc = importing.text_of(row, "org_uscc", notes)
    if uscc is None:
        notes.append("没有统一社会信用代码")
    elif not _USCC.match(uscc):
        notes.append(f"统一社会信用代码“{uscc[:30]}”不是 18 位")
        uscc = None
    definition = ItemDefinition(
        version_id=0,
        task_code=code,
        version=0,
        name=name,
        type=kind,
        organ_id=0,
        organ_name=importing.needed(row, "department", "实施部门"),
        region=region[:6] if region.endswith("000000") else region,
        audiences=(),
        main_name="" if main in (UNSORTED, name) else main,
        source=NAME,
        missing=MISSING,
        flags=tuple(notes),
    )
    return ParsedRow(number, code=code, definition=definition, organ_uscc=uscc.upper() if uscc else None)
