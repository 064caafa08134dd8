"""What one cell may hold: texts, numbers, yes or no, words of a list; read with their reasons, written safely.

A codec reads a ``Cell`` into a plain value (None: empty) or raises ``Wrong``, and writes such a value back.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from onewindow.catalog.absent import NOTHING
from onewindow.catalog.sheets.cells import LONGEST, Cell, escaped

KEEP = "〔保持不变〕"  # what a cell cannot hold exactly; read back, it leaves the element as it stands
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_WHOLE = re.compile(r"[0-9]{1,9}")

Schemes = Mapping[str, str]  # key of a column → name of the scheme its numbers follow


class Wrong(Exception):
    """A cell that cannot be taken: stable ``code``, Chinese ``message``."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = message


class Codec:
    """Any text up to ``most`` characters; ``is_code`` refuses numbers, whose leading zeros are lost.

    ``drops_nothing`` reads 无 and its like as empty, as foreign files write it.
    """

    options: tuple[str, ...] = ()
    is_text = True

    def __init__(self, most: int = 20_000, *, is_code: bool = False, drops_nothing: bool = False) -> None:
        self.most = most
        self.is_code = is_code
        self.drops_nothing = drops_nothing

    def read(self, cell: Cell, scheme: str | None) -> Any:
        """The value of ``cell``; ``scheme`` is the declared meaning of numbers in this column."""
        text = self.text(cell)
        return None if text is None or (self.drops_nothing and text in NOTHING) else text

    def write(self, value: Any) -> str | int | None:
        """What to put into a cell for ``value``."""
        return value or None

    def warning(self, cell: Cell) -> tuple[str, str] | None:
        """(code, message) for a cell that is taken but odd."""
        if cell.kind == "n":
            return "number-for-text", "单元格是数字而不是文本，前导零可能已丢失，请核对"
        return None

    def text(self, cell: Cell) -> str | None:
        """The characters of ``cell`` without blanks around them; raises ``Wrong`` for what is no text."""
        refuse_odd(cell)
        text = cell.text
        if cell.kind == "d":
            raise Wrong("date-for-text", f"单元格是日期（{text[:10]}），不是文本；请设为文本格式后重填")
        if cell.kind == "b":
            raise Wrong("not-a-text", "单元格是逻辑值（TRUE/FALSE），不是文本")
        if cell.kind == "n":
            text = self._number_as_text(text)
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        text = text.strip()
        if not text.isprintable() and (found := _CONTROL.search(text)):
            raise Wrong("control-character", f"含有控制字符 U+{ord(found[0]):04X}")
        if len(text) > self.most:
            raise Wrong("too-long", f"{len(text)} 字，超过 {self.most} 字的上限")
        return text or None

    def _number_as_text(self, text: str) -> str:
        if self.is_code:
            raise Wrong(
                "number-for-code",
                f"编码“{text[:40]}”成了数字，前导零或末尾数位可能已丢失；请设为文本格式后重填",
            )
        if not re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,6})?", text):
            raise Wrong("number-for-text", f"数字“{text[:40]}”已失去精度；请设为文本格式后重填")
        return text


def refuse_odd(cell: Cell) -> None:
    """Raise ``Wrong`` for formulas, error values and cells longer than a cell may be."""
    if cell.kind == "f":
        raise Wrong("formula", "单元格是公式；公式不予计算，缓存的结果也不采信，请改填数值或文字")
    if cell.kind == "e":
        raise Wrong("error-value", f"单元格是错误值（{cell.text[:20] or '无法读取'}）")
    if cell.is_cut:
        raise Wrong("too-long", f"超过 {LONGEST} 字，这样的单元格不予读取")


class Number(Codec):
    """A whole number from 0 to ``most``."""

    is_text = False

    def __init__(self, most: int) -> None:
        super().__init__(most)

    def read(self, cell: Cell, scheme: str | None) -> Any:
        refuse_odd(cell)
        text = unicodedata.normalize("NFKC", cell.text).strip()
        if cell.kind in ("d", "b"):
            raise Wrong(
                "not-a-number",
                f"应为 0 到 {self.most} 的整数，单元格是{'日期' if cell.kind == 'd' else '逻辑值'}",
            )
        if text in NOTHING:
            return None
        if cell.kind == "n" and not _WHOLE.fullmatch(text):
            text = _integral(text)
        if not _WHOLE.fullmatch(text) or int(text) > self.most:
            raise Wrong("not-a-number", f"“{cell.text[:20]}”不是 0 到 {self.most} 的整数")
        return int(text)

    def write(self, value: Any) -> str | int | None:
        return None if value is None else int(value)

    def warning(self, cell: Cell) -> tuple[str, str] | None:
        if cell.kind == "s" and cell.text.strip() not in NOTHING:
            return "text-number", f"“{cell.text.strip()[:20]}”是文本形式的数字，已按数字读取"
        return None


def _integral(text: str) -> str:
    try:
        value = float(text)
    except ValueError:
        return text
    return str(int(value)) if value.is_integer() and 0 <= value < 1e9 else text


class Choice(Codec):
    """One word of a list. ``schemes`` name what numbers mean; a number without a declared scheme is refused.

    ``empty`` is the value of an empty cell.
    """

    def __init__(
        self,
        words: Mapping[str, Any],
        *,
        schemes: Mapping[str, Mapping[str, Any]] | None = None,
        also: Mapping[str, Any] | None = None,
        writes: str = "",
        empty: Any = None,
    ) -> None:
        super().__init__(1_000)
        self.words = dict(words)
        self.also = dict(also or {})
        self.schemes = {name: dict(table) for name, table in (schemes or {}).items()}
        self.writes = writes
        self.empty = empty
        names = self.schemes[writes] if writes else self.words
        self._names = {value: name for name, value in reversed(names.items())}
        self.options = tuple(self.words) if not writes else ()

    def read(self, cell: Cell, scheme: str | None) -> Any:
        text = self._word(cell)
        if text is None:
            return self.empty
        return self.value(text, scheme)

    def _word(self, cell: Cell) -> str | None:
        if cell.kind == "n":
            return cell.text.removesuffix(".0")
        if cell.kind == "b":
            return "是" if cell.text in ("1", "true") else "否"
        text = self.text(cell)
        return unicodedata.normalize("NFKC", text) if text else None

    def value(self, text: str, scheme: str | None) -> Any:
        """The value that the word ``text`` stands for."""
        for table in (self.words, self.also):
            if text in table:
                return table[text]
        if scheme in self.schemes and text in self.schemes[scheme]:
            return self.schemes[scheme][text]
        if text.isascii() and text.isalnum() and self.schemes:
            if scheme is None:
                known = "、".join(sorted(self.schemes))
                raise Wrong(
                    "undeclared-scheme",
                    f"代码“{text[:20]}”没有声明编码方案，不能按数字猜测；可用方案：{known}",
                )
            if scheme not in self.schemes:
                raise Wrong("unknown-scheme", f"声明的编码方案“{scheme[:30]}”不认识")
        raise Wrong("not-an-option", f"“{text[:30]}”不在可选值中：{'、'.join(list(self.words)[:12])}")

    def write(self, value: Any) -> str | int | None:
        if value == self.empty or value is None or value == "":
            return None
        return self._names.get(value, KEEP)

    def warning(self, cell: Cell) -> tuple[str, str] | None:
        return None


class Several(Codec):
    """Texts in one cell, parted by ``mark``."""

    def __init__(self, mark: str = "\n", most: int = 20_000) -> None:
        super().__init__(most)
        self.mark = mark

    def read(self, cell: Cell, scheme: str | None) -> Any:
        text = self.text(cell)
        if text is None:
            return []
        return [part.strip() for part in text.split(self.mark) if part.strip()]

    def write(self, value: Any) -> str | int | None:
        return self.mark.join(value) or None


class Choices(Codec):
    """Several words of a list, parted by ``mark`` (commas and blanks are understood too)."""

    def __init__(self, choice: Choice, mark: str = "、") -> None:
        super().__init__(2_000)
        self.choice = choice
        self.mark = mark

    def read(self, cell: Cell, scheme: str | None) -> Any:
        text = self.choice._word(cell)
        if text is None:
            return []
        parts = re.split(r"[、,，;；^|\s]+", text)
        return list(dict.fromkeys(self.choice.value(part, scheme) for part in parts if part))

    def write(self, value: Any) -> str | int | None:
        words = [self.choice.write(one) for one in value]
        return KEEP if KEEP in words else self.mark.join(str(word) for word in words) or None

    def warning(self, cell: Cell) -> tuple[str, str] | None:
        return None


def choices_of(*words: str) -> dict[str, str]:
    """A table whose words stand for themselves."""
    return {word: word for word in words}


def exact(codec: Codec, value: Any, scheme: str | None) -> str | int | None:
    """What to write for ``value``, or ``KEEP`` when reading it back would give something else."""
    written = codec.write(value)
    if written is None:
        back = codec.read(Cell(1, "s", ""), scheme)
        return None if _same(back, value) else KEEP
    if written == KEEP:
        return KEEP
    if isinstance(written, int):
        return written
    # Escaping makes a text longer: what a file cannot hold is left alone too.
    if len(escaped(written)) > LONGEST or _CONTROL.search(written):
        return KEEP
    try:
        back = codec.read(Cell(1, "s", written), scheme)
    except Wrong:
        return KEEP
    return written if _same(back, value) else KEEP


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, Sequence) and not isinstance(one, str):
        return list(one) == list(other or ())
    return one == other or (not one and not other and type(one or "") is type(other or ""))
