"""Cards in pictures: whatever a telephone makes is read, whatever is no picture is refused."""

from __future__ import annotations

import os
import struct
import zlib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from fieldapp.errors import UserMends
from fieldapp.rules.people.cards import CitizenCard, HealthCard, read_card
from fieldapp.usecases.households import pictures
from fieldapp.usecases.households.pictures import card_in_file, card_in_picture
from tests.rules.test_scanned_cards import HEALTH, MAN, WOMAN, codes
from tests.support.pictures import as_bytes, code, photo

PNG = as_bytes(photo(MAN))
BANK = "00020101021238540010A00000072701240006970436011000000000010208QRIBFTTA5303704"


def refusal(content: bytes) -> UserMends:
    with pytest.raises(UserMends) as refused:
        card_in_picture(content)
    assert refused.value.field == "image"
    return refused.value


@pytest.mark.parametrize("kind", pictures.FORMATS)
def test_a_card_is_read_from_every_kind_of_picture(kind: str) -> None:
    assert card_in_picture(as_bytes(photo(MAN), kind)) == read_card(MAN)


def test_a_kind_that_nobody_photographs_in_is_not_opened() -> None:
    assert refusal(as_bytes(photo(MAN), "TIFF")).code == "scan.not_a_picture"


def test_both_cards_are_read_with_their_marks() -> None:
    assert isinstance(card_in_picture(as_bytes(photo(HEALTH))), HealthCard)
    card = card_in_picture(as_bytes(photo(WOMAN)))
    assert (card.name, card.address) == ("Trần Thị B", read_card(WOMAN).address)


@pytest.mark.parametrize("mode", ["1", "P", "LA", "RGBA", "RGB", "CMYK", "I;16"])
def test_pictures_of_any_colours_are_read(mode: str) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"
    picture = code(MAN).convert("RGB").convert(mode) if mode != "I;16" else deep(code(MAN))
    assert card_in_picture(as_bytes(picture, kind)).name == "Nguyễn Văn A"


def deep(picture: Image.Image) -> Image.Image:
    return picture.convert("I").point(lambda shade: shade * 256).convert("I;16")


def test_a_code_on_transparent_ground_is_read_as_on_paper() -> None:
    drawn = code(MAN).convert("L")
    clear = Image.new("RGBA", drawn.size, (0, 0, 0, 0))
    clear.paste((0, 0, 0, 255), mask=drawn.point(lambda shade: 255 - shade))
    assert card_in_picture(as_bytes(clear)).name == "Nguyễn Văn A"


def test_of_several_codes_the_card_is_taken_and_the_rest_told() -> None:
    card = card_in_picture(as_bytes(photo(BANK, MAN)))
    assert isinstance(card, CitizenCard)
    assert codes(card) == ["picture_other_codes"]
    both = card_in_picture(as_bytes(photo(MAN, WOMAN)))
    assert codes(both) == ["picture_two_cards"]
    assert codes(card_in_picture(as_bytes(photo(MAN, MAN)))) == []


def test_a_card_born_after_today_is_none() -> None:
    with pytest.raises(UserMends) as refused:
        card_in_picture(PNG, today=date(1989, 1, 1))
    assert refused.value.code == "rules.card_not_read"


def test_a_picture_without_a_card_says_what_is_missing() -> None:
    assert refusal(as_bytes(Image.new("L", (300, 300), 255))).code == "scan.no_code"
    assert refusal(as_bytes(Image.new("L", (1, 1)))).code == "scan.no_code"
    assert refusal(as_bytes(photo(BANK))).code == "rules.card_not_read"


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00" * 1_000, b"%PDF-1.7", b"PK\x03\x04", b"<svg/>", b"\x89PNG\r\n\x1a\n", PNG[:500]],
)
def test_what_is_no_picture_or_half_of_one_is_refused(content: bytes) -> None:
    assert refusal(content).code == "scan.not_a_picture"


def bomb(wide: int, high: int) -> bytes:
    """A PNG of a few bytes that says it is huge."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        body = kind + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", wide, high, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\x00" * 10))


@pytest.mark.parametrize("size", [(7_100, 7_100), (10_000, 10_000), (60_000, 60_000)])
def test_a_picture_that_would_fill_the_memory_is_refused_unopened(size: tuple[int, int]) -> None:
    error = refusal(bomb(*size))
    assert error.code == "scan.picture_too_large"
    assert error.context == {"megapixels": 50}


def test_a_large_photo_of_a_telephone_is_read() -> None:
    wide = Image.new("L", (8_000, 6_000), 220)
    wide.paste(code(MAN, scale=12), (3_000, 2_000))
    assert card_in_picture(as_bytes(wide)).name == "Nguyễn Văn A"


def test_what_is_no_file_or_too_large_a_one_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = tmp_path / "thẻ.png"
    picture.write_bytes(PNG)
    assert card_in_file(picture).name == "Nguyễn Văn A"
    os.mkfifo(tmp_path / "pipe")
    for wrong in (tmp_path, tmp_path / "none.png", tmp_path / "pipe", Path("a\x00b")):
        with pytest.raises(UserMends) as refused:
            card_in_file(wrong)
        assert refused.value.code == "scan.file_unreadable"
    monkeypatch.setattr(pictures, "LARGEST_FILE_BYTES", 1_000)
    with pytest.raises(UserMends) as refused:
        card_in_file(picture)
    assert refused.value.code == "scan.file_too_large"


SEEDS = [as_bytes(photo(MAN, size=(480, 400)), kind) for kind in pictures.FORMATS]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=150)
@given(
    st.sampled_from(SEEDS),
    st.lists(st.tuples(st.integers(0, 3_000), st.integers(0, 255)), max_size=6),
    st.integers(0, 4_000),
)
def test_no_broken_picture_breaks_the_reader(
    seed: bytes, changed: list[tuple[int, int]], cut: int
) -> None:
    content = bytearray(seed)
    for place, value in changed:
        content[place % len(content)] = value
    try:
        card_in_picture(bytes(content[: len(content) - cut] if cut < len(content) else content))
    except UserMends as refused:
        assert refused.field == "image"


@settings(deadline=None)
@given(st.binary(max_size=2_000), st.sampled_from([b"", *(seed[:12] for seed in SEEDS)]))
def test_no_bytes_break_the_reader(content: bytes, head: bytes) -> None:
    try:
        card_in_picture(head + content)
    except UserMends as refused:
        assert refused.field == "image"
