"""What nobody should have to read: texts, numbers, dates, structures and bytes at and beyond the edges."""

from __future__ import annotations

import json
import random
from typing import Any

TEXTS = (
    "", " ", "\t\r\n", "\0", "a\0b", "\ud800", "a\udfffb", "\u202e\u2066倒", "\ufeff", "\uffff", "\U0010ffff", "😀" * 9,
    "é" + "\u0301" * 300, "長" * 201, "a" * 2001, "a" * 4001, "A" * 70_000, "%", "%s%n%(x)s", "{0}{x}", "${jndi:ldap://x}",
    "{{7*7}}{% load x %}", "'; DROP TABLE cases_case; --", "\\", "\"'`", "<script>alert(1)</script>", "../../etc/passwd",
    "..\\..\\x", "/dev/zero", "file:///etc/passwd", "//evil.example", "javascript:alert(1)", "=1+1", "@SUM(A1)",
    "null", "undefined", "true", "NaN", "Infinity", "-", "-0", "00", "+1", "1_000", "0x10", "1e5", "1e400", "1.5", "１２",
    "٣", "²", "½", "Ⅷ", "一", "9" * 12, "9" * 19, "9" * 400, "2147483648", "-2147483649", "9223372036854775808",
    "0000-00-00", "0001-01-01", "1582-10-10", "1900-02-29", "2026-02-30", "2026-13-01", "2026-W01-1", "2026-1-1",
    "9999-12-31", "10000-01-01", "-2026-01-01", "2026-11-22T25:00:00+08:00", "2026-11-22T10:00:00",
    "0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59-12:00", "2026-11-22T10:00:00+99:99", "2026-11-22T10:00:60Z",
    "511602190001010019", "51160219000101001X", "91511602MA0000000X", "2026090800000019", "F" * 30, "clerk1", "sysadmin",
    "*", "a,b;c", "application/json", "\x1b[31m", "\x7f", "\x80\x9f", "ﷺ" * 50, "İıſK", "ß", "\u2028", "x" * 200, "x" * 201,
)  # fmt: skip
NUMBERS = (
    0, -0.0, 1, -1, 2, 0.1, 1.5, -1.5, 31, 366, 3660, 3661, 2**31 - 1, 2**31, -(2**31) - 1, 2**53 + 1, 2**63 - 1, 2**63,
    -(2**63) - 1, 10**40, 1e-320, 1e15, 1e16, 1e22, 1e308, -1e308, float("nan"), float("inf"), float("-inf"),
)  # fmt: skip


def text(dice: random.Random) -> str:
    """A text at an edge; sometimes one that is merely drawn."""
    if dice.random() < 0.15:
        return "".join(chr(_point(dice)) for _ in range(dice.choice((1, 3, 12, 80))))
    return dice.choice(TEXTS)


def _point(dice: random.Random) -> int:
    return dice.choice(
        (dice.randrange(32), dice.randrange(128), dice.randrange(0x3000, 0xFFFF), dice.randrange(0x110000))
    )


def anything(dice: random.Random) -> Any:
    """A JSON value of whatever kind."""
    kind = dice.random()
    if kind < 0.5:
        return text(dice)
    if kind < 0.7:
        return dice.choice(NUMBERS)
    if kind < 0.8:
        return dice.choice((None, True, False, [], {}, [None], {"": ""}))
    return structure(dice)


def structure(dice: random.Random) -> Any:
    """Lists and objects: nested, wide, of mixed kinds."""
    kind = dice.randrange(5)
    if kind == 0:
        found: Any = text(dice)
        for _ in range(dice.choice((3, 39, 41, 60, 300))):
            found = [found] if dice.random() < 0.5 else {"a": found}
        return found
    if kind == 1:
        return [dice.choice(NUMBERS) for _ in range(dice.choice((2, 30, 201, 2000)))]
    if kind == 2:
        return {text(dice)[:40] + str(number): number for number in range(dice.choice((2, 50, 500)))}
    if kind == 3:
        return [{"code": text(dice), "medium": "electronic"} for _ in range(dice.choice((1, 5, 201)))]
    return [text(dice), {"code": text(dice)}, None, 1]


def body(dice: random.Random) -> bytes:
    """Bytes that are no readable JSON, or hardly."""
    made = dice.choice(_BODIES)
    return made(dice) if callable(made) else made


def _random_bytes(dice: random.Random) -> bytes:
    return dice.randbytes(dice.choice((1, 7, 64, 1000, 30_000)))


def _deep(dice: random.Random) -> bytes:
    depth = dice.choice((30, 64, 500, 5000, 100_000))
    left, right = dice.choice(((b"[", b"]"), (b'{"form":', b"}"), (b'[{"a":', b"}]")))
    return left * depth + b"1" + right * (depth if dice.random() < 0.8 else depth - 1)


def _huge(dice: random.Random) -> bytes:
    size = dice.choice((100_000, 500_000, 1_999_900, 2_100_000))
    return b'{"' + dice.choice((b"form", b"text", b"x")) + b'":"' + b"a" * size + b'"}'


def _encoded(dice: random.Random) -> bytes:
    plain = json.dumps({"version": 1, "text": text(dice), "reason": "理由"}, ensure_ascii=False)
    return plain.encode(dice.choice(("utf-16", "utf-32", "gb18030", "utf-7")), "replace")


_BODIES: tuple[Any, ...] = (
    _random_bytes, _deep, _encoded, _encoded, b"", b"{", b"null", b"[]", b"5", b'"x"', b"{}{}", b"{} x", b"\xef\xbb\xbf{}",
    b'{"a":"\xe4\xbd"}', b'{"a":"\xed\xa0\x80"}', b'{"a":"\x00"}', b'{"version":NaN}', b'{"version":1e400}',
    b'{"version":' + b"9" * 5000 + b"}", b'{"version":1,"version":2}', b'{"version":-}', b"{'a':1}", b'{"a":01}',
    b'{"\\u0000":1}', b'{"a":"\\ud800"}', b"a=b&c=d", b"<x/>", b"--x\r\n\r\n--x--", _huge,
)  # fmt: skip


def bend(raw: bytes, dice: random.Random) -> bytes:
    """A readable body made less so: cut, stuffed, doubled, recoded."""
    if not raw:
        return b"\0"
    spot = dice.randrange(len(raw))
    kind = dice.randrange(7)
    if kind == 0:
        return raw[:spot]
    if kind == 1:
        return (
            raw[:spot] + dice.choice((b"\0", b"\xff", b"\xed\xa0\x80", b"\\", b'"', b"}", b",")) + raw[spot:]
        )
    if kind == 2:
        return raw[:spot] + bytes([raw[spot] ^ (1 << dice.randrange(8))]) + raw[spot + 1 :]
    if kind == 3:
        return raw + raw
    if kind == 4:
        return raw.decode("utf-8", "replace").encode(
            dice.choice(("utf-16", "gb18030", "utf-32-le")), "replace"
        )
    if kind == 5:
        return b"\xef\xbb\xbf" + raw
    return raw.replace(b":", b": ", 3).replace(b'"', b"'", 1)
