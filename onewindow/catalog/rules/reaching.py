"""Rules on how one gets there: visits, online depth, telephones, themes (2.4: 3, 4, 5, 7, 8)."""

from __future__ import annotations

import re

from onewindow.catalog.definition import ItemDefinition
from onewindow.catalog.rules.finding import Notes
from onewindow.kernel.errors import N_

VISITS = N_("到现场次数")
PERSON = "自然人"
BY_MAIL = "快递申请"
ONLINE = "网上办理"

# Themes of the national portal that only the person's, or only the firm's, side of it has (K: a firm is
# neither born nor married, a person is not wound up). Themes of both sides stand in neither.
PERSONAL_THEMES = frozenset(
    {
        *("生育收养", "户籍办理", "入伍服役", "婚姻登记", "优待抚恤", "住房保障", "证件办理", "出境入境"),
        *("离职退休", "死亡殡葬", "职业资格", "旅游观光", "结婚", "生小孩", "退休", "升学", "老年人", "妇女"),
        *("儿童青少年", "义务教育", "高校毕业生", "找工作", "失业", "买房子", "迁居", "残疾人", "外国人"),
    }
)
CORPORATE_THEMES = frozenset(
    {
        *("资质认证", "年检年审", "税收财务", "人力资源", "投资审批", "融资信贷", "商务贸易", "招标拍卖"),
        *("海关口岸", "涉外服务", "检验检疫", "法人注销", "质量技术", "国土和规划建设"),
    }
)
# Depth IV (全程网办): handled online (5) and the result told or given back online (6, 7), or written so.
_DEPTH_IV = frozenset({"IV", "Ⅳ", "Ⅳ级", "IV级", "4级", "四级", "全程网办"})

_DASHES = str.maketrans("—－–‐（）()", "----    ")
_NUMBER = re.compile(r"(?<![\d-])\d[\d-]*\d(?![\d-])")
_AREA = re.compile(r"(?<!\d)(0\d{2,3})\s+(?=\d{5,8}(?!\d))")
_WITH_AREA = re.compile(r"0\d{2,3}-?\d{5,8}(?:-\d{1,6})?")
_WITHOUT_AREA = re.compile(r"[2-8]\d{6,7}(?:-\d{1,6})?")
_NATIONWIDE = re.compile(r"1[3-9]\d{9}|[48]00-?\d{3,4}-?\d{3,4}|11\d|12[0-2]|1[02]\d{3}|9\d{4}")


def note_reaching(definition: ItemDefinition, notes: Notes) -> None:
    """Rules 3, 4, 5, 7 and 8."""
    _note_visits(definition, notes)
    _note_mail(definition, notes)
    _note_depth(definition, notes)
    _note_phones(definition, notes)
    _note_themes(definition, notes)


def _note_visits(definition: ItemDefinition, notes: Notes) -> None:
    visits, reason = definition.visits, definition.visits_reason
    if visits is None:
        notes.lacks("2.4-3", "visits", VISITS)
    elif visits > 0 and not reason:
        notes.lacks("2.4-3", "visits_reason", N_("必须现场办理的原因"))
    elif visits == 0 and reason:
        notes.broken("2.4-3", "visits_reason", N_("到现场次数为 0，不应当写必须现场办理的原因"))


def _note_mail(definition: ItemDefinition, notes: Notes) -> None:
    if definition.visits is None:
        notes.lacks("2.4-4", "visits", VISITS)
    if definition.visits != 0:
        return
    if definition.online is None:
        notes.lacks("2.4-4", "online", N_("是否网办"))
    if definition.online is not False:
        return
    by_mail, channels = definition.conveniences.mail_materials, definition.channels
    if by_mail or BY_MAIL in channels:
        return
    if by_mail is None and (not channels or ONLINE in channels):
        notes.lacks("2.4-4", "conveniences.mail_materials", N_("是否可以邮寄材料"))
    else:
        notes.broken(
            "2.4-4",
            "conveniences.mail_materials",
            N_("到现场次数为 0，不能网办，又不能邮寄申请，无法申请"),
        )


def _note_depth(definition: ItemDefinition, notes: Notes) -> None:
    if not definition.online_depth:
        if definition.online:
            notes.lacks("2.4-5", "online_depth", N_("网上办理深度"))
        return
    if definition.visits is None:
        notes.lacks("2.4-5", "visits", VISITS)
    elif definition.visits > 0 and is_fully_online(definition.online_depth):
        notes.broken(
            "2.4-5",
            "visits",
            N_("网上办理深度为全程网办，到现场次数应当为 0，现为 %(visits)s"),
            visits=definition.visits,
        )


def is_fully_online(depth: tuple[str, ...]) -> bool:
    """Depth IV of the four-step scale, in either of the two scales that circulate (handbook 2.3)."""
    digits = set(depth)
    return not _DEPTH_IV.isdisjoint(digits) or ("5" in digits and not digits.isdisjoint({"6", "7"}))


def phone_numbers(text: str) -> list[str]:
    """The telephone numbers that stand in ``text``, with dashes as written; years and rooms are none."""
    tidy = _AREA.sub(r"\1-", text.translate(_DASHES))
    known = (_WITH_AREA, _WITHOUT_AREA, _NATIONWIDE)
    return [number for number in _NUMBER.findall(tidy) if any(pattern.fullmatch(number) for pattern in known)]


def _note_phones(definition: ItemDefinition, notes: Notes) -> None:
    found = []
    for element, text, what in (
        ("contact.consult", definition.contact.consult, N_("咨询电话")),
        ("contact.supervise", definition.contact.supervise, N_("监督投诉电话")),
    ):
        numbers = phone_numbers(text) if text else []
        found.append({number.replace("-", "") for number in numbers})
        if not numbers:
            notes.lacks("2.4-7", element, what)
        for number in numbers:
            if _WITHOUT_AREA.fullmatch(number) and not _NATIONWIDE.fullmatch(number):
                notes.broken("2.4-7", element, N_("%(what)s %(number)s 没有区号"), what=what, number=number)
    if found[0] and found[0] == found[1]:
        notes.broken(
            "2.4-7",
            "contact.supervise",
            N_("监督投诉电话与咨询电话相同（%(number)s）"),
            number="、".join(sorted(found[0])),
        )


def _note_themes(definition: ItemDefinition, notes: Notes) -> None:
    is_for_persons, is_for_bodies = _audience(definition)
    if not (is_for_persons or is_for_bodies):
        notes.lacks("2.4-8", "subjects", N_("服务对象"))
    if not definition.themes:
        notes.lacks("2.4-8", "themes", N_("主题分类"))
    if is_for_persons == is_for_bodies:
        return
    for theme in definition.themes:
        if is_for_bodies and theme in PERSONAL_THEMES:
            notes.broken("2.4-8", "themes", N_("只面向法人的事项不应当归入个人主题“%(theme)s”"), theme=theme)
        elif is_for_persons and theme in CORPORATE_THEMES:
            notes.broken(
                "2.4-8", "themes", N_("只面向自然人的事项不应当归入法人主题“%(theme)s”"), theme=theme
            )


def _audience(definition: ItemDefinition) -> tuple[bool, bool]:
    if definition.subjects:
        return PERSON in definition.subjects, any(subject != PERSON for subject in definition.subjects)
    return "person" in definition.audiences, "organisation" in definition.audiences
