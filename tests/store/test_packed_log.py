"""Contents of the log are shorter in the file, and the same to the byte everywhere else."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text

from fieldapp.errors import SurroundingsMend
from fieldapp.store import tables
from fieldapp.store.log.packed import WORDS, pack, unpack
from fieldapp.store.log.repacking import PLAIN_UPTO
from fieldapp.store.store import Store
from tests.support.laptops import WARD, machine, new_profile

CONTENT = (
    b'{"action":"visit.record","author":"lan","changes":[{"id":"a","kind":"create","type":"visit",'
    b'"values":{"household":"b","note":"","outcome":"not_at_home","withdrawn":false}}],"number":%d}'
)
OUTCOME = b'{"salt":"b72465a4eea09498ea1424ba","status":"applied"}'


@given(st.binary(max_size=300) | st.builds(bytes, st.lists(st.sampled_from(CONTENT))))
def test_what_is_kept_comes_back_to_the_byte(content: bytes) -> None:
    assert unpack(pack(content)) == content


def test_the_words_are_for_good() -> None:
    """With other words nobody could read what was written before."""
    assert (
        hashlib.sha256(WORDS).hexdigest()
        == "8a388930bd1c07dcaaab71b63897be0272868e55709aa8a748de86ab27f120eb"
    )


@pytest.mark.parametrize("spoilt", [b"", b"\x00", b"too much"])
def test_what_is_cut_or_longer_is_taken_for_damage(spoilt: bytes) -> None:
    kept = pack(CONTENT)
    with pytest.raises(SurroundingsMend) as caught:
        unpack(kept + spoilt if spoilt else kept[:-3])
    assert caught.value.code == "store.damaged"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    profile = new_profile(tmp_path / "lan", machine())
    yield profile.store
    profile.close()


def entry(number: int) -> dict[str, object]:
    said = {"content": CONTENT % number, "outcome": OUTCOME, "chain": f"{number:064d}"}
    return {"ward": WARD, "revision": number, "changeset": f"c{number}"} | said


def contents(store: Store) -> list[tuple[bytes, bytes]]:
    log = tables.log_entry.c
    query = select(log.content, log.outcome).order_by(log.revision)
    return store.read(lambda on: [(row.content, row.outcome) for row in on.execute(query)])


def size(store: Store) -> int:
    query = text("SELECT sum(length(content) + length(outcome)) FROM log_entry")
    return int(store.read(lambda on: on.execute(query).scalar_one()))


def test_entries_of_an_older_program_get_shorter_some_at_a_time(store: Store) -> None:
    plain = text(
        "INSERT INTO log_entry (ward, revision, changeset, content, outcome, chain) "
        "VALUES (:ward, :revision, :changeset, :content, :outcome, :chain)"
    )
    with store._write() as connection:
        connection.execute(plain, [entry(number) for number in range(1, 8)])
        connection.execute(tables.log_entry.insert(), [entry(number) for number in range(8, 10)])
    store.remember(**{PLAIN_UPTO: {"log_entry": 7, "old_entry": 0}})
    wanted = [(CONTENT % number, OUTCOME) for number in range(1, 10)]

    assert contents(store) == wanted
    sizes = [size(store)]
    while store.pack_log(3):  # the machine may go off after each
        assert contents(store) == wanted
        sizes.append(size(store))
    assert len(sizes) == 4 and sizes == sorted(sizes, reverse=True)
    assert sizes[-1] * 2 < sizes[0]
    assert not store.pack_log(3)
