"""Fictional people and firms without end: numbers that check, of people who cannot be alive."""

from __future__ import annotations

from datetime import date, timedelta

from onewindow.kernel.identifiers import id_card, uscc
from onewindow.people.services import Applicant

_SURNAMES = "林江岳舒简卓温祝凌甘霍蓝乔苗池关桑柏梅穆"
_FIRST = "一子文思若景嘉以亦书宁安清明远启承知予晓"
_SECOND = "诺川禾言白澄舟屿遥宸和然真木云棠序行星野"
_TRADES = ("餐饮管理", "建筑工程", "燃气", "食品", "商贸", "物业服务", "环保科技", "医药", "物流", "文化传播")
_BORN_FROM = date(1880, 1, 1)
_BORN_DAYS = (date(1909, 12, 31) - _BORN_FROM).days + 1
_REGION = "511602"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def name(number: int) -> str:
    """A name of three characters; the first 8,000 numbers give different ones."""
    shuffled = number * 3_571 % (len(_SURNAMES) * len(_FIRST) * len(_SECOND))
    rest, surname = divmod(shuffled, len(_SURNAMES))
    second, first = divmod(rest, len(_FIRST))
    return _SURNAMES[surname] + _FIRST[first] + _SECOND[second]


def id_number(number: int) -> str:
    """An id number that checks, of somebody born from 1880 to 1909; the first ten million differ."""
    day, order = number % _BORN_DAYS, number // _BORN_DAYS
    born = (_BORN_FROM + timedelta(days=day)).isoformat().replace("-", "")
    body = f"{_REGION}{born}{order % 1000:03d}"
    return body + id_card.check_digit(body)


def phone(number: int) -> str:
    """A number in a range that was never given out: mobile numbers begin with 13 to 19."""
    return f"120{number % 100_000_000:08d}"


def person(number: int) -> Applicant:
    """The fictional person with this number, always the same."""
    return Applicant(name=name(number), id_number=id_number(number), phone=phone(number))


def firm(number: int) -> tuple[str, str]:
    """(name, credit code) of a fictional firm; both check characters hold (GB 11714, GB 32100)."""
    title = f"示范市{name(number * 7 + 3)[1:]}{_TRADES[number % len(_TRADES)]}有限公司"
    body = f"91{_REGION}" + _organisation_code(f"XN{number % 1_000_000:06d}")
    return title, body + uscc.check_character(body)


def _organisation_code(body: str) -> str:
    total = sum(
        _ALPHABET.index(char) * weight for char, weight in zip(body, _ORGANISATION_WEIGHTS, strict=True)
    )
    return body + "0123456789X0"[11 - total % 11]
