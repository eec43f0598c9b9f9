"""How the log's contents lie in the file: shortened by words that they all have in common.

An entry is some hundreds of bytes of names and a few of values, so that by itself it hardly gets
shorter; begun with the names of the usual actions it takes a quarter. What was written before stays
as it is until `repacking` comes by; either is read.
"""

from __future__ import annotations

import zlib
from typing import Any

from sqlalchemy import Dialect, LargeBinary
from sqlalchemy.types import TypeDecorator

from fieldapp.errors import SurroundingsMend

FIRST_WORDS = b"\x01"
"""What a content begins with that was shortened by these words; JSON begins with no such byte."""
SHORTEST = 40
LEVEL, WINDOW, MEMORY = 3, -13, 6
"""A window of 8 KB holds the words and most entries; the smaller memory is begun more quickly."""


def pack(content: bytes) -> bytes:
    """The content as it is kept."""
    if len(content) < SHORTEST and not content.startswith(FIRST_WORDS):
        return content
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, WINDOW, MEMORY, zlib.Z_DEFAULT_STRATEGY, WORDS)
    return FIRST_WORDS + packer.compress(content) + packer.flush()


def unpack(kept: bytes) -> bytes:
    """The content that was kept, to the byte.

    Raises:
        SurroundingsMend: `store.damaged`: it is none of ours.
    """
    if not kept.startswith(FIRST_WORDS):
        return kept
    unpacker = zlib.decompressobj(WINDOW, WORDS)
    try:
        content = unpacker.decompress(kept[1:]) + unpacker.flush()
    except zlib.error as defect:
        raise SurroundingsMend("store.damaged") from defect
    if not unpacker.eof or unpacker.unused_data:
        raise SurroundingsMend("store.damaged")
    return content


class Packed(TypeDecorator[bytes]):
    """Bytes that are shortened in the file, and whole everywhere else."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """As it is kept."""
        return None if value is None else pack(bytes(value))

    def process_result_value(self, value: Any | None, dialect: Dialect) -> bytes | None:
        """As it came."""
        return None if value is None else unpack(bytes(value))


WORDS = (
    '{"salt":"","status":"applied"}{"revision":,"status":"merged","fields":{"status":"conflic'
    't"{"code":"","name":"Phường ","stream":".20250701","valid_from":"2025-07-01"}},"type":"w'
    'ard"{"id":"","kind":"create","type":"submission_line","values":{"enrolment":"","submissi'
    'on":""}},{"id":"","kind":"create","type":"assignment","values":{"canvasser":"","househol'
    'd":"","until":"2026-12-31","withdrawn":false}}{"action":"household.edit","author":","bas'
    'e":["",2],"base_chain":","changes":[{"fields":{"note":["","nhà có chó"]},"id":"","kind":'
    '"edit","type":"household"}],"clock_jumped":false,"device":"","evidence":{"device_name":"'
    '},"id":"","incarnation":"","made_at":"2026-11-23T01:00:03+00:00","number":,"offset_ms":,'
    '"on":[""],"salt":","v":1,"ward":"26956.20250701"}{"action":"enrolment.pay","author":","b'
    'ase":["",2],"base_chain":","changes":[{"id":"","kind":"create","type":"receipt","values"'
    ':{"amount_dong":,"book":"B2/2026","check_code":","household":"","issued_at":"2026-11-23T'
    '01:00:04.000Z","issued_by":","method":"cash","number":,"payer":"}},{"id":"","kind":"crea'
    'te","type":"enrolment","values":{"base_dong":,"gross_dong":,"group":"","household":"","k'
    'ind":"renewal","local_dong":0,"method":"periodic","months":12,"other_dong":0,"paid_on":"'
    '2026-11-23","participant_dong":,"percent":100,"person":"","quote_basis":[{"article":"NĐ1'
    '88/2025 Điều 6","article_known":true,"code":"hhi_first","confidence":"S","rows":[{"artic'
    'le":"NĐ188/2025 Điều 6","article_known":true,"confidence":"S","key":"","source":"NĐ188/2'
    '025 Điều 6","table":"hhi_ladder","valid_from":"2025-07-01"},{"article":"NĐ161/2026 Điều '
    '3.2","article_known":true,"confidence":"S","key":"","source":"NĐ161/2026 Điều 3.2","tabl'
    'e":"base_salary","valid_from":"2026-07-01"}],"source":"NĐ188/2025 Điều 6","values":{"bas'
    'e_dong":,"months":12,"rate":"4,5 %"}}],"rank":1,"receipt":"","scheme":"hhi","state":"pai'
    'd","state_dong":0,"tables_version":"6238433b42","valid_from":"2026-12-03","valid_to":"20'
    '27-12-02","withdrawn":false}},{"id":"","kind":"create","type":"notice","values":{"consen'
    'ted":true,"household":"","how":"spoken","wording":""}}],"clock_jumped":false,"device":""'
    ',"evidence":{"device_name":"},"id":"","incarnation":"","made_at":"2026-11-23T01:00:03+00'
    ':00","number":,"offset_ms":,"on":[],"salt":","v":1,"ward":"26956.20250701"}{"action":"vi'
    'sit.record","author":","base":["",2],"base_chain":","changes":[{"id":"","kind":"create",'
    '"type":"visit","values":{"canvasser":","household":"","note":"cửa khóa","outcome":"not_a'
    't_home","visited_at":"2026-11-23T01:00:04.000Z","withdrawn":false}}],"clock_jumped":fals'
    'e,"device":"","evidence":{"device_name":"},"id":"","incarnation":"","made_at":"2026-11-2'
    '3T01:00:03+00:00","number":,"offset_ms":,"on":[""],"salt":","v":1,"ward":"26956.20250701'
    '"}{"action":"household.register","author":","base":["",0],"changes":[{"id":"","kind":"cr'
    'eate","type":"person","values":{"born_on":","full_name":","group":"household","id_number'
    '":","note":"","other_groups":[],"paper_result":false,"phone":","sex":"female","si_number'
    '":","told_apart":[],"withdrawn":false}},{"id":"","kind":"create","type":"membership","va'
    'lues":{"household":"","person":"","relationship":"00","since":"2026-11-23","withdrawn":f'
    'alse}},{"id":"","kind":"create","type":"coverage","values":{"five_year_on":"2025-12-03",'
    '"payer":","person":"","scheme":"hhi","valid_from":"2025-12-03","valid_to":"2026-12-02","'
    'withdrawn":false}},{"id":"","kind":"create","type":"person","values":{"born_on":","full_'
    'name":","group":"household","id_number":","note":"","other_groups":[],"paper_result":fal'
    'se,"sex":"male","si_number":","told_apart":[],"withdrawn":false}},{"id":"","kind":"creat'
    'e","type":"membership","values":{"household":"","person":"","relationship":"02","since":'
    '"2026-11-23","withdrawn":false}},{"id":"","kind":"create","type":"coverage","values":{"f'
    'ive_year_on":"2025-12-03","payer":","person":"","scheme":"hhi","valid_from":"2025-12-03"'
    ',"valid_to":"2026-12-02","withdrawn":false}},{"id":"","kind":"create","type":"person","v'
    'alues":{"born_on":","full_name":","group":"employer","id_number":","note":"","other_grou'
    'ps":[],"paper_result":false,"phone":","sex":"female","si_number":","told_apart":[],"with'
    'drawn":false}},{"id":"","kind":"create","type":"membership","values":{"household":"","pe'
    'rson":],"clock_jumped":false,"device":"01","evidence":{"device_name":","kind":"list"},"i'
    'd":"","incarnation":"","made_at":"2026-11-23T01:00:01+00:00","number":,"offset_ms":,"on"'
    ':[],"salt":","v":1,"ward":"26956.20250701"}'
).encode()
"""Never to be changed: what they shortened is read by them alone. Others get another byte."""
