"""What a content is, by its bytes alone."""

from __future__ import annotations

import struct
from io import BytesIO

import pytest
from PIL import Image

from fieldapp.rules.attachments import (
    JPEG,
    MOST_BYTES,
    MOST_SCANS,
    PDF,
    PIECE_BYTES,
    PNG,
    Looked,
    Unfit,
    fault_of,
    look,
    piece_count,
    pieces_of,
)

PAPER = b"%PDF-1.7\n...\n%%EOF\n"


def picture(kind: str, size: tuple[int, int] = (40, 30)) -> bytes:
    made = BytesIO()
    Image.new("RGB", size, "white").save(made, kind)
    return made.getvalue()


def resized(png: bytes, wide: int, high: int) -> bytes:
    return png[:16] + struct.pack(">II", wide, high) + png[24:]


def test_pictures_and_papers_are_known_by_their_bytes() -> None:
    assert look(picture("PNG")) == Looked(PNG, 40, 30)
    assert look(picture("JPEG")) == Looked(JPEG, 40, 30)
    assert look(PAPER) == Looked(PDF)
    for media, content in ((PNG, picture("PNG")), (JPEG, picture("JPEG")), (PDF, PAPER)):
        assert fault_of(content, media) is None


def test_a_jpeg_may_fill_between_its_parts() -> None:
    plain = picture("JPEG")
    assert look(plain[:2] + b"\xff\xff" + plain[2:]) == Looked(JPEG, 40, 30)


SIZES = ((60_000, 60_000), (20_001, 1), (8_000, 8_000))
PARTS = picture("JPEG")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "unknown_kind"),
        (b"PK\x03\x04 a zip named scan.jpg", "unknown_kind"),
        (b"GIF89a", "unknown_kind"),
        (b"<svg onload='x()'/>", "unknown_kind"),
        (picture("PNG")[:20], "damaged"),
        (picture("PNG")[:12] + b"IDAT" + picture("PNG")[16:], "damaged"),
        (resized(picture("PNG"), 0, 5), "damaged"),
        (resized(picture("PNG"), 5, 0), "damaged"),
        *[(resized(picture("PNG"), *size), "too_many_pixels") for size in SIZES],
        (PARTS[:30], "damaged"),
        (b"\xff\xd8\xff\xda" + bytes(40), "damaged"),
        (b"\xff\xd8\xff\xe0\x00\x00" + bytes(40), "damaged"),
    ],
)
def test_what_is_none_of_them_is_told_why(content: bytes, reason: str) -> None:
    with pytest.raises(Unfit) as told:
        look(content)
    assert told.value.reason == reason


@pytest.mark.parametrize(
    ("content", "media", "reason"),
    [
        (picture("PNG"), JPEG, "unknown_kind"),
        (picture("PNG")[:-1], PNG, "damaged"),
        (picture("JPEG") + b"PK\x03\x04", JPEG, "damaged"),
        (b"%PDF-1.7 and no end", PDF, "damaged"),
        (picture("PNG") + bytes(MOST_BYTES), PNG, "too_large"),
        (b"MZ", PDF, "unknown_kind"),
    ],
)
def test_a_content_is_kept_only_as_what_it_is(content: bytes, media: str, reason: str) -> None:
    assert fault_of(content, media) == reason


@pytest.mark.parametrize("size", [0, 1, PIECE_BYTES, PIECE_BYTES + 1, 3 * PIECE_BYTES])
def test_pieces_make_the_content_again(size: int) -> None:
    content = bytes(range(256)) * (size // 256 + 1)
    pieces = list(pieces_of(content[:size]))
    assert b"".join(pieces) == content[:size]
    assert len(pieces) == piece_count(size)
    assert max(map(len, pieces)) <= PIECE_BYTES


def test_a_jpeg_of_endless_scans_is_not_unpacked() -> None:
    content = picture("JPEG")
    scan = content.rfind(b"\xff\xda")
    many = content[:scan] + content[scan:-2] * MOST_SCANS + content[-2:]
    assert fault_of(many, JPEG) is None
    with pytest.raises(Unfit, match="damaged"):
        look(many[:-2] + content[scan:])
