"""Importers rest on the format: whatever stands in a file, each line gets a clear answer and nothing crashes."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onewindow.catalog import adapters
from onewindow.catalog.adapters import guangdong
from onewindow.catalog.importing import ParsedRow, SourceText, without_contacts
from onewindow.kernel.errors import Invalid

ROW: dict[str, Any] = {
    "TASK_CODE": "11440000006939756B2440101007000",
    "ORGCODE": "006939756",
    "TASK_TYPE_TEXT": "行政许可",
    "TASK_TYPE": "01",
    "LIMIT_SCENE_NUM": "0",
    "DEPT_NAME": "某省某厅",
    "TASK_NAME": "某某许可",
    "AREACODE": "440000",
    "ONLINECHECK": "1",
    "CATANAME": "某某许可",
    "handle_time": "30(工作日)",
    "handle_time_limit": "7(工作日)",
    "accept_standard": "无",
    "service_object_name": ["自然人", "企业法人"],
    "theme_category": ["其他"],
    "material_intro": ["申请书", "居民身份证"],
}
HEADER = "department,main_item,name,area_code,item_code,base_code,org_uscc,task_type\n"


def read(tmp_path: Path, content: bytes | str, name: str = "list") -> list[ParsedRow]:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    source = SourceText(path)
    return list(adapters.choose(source).rows(source))


def one(tmp_path: Path, **changes: Any) -> ParsedRow:
    row = {key: value for key, value in (ROW | changes).items() if value is not ...}
    (parsed,) = read(tmp_path, json.dumps(row, ensure_ascii=False) + "\n")
    return parsed


def test_a_whole_row(tmp_path: Path) -> None:
    found = one(tmp_path).definition
    assert found is not None
    assert (found.type, found.legal_limit.days, found.promised_limit.days, found.visits) == ("01", 30, 7, 0)
    assert (found.kind, found.fee.charged, found.conditions) == (None, None, ())
    assert [row.code for row in found.materials] == ["M01", "M02"]
    assert found.audiences == ("person", "organisation")
    assert {"受理条件", "办件类型", "收费"} <= set(found.missing)


@pytest.mark.parametrize(
    ("text", "number", "code"),
    [
        ("公共服务", "21", "20"),
        ("其他行政权力", "20", "10"),
        ("行政奖励", "08", "08"),
        ("行政裁决", "09", "09"),
    ],
)
def test_types_are_mapped_by_their_names(tmp_path: Path, text: str, number: str, code: str) -> None:
    assert one(tmp_path, TASK_TYPE_TEXT=text, TASK_TYPE=number).definition.type == code


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"TASK_CODE": ...}, "缺少事项编码"),
        ({"TASK_CODE": 7}, "不是文字"),
        ({"TASK_CODE": "a b;drop"}, "不允许的字符"),
        ({"TASK_NAME": "无"}, "缺少事项名称"),
        ({"TASK_NAME": "长" * 1001}, "超过 1000 字"),
        ({"TASK_NAME": "空\x00字"}, "NUL"),
        ({"TASK_TYPE_TEXT": "外星事务"}, "认不出的事项类型"),
        ({"DEPT_NAME": None}, "缺少实施主体"),
        ({"AREACODE": "粤"}, "区划代码"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_its_reason(tmp_path: Path, changes: dict, reason: str) -> None:
    row = one(tmp_path, **changes)
    assert row.definition is None and reason in row.reason and row.line == 1


@pytest.mark.parametrize(
    ("changes", "flag"),
    [
        ({"handle_time": "很快"}, "认不出数量或单位"),
        ({"handle_time": "20"}, "认不出数量或单位"),
        ({"handle_time": "5(工作日)", "handle_time_limit": "6(工作日)"}, "超过法定时限"),
        ({"LIMIT_SCENE_NUM": "-1"}, "不是 0 到"),
        ({"material_intro": {"a": 1}}, "不是列表"),
        ({"material_intro": ["表", 3]}, "不是文字"),
        ({"service_object_name": ["火星人"]}, "认不出的服务对象"),
        ({"material_intro": ["《申请表（适用于"]}, "截断"),
    ],
)
def test_what_is_odd_is_flagged_and_left_out(tmp_path: Path, changes: dict, flag: str) -> None:
    found = one(tmp_path, **changes).definition
    assert found is not None and any(flag in text for text in found.flags)


def test_a_promise_beyond_the_law_is_dropped_and_units_are_not_mixed(tmp_path: Path) -> None:
    assert (
        one(tmp_path, handle_time="5(工作日)", handle_time_limit="6(工作日)").definition.promised_limit
        is None
    )
    mixed = one(tmp_path, handle_time="5(自然日)", handle_time_limit="6(工作日)").definition
    assert (mixed.legal_limit.unit, mixed.promised_limit.days) == ("calendar_day", 6)


def test_broken_lines_refuse_themselves_only(tmp_path: Path) -> None:
    good = json.dumps(ROW, ensure_ascii=False)
    lines = [
        good,
        "{broken",
        "[1]",
        "",
        good.replace("007000", "007001"),
        "{" * 5000,
        '{"TASK_CODE": "\\u0000"}',
    ]
    rows = read(tmp_path, "\n".join(lines))
    assert [row.line for row in rows] == [1, 2, 3, 5, 6, 7]
    assert [row.definition is not None for row in rows] == [True, False, False, True, False, False]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("packed", [False, True])
def test_encodings_are_recognised(tmp_path: Path, encoding: str, packed: bool) -> None:
    text = HEADER + "".join(f"区某局,未分类,某某许可{at},511602000000,C-{at},B,,1\n" for at in range(30))
    content = text.encode(encoding)
    rows = read(tmp_path, gzip.compress(content) if packed else content)
    assert [row.definition.name for row in rows] == [f"某某许可{at}" for at in range(30)]
    assert rows[0].line == 2


def test_a_line_in_another_encoding_is_refused_alone(tmp_path: Path) -> None:
    lines = [f"区某局,未分类,某某许可{at},511602000000,C-{at},B,,1\n".encode() for at in range(40)]
    lines[20] = lines[20].decode().encode("gb18030")
    rows = read(tmp_path, HEADER.encode() + b"".join(lines))
    assert [row.line for row in rows if row.definition is None] == [22]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("区某局,未分类,名称,511602000000,C-1,B,", "列"),
        ("区某局,未分类,,511602000000,C-1,B,,1", "缺少事项名称"),
        ("区某局,未分类,名称,511602000000,C-1,B,,21", "认不出的事项类型"),
        ("区某局,未分类,名称,51x,C-1,B,,1", "区划代码"),
        ("区某局,未分类,名\x00称,511602000000,C-1,B,,1", "NUL"),
        ("区某局,未分类,名称,511602000000,编码,B,,1", "不允许的字符"),
    ],
)
def test_csv_rows_that_cannot_be_taken(tmp_path: Path, line: str, reason: str) -> None:
    (row,) = read(tmp_path, HEADER + line + "\n")
    assert row.definition is None and reason in row.reason and row.line == 2


def test_an_unknown_layout_is_said_so(tmp_path: Path) -> None:
    for content in (b"", b"hello", b"\x89PNG\r\n\x1a\n\x00\x00", b"a,b,c\n1,2,3\n", b"{}\n"):
        with pytest.raises(Invalid):
            read(tmp_path, content)
    path = tmp_path / "list"
    path.write_bytes(b"x")
    with pytest.raises(Invalid):
        adapters.choose(SourceText(path), "excel")


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(sorted(ROW)),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
            lambda inner: (
                st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
            ),
            max_leaves=6,
        ),
    )
)
def test_no_value_whatever_breaks_the_reader(changes: dict) -> None:
    row = guangdong._value_row(1, ROW | changes)
    assert (row.definition is None) == bool(row.reason)


def test_contacts_are_taken_out() -> None:
    text = "请致电020-37607450或13812345678，地址广州市越秀区东风中路305号5号楼808房，依据2016-2030年规划"
    cleaned = without_contacts(text)
    assert "37607450" not in cleaned and "13812345678" not in cleaned and "305号" not in cleaned
    assert "2016-2030年" in cleaned
