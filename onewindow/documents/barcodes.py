"""Code 128 bar codes (ISO/IEC 15417) as SVG, for numbers that a hand scanner reads off paper."""

from __future__ import annotations

import re
from itertools import accumulate

# Widths of bars and spaces of the 107 symbols, in modules.
_WIDTHS = re.findall(
    r"\d+",
    "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231"
    " 113222 123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211"
    " 212123 212321 232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131"
    " 113123 113321 133121 313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111"
    " 314111 221411 431111 111224 111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211"
    " 241211 221114 413111 241112 134111 111242 121142 121241 114212 124112 124211 411212 421112 421211 212141"
    " 214121 412121 111143 111341 131141 114113 114311 411113 411311 113141 114131 311141 411131 211412 211214"
    " 211232 2331112",
)
_TO_B, _TO_C, _START_B, _START_C, _STOP = 100, 99, 104, 105, 106
_QUIET = 10  # modules that stay white on either side
_HEIGHT = 36


def code128(text: str) -> str:
    """The bars as SVG of one module a unit, with the quiet zones; raises ``ValueError`` beyond printable ASCII."""
    widths = [int(one) for symbol in _symbols(text) for one in _WIDTHS[symbol]]
    edges = [_QUIET + one for one in accumulate(widths, initial=0)]
    bars = "".join(
        f"M{left} 0h{right - left}v{_HEIGHT}H{left}z"
        for left, right in zip(edges[::2], edges[1::2], strict=True)
    )
    size = edges[-1] + _QUIET
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {_HEIGHT}"><path d="{bars}"/></svg>'


def _symbols(text: str) -> list[int]:
    """Start, data, check and stop; runs of digits go two to a symbol (code set C)."""
    if not text or not all(" " <= char <= "~" for char in text):
        raise ValueError("a bar code holds printable ASCII")
    found: list[int] = []
    is_c = False
    for run in re.findall(r"\d{4,}|\D+|\d{1,3}", text):
        pairs = len(run) // 2 * 2 if len(run) >= 4 and run.isdigit() else 0
        for part, in_c in ((run[: len(run) - pairs], False), (run[len(run) - pairs :], True)):
            if not part:
                continue
            if in_c != is_c or not found:
                found.append(_switch(in_c, is_first=not found))
                is_c = in_c
            found += _of(part, in_c)
    check = (found[0] + sum(at * one for at, one in enumerate(found))) % 103
    return [*found, check, _STOP]


def _switch(in_c: bool, *, is_first: bool) -> int:
    if is_first:
        return _START_C if in_c else _START_B
    return _TO_C if in_c else _TO_B


def _of(part: str, in_c: bool) -> list[int]:
    if in_c:
        return [int(part[at : at + 2]) for at in range(0, len(part), 2)]
    return [ord(char) - 32 for char in part]
