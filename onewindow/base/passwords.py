"""Passwords: how they are hashed, checked and judged."""

from __future__ import annotations

import secrets
import unicodedata
from datetime import datetime, timedelta
from functools import cache

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.auth.password_validation import CommonPasswordValidator

from onewindow.kernel.errors import N_, FieldError, Invalid

LONGEST = 128
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that is misread when told by word of mouth


class _Argon2(Argon2PasswordHasher):
    """Argon2id with 19 MiB and two passes: the strength OWASP asks for, within the memory of a worker."""

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1


_HASHER = _Argon2()


def encode(password: str) -> str:
    """The Argon2id hash of a password."""
    return _HASHER.encode(_plain(password), _HASHER.salt())


def matches(password: str, encoded: str) -> bool:
    """Whether the password is the one; an empty ``encoded`` (nobody there) costs the same."""
    is_right = _HASHER.verify(_plain(password), encoded or _nobody())
    return is_right and bool(encoded)


def is_outdated(encoded: str) -> bool:
    """True when the hash was made with other parameters than today's."""
    return _HASHER.must_update(encoded)


def make_temporary() -> str:
    """A random password to be told to a person once: 16 characters, 79 bits."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(16))


def check(password: str, *, username: str, field: str = "password", is_staff: bool = False) -> None:
    """Raise ``Invalid`` unless the password may be used: long enough, not common, not the user name.

    Staff also mix classes of characters (GB/T 22239-2019, 8.1.4.1 a); of citizens only length is asked.
    """
    problem = _problem(password, username, is_staff=is_staff)
    if problem:
        raise Invalid("weak-password", problem.message, params=problem.params, fields=[_at(problem, field)])


def is_stale(set_at: datetime | None, *, now: datetime) -> bool:
    """Whether a member of staff has had this password for too long (``ONEWINDOW_PASSWORD_DAYS``, 0: never)."""
    days: int = settings.ONEWINDOW_PASSWORD_DAYS
    return bool(days) and set_at is not None and now - set_at >= timedelta(days=days)


def _problem(password: str, username: str, *, is_staff: bool) -> FieldError | None:
    shortest, classes = settings.ONEWINDOW_PASSWORD_SHORTEST, settings.ONEWINDOW_PASSWORD_CLASSES
    if len(password) < shortest:
        return FieldError("", "too-short", N_("密码至少 %(shortest)s 个字符"), {"shortest": shortest})
    if len(password) > LONGEST:
        return FieldError("", "too-long", N_("密码最多 %(longest)s 个字符"), {"longest": LONGEST})
    folded = password.casefold()
    if username and username.casefold() in folded:
        return FieldError("", "like-username", N_("密码不能包含用户名"))
    if any(word in folded for word in _OF_THE_HOUSE):
        return FieldError("", "guessable", N_("密码不能包含系统或单位的名称"))
    if folded in _common() or len(set(folded)) < 4 or folded in _RUNS * 2:
        return FieldError("", "common", N_("这个密码太常见，请换一个"))
    if is_staff and _classes(password) < classes:
        message = N_("密码须含小写字母、大写字母、数字、其他字符四类中的 %(classes)s 类")
        return FieldError("", "too-plain", message, {"classes": classes})
    return None


def _classes(password: str) -> int:
    return len({_class(char) for char in password})


def _class(char: str) -> str:
    if char.isascii() and char.isalpha():
        return "small" if char.islower() else "capital"
    return "digit" if char.isascii() and char.isdigit() else "other"


def _at(problem: FieldError, field: str) -> FieldError:
    return FieldError(field, problem.code, problem.message, problem.params)


def _plain(password: str) -> str:
    """One spelling of what was typed, bounded so that a huge body costs no more than a password."""
    bounded = password[: LONGEST * 4].encode("utf-8", "replace").decode()  # lone surrogates cannot be hashed
    return unicodedata.normalize("NFKC", bounded)


@cache
def _nobody() -> str:
    return _HASHER.encode(secrets.token_urlsafe(16), _HASHER.salt())


@cache
def _common() -> frozenset[str]:
    return frozenset(CommonPasswordValidator().passwords)


# Words that somebody who attacks this very platform tries first (ASVS 5.0, 6.1.2).
_OF_THE_HOUSE = ("onewindow", "yichuang", "zhengwu", "shenpi", "一窗", "政务", "审批")
_RUNS = "0123456789abcdefghijklmnopqrstuvwxyzqwertyuiopasdfghjklzxcvbnm"
