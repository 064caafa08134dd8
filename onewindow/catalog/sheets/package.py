"""The outside of a workbook: says what a file is, and opens the ZIP of an xlsx within bounds."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO, NoReturn

import msgspec


class Limits(msgspec.Struct, frozen=True):
    """Bounds of one workbook. Bytes are those after unpacking unless said otherwise.

    ``items``: rows of the item sheet that are taken; ``rows``: rows of any other sheet; ``cells``: of the
    whole workbook; ``strings_bytes``: UTF-8 of the shared strings; ``ratio``: unpacked to packed of one part.
    """

    file_bytes: int = 200_000_000
    total_bytes: int = 2_000_000_000
    members: int = 2_000
    ratio: int = 300
    strings: int = 4_000_000
    strings_bytes: int = 160_000_000
    sheets: int = 100
    items: int = 200_000
    rows: int = 1_000_000
    cells: int = 40_000_000
    columns: int = 300


class NotTaken(Exception):
    """The file cannot be read as a workbook; ``code`` is stable, ``message`` Chinese."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = message


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_RATIO_FROM = 1_000_000  # smaller parts may be as dense as they like
_DIRECTORY_BYTES = 4_000_000
_TAIL = 65_557  # an end record with the longest comment
_UTF16 = "EncryptedPackage".encode("utf-16-le")
_MACRO = re.compile(
    r"(?:^|/)(?:vbaProject|vbaProjectSignature)[^/]*\.bin$|(?:^|/)macrosheets/", re.IGNORECASE
)
_ADVICE = "请在表格软件中另存为“Excel 工作簿（*.xlsx）”后再导入"
_FOREIGN = (
    (b"%PDF", "pdf", "这是 PDF 文件，不是工作簿"),
    (b"\x1f\x8b", "gzip", "这是 gzip 压缩文件，不是工作簿；请先解压"),
    (b"Rar!", "rar", "这是 RAR 压缩文件，不是工作簿；请先解压"),
    (b"7z\xbc\xaf", "7z", "这是 7z 压缩文件，不是工作簿；请先解压"),
    (b"{\\rtf", "rtf", "这是 RTF 文档，不是工作簿"),
    (b"\x89PNG", "image", "这是图片，不是工作簿"),
    (b"\xff\xd8\xff", "image", "这是图片，不是工作簿"),
)


def recognise(path: Path) -> None:
    """Return when ``path`` begins as a ZIP does; raises ``NotTaken`` that says what it is instead."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(8192)
        if head.startswith(_OLE):
            _ole(head + file.read(4_000_000))
    if not head:
        raise NotTaken("empty-file", "文件是空的")
    for start, code, message in _FOREIGN:
        if head.startswith(start):
            raise NotTaken(f"is-{code}", message)
    if not head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        _text(head, size)


def _ole(content: bytes) -> NoReturn:
    if _UTF16 in content:
        raise NotTaken("encrypted", "工作簿设了打开密码，无法读取；请去掉密码后再导入")
    raise NotTaken("is-xls", f"这是旧版 Excel（.xls）或其他旧版 Office 文件，不是 .xlsx；{_ADVICE}")


def _text(head: bytes, size: int) -> NoReturn:
    start = head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").replace(b"\x00", b"")[:2048].lower()
    if b"urn:schemas-microsoft-com:office:spreadsheet" in start:
        raise NotTaken("is-xml", f"这是 XML 电子表格 2003，不是 .xlsx；{_ADVICE}")
    if start.startswith(b"<") and (b"<html" in start or b"<table" in start or b"<!doctype html" in start):
        raise NotTaken("is-html", f"这是网页（HTML），只是扩展名像表格；{_ADVICE}")
    if start.startswith(b"<?xml"):
        raise NotTaken("is-xml", "这是 XML 文件，不是工作簿")
    if start[:1] in (b"{", b"["):
        raise NotTaken("is-json", "这是 JSON 文件，不是工作簿；请按清单文件导入")
    if _is_text(head):
        raise NotTaken("is-text", f"这是文本（CSV 或类似格式），不是工作簿；请按清单文件导入，或者{_ADVICE}")
    raise NotTaken("not-a-workbook", f"认不出的文件（{size} 字节），不是 .xlsx 工作簿")


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    for encoding in ("utf-8", "gb18030"):
        try:
            text = head[: len(head) - len(head) % 2].decode(encoding, errors="strict")
        except UnicodeDecodeError as error:
            if error.start < len(head) - 4:
                continue
            text = head[: error.start].decode(encoding)
        return sum(character < " " and character not in "\t\r\n" for character in text) == 0
    return False


class Package:
    """The ZIP of an xlsx, opened within ``limits``; parts are read as streams, nothing is unpacked to disk.

    Raises ``NotTaken`` for what is no xlsx, is damaged, encrypted, holds macros or breaks a bound.
    """

    def __init__(self, path: Path, limits: Limits) -> None:
        self.limits = limits
        size = path.stat().st_size
        if size > limits.file_bytes:
            raise NotTaken("too-large", f"文件 {size} 字节，超过 {limits.file_bytes} 字节的上限")
        recognise(path)
        with path.open("rb") as file:
            _directory(file, size, limits)
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, UnicodeError, struct.error):
            raise NotTaken("damaged", "文件已损坏或不完整，无法打开") from None
        try:
            self._names = self._checked()
        except NotTaken:
            self.close()
            raise

    def close(self) -> None:
        self._zip.close()

    def __enter__(self) -> Package:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def names(self) -> list[str]:
        """The names of all parts, without the leading stroke."""
        return list(self._names)

    def has(self, name: str) -> bool:
        return name.lower() in self._folded

    def size(self, name: str) -> int:
        return self._names[self._folded[name.lower()]].file_size

    def open(self, name: str) -> BinaryIO:
        """The part as a stream; a broken one raises ``NotTaken`` while it is read."""
        info = self._names[self._folded[name.lower()]]
        try:
            return _Guarded(self._zip.open(info), name)  # type: ignore[return-value]
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, OSError, struct.error):
            raise NotTaken("damaged", f"文件已损坏：{name[:80]} 无法读取") from None

    def _checked(self) -> dict[str, zipfile.ZipInfo]:
        infos = self._zip.infolist()
        names: dict[str, zipfile.ZipInfo] = {}
        self._folded: dict[str, str] = {}
        total = 0
        for info in infos:
            name = info.filename.replace("\\", "/").lstrip("/")
            self._check_member(info, name)
            total += info.file_size
            if name.lower() in self._folded:
                raise NotTaken("duplicate-part", f"压缩包中“{name[:80]}”出现两次，不予读取")
            names[name] = info
            self._folded[name.lower()] = name
        if total > self.limits.total_bytes:
            raise NotTaken("bomb", f"解压后共 {total} 字节，超过 {self.limits.total_bytes} 字节的上限")
        if "[content_types].xml" not in self._folded:
            raise NotTaken("not-a-workbook", _other_archive(names))
        return names

    def _check_member(self, info: zipfile.ZipInfo, name: str) -> None:
        if info.flag_bits & 0x1:
            raise NotTaken("encrypted", "压缩包设了密码，无法读取")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise NotTaken("damaged", f"“{name[:80]}”的压缩方法不是工作簿所用的")
        if info.file_size > _RATIO_FROM and info.file_size > self.limits.ratio * max(info.compress_size, 1):
            raise NotTaken(
                "bomb", f"“{name[:80]}”的压缩比超过 {self.limits.ratio} 倍，疑似压缩炸弹，不予解压"
            )
        if _MACRO.search(name):
            raise NotTaken("macros", f"工作簿含有宏（{name[:80]}），不予读取；请另存为不含宏的 .xlsx")


def _other_archive(names: dict[str, zipfile.ZipInfo]) -> str:
    if "mimetype" in names or "content.xml" in names:
        return f"这是 OpenDocument 文件（.ods 等），不是 .xlsx；{_ADVICE}"
    return "这是 ZIP 压缩包，不是 .xlsx 工作簿"


def _directory(file: BinaryIO, size: int, limits: Limits) -> None:
    """Refuse a directory of too many members before it is read into memory."""
    file.seek(max(0, size - _TAIL))
    tail = file.read(_TAIL)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 22:
        raise NotTaken("truncated", "文件不完整（缺少压缩包的结尾），可能没有传完")
    entries, directory_bytes = struct.unpack("<HI", tail[at + 10 : at + 16])
    if entries > limits.members or directory_bytes > _DIRECTORY_BYTES:
        raise NotTaken("too-many-parts", f"压缩包内有 {entries} 个部件，超过 {limits.members} 个的上限")


class _Guarded:
    """A part's stream whose damage is told as ``NotTaken``."""

    def __init__(self, stream: object, name: str) -> None:
        self._stream = stream
        self._name = name

    def read(self, size: int = -1) -> bytes:
        try:
            return self._stream.read(size)  # type: ignore[attr-defined, no-any-return]
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, struct.error):
            raise NotTaken("damaged", f"文件已损坏：{self._name[:80]} 读到一半出错") from None

    def close(self) -> None:
        self._stream.close()  # type: ignore[attr-defined]

    def __enter__(self) -> _Guarded:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
