"""An example for the work-bench: 22 fictional items whose rows are laid out after published sums of one project.

One county told of a factory project that needed 22 approvals of 13 departments; one province of what it asked
for before and after merging (handbook 11). The rows here are made up; every sum is computed from them.
"""

from __future__ import annotations

from onewindow.catalog.definition import ItemDefinition, Limit, Material

# fmt: off
_ORGANS = (
    "发改", "工信", "自然资源", "生态环境", "住建", "水务", "应急", "消防", "人防", "气象", "市监",
    "电力", "交通",
)
_NAMES = (
    "企业投资项目备案", "技术改造项目备案", "建设用地规划许可", "建设工程规划许可", "用地预审与选址意见",
    "环境影响评价审批", "排污许可", "建筑工程施工许可", "施工图审查备案", "排水许可", "取水许可",
    "水土保持方案审批", "安全设施设计审查", "消防设计审查", "人防工程审批", "雷电防护装置设计审核",
    "营业执照变更", "特种设备使用登记", "用电报装", "临时占道审批", "道路开口审批", "节能审查",
)
# fmt: on
_LEGAL = (20,) * 13 + (15,) * 4 + (10,) * 3 + (5, 3)
_PROMISED = (7, 5, 5, 5, 5, 5, 4, 4, 4, 4, 3, 3, 3, 3, 2, 2) + (0,) * 6
# How many of the 22 items ask for one and the same material: ten things everybody asks for, and so on down.
_ASKED = (22,) * 10 + (12,) * 5 + (2,) * 32 + (1,) * 29
# fmt: off
_COMMON = (
    "营业执照", "法定代表人身份证明", "授权委托书", "项目申请表", "项目备案证明", "土地使用权证明",
    "项目平面图", "项目情况说明", "承诺书", "企业信用报告", "可行性研究报告", "环评批复", "规划许可证",
    "设计方案", "施工合同",
)
# fmt: on


def example() -> list[ItemDefinition]:
    """The 22 items; nothing of it is stored or published."""
    rows: list[list[Material]] = [[] for _ in _NAMES]
    place = 0
    for number, asked in enumerate(_ASKED):
        for turn in range(asked):
            # Narrow materials go round, so that no item asks for one twice and all lists grow alike.
            rows[(place + turn) % len(rows)].append(_material(number))
        place += asked
    return [_item(number, materials) for number, materials in enumerate(rows)]


def _material(number: int) -> Material:
    name = _COMMON[number] if number < len(_COMMON) else f"专项材料{number + 1}"
    source = "government" if number in (0, 1, 4, 5, 11, 12) else "applicant"
    return Material(code=f"X{number + 1:02d}", name=name, source=source)


def _item(number: int, materials: list[Material]) -> ItemDefinition:
    promised = _PROMISED[number]
    return ItemDefinition(
        version_id=0,
        task_code=f"EXAMPLE-{number + 1:02d}",
        version=0,
        name=_NAMES[number],
        type="01",
        organ_id=0,
        organ_name=f"{_ORGANS[number % len(_ORGANS)]}部门",
        region="",
        kind="commitment" if promised else "instant",
        legal_limit=Limit(_LEGAL[number]),
        promised_limit=Limit(promised),
        visits=1,
        materials=tuple(materials),
    )
