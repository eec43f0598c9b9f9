"""Amounts in words, as receipts write them below the figures, in Vietnamese and English."""

from __future__ import annotations

DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
GROUPS = ("", " nghìn", " triệu")
BILLION = 1_000_000_000

# fmt: off
ENGLISH_SMALL = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen",
    "seventeen", "eighteen", "nineteen",
)
ENGLISH_TENS = (
    "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
)
# fmt: on
ENGLISH_GROUPS = ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"), (1000, "thousand"))


def in_vietnamese(dong: int) -> str:
    """`Bốn triệu sáu trăm tám mươi tám nghìn hai trăm tám mươi đồng`, with a capital.

    Raises ValueError for a negative amount: no receipt has one.
    """
    text = f"{vietnamese_number(dong)} đồng"
    return text[0].upper() + text[1:]


def in_english(dong: int) -> str:
    """`Four million six hundred eighty-eight thousand two hundred eighty dong`.

    Raises ValueError for a negative amount: no receipt has one.
    """
    text = f"{english_number(dong)} dong"
    return text[0].upper() + text[1:]


def vietnamese_number(number: int) -> str:
    """A whole number >= 0 in words, in the southern and northern common form (nghìn, linh)."""
    if number < 0:
        raise ValueError(f"a negative amount has no words: {number}")
    if number == 0:
        return DIGITS[0]
    billions, rest = divmod(number, BILLION)
    head = f"{vietnamese_number(billions)} tỷ" if billions else ""
    return " ".join(part for part in (head, _below_billion(rest, full=bool(billions))) if part)


def english_number(number: int) -> str:
    """A whole number >= 0 in English words, without "and"."""
    if number < 0:
        raise ValueError(f"a negative amount has no words: {number}")
    for size, name in ENGLISH_GROUPS:
        if number >= size:
            head, rest = divmod(number, size)
            tail = f" {english_number(rest)}" if rest else ""
            return f"{english_number(head)} {name}{tail}"
    if number >= 100:
        tail = f" {english_number(number % 100)}" if number % 100 else ""
        return f"{ENGLISH_SMALL[number // 100]} hundred{tail}"
    if number >= 20:
        tail = f"-{ENGLISH_SMALL[number % 10]}" if number % 10 else ""
        return f"{ENGLISH_TENS[number // 10]}{tail}"
    return ENGLISH_SMALL[number]


def _below_billion(number: int, *, full: bool) -> str:
    """Groups of three; `full` says that something stands before, so zeros are spoken."""
    parts: list[str] = []
    for power in (2, 1, 0):
        group = number // 1000**power % 1000
        if group:
            parts.append(_three_digits(group, full=full or bool(parts)) + GROUPS[power])
    return " ".join(parts)


def _three_digits(number: int, *, full: bool) -> str:
    hundreds, rest = divmod(number, 100)
    if not (hundreds or full):
        return _two_digits(rest)
    words = f"{DIGITS[hundreds]} trăm"
    if rest == 0:
        return words
    return f"{words} {'linh ' if rest < 10 else ''}{_two_digits(rest)}"


def _two_digits(number: int) -> str:
    """`mười lăm`, `hai mươi mốt`, `năm`: one and five change their words after a ten."""
    tens, unit = divmod(number, 10)
    if tens == 0:
        return DIGITS[unit]
    words = "mười" if tens == 1 else f"{DIGITS[tens]} mươi"
    if unit == 0:
        return words
    if unit == 5:
        return f"{words} lăm"
    return f"{words} {'mốt' if unit == 1 and tens > 1 else DIGITS[unit]}"
