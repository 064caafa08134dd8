"""Money: whole fen in, yuan for people out."""

import re
from typing import Final

from onewindow.kernel.identifiers.problem import Problem, tidy

_SHAPE: Final = re.compile(r"(-?)[¥￥]?(-?)([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,13})(?:\.([0-9]{1,2}))?元?")


def format_fen(fen: int) -> str:
    """Fen as yuan: 123450 → ¥1,234.50, -5 → -¥0.05."""
    yuan, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}¥{yuan:,}.{rest:02d}"


def parse_fen(text: str) -> int | Problem:
    """Yuan as people write them (¥, 元, thousands separators, at most two decimals) to fen."""
    match = _SHAPE.fullmatch(tidy(text[:64]).replace("，", ","))
    if not match or (match[1] and match[2]):
        return Problem("money-shape", "金额应为元，最多两位小数，例如 1,234.50")
    fen = int(match[3].replace(",", "")) * 100 + int((match[4] or "0").ljust(2, "0"))
    return -fen if match[1] or match[2] else fen
