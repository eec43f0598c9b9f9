"""Scans as telephones and scanners make them, and files that only say that they are one."""

from __future__ import annotations

from io import BytesIO
from random import Random

from PIL import Image

MAKER, LATITUDE = "Nhà Máy Ảnh", 10.8231


def photo(seed: int = 1, size: tuple[int, int] = (1200, 900)) -> bytes:
    """A photograph with noise, so that it takes several pieces, and with where it was taken."""
    noise = Image.frombytes("RGB", (size[0] // 4, size[1] // 4), _noise(seed, size))
    exif = Image.Exif()
    exif[0x010F] = MAKER
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[2] = (LATITUDE, 0.0, 0.0)
    made = BytesIO()
    noise.resize(size).save(made, "JPEG", quality=92, exif=exif)
    return made.getvalue()


def _noise(seed: int, size: tuple[int, int]) -> bytes:
    return Random(seed).randbytes(size[0] // 4 * (size[1] // 4) * 3)


def drawing() -> bytes:
    """A small PNG, transparent where nothing was drawn."""
    made = BytesIO()
    Image.new("RGBA", (60, 20), (0, 0, 0, 0)).save(made, "PNG")
    return made.getvalue()


PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
