"""The fictional 示范市: its divisions, the departments of 示范区, the hall and its windows."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from onewindow.kernel.actor import SYSTEM
from onewindow.org import services

REGION = "511602"
CENTER = "SFQ-01"
OFFICE = "区政务服务管理办公室"
BUREAU = "区行政审批局"
# Of the demonstration: who reviews decisions of its departments.
GOVERNMENT, COURT = "示范区人民政府", "示范区人民法院"
HOUSING = "区住建局"
MARKET = "区市监局"

# Name as printed in the shared district list, and the credit code that most of its items carry there.
DEPARTMENTS = (
    (HOUSING, "11511301008778255F"),
    (MARKET, "11511301MB051073XA"),
    ("区经信局", "11511301008778183N"),
    ("区教科体局", "115113010833722043"),
    ("区公安分局", "11511300008778693M"),
    ("区消防大队", "11511300MB1A21304N"),
    ("区司法局", "115113010087786859"),
    ("区财政局", "11511301008778220W"),
    ("区自然资源和规划局", "11511301MB1550442U"),
    ("区生态环境局", "11511301MB1D685275"),
    ("区综合执法局", "11511301MB0T669970"),
    ("区交通运输局", "11511301008778386B"),
    ("区水务局", "1151130100877844X4"),
    ("区农业农村局", "11511301008778423H"),
    ("区商务局", "1151130174468656XH"),
    ("区文广旅局", "11511301599994805M"),
    ("区卫健局", "11511301008778490F"),
    ("区应急管理局", "11511301MB1935318L"),
    ("区统计局", "11511301008778378G"),
    ("区发改局", "11511301008778175U"),
    ("区委办", "12511301MB1297707Y"),
    ("区民政局", "11511301008778298W"),
    ("区人社局", "11511301008778239R"),
    ("区残联", "11511301452259996U"),
    ("区气象局", "12511300452259013M"),
    ("广安区税务局", "11511301MB1549994W"),
    ("区公管办", "125113010603241893"),
    ("区政府办", "115113010087780365"),
    ("区退役军人事务局", "11511301MB163323XU"),
    ("区医疗保障局", "11511301MB15537661"),
    ("区林业局", "11511301MB1P96705T"),
    (BUREAU, "115113016823646795"),
    ("区烟草专卖局", "TE5116020105116050"),
    ("区委统战部", "1151130176726532XP"),
)
# Full names that do not come of putting the city before the short one.
_FULL = {
    HOUSING: "住房和城乡建设局",
    MARKET: "市场监督管理局",
    "区经信局": "经济和信息化局",
    "区教科体局": "教育科技和体育局",
    "区综合执法局": "综合行政执法局",
    "区文广旅局": "文化广播电视和旅游局",
    "区卫健局": "卫生健康局",
    "区发改局": "发展和改革局",
    "区人社局": "人力资源和社会保障局",
    "区残联": "残疾人联合会",
    "区公管办": "公共资源交易管理办公室",
    "区政府办": "人民政府办公室",
    "区消防大队": "消防救援大队",
}
_APART = {
    "区公安分局": "示范市公安局示范区分局",
    "广安区税务局": "国家税务总局示范市示范区税务局",
    "区委办": "中共示范市示范区委员会办公室",
    "区委统战部": "中共示范市示范区委员会统一战线工作部",
}
# Offices beside the departments: they supervise or approve items and decide no case.
OFFICES = (OFFICE, "区委编办", "区效能办")

SPECIAL = (
    ("专区1", "公安专窗", "区公安分局"),
    ("专区2", "税务专窗", "广安区税务局"),
    ("专区3", "社保专窗", "区人社局"),
)
TOWN_POINTS = (("SFQ-T1", "云栖街道便民服务中心", "511602001"), ("SFQ-T2", "松溪镇便民服务中心", "511602101"))
INTEGRATED = 8


class City(NamedTuple):
    """Ids by name: organs, and windows by their code in the hall."""

    organs: dict[str, int]
    windows: dict[str, int]


def load(*, now: datetime) -> City:
    """Make the city, or find it again: nothing is made twice and nothing overwritten."""
    path = Path(__file__).resolve().parents[2] / "data" / "divisions" / "demonstration.csv.gz"
    services.import_regions(path, dry_run=False, now=now)
    organs = _organs(now)
    return City(organs, _windows(organs, now))


def _organs(now: datetime) -> dict[str, int]:
    found: dict[str, int] = {}
    for name in OFFICES:
        made = services.ensure_organ(
            code=f"{REGION}-{name}", name=name, uscc=None, region=REGION, model="office", now=now
        )
        found[name] = made.id
    for name, uscc in DEPARTMENTS:
        is_bureau = name == BUREAU
        made = services.ensure_organ(
            code=uscc,
            name=name,
            uscc=uscc,
            region=REGION,
            model="bureau" if is_bureau else "department",
            office_id=None if is_bureau else found[OFFICE],
            now=now,
        )
        found[name] = made.id
        if not made.court:
            services.set_paper_names(
                SYSTEM,
                made.id,
                official_name=_official_name(name),
                reconsideration_organ=GOVERNMENT,
                court=COURT,
                now=now,
            )
    return found


def _official_name(name: str) -> str:
    return _APART.get(name) or "示范市示范区" + _FULL.get(name, name.removeprefix("区"))


def _windows(organs: dict[str, int], now: datetime) -> dict[str, int]:
    office = organs[OFFICE]
    hall = services.ensure_center(
        code=CENTER, name="示范区政务服务中心", region=REGION, office_id=office, now=now
    )
    found = {
        code: services.ensure_window(
            center_id=hall,
            code=code,
            name=name,
            kind=kind,
            organ_id=organs[organ] if organ else None,
            now=now,
        )
        for code, name, kind, organ in _rows()
    }
    for code, name, region in TOWN_POINTS:
        point = services.ensure_center(code=code, name=name, region=region, office_id=office, now=now)
        found[code] = services.ensure_window(
            center_id=point, code="1", name="综合窗口", kind="integrated", now=now
        )
    return found


def _rows() -> list[tuple[str, str, str, str | None]]:
    rows: list[tuple[str, str, str, str | None]] = [
        (f"综合{number}", f"综合受理{number}号窗口", "integrated", None)
        for number in range(1, INTEGRATED + 1)
    ]
    rows += [(code, name, "special", organ) for code, name, organ in SPECIAL]
    rows += [(f"出件{number}", f"综合出件{number}号窗口", "issue", None) for number in (1, 2)]
    return [*rows, ("咨询1", "业务咨询窗口", "advisory", None)]
