"""Parcels between whole laptops and a server: any order, twice, late, through any colleague."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from fieldapp.errors import SurroundingsMend, UserMends
from fieldapp.model import Person
from fieldapp.store.rows import read_fields
from sync.client.machine import State
from sync.client.parcels import SIGN_KEY, Taken, carry_parcel, take_reply, write_parcel
from sync.client.status import read_status
from sync.parcels import close_parcel, open_parcel, open_reply, verify_key
from sync.server.verify import verify
from sync.server.wardlog.parcels import take_parcel
from tests.support.laptops import WARD, add_person, edit
from tests.support.team import Laptop, Team


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


def words(laptop: Laptop) -> tuple[int, int, int]:
    """Unsent, sent, needs fixing."""
    status = read_status(laptop.store, State())
    return status.unsent, status.sent, status.needs_fixing


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def written(laptop: Laptop, stick: Path) -> Path:
    """One parcel with everything unsent."""
    (file,) = write_parcel(laptop.store, stick).files
    laptop.clock.forward(seconds=1)
    return file


def test_a_parcel_goes_through_a_colleague_and_its_reply_comes_back(
    lan: Laptop, phuc: Laptop, stick: Path
) -> None:
    lan.synced()
    person = add_person(lan.store, "Hằng")
    file = written(lan, stick)
    assert words(lan) == (1, 0, 0), "on a stick is not sent"
    assert not read_status(lan.store, State()).safe_to_shut_down

    reply = carry_parcel(phuc.transport(), file)
    phuc.synced()
    assert phuc.store.read(read_fields, WARD, ("person", person)) is not None
    assert words(phuc) == (0, 0, 0), "who carries has no part in it"

    assert take_reply(lan.store, reply) == Taken(1, 1)
    assert words(lan) == (0, 1, 0)
    lan.synced()
    assert words(lan) == (0, 1, 0)


def test_a_parcel_that_comes_twice_and_after_the_sync_has_one_effect(
    team: Team, lan: Laptop, stick: Path
) -> None:
    lan.synced()
    add_person(lan.store, "Hằng")
    raw = written(lan, stick).read_bytes()
    lan.synced()
    heads = lan.store.read(lambda c: c.exec_driver_sql("SELECT revision FROM position").all())
    first, second = take_parcel(team.service, raw), take_parcel(team.service, raw)
    assert first == second
    late = stick / "late.traloi"
    late.write_bytes(first)
    assert take_reply(lan.store, late) == Taken(0, 1), "the log has settled it already"
    lan.synced()
    assert (
        lan.store.read(lambda c: c.exec_driver_sql("SELECT revision FROM position").all()) == heads
    )
    assert words(lan) == (0, 1, 0)
    assert verify(team.service.database) == []


def test_parcels_in_the_wrong_order_wait_for_each_other(
    team: Team, lan: Laptop, stick: Path
) -> None:
    lan.synced()
    person = add_person(lan.store, "Hằng")
    first = written(lan, stick)
    lan.sync(lan.transport(greet=["lost"]))
    edit(lan.store, Person, person, full_name="Hằng Nga")
    later = written(lan, stick)
    only_later = without_first(team, lan, later)
    assert only_later == ["held"]
    take_parcel(team.service, first.read_bytes())
    lan.synced()
    shown = lan.store.read(read_fields, WARD, ("person", person))
    assert shown is not None and shown["full_name"] == "Hằng Nga"
    assert words(lan) == (0, 2, 0)
    assert verify(team.service.database) == []


def without_first(team: Team, lan: Laptop, later: Path) -> list[str]:
    """Hands in only the last changeset of a parcel, as if an older one held the first."""
    secrets = team.service.parcel_secrets
    key = bytes.fromhex(lan.store.setting(SIGN_KEY))
    parcel = open_parcel(later.read_bytes(), secrets, lambda _: verify_key(key))
    push = replace(parcel.pushes[0], contents=parcel.pushes[0].contents[-1:])
    cut = replace(parcel, pushes=(push,))
    raw = close_parcel(cut, key, secrets.public, lan.store.random_bytes)
    reply = open_reply(take_parcel(team.service, raw), secrets.public)
    return [answer.status for answer in reply.answers[0].answers]


def test_the_work_of_a_device_that_is_signed_out_or_revoked_arrives(
    team: Team, lan: Laptop, phuc: Laptop, stick: Path
) -> None:
    lan.synced()
    add_person(lan.store, "Hằng")
    file = written(lan, stick)
    team.admin.revoke_device(str(lan.store.setting("device")))
    reply = carry_parcel(phuc.transport(), file)
    assert [held["reason"] for held in team.admin.held()] == ["revoked_device"]
    assert take_reply(lan.store, reply) == Taken(1, 1)
    assert words(lan) == (0, 0, 1)


def test_a_reply_counts_on_the_laptop_that_wrote_the_parcel_alone(
    lan: Laptop, phuc: Laptop, stick: Path
) -> None:
    lan.synced()
    phuc.synced()
    add_person(lan.store, "Hằng")
    reply = carry_parcel(phuc.transport(), written(lan, stick))
    with pytest.raises(UserMends, match="reply_for_another"):
        take_reply(phuc.store, reply)
    raw = bytearray(reply.read_bytes())
    raw[-1] ^= 1
    reply.write_bytes(bytes(raw))
    with pytest.raises(UserMends, match="forged_reply"):
        take_reply(lan.store, reply)
    assert words(lan) == (1, 0, 0)


def test_a_reply_of_an_earlier_life_of_the_server_confirms_nothing(
    lan: Laptop, phuc: Laptop, stick: Path
) -> None:
    lan.synced()
    add_person(lan.store, "Hằng")
    reply = carry_parcel(phuc.transport(), written(lan, stick))
    lan.store.remember(epoch="a later life")
    with pytest.raises(UserMends, match="other_epoch"):
        take_reply(lan.store, reply)
    assert words(lan) == (1, 0, 0)


def test_what_can_not_be_written_leaves_no_half_file(lan: Laptop, stick: Path) -> None:
    with pytest.raises(UserMends, match="nothing_unsent"):
        write_parcel(lan.store, stick)
    add_person(lan.store, "Hằng")
    with pytest.raises(UserMends, match="no_key"):
        write_parcel(lan.store, stick)
    lan.synced()
    add_person(lan.store, "Đức")
    with pytest.raises(SurroundingsMend, match="not_written"):
        write_parcel(lan.store, stick / "gone")
    assert names(stick) == []
    assert words(lan) == (1, 1, 0)


def test_what_is_no_parcel_is_not_carried(phuc: Laptop, stick: Path) -> None:
    photo = stick / "photo.goi"
    photo.write_bytes(b"\x89PNG" * 100)
    with pytest.raises(UserMends, match="not_a_parcel"):
        carry_parcel(phuc.transport(), photo)
    with pytest.raises(SurroundingsMend, match="not_read"):
        carry_parcel(phuc.transport(), stick / "gone.goi")
    assert names(stick) == ["photo.goi"]
