"""Many writers at once: revisions without a gap, and a follower who misses nothing."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any

from fieldapp.model.changesets import encode
from fieldapp.model.entries import FIRST_CHAIN, next_chain
from sync.protocol import Handshake, Push, SignIn
from sync.server.refusals import Refused
from sync.server.service import Service
from sync.server.store.database import open_database
from sync.server.verify import verify
from tests.support.changes import WARD, create, edit
from tests.support.ward_office import PASSWORD, Hand, Office, family

WRITERS = 8
BATCHES = 6
IN_A_BATCH = 4
ALL = WRITERS * BATCHES * IN_A_BATCH


def test_a_follower_of_eight_writers_misses_nothing(office: Office) -> None:
    writers = [office.hires(f"w{n}") for n in range(WRITERS)]
    follower = office.hires("follower")
    began = threading.Barrier(WRITERS + 1)
    written = threading.Event()

    def writes(number: int) -> None:
        hand = writers[number]
        began.wait()
        for batch in range(BATCHES):
            names = [f"h{number}-{batch}-{place}" for place in range(IN_A_BATCH)]
            answers = hand.pushes(*(hand.writes(0, create("household", name)) for name in names))
            assert [answer.status for answer in answers] == ["applied"] * IN_A_BATCH

    def follows() -> list[Any]:
        seen: list[Any] = []
        began.wait()
        while True:
            last_round = written.is_set()
            page = follower.pulls(len(seen), limit_bytes=3_000)
            seen += page.entries
            if last_round and page.upto == page.head:
                return seen

    with ThreadPoolExecutor(WRITERS + 1) as pool:
        following = pool.submit(follows)
        writing = [pool.submit(writes, number) for number in range(WRITERS)]
        wait(writing)
        written.set()
        for done in writing:
            done.result()
        seen = following.result()
    assert [entry.revision for entry in seen] == list(range(1, ALL + 1))
    chain = FIRST_CHAIN
    for page_entry in seen:
        entry = page_entry.entry()
        made = page_entry.content.split('"id":"')[-1].split('"')[0]
        chain = next_chain(chain, made, entry.content, entry.outcome)
        assert entry.chain == chain
    assert verify(office.service.database) == []


def test_one_changeset_from_many_sides_at_once_has_one_effect(office: Office) -> None:
    lan = office.hires("lan")
    contents = [encode(lan.writes(0, *family(f"h{n}", f"p{n}"))).decode() for n in range(5)]
    began = threading.Barrier(6)

    def pushes() -> Any:
        began.wait()
        return lan.session.push(Push(WARD, tuple(contents)))

    with ThreadPoolExecutor(6) as pool:
        answers = [done.result() for done in [pool.submit(pushes) for _ in range(6)]]
    assert len({answer.answers for answer in answers}) == 1
    assert lan.pulls().head == 5
    assert verify(office.service.database) == []


def test_two_processes_share_a_database_and_no_memory(office: Office, url: str) -> None:
    """A second service with its own connections stands for the second process."""
    lan = office.hires("lan")
    second = open_database(url)
    other = Service(second, office.clock, office.service.ids, passwords=office.service.passwords)
    first = lan.writes(0, *family())
    [answer] = lan.pushes(first)
    there = other.for_token(lan.who.token)
    assert there.push(Push(WARD, (encode(first).decode(),))).answers == (answer,)
    next_one = lan.writes(1, edit("person", "p1", sex=(None, "female")))
    assert there.push(Push(WARD, (encode(next_one).decode(),))).answers[0].revision == 2
    assert lan.pulls(1).entries[0].content == encode(next_one).decode()
    office.admin.revoke_device(lan.who.device)
    assert (
        there.push(Push(WARD, (encode(lan.writes(2, *family("h2", "p2"))).decode(),)))
        .answers[0]
        .reason
        == "revoked_device"
    )
    second.close()


def test_leases_taken_at_once_do_not_overlap(office: Office) -> None:
    office.admin.add_book("Q1", 1, 5_000, WARD)
    hands = [office.hires(f"w{n}") for n in range(6)]
    began = threading.Barrier(6)

    def greets(hand: Hand) -> Any:
        began.wait()
        return hand.session.greet(Handshake("i1", "2026-11-23T01:00:00.000Z")).lease

    with ThreadPoolExecutor(6) as pool:
        leases = list(pool.map(greets, hands))
    assert sorted((lease.first, lease.last) for lease in leases) == [
        (1 + 50 * n, 50 + 50 * n) for n in range(6)
    ]


def test_one_invitation_used_by_two_at_once_enrols_one(office: Office) -> None:
    office.adds_user("lan")
    request = SignIn("lan", PASSWORD, "máy", office.admin.invite("lan"))
    began = threading.Barrier(4)

    def enrols(_: int) -> str:
        began.wait()
        try:
            return office.service.for_token(None).sign_in(request).device
        except Refused as refusal:
            return refusal.code

    with ThreadPoolExecutor(4) as pool:
        ends = sorted(pool.map(enrols, range(4)))
    assert ends.count("server.invitation_invalid") == 3
    assert len(office.admin.devices()) == 1
