"""Write the calendar's seed files from maintained libraries: notices since 2004, and moving festivals.

    uv run --with chinese-calendar --with lunar_python python tools/seed_calendar.py

Nothing of these libraries is needed at run time. Run again when the seed should hold a newer notice.
"""

import json
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import chinese_calendar.constants as source
from lunar_python import Lunar

FOLDER = Path(__file__).resolve().parent.parent / "onewindow" / "data" / "calendar"
FIRST_YEAR, LAST_YEAR = 1949, 2216
NAMES = {"清明": "清明节", "端午": "端午节", "中秋": "中秋节"}


def notices() -> list[dict[str, Any]]:
    """One notice per year, in the shape of holiday-cn: every day that differs, with its holiday."""
    chinese = {holiday.value: NAMES.get(holiday.chinese, holiday.chinese) for holiday in source.Holiday}
    years: dict[int, list[tuple[date, str, bool]]] = defaultdict(list)
    for days, is_off in ((source.holidays, True), (source.workdays, False)):
        for day, name in days.items():
            years[day.year].append((day, chinese[name], is_off))
    return [
        {
            "year": year,
            "days": [
                {"name": name, "date": day.isoformat(), "isOffDay": is_off}
                for day, name, is_off in sorted(years[year])
            ],
        }
        for year in sorted(years)
    ]


def festivals() -> dict[str, list[str]]:
    """By year the dates (MM-DD) of spring festival, Qingming, dragon boat and mid-autumn."""
    return {
        str(year): [_month_day(day) for day in _moving(year)] for year in range(FIRST_YEAR, LAST_YEAR + 1)
    }


def _moving(year: int) -> list[Any]:
    spring = Lunar.fromYmd(year, 1, 1)
    qingming = spring.getJieQiTable()["清明"]
    return [spring.getSolar(), qingming, *(Lunar.fromYmd(year, *md).getSolar() for md in ((5, 5), (8, 15)))]


def _month_day(solar: Any) -> str:
    return f"{solar.getMonth():02d}-{solar.getDay():02d}"


def _lines(opening: str, rows: list[str], closing: str) -> str:
    return opening + "\n" + ",\n".join(rows) + "\n" + closing + "\n"


def main() -> None:
    """Write both files, one row per line so that changes read well."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    rows = [json.dumps(row, ensure_ascii=False) for row in notices()]
    (FOLDER / "notices.json").write_text(_lines("[", rows, "]"), "utf-8")
    moving = [f'"{year}": {json.dumps(days)}' for year, days in festivals().items()]
    (FOLDER / "festivals.json").write_text(_lines("{", moving, "}"), "utf-8")


if __name__ == "__main__":
    main()
