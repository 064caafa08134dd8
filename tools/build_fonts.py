"""Make the shipped Chinese fonts: subsets of Noto CJK SC (SIL OFL 1.1), renamed, cut to what papers use.

Run by hand when a font changes (`python tools/build_fonts.py [SOURCE_DIR]`, needs fonttools and Debian's
fonts-noto-cjk); the result lies in onewindow/data/fonts and is committed.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

SOURCE = Path("/usr/share/fonts/opentype/noto")
TARGET = Path(__file__).resolve().parents[1] / "onewindow" / "data" / "fonts"
SIMPLIFIED = 2  # place of the SC font in the collections

SIGNS = [
    *range(0x20, 0x7F),
    *range(0xA0, 0x180),
    *range(0x391, 0x3CA),
    *range(0x2010, 0x2040),
    *range(0x2150, 0x218A),
    *range(0x2190, 0x2194),
    *range(0x2460, 0x2500),
    *range(0x25A0, 0x2610),
    *range(0x2103, 0x2122),
    *range(0x3000, 0x3030),
    *range(0x3220, 0x3244),
    *range(0x338E, 0x33D6),
    *range(0xFF00, 0xFFF0),
    0x2212,
    0x2713,
    0x00D7,
]
# Every ideograph a name may hold as far as the source has it: the URO, extension A, compatibility
# characters and what the source carries of the later extensions.
NAMES = [*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000), *range(0xF900, 0xFB00), *range(0x20000, 0x323B0)]
# What headings and seals are set in: the 6,763 characters of GB 2312; rarer ones fall back to the text font.
COMMON = [
    ord(bytes((row, cell)).decode("gb2312", "ignore") or " ")
    for row in range(0xB0, 0xF8)
    for cell in range(0xA1, 0xFF)
]

FONTS = (
    ("NotoSerifCJK-Regular.ttc", "OneWindowSong-Regular.otf", "OneWindow Song", [*SIGNS, *NAMES]),
    ("NotoSerifCJK-Bold.ttc", "OneWindowTitle-Bold.otf", "OneWindow Title", [*SIGNS, *COMMON]),
)


def build(source: Path, target: Path, family: str, characters: list[int]) -> None:
    """Write one subset, under a name of its own so that nobody takes it for the original."""
    options = subset.Options(
        layout_features=["ccmp", "kern", "mark", "mkmk"],
        hinting=False,
        desubroutinize=False,
        name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14],
        name_languages=[0x409],
        notdef_outline=True,
        drop_tables=["VORG", "vhea", "vmtx", "DSIG", "BASE"],
    )
    font = TTFont(source, fontNumber=SIMPLIFIED, recalcTimestamp=False)
    chooser = subset.Subsetter(options)
    chooser.populate(unicodes=set(characters))
    chooser.subset(font)
    _rename(font, family)
    font.save(target)
    print(target.name, target.stat().st_size // 1024, "KiB", len(font.getBestCmap()), "characters")


def _rename(font: TTFont, family: str) -> None:
    plain = family.replace(" ", "")
    for number, text in (
        (1, family),
        (2, "Regular"),
        (3, f"2.0;{plain}"),
        (4, family),
        (6, f"{plain}-Regular"),
    ):
        font["name"].setName(text, number, 3, 1, 0x409)
    font["name"].names = [name for name in font["name"].names if name.platformID == 3]
    font["OS/2"].usWeightClass = 400
    font["OS/2"].fsSelection = (font["OS/2"].fsSelection & ~0x21) | 0x40
    font["head"].macStyle = 0
    cff = font["CFF "].cff
    cff.fontNames[0] = f"{plain}-Regular"
    cff.topDictIndex[0].FamilyName = family
    cff.topDictIndex[0].FullName = family
    cff.topDictIndex[0].Weight = "Regular"


def main() -> None:
    source = Path(sys.argv[1]) if len(sys.argv) > 1 else SOURCE
    TARGET.mkdir(parents=True, exist_ok=True)
    for name, target, family, characters in FONTS:
        build(source / name, TARGET / target, family, characters)


if __name__ == "__main__":
    main()
