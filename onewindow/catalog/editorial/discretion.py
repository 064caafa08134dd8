"""What people type into a search may name a person: only texts that name none may be kept. Pure.

Kept is at most ``LONGEST`` characters of normalised text. Refused are numbers that may be those of a person, a
telephone, a case or a vehicle, addresses of mail, places with a house number, and what looks like a bare name
(个人信息保护法 art. 6: no more is collected than the purpose needs).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from onewindow.catalog.search.document import normalise

LONGEST = 40
_MOST_DIGITS = 3
_PUBLIC_NUMBERS = re.compile(r"(?<!\d)(?:12\d{3}|110|119|120|122|(?:19|20)\d\d年)(?!\d)")
_NUMERALS = re.compile(r"[〇零一壹幺二贰三叁四肆五伍六陆七柒八捌九玖]{5,}")
_PLATE = re.compile(r"[一-鿿][a-z][a-z0-9]{5,6}(?![a-z0-9])")
_HOUSE = re.compile(r"[\d一二三四五六七八九十百]+(?:号楼|栋|幢|单元|室|弄|号院|号(?=$|[^码牌]))")
_SELF = re.compile(r"(?:我叫|名叫|姓名是|名字是)[一-鿿]{2,}")
_SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗"
    "凤花方俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹"
    "狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍"
    "虞万支柯昝管卢莫经房裘缪干解应宗丁宣贲邓郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊於惠甄曲家封芮羿储靳汲"
    "邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘钭厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿"
    "白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍却璩桑桂濮牛寿通边扈燕冀郏浦尚农"
    "温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧殳沃利蔚越夔隆师巩厍聂晁"
    "勾敖融冷訾辛阚那简饶空曾毋沙乜养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公肖"
)
_NAME = 3  # characters of a bare name at most; longer ones hold words that tell what was meant


def recordable(typed: str, *, is_word: Callable[[str], bool] = lambda pair: False) -> str:
    """The normalised text that may be kept, empty when it may name a person.

    ``is_word`` tells of two characters whether names of items hold them together: 郑重 is a word, 郑伟 a name.
    """
    text = normalise(typed)
    if not text or len(text) > LONGEST or not any(char.isalpha() for char in text):
        return ""
    packed = text.replace(" ", "")
    # normalise() has turned the signs into spaces: an address of mail shows in what was typed.
    if "@" in typed or "＠" in typed or _NUMERALS.search(packed):
        return ""
    left = _PUBLIC_NUMBERS.sub("", text)
    if sum(char.isdigit() for char in left) > _MOST_DIGITS:
        return ""
    if any(rule.search(packed) for rule in (_PLATE, _HOUSE, _SELF)):
        return ""
    return "" if _is_name(packed, is_word) else text


def _is_name(text: str, is_word: Callable[[str], bool]) -> bool:
    if not 2 <= len(text) <= _NAME or text[0] not in _SURNAMES or not all("一" <= c <= "鿿" for c in text):
        return False
    return not any(is_word(text[at : at + 2]) for at in range(len(text) - 1))
