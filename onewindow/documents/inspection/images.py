"""Photos and scans: decoded whole and written anew, so that nothing but the pixels is left."""

from __future__ import annotations

import warnings
from typing import IO

from PIL import Image, ImageFile, ImageOps

from onewindow.documents.inspection.verdict import Refused, Verdict

MOST_PIXELS = 100_000_000  # an A3 page at 600 dpi has 70 million
_QUALITY = 92
# A page scanned at the counter: A4 at 200 dpi, the least that paper is digitised with (DA/T 31-2017).
PAGE_DPI = 200
_PAGE_PIXELS = (1654, 2339)
_PAGE_QUALITY = 82

ImageFile.LOAD_TRUNCATED_IMAGES = False
Image.MAX_IMAGE_PIXELS = MOST_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)


def inspect(source: IO[bytes], target: IO[bytes], *, media_type: str, is_page: bool = False) -> Verdict:
    """Write the clean picture to ``target``; raises ``Refused``.

    Metadata (place, camera, thumbnails), trailing bytes and extra pictures of a phone's MPO are gone;
    the turn that the camera noted is done to the pixels. ``is_page``: as a JPEG of at most A4 at 200 dpi.
    """
    wanted = "JPEG" if media_type == "image/jpeg" else "PNG"
    try:
        with Image.open(source, formats=[wanted]) as picture:
            _check(picture)
            picture.load()
            dpi = _resolution(picture)
            # In place and without copies: a big scan must fit the memory bound.
            ImageOps.exif_transpose(picture, in_place=True)
            clean = _plain(picture)
            clean.info = {}
            if is_page:
                _save_page(clean, target)
            else:
                _save(clean, target, wanted, dpi)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused("too-many-pixels") from error
    except Refused:
        raise
    except MemoryError as error:
        raise Refused("too-heavy") from error
    except Exception as error:  # Pillow raises a dozen kinds for broken input; none of them is our bug
        raise Refused("damaged") from error
    return Verdict(media_type="image/jpeg" if is_page else media_type, rewritten=True)


def _check(picture: Image.Image) -> None:
    width, height = picture.size
    if width * height > MOST_PIXELS:
        raise Refused("too-many-pixels")
    if width < 1 or height < 1:
        raise Refused("damaged")
    if picture.format == "PNG" and getattr(picture, "n_frames", 1) > 1:
        raise Refused("animated")


def _plain(picture: Image.Image) -> Image.Image:
    """The pixels alone, in a mode that every viewer knows."""
    if picture.mode in ("1", "L", "RGB", "RGBA"):
        mode = picture.mode
    elif picture.mode.startswith("I"):
        return picture.convert("I").point(lambda value: value / 257).convert("L")
    elif picture.mode in ("LA", "PA") or "transparency" in picture.info:
        mode = "RGBA"
    else:
        mode = "RGB"
    return picture if picture.mode == mode else picture.convert(mode)


def _resolution(picture: Image.Image) -> tuple[int, int] | None:
    """Dots per inch when they are believable: a scan should print in its size."""
    found = picture.info.get("dpi")
    if not isinstance(found, tuple) or len(found) != 2:
        return None
    try:
        across, down = round(float(found[0])), round(float(found[1]))
    except (TypeError, ValueError, OverflowError):
        return None
    return (across, down) if 50 <= across <= 2400 and 50 <= down <= 2400 else None


def _save(picture: Image.Image, target: IO[bytes], form: str, dpi: tuple[int, int] | None) -> None:
    extra = {"dpi": dpi} if dpi else {}
    if form == "JPEG":
        picture = picture if picture.mode in ("L", "RGB") else picture.convert("RGB")
        picture.save(target, "JPEG", quality=_QUALITY, subsampling="4:2:0", **extra)
    else:
        picture.save(target, "PNG", compress_level=6, **extra)


def _save_page(picture: Image.Image, target: IO[bytes]) -> None:
    """Shrunk to an A4 page, upright or lying; what is clear through becomes white, as on paper."""
    if picture.mode == "RGBA":
        white = Image.new("RGB", picture.size, "white")
        white.paste(picture, mask=picture)
        picture = white
    elif picture.mode not in ("L", "RGB"):
        picture = picture.convert("L")
    is_upright = picture.height >= picture.width
    picture.thumbnail(_PAGE_PIXELS if is_upright else _PAGE_PIXELS[::-1], Image.Resampling.LANCZOS)
    picture.save(target, "JPEG", quality=_PAGE_QUALITY, subsampling="4:2:0", optimize=True)
