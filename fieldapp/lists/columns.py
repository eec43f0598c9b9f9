"""What the columns of a foreign list mean, read from their heads.

Heads are compared without tones, signs and case. Of several fields whose words stand in a head the
one with the longest words wins ("họ tên chủ hộ" is the head of the household, not the person).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from fieldapp.errors import UserMends
from fieldapp.rules.folding import fold

Kind = Literal["due", "households"]

Columns = Mapping[str, int]
"""Field to the place of its column, from 0."""

_COMMON: Mapping[str, tuple[str, ...]] = {
    "line_number": ("stt", "so thu tu", "tt", "so tt"),
    "full_name": ("ho va ten", "ho ten", "ten nguoi tham gia", "ho va ten nguoi tham gia",
                  "ho va chu dem ten", "ten thanh vien", "ho ten thanh vien", "ho ten khai sinh",
                  "ho chu dem va ten", "ho va ten thanh vien", "full name", "name",
                  "nguoi tham gia",
                  "ho va ten thanh vien ho gia dinh"),
    "born_on": ("ngay sinh", "ngay thang nam sinh", "nam sinh", "ns", "sinh ngay",
                "ngay thang sinh",
                "date of birth", "dob", "ntns", "ng sinh", "ngay nam sinh", "n sinh",
                "ngay thang nam sinh nam nu"),
    "born_male": ("ngay sinh nam", "nam sinh nam", "ngay thang nam sinh nam"),
    "born_female": ("ngay sinh nu", "nam sinh nu", "ngay thang nam sinh nu"),
    "sex": ("gioi tinh", "gt", "phai", "nam nu", "gioi", "sex", "gioi tinh nam nu"),
    "sex_female": ("nu", "nu x", "gioi tinh nu"),
    "number": ("so dinh danh", "ma dinh danh", "so dinh danh ma so bhxh", "so dinh danh ca nhan"),
    "id_number": ("cccd", "so cccd", "can cuoc", "so can cuoc", "can cuoc cong dan", "ddcn",
                  "so ddcn", "cmnd", "so cmnd", "cmnd cccd", "cccd cmnd", "so cmnd cccd ho chieu",
                  "so cccd cmnd ddcn ho chieu", "cccd ddcn", "so cccd ddcn", "so giay to",
                  "chung minh nhan dan", "so cmnd cccd", "so cccd cmnd", "cmnd cccd ho chieu",
                  "so cccd ddcn ho chieu", "so can cuoc cong dan", "id number", "giay to tuy than"),
    "si_number": ("ma so bhxh", "so bhxh", "ma bhxh", "so so bhxh", "ma so bao hiem xa hoi",
                  "so bao hiem xa hoi", "msbhxh"),
    "card_number": ("ma the bhyt", "so the bhyt", "ma the", "so the", "the bhyt", "ma so bhyt",
                    "so bhyt", "ma so bao hiem y te", "so the bao hiem y te", "ma bhyt"),
    "phone": ("so dien thoai", "dien thoai", "sdt", "dt", "so dt", "di dong", "dtdd", "phone",
              "so dien thoai lien he", "dien thoai lien he"),
    "address": ("dia chi", "noi o", "cho o", "noi cu tru", "noi thuong tru", "dia chi thuong tru",
                "noi o hien tai", "dia chi lien he", "noi tam tru", "ho khau thuong tru", "address",
                "dia chi cu tru", "noi o hien nay", "dia chi noi o", "cho o hien nay"),
    "house_number": ("so nha", "so nha hem", "so nha to", "nha so"),
    "street": ("duong", "ten duong", "duong pho", "duong hem"),
    "neighbourhood": ("khu pho", "kp", "ap", "to dan pho", "khu pho ap", "ap khu pho", "to", "tdp",
                      "thon", "khu pho to", "thon ap", "to kp", "to khu pho", "khu vuc"),
    "ward": ("phuong", "xa", "phuong xa", "xa phuong", "ten xa", "ten phuong", "xa phuong thi tran",
             "ma xa", "ma phuong", "xa phuong dac khu", "ward", "phuong xa thi tran"),
    "note": ("ghi chu", "note", "gchu"),
    "reason": ("vi sao chua nhap", "why it was not imported"),
}  # fmt: skip

_DUE: Mapping[str, tuple[str, ...]] = {
    "due_on": ("ngay cuoi phai dong", "han cuoi phai dong", "ngay cuoi", "han dong", "han cuoi",
               "ngay het han", "het han", "ngay het han the", "gia tri den", "den ngay", "han the",
               "han the den ngay", "han su dung den", "ngay den han", "han phai dong",
               "gia tri su dung den ngay", "thoi han den", "han the bhyt",
               "ngay cuoi cung phai dong",
               "the co gia tri den", "due date", "ngay ket thuc", "han dong cuoi"),
    "scheme": ("loai hinh", "loai bao hiem", "loai hinh tham gia", "loai", "doi tuong tham gia"),
}  # fmt: skip

_HOUSEHOLDS: Mapping[str, tuple[str, ...]] = {
    "household_code": ("ma ho", "ma ho gia dinh", "ma so ho gia dinh", "ho so", "so ho", "ma so ho",
                       "so ho khau", "so so ho khau", "ma ho gd", "household code", "mhgd"),
    "head_name": ("chu ho", "ho ten chu ho", "ho va ten chu ho", "ten chu ho"),
    "relationship": ("quan he", "quan he voi chu ho", "moi quan he", "moi quan he voi chu ho",
                     "qh voi chu ho", "qhch", "qh", "quan he chu ho", "relationship",
                     "quan he voi chu ho theo csdl cu tru dan cu vneid"),
    "ethnic_group": ("dan toc",),
    "nationality": ("quoc tich",),
    "birth_place": ("noi dang ky khai sinh", "noi dk khai sinh", "noi sinh",
                    "noi cap giay khai sinh"),
    "facility": ("noi dang ky kcb ban dau", "noi kcb ban dau", "noi dk kcb",
                 "noi kham chua benh ban dau", "noi dang ky kham chua benh ban dau",
                 "noi dk kcb ban dau", "kcb ban dau", "ma kcb"),
    "email": ("email", "thu dien tu", "dia chi email"),
}  # fmt: skip

FIELDS: Mapping[Kind, Mapping[str, tuple[str, ...]]] = {
    "due": {**_COMMON, **_DUE},
    "households": {**_COMMON, **_HOUSEHOLDS},
}
"""Per kind of list the fields with the words that stand in their heads."""

NEEDED: Mapping[Kind, tuple[tuple[str, ...], ...]] = {
    "due": (("full_name",), ("due_on",)),
    "households": (
        ("full_name",),
        ("born_on", "born_male", "born_female", "id_number", "si_number", "card_number", "number"),
    ),
}
"""What a list cannot do without: of each group one."""

_SIGNS = re.compile(r"[^a-z0-9]+")
_NUMBERED = re.compile(r"\(\s*\d{1,2}\s*\)|\[\s*\d{1,2}(?:\.\d)?\s*\]")


def bare(head: str) -> str:
    """A head without tones, signs, case and its number in brackets."""
    return _SIGNS.sub(" ", _NUMBERED.sub(" ", fold(head))).strip()


def strength(said: str, field: str, kind: Kind) -> int:
    """How surely a bare head names a field: 0 for not at all."""
    padded = f" {said} "
    best = 0
    for words in FIELDS[kind][field]:
        if said == words:
            best = max(best, 1_000 + len(words))
        elif len(words) > 3 and padded.startswith(f" {words} "):
            best = max(best, 100 + len(words))
        elif len(words) > 3 and f" {words} " in padded:
            best = max(best, 50 + len(words))
    return best


def recognise(heads: Sequence[str], kind: Kind) -> dict[str, int]:
    """The columns of a row of heads; each field and each column at most once."""
    claims = []
    for place, head in enumerate(heads):
        said = bare(head)
        if said and len(said) <= _LONGEST_HEAD:
            claims += [
                (-power, place, field)
                for field in FIELDS[kind]
                if (power := strength(said, field, kind))
            ]
    found: dict[str, int] = {}
    for _, place, field in sorted(claims):
        if field not in found and place not in found.values():
            found[field] = place
    return found


_LONGEST_HEAD = 120
"""A longer text over a column is a sentence."""


def lacking(columns: Columns, kind: Kind) -> list[str]:
    """The first field of each needed group of which there is no column."""
    return [group[0] for group in NEEDED[kind] if not any(field in columns for field in group)]


def signature(heads: Sequence[str]) -> str:
    """Names a layout: the same for the same heads in the same order, whatever the file's rows.

    The column of reasons that a file of errors has behind the others makes no difference.
    """
    said = [bare(head) for head in heads]
    while said and (not said[-1] or said[-1] in _COMMON["reason"]):
        said.pop()
    return hashlib.sha256("|".join(said).encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Mapped:
    """What the user said of the columns.

    Attributes:
        columns: field to column; None for a field that the list does not have.
        scheme: of a due list without sections: `hhi` or `vsi` for every line.
    """

    columns: Mapping[str, int | None]
    scheme: str = ""

    def over(self, recognised: Columns) -> dict[str, int]:
        """The columns with what the user said laid over what was recognised."""
        taken = {place for place in self.columns.values() if place is not None}
        kept = {f: p for f, p in recognised.items() if f not in self.columns and p not in taken}
        return kept | {f: p for f, p in self.columns.items() if p is not None}


NOTHING_SAID = Mapped({})


def parse_mapping(said: Sequence[str], kind: Kind) -> Mapped:
    """Reads `full_name=B`, `born_on=4` (from 1), `phone=-` (has none), `scheme=hhi`.

    Raises:
        UserMends: `imports.mapping_form`, `imports.mapping_field`.
    """
    columns: dict[str, int | None] = {}
    scheme = ""
    for part in (p.strip() for text in said for p in text.split(",") if p.strip()):
        name, _, value = (piece.strip() for piece in part.partition("="))
        if name not in FIELDS[kind]:
            known = ", ".join(FIELDS[kind])
            raise UserMends("imports.mapping_field", field="mapping", name=name, known=known)
        if name == "scheme" and value in ("hhi", "vsi"):
            scheme = value
        else:
            columns[name] = _place(value, part)
    return Mapped(columns, scheme)


def _place(value: str, part: str) -> int | None:
    if value == "-":
        return None
    if re.fullmatch(r"[1-9]\d{0,3}", value):
        return int(value) - 1
    if re.fullmatch(r"[A-Za-z]{1,2}", value):
        place = 0
        for letter in value.upper():
            place = place * 26 + ord(letter) - 64
        return place - 1
    raise UserMends("imports.mapping_form", field="mapping", part=part)


def letter_of(place: int) -> str:
    """The column's letter as a spreadsheet shows it."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
