"""A scan or a photograph as it is kept: looked at, upright, made small, and drawn anew.

Drawing anew leaves behind whatever else the file held: where and with which telephone the picture
was taken, other files hung behind it. A PDF is kept as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from fieldapp.errors import UserMends
from fieldapp.rules.attachments import JPEG, PDF, Unfit, fault_of, look
from fieldapp.usecases.households.files_in import BROKEN, quietly, read_file

if TYPE_CHECKING:
    from PIL import Image

LARGEST_FILE = 60_000_000
"""Bytes: more than any telephone makes."""
LONGEST_SIDE = 2_000
"""Pixels: a sheet of A4 at 170 dots an inch, where small print can be read."""
LIGHT_ENOUGH = 900_000
"""Bytes up to which a picture is kept at the better quality."""
QUALITIES = (82, 65, 45)


@dataclass(frozen=True)
class Scan:
    """A content as it will be kept; a PDF has no size in pixels."""

    content: bytes
    media: str
    wide: int = 0
    high: int = 0


def scan_in_file(path: Path) -> Scan:
    """The scan in a file.

    Raises:
        UserMends: `papers.file_unreadable`, `papers.file_too_large`, and as `scan_of` does.
    """
    codes = "papers.file_unreadable", "papers.file_too_large"
    return scan_of(read_file(path, LARGEST_FILE, *codes, field="path"))


def scan_of(content: bytes) -> Scan:
    """The scan that a content is, whatever its name was.

    Raises:
        UserMends: `papers.unknown_kind`: neither JPEG, PNG nor PDF; `papers.damaged`: it can't be
            read to its end; `papers.too_many_pixels`; `papers.too_large`: a PDF of more than 4 MB.
    """
    try:
        looked = look(content)
    except Unfit as unfit:
        raise UserMends(f"papers.{unfit.reason}", field="path") from unfit
    if looked.media == PDF:
        fault = fault_of(content, PDF)
        if fault is not None:
            raise UserMends(f"papers.{fault}", field="path")
        return Scan(content, PDF)
    try:
        with quietly():
            return _drawn_anew(content, (looked.wide, looked.high))
    except MemoryError as bomb:
        raise UserMends("papers.too_many_pixels", field="path") from bomb
    except BROKEN as refusal:
        raise UserMends("papers.damaged", field="path") from refusal


def _drawn_anew(content: bytes, size: tuple[int, int]) -> Scan:
    from PIL import Image, ImageOps

    with Image.open(BytesIO(content), formats=("PNG", "JPEG")) as file:
        if file.size != size:
            raise ValueError("two headers")
        file.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is unpacked at a smaller scale
        file.load()
        small = _on_paper(file)
        ImageOps.exif_transpose(small, in_place=True)
    for quality in QUALITIES:
        drawn = BytesIO()
        small.save(drawn, "JPEG", quality=quality, optimize=True, exif=b"")
        if drawn.tell() <= LIGHT_ENOUGH:
            break
    return Scan(drawn.getvalue(), JPEG, *small.size)


def _on_paper(picture: Image.Image) -> Image.Image:
    """The picture, small, with white paper behind what is transparent on it."""
    from PIL import Image

    exif = picture.getexif()
    clear = picture.mode in ("LA", "PA", "RGBA", "La", "RGBa") or "transparency" in picture.info
    grey = picture.mode in ("1", "L", "I", "I;16", "F") and not clear
    small = picture.convert("RGBA" if clear else "L" if grey else "RGB")
    small.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    if clear:
        paper = Image.new("RGBA", small.size, "white")
        small = Image.alpha_composite(paper, small).convert("RGB")
    small.info = {"exif": exif.tobytes()} if exif else {}
    return small
