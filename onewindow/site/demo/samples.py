"""Files that applicants of the demonstration bring: made here, of nobody's real papers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from onewindow.documents import services as documents
from onewindow.kernel.actor import Actor

_FONT = Path(__file__).resolve().parents[2] / "data" / "fonts" / "OneWindowTitle-Bold.otf"
_PAGE = (827, 1169)  # A4 at 100 dots an inch
_INK, _PALE, _BLUE = "#1d2129", "#c9cdd4", "#1d4f91"

Lent = dict[str, dict[str, tuple[str, ...]]]


def upload(actors: Iterable[Actor], *, now: datetime) -> Lent:
    """Let each of them upload a form, a certificate, a plan and a report: uploader → material → file ids."""
    form, certificate, plan, report = _form(), _certificate(), _plan(), _report()
    lent: Lent = {}
    for actor in actors:
        ids = [
            str(documents.store_upload(actor, name, BytesIO(content), now=now)["file_id"])
            for name, content in (
                ("申请表.pdf", form),
                ("证照.jpg", certificate),
                ("平面图.png", plan),
                ("检测报告.pdf", report),
            )
        ]
        lent[actor.username] = {
            "M01": (ids[0],),
            "M02": (ids[1],),
            "M03": (ids[2],),
            "M04": (ids[3],),
            "M06": (ids[1], ids[3]),
        }
    return lent


def photos(actor: Actor, *, now: datetime) -> tuple[str, ...]:
    """Two drawn pictures that stand for photos of a check on the spot; their file ids."""
    return tuple(
        str(documents.store_upload(actor, f"{name}.jpg", BytesIO(_picture(name)), now=now)["file_id"])
        for name in ("隔油池", "接驳口")
    )


def _picture(name: str) -> bytes:
    page = Image.new("RGB", (1200, 800), "#9aa5ad")
    draw = ImageDraw.Draw(page)
    draw.rectangle((0, 470, 1200, 800), fill="#6d6a64")
    draw.rectangle((360, 260, 840, 620), fill="#4c5258", outline="#2b2f33", width=8)
    draw.ellipse((520, 360, 680, 520), fill="#2b2f33", outline="#c9cdd4", width=6)
    draw.text((600, 120), f"{name}（示例照片）", fill="white", font=_font(44), anchor="mm")
    _mark(draw, (950, 740))
    out = BytesIO()
    page.save(out, "JPEG", quality=85)
    return out.getvalue()


def _form() -> bytes:
    lines = [
        "申请人：（示例）",
        "申请事项：见所附清单",
        "经营场所：示范市示范区",
        "联系方式：（示例）",
        "申请日期：",
    ]
    return _pdf([_sheet("申请表", lines)])


def _report() -> bytes:
    lines = [f"{name}　　实测 {value}　　限值 {most}　　合格" for name, value, most in _MEASURED]
    return _pdf(
        [
            _sheet("检测报告", lines),
            _sheet("检测报告（续页）", ["采样点：排放口 1 号井", "结论：所检项目合格"]),
        ]
    )


_MEASURED = (
    ("化学需氧量", 212, 500),
    ("氨氮", 21, 45),
    ("悬浮物", 96, 400),
    ("动植物油", 18, 100),
    ("总磷", 3, 8),
)


def _pdf(pages: list[Image.Image]) -> bytes:
    out = BytesIO()
    pages[0].save(out, "PDF", resolution=100, save_all=True, append_images=pages[1:])
    return out.getvalue()


def _sheet(title: str, lines: list[str]) -> Image.Image:
    """A page with a title, ruled lines of text and the word 示例."""
    page = Image.new("RGB", _PAGE, "white")
    draw = ImageDraw.Draw(page)
    draw.text((_PAGE[0] / 2, 110), title, fill=_INK, font=_font(40), anchor="mm")
    for place, line in enumerate(lines):
        y = 220 + 70 * place
        draw.text((110, y), line, fill=_INK, font=_font(22))
        draw.line((100, y + 44, _PAGE[0] - 100, y + 44), fill=_PALE)
    _mark(draw, (_PAGE[0] / 2, _PAGE[1] - 120))
    return page


def _certificate() -> bytes:
    page = Image.new("RGB", (1169, 827), "#fdf8ec")
    draw = ImageDraw.Draw(page)
    draw.rectangle((24, 24, 1145, 803), outline="#b08d3e", width=6)
    draw.text((584, 140), "证照样张", fill="#8c1f1f", font=_font(56), anchor="mm")
    for place, line in enumerate(
        ("名　　称　（示例）", "类　　型　示例", "有效期至　长期", "登记机关　示范市")
    ):
        draw.text((160, 270 + 90 * place), line, fill=_INK, font=_font(28))
    _mark(draw, (900, 660))
    out = BytesIO()
    page.save(out, "JPEG", quality=85)
    return out.getvalue()


def _plan() -> bytes:
    """A plan of a yard with a building, a pipe and the public sewer."""
    page = Image.new("RGB", (1169, 827), "white")
    draw = ImageDraw.Draw(page)
    draw.text((584, 60), "排水接管平面图", fill=_INK, font=_font(34), anchor="mm")
    draw.rectangle((120, 140, 1049, 640), outline=_INK, width=3)
    draw.rectangle((220, 220, 620, 480), outline=_INK, width=3, fill="#f2f3f5")
    draw.text((420, 350), "厂房", fill=_INK, font=_font(28), anchor="mm")
    draw.line((620, 400, 860, 400, 860, 720), fill=_BLUE, width=5)
    draw.line((80, 720, 1089, 720), fill=_BLUE, width=10)
    for x, y, name in ((740, 400, "检查井"), (860, 560, "隔油池"), (860, 720, "接入公共管网 DN300")):
        draw.ellipse((x - 12, y - 12, x + 12, y + 12), fill="white", outline=_BLUE, width=4)
        draw.text((x + 24, y - 34), name, fill=_BLUE, font=_font(20))
    _mark(draw, (990, 200))
    out = BytesIO()
    page.save(out, "PNG", optimize=True)
    return out.getvalue()


def _mark(draw: ImageDraw.ImageDraw, at: tuple[float, float]) -> None:
    draw.text(at, "示例 · 无法律效力", fill="#a61d24", font=_font(24), anchor="mm")


def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(_FONT), size)
