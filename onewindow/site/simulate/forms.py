"""What applicants of the six handled items write: answers, form and the materials that they bring."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

import msgspec

from onewindow.catalog import rules
from onewindow.catalog.definition import ItemDefinition
from onewindow.site.demo import people

DRAINAGE = "511A0148600000-511602000000-000-11511301008778255F-1-00"
HOUSING_FUND = "512B0110100006-511602000000-000-11511301008778255F-1-00"
GAS = "511A0024800004-511602000000-000-11511301008778255F-1-00"
CONSTRUCTION = "511A0126300000-511602000000-000-11511301008778255F-1-00"
FOOD_SHOP = "513A0102900001-511602000000-000-11511301MB051073XA-1-00"
TOXIC_DRUGS = "511A72020001-511602000000-000-11511301MB051073XA-1-00"
ITEMS = (DRAINAGE, HOUSING_FUND, GAS, CONSTRUCTION, FOOD_SHOP, TOXIC_DRUGS)

_ROADS = ("云栖路", "松溪街", "望江巷", "青禾路", "竹里街", "北溪路")
_SHOPS = ("小面馆", "早点铺", "便利店", "卤味店", "烘焙坊", "果汁店")
_DRUGS = ("生川乌", "生草乌", "生附子", "洋金花", "闹羊花", "雄黄")


class Application(msgspec.Struct, frozen=True):
    """What an application says beside who applies; ``materials`` are the codes that are brought."""

    answers: dict[str, Any]
    form: dict[str, Any]
    materials: tuple[str, ...]


def application(item: ItemDefinition, applicant: str, dice: Random, *, on: date) -> Application:
    """A whole application of the applicant called ``applicant``; which materials depends on the answers."""
    answers = _answers(dice) if item.questions else {}
    made = _FORMS.get(item.task_code)
    form = made(applicant, dice, on) if made is not None else {}
    return Application(answers, form, _codes(item, answers))


def _codes(item: ItemDefinition, answers: dict[str, Any]) -> tuple[str, ...]:
    return tuple(one.code for one in rules.checklist(item, answers).materials)


def address(dice: Random) -> str:
    """A place that is nowhere: streets of a town that does not exist."""
    return f"示范市示范区{dice.choice(_ROADS)}{dice.randrange(1, 200)}号"


def _answers(dice: Random) -> dict[str, Any]:
    more = dice.sample(("demolition", "fire", "shelter"), dice.choice((0, 0, 1, 2)))
    return {
        "Q1": dice.choice(("new", "new", "renovation")),
        "Q2": dice.choice(("tender", "direct")),
        "Q3": sorted(more) or ["none"],
    }


def _drainage(applicant: str, dice: Random, on: date) -> dict[str, Any]:
    return {
        "drainer_name": applicant,
        "site_address": address(dice),
        "industry": dice.choice(("工业", "建筑", "餐饮", "餐饮", "医疗", "洗车", "其他")),
        "outlets": dice.randrange(1, 4),
        "daily_volume": dice.randrange(2, 400) / 2,
        "start_on": (on + timedelta(days=dice.randrange(20, 60))).isoformat(),
        "has_pretreatment": dice.random() < 0.8,
    }


def _housing_fund(applicant: str, dice: Random, on: date) -> dict[str, Any]:
    return {
        "house_address": f"{address(dice)}{dice.randrange(1, 20)}幢{dice.randrange(101, 2900)}室",
        "scope": dice.choice(("余额", "余额", "交存记录", "使用记录", "全部")),
    }


def _gas(applicant: str, dice: Random, on: date) -> dict[str, Any]:
    kind = dice.choice(("管道燃气", "瓶装燃气", "汽车加气"))
    return {
        "business_type": kind,
        "site_address": address(dice),
        "gas_kind": "液化石油气" if kind == "瓶装燃气" else "天然气",
        "storage_volume": dice.randrange(20, 600),
        "manager_name": people.name(dice.randrange(8_000)),
        "staff_count": dice.randrange(4, 30),
    }


def _construction(applicant: str, dice: Random, on: date) -> dict[str, Any]:
    return {
        "project_name": f"{dice.choice(_ROADS)}{dice.choice(('综合楼', '安置房', '标准厂房', '幼儿园'))}工程",
        "site_address": address(dice),
        "area": dice.randrange(400, 40_000),
        "contract_yuan": dice.randrange(500_000, 90_000_000),
        "builder_name": people.firm(dice.randrange(900))[0],
        "supervisor_name": people.firm(dice.randrange(900))[0],
        "planned_start_on": (on + timedelta(days=dice.randrange(20, 60))).isoformat(),
    }


def _food_shop(applicant: str, dice: Random, on: date) -> dict[str, Any]:
    return {
        "shop_name": dice.choice(_ROADS) + dice.choice(_SHOPS),
        "shop_address": address(dice),
        "business_kind": dice.choice(("食品销售", "餐饮服务", "食品销售兼餐饮服务")),
        "area": dice.randrange(8, 80),
        "staff_count": dice.randrange(1, 6),
        "has_cold_dishes": dice.random() < 0.3,
    }


def _toxic_drugs(applicant: str, dice: Random, on: date) -> dict[str, Any]:
    drugs = dice.sample(_DRUGS, dice.randrange(1, 4))
    return {
        "institution_name": applicant,
        "drugs": [{"name": name, "quantity": dice.randrange(1, 20), "unit": "千克"} for name in drugs],
        "keeper_name": people.name(dice.randrange(8_000)),
        "usage": dice.choice(("临床配方", "制剂")),
    }


_FORMS = {
    DRAINAGE: _drainage,
    HOUSING_FUND: _housing_fund,
    GAS: _gas,
    CONSTRUCTION: _construction,
    FOOD_SHOP: _food_shop,
    TOXIC_DRUGS: _toxic_drugs,
}
