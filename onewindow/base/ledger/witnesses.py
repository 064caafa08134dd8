"""Signed heads as witnesses: those of the database and of the file outside, met as the tree grows."""

from __future__ import annotations

from collections.abc import Iterator

from onewindow.base import crypto
from onewindow.base.ledger.findings import Finding
from onewindow.base.ledger.heads import Signed

_NEVER = 1 << 62


class Witnesses:
    """Both lists of heads, each in order of size, read along with the tree."""

    def __init__(
        self, inside: Iterator[Signed], outside: Iterator[tuple[int, Signed | None]], log_bytes: int
    ) -> None:
        """``log_bytes``: how long the outside file was before the database was read; heads that were
        appended later may be younger than what was read."""
        self._inside, self._outside, self._log_bytes = inside, outside, log_bytes
        self._keys = [key.public_key() for key in crypto.signing_keys()]
        self._found: list[Finding] = []
        self._last: dict[str, Signed] = {}
        self._is_early = True
        self._in = self._next_inside()
        self._out = self._next_outside()

    @property
    def next_size(self) -> int:
        """The size of tree at which the next head must be met."""
        return min(self._in.size if self._in else _NEVER, self._out.size if self._out else _NEVER)

    def meet(self, size: int, root: bytes) -> Iterator[Finding]:
        """Compare the heads of this size with the tree's own head."""
        inside = outside = None
        if self._in and self._in.size == size:
            inside = self._in
            self._check_root(inside, root, "数据库")
            self._in = self._next_inside()
        is_early = self._is_early
        if self._out and self._out.size == size:
            outside = self._out
            self._check_root(outside, root, "库外文件")
            self._out = self._next_outside()
        if inside and not outside:
            self._note("log-cut", size, "库外文件缺少这个树头：文件被删改")
        # The newest line may have been written just before a crash; the next signing puts it in.
        if outside and not inside and is_early and self._out:
            self._note("head-missing", size, "库外文件中的树头已从数据库删除")
        if inside and outside and inside != outside:
            self._note("head-changed", size, "数据库中的树头与库外文件不同")
        yield from self._take()

    def end(self, size: int) -> Iterator[Finding]:
        """Heads that are larger than the tree: its tail was cut off."""
        while self._in:
            self._note("tail-cut", self._in.size, f"已签名 {self._in.size} 条，现只有 {size} 条：末尾被截断")
            self._in = self._next_inside()
        while self._out:
            if self._is_early:
                text = f"库外文件已签名 {self._out.size} 条，现只有 {size} 条：末尾被截断"
                self._note("tail-cut", self._out.size, text)
            self._out = self._next_outside()
        yield from self._take()

    def _next_inside(self) -> Signed | None:
        head = next(self._inside, None)
        if head:
            self._check_signature(head, "数据库")
        return head

    def _next_outside(self) -> Signed | None:
        for place, head in self._outside:
            self._is_early = place <= self._log_bytes
            if head is None:
                self._found.append(Finding("log-unreadable", f"byte {place}", "库外文件有一行无法读取"))
                continue
            last = self._last.get("库外文件")
            self._check_signature(head, "库外文件")
            if last is not None and head.size <= last.size:
                self._note("head-order", head.size, "库外文件中的树头不是逐个增大的")
                continue
            return head
        return None

    def _check_signature(self, head: Signed, place: str) -> None:
        if not any(head.is_signed_by(key) for key in self._keys):
            self._note("head-forged", head.size, f"{place}中树头的签名不符")
        last = self._last.get(place)
        if last is not None and head.at < last.at:
            self._note("time-backwards", head.size, f"{place}中树头的时间早于前一个")
        self._last[place] = head

    def _check_root(self, head: Signed, root: bytes, place: str) -> None:
        if head.root != root:
            self._note("root-differs", head.size, f"{place}中已签名的树根与记录不符：记录被改写")

    def _note(self, code: str, size: int, text: str) -> None:
        self._found.append(Finding(code, f"head {size}", text))

    def _take(self) -> Iterator[Finding]:
        found, self._found = self._found, []
        yield from found
