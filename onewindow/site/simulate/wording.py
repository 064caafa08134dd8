"""What people write while they work: opinions, reasons, receipts."""

from __future__ import annotations

from datetime import date
from random import Random

ARTICLE_45 = "《中华人民共和国行政许可法》第四十五条"
_PROCEDURES = {
    "hearing": "申请事项涉及他人重大利益，需要听证",
    "tender": "需要招标",
    "auction": "需要拍卖",
    "inspection": "需要对现场设施进行检验",
    "testing": "需要委托机构检测",
    "quarantine": "需要检疫",
    "appraisal": "需要鉴定",
    "expert-review": "方案较复杂，需要组织专家评审",
}


def checked(dice: Random) -> str:
    """An opinion in favour."""
    return dice.choice(
        (
            "材料齐全，内容真实，符合法定条件",
            "经核对，申请内容与材料一致，拟同意",
            "现场情况与申报相符，符合要求",
            "已核查，符合规定，建议准予",
        )
    )


def failed(dice: Random) -> str:
    """An opinion against."""
    return dice.choice(("现场核查不符合规定条件", "设施未按要求建设，检测结果超出标准", "经营场所不符合要求"))


def denial(dice: Random) -> str:
    """Why a licence is denied."""
    return dice.choice(
        (
            "经现场核查，设施不符合规定标准，不具备准予许可的法定条件",
            "检测报告显示主要指标超出国家标准，不符合法定条件",
        )
    )


def lacks(name: str) -> str:
    """What a correction notice says of a missing material."""
    return f"未提供{name}"


def refusal(dice: Random) -> dict[str, str]:
    """Ground, reason and the competent organ of a refusal to accept."""
    if dice.random() < 0.6:
        return {
            "ground": "not-competent",
            "reason": "申请地点不在本区范围内，依法不属于本机关职权范围",
            "competent_organ": "申请地点所在地的主管部门",
        }
    return {"ground": "not-required", "reason": "申请事项依法不需要取得行政许可"}


def returning(dice: Random) -> str:
    """Why a matter is returned."""
    return dice.choice(
        ("申请人与证明材料上的单位不是同一主体", "同一事项已有在办件，重复申请", "所附文件无法打开")
    )


def second_thoughts(dice: Random) -> str:
    """Why an applicant withdraws."""
    return dice.choice(("经营计划有变，暂不办理", "材料准备不充分，重新准备后再申请", "选错了事项"))


def procedure(kind: str) -> str:
    """Why a special procedure is needed."""
    return _PROCEDURES[kind]


def validity(dice: Random, today: date) -> str:
    """How long a licence holds."""
    years = dice.choice((3, 5))
    # 29 February has no counterpart in most years.
    until = today.replace(year=today.year + years, day=min(today.day, 28))
    return f"{today.isoformat()} 至 {until.isoformat()}"


def receipt(method: str, dice: Random) -> str | None:
    """What proves the delivery."""
    if method == "courier":
        return f"YX{dice.randrange(10**9, 10**10)}"
    return "本人签收" if method == "window" else None
