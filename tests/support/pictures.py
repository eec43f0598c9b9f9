"""Pictures with codes in them, as telephones and screenshots make them."""

from __future__ import annotations

from io import BytesIO

import zxingcpp
from PIL import Image, ImageFilter


def code(text: str, *, scale: int = 4) -> Image.Image:
    """The QR code of a text, black on white, with its quiet edge."""
    made = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode).to_image(scale=scale)
    high, wide = made.shape
    return Image.frombuffer("L", (wide, high), bytes(made), "raw", "L", 0, 1)


def photo(*texts: str, size: tuple[int, int] = (1280, 720)) -> Image.Image:
    """Codes side by side on a grey table, turned a little and not quite sharp."""
    table = Image.new("L", size, 200)
    for place, text in enumerate(texts):
        table.paste(code(text).rotate(4, fillcolor=255, expand=True), (40 + 420 * place, 60))
    return table.filter(ImageFilter.GaussianBlur(0.8))


def as_bytes(picture: Image.Image, kind: str = "PNG") -> bytes:
    """The picture as a file of a kind."""
    file = BytesIO()
    picture.save(file, kind)
    return file.getvalue()
