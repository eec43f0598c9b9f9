"""A card in a picture: a photo of it, a screenshot of the app that shows it, what was copied.

The picture is looked at and forgotten: it is never kept, and of what its codes say only the card
goes on.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from fieldapp.errors import UserMends
from fieldapp.rules.explained import Finding
from fieldapp.rules.people.cards import Card, number_of, recognise
from fieldapp.usecases.households.files_in import BROKEN, quietly, read_file

if TYPE_CHECKING:
    from PIL import Image

LARGEST_FILE_BYTES = 60_000_000
LARGEST_PICTURE_PIXELS = 50_000_000
"""More than a telephone takes, and what fits into the memory of an old laptop."""
FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF")
SIDES_AT_LEAST = 21
"""The smallest QR code has 21 squares a side."""


def card_in_file(path: Path, *, today: date | None = None) -> Card:
    """The card in a picture file.

    Raises:
        UserMends: `scan.file_unreadable`, `scan.file_too_large`, and as `card_in_picture` does.
    """
    codes = "scan.file_unreadable", "scan.file_too_large"
    content = read_file(path, LARGEST_FILE_BYTES, *codes, field="image")
    return card_in_picture(content, today=today)


def card_in_picture(content: bytes, *, today: date | None = None) -> Card:
    """The card in a picture, the first one that can be read if several codes are in it.

    Raises:
        UserMends: `scan.not_a_picture`; `scan.picture_too_large`: more pixels than a card needs;
            `scan.no_code`: no QR code is seen; `rules.card_not_read`: a code, but no card that can
            be read. Field "image".
    """
    codes = codes_in(content)
    if not codes:
        raise UserMends("scan.no_code", field="image")
    cards = [card for code in codes if (card := recognise(code, today=today)) is not None]
    if not cards:
        raise UserMends("rules.card_not_read", field="image")
    first = cards[0]
    others = {number_of(card) for card in cards[1:]} - {number_of(first)}
    if others:
        return _with(first, Finding("picture_two_cards", "warning", {"name": first.name}))
    if len(codes) > len(cards):
        return _with(first, Finding("picture_other_codes", "warning", {"name": first.name}))
    return first


def codes_in(content: bytes) -> list[str]:
    """The texts of all QR codes in a picture. Raises as `card_in_picture` does."""
    import zxingcpp

    with quietly(), _opened(content) as picture:
        grey = _grey(picture)
    if min(grey.size) < SIDES_AT_LEAST:
        return []
    wanted = zxingcpp.BarcodeFormats(
        zxingcpp.BarcodeFormat.QRCode
    )  # else it sees what is not there
    pixels = grey.tobytes()  # held here: the view does not keep them alive
    view = zxingcpp.ImageView(pixels, *grey.size, zxingcpp.ImageFormat.Lum, grey.width)
    found = zxingcpp.read_barcodes(view, formats=wanted)
    return [_text_of(code.bytes, code.text) for code in found]


def _text_of(raw: bytes, guessed: str) -> str:
    """UTF-8 wherever it is UTF-8: a decoder without a declaration may guess another charset."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return guessed


def _opened(content: bytes) -> Image.Image:
    """The picture, its size looked at before a single pixel is unpacked."""
    from PIL import Image

    try:
        picture = Image.open(BytesIO(content), formats=FORMATS)
    except Image.DecompressionBombError as bomb:
        raise _too_large() from bomb
    except BROKEN as refusal:
        raise UserMends("scan.not_a_picture", field="image") from refusal
    if picture.width * picture.height > LARGEST_PICTURE_PIXELS:
        picture.close()
        raise _too_large()
    return picture


def _grey(picture: Image.Image) -> Image.Image:
    """The picture in shades of grey, what is transparent on it as white paper."""
    from PIL import Image

    try:
        if picture.mode in ("LA", "PA", "RGBA") or "transparency" in picture.info:
            over = picture.convert("RGBA")
            paper = Image.new("RGBA", over.size, "white")
            return Image.alpha_composite(paper, over).convert("L")
        return picture.convert("L")
    except MemoryError as bomb:
        raise _too_large() from bomb
    except BROKEN as refusal:
        raise UserMends("scan.not_a_picture", field="image") from refusal


def _too_large() -> UserMends:
    megapixels = LARGEST_PICTURE_PIXELS // 1_000_000
    return UserMends("scan.picture_too_large", field="image", megapixels=megapixels)


def _with(card: Card, finding: Finding) -> Card:
    return replace(card, findings=(*card.findings, finding))
