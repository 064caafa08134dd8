"""Which names, numbers and mandates hold: pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from onewindow.kernel.errors import N_, FieldError
from onewindow.kernel.identifiers import id_card, passport, uscc
from onewindow.kernel.identifiers.problem import Problem, tidy

# The edition of the privacy notice (page /privacy) that whoever registers is shown; raised with its text.
NOTICE_EDITION = "2026-11-22"
LONGEST_MANDATE = timedelta(days=5 * 366)
ID_TYPES = ("id_card", "passport", "hk_macau_permit", "taiwan_permit", "foreigner_permit", "uscc")
_PHONE = re.compile(r"1[0-9]{10}|\+[0-9]{6,15}|0[0-9]{2,3}-?[0-9]{7,8}")
_NAME = re.compile(r"[^\W\d_][\w .·•'’()（）-]{0,99}")


def id_problem(id_type: str, number: str, *, today: date) -> FieldError | None:
    """What is wrong with an identity document's number, or None."""
    problem: Problem | None
    if id_type == "id_card":
        problem = id_card.check(number, today=today)
    elif id_type == "uscc":
        problem = uscc.check(number)
    elif id_type == "passport":
        problem = passport.check(number)
    elif id_type in ID_TYPES:
        text = tidy(number[:64])
        problem = (
            None if text.isalnum() and 6 <= len(text) <= 20 else Problem("id-shape", N_("证件号码格式不正确"))
        )
    else:
        problem = Problem("id-type", N_("不支持这种证件类型"))
    return FieldError("id_number", problem.code, problem.message) if problem else None


def normal_id(id_type: str, number: str) -> str:
    """The one spelling of a number: narrow, capital, 18 characters for id cards."""
    text = tidy(number[:64]).upper()
    return id_card.upgrade(text) if id_type == "id_card" and len(text) == 15 and text.isdigit() else text


def phone_problem(phone: str) -> FieldError | None:
    """Mobile numbers of 11 digits, land lines with area code, or international ones with +."""
    if _PHONE.fullmatch(phone.strip()):
        return None
    return FieldError("phone", "format", N_("电话号码格式不正确"))


def name_problem(name: str) -> FieldError | None:
    """A name begins with a letter or a Chinese character and has at most 100."""
    if _NAME.fullmatch(name.strip()):
        return None
    return FieldError("name", "format", N_("姓名格式不正确"))


def mandate_problem(from_on: date, until_on: date, *, today: date) -> FieldError | None:
    """A mandate ends, not before it begins, not in the past, and within five years."""
    if until_on < from_on or until_on < today:
        return FieldError("until", "past", N_("授权截止日期不能早于起始日期或今天"))
    if until_on - from_on > LONGEST_MANDATE:
        return FieldError("until", "too-long", N_("授权期限最长五年"))
    return None


def mandate_holds(state: str, from_on: date, until_on: date, *, on: date) -> bool:
    """Whether a mandate opens the principal's matters on a day, the last day included."""
    return state == "active" and from_on <= on <= until_on


def scope_covers(scope: Sequence[str], task_code: str | None) -> bool:
    """An empty scope covers every item."""
    return not scope or task_code in scope
