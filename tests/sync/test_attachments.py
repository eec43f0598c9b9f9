"""The lane of attachments: after the text, a piece at a time, and never in its way."""

from __future__ import annotations

import base64
from collections import Counter
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import func, select, update

from fieldapp.errors import SurroundingsMend, UserMends
from fieldapp.model import Paper
from fieldapp.rules.attachments import PIECE_BYTES, piece_count
from fieldapp.store.attachments import contents as attachments
from fieldapp.store.work import Intent
from fieldapp.usecases.households.erasing import erase_person
from fieldapp.usecases.households.papers import (
    PaperAdded,
    household_papers,
    keep_paper,
    remove_paper,
    scan_of_paper,
)
from fieldapp.usecases.households.scans import Scan, scan_of
from fieldapp.usecases.visiting.visits import record_visit
from sync.client.attachments import fetch_attachment, send_all, send_attachments
from sync.client.machine import State
from sync.client.status import SyncStatus, read_status, sentence
from sync.protocol import FetchPiece, NameAttachments, PutPiece
from sync.server.attachments.contents import drop_faulty
from sync.server.attachments.room import MOST_BEGUN, MOST_OF_A_DEVICE
from sync.server.store.tables import attachment, attachment_begun, attachment_piece, ward_head
from sync.server.verify import verify
from tests.support.erased import backed_up, everybody, family, put_back
from tests.support.laptops import WARD, add_family
from tests.support.refusals import refused
from tests.support.scans import PDF, photo
from tests.support.team import Faulty, Laptop, Team

SCAN = scan_of(photo())
PIECES = piece_count(len(SCAN.content))


@pytest.fixture
def home(lan: Laptop) -> str:
    home, _ = add_family(lan.store, ["Nguyễn Thị Hoa"])
    return home


def add(laptop: Laptop, home: str, scan: Scan = SCAN, **about: Any) -> PaperAdded:
    return keep_paper(laptop.store, WARD, home, scan, "declaration", **about)


def lane(laptop: Laptop, **plan: list[Any]) -> Faulty:
    """Runs the lane until its end or its first trouble."""
    way = laptop.transport(**plan)
    send_all(laptop.store, way)
    return way


def put(way: Faulty) -> list[int]:
    return [request.number for name, request in way.calls if name == "put_piece"]


def status(laptop: Laptop) -> SyncStatus:
    return read_status(laptop.store, State(phase="done"))


def fetch(laptop: Laptop, paper: str, way: Any = None, **options: Any) -> bytes:
    return fetch_attachment(laptop.store, way or laptop.transport(), WARD, paper, **options)


def test_a_scan_goes_after_the_text_and_a_colleague_opens_it(
    team: Team, lan: Laptop, phuc: Laptop, home: str
) -> None:
    assert PIECES > 3
    added = add(lan, home)
    assert sentence(status(lan))[0] == "sync.only_here"
    lan.synced()
    said = status(lan)
    assert sentence(said) == ("sync.pictures_wait", {"n": 1})
    assert (said.unsent, said.text_confirmed, said.safe_to_shut_down) == (0, True, False)
    assert [r.state for r in household_papers(lan.store, WARD, home)] == ["on_device"]
    assert put(lane(lan)) == list(range(PIECES))
    said = status(lan)
    assert sentence(said) == ("sync.all_sent", {}) and said.safe_to_shut_down
    assert [r.state for r in household_papers(lan.store, WARD, home)] == ["sent"]

    phuc.synced()
    (row,) = household_papers(phuc.store, WARD, home)
    assert (row.here, row.by) == (False, "Lan")
    seen: list[tuple[int, int]] = []
    content = fetch(phuc, added.paper, progress=lambda done, of: seen.append((done, of)))
    assert content == SCAN.content
    assert seen == [(n, PIECES) for n in range(PIECES + 1)]
    assert scan_of_paper(phuc.store, WARD, added.paper) == Scan(SCAN.content, SCAN.media)
    assert put(lane(phuc)) == [] and put(lane(lan)) == []
    assert verify(team.service.database, team.service.safe) == []


def test_the_same_scan_from_two_laptops_is_sent_once(
    team: Team, lan: Laptop, phuc: Laptop, home: str
) -> None:
    lan.synced(), phuc.synced()
    add(lan, home), add(phuc, home)
    lan.synced(), phuc.synced()
    lane(lan, put_piece=["none", "lost"])
    assert put(lane(phuc)) == list(range(PIECES)), "each laptop's pieces are its own"
    assert put(lane(lan)) == []
    assert status(lan).pictures_waiting == status(phuc).pictures_waiting == 0
    with team.service.database.read() as connection:
        kept = connection.execute(select(func.count()).select_from(attachment_piece)).scalar()
    assert kept == PIECES


@pytest.mark.parametrize("fault", ["lost", "unheard", "twice"])
def test_a_cut_repeats_one_piece_at_most(lan: Laptop, home: str, fault: str) -> None:
    add(lan, home)
    lan.synced()
    sent: Counter[int] = Counter()
    for _ in range(PIECES + 2):
        sent.update(put(lane(lan, put_piece=["none", fault])))
    assert set(sent) == set(range(PIECES)) and max(sent.values()) <= 2
    assert status(lan).safe_to_shut_down


def test_a_fetch_that_was_cut_goes_on_where_it_was(
    team: Team, lan: Laptop, phuc: Laptop, home: str
) -> None:
    added = add(lan, home)
    lan.synced(), lane(lan), phuc.synced()
    way = phuc.transport(fetch_piece=["none", "none", "lost"])
    with refused(SurroundingsMend, "sync.no_network"):
        fetch(phuc, added.paper, way)
    assert not household_papers(phuc.store, WARD, home)[0].here
    assert scan_of_paper(phuc.store, WARD, added.paper) is None
    with refused(SurroundingsMend, "sync.cancelled"):
        fetch(phuc, added.paper, cancelled=lambda: True)
    again = phuc.transport()
    assert fetch(phuc, added.paper, again) == SCAN.content
    assert [r.number for _, r in again.calls] == list(range(2, PIECES))


def test_what_comes_is_what_the_paper_names_or_nothing(
    lan: Laptop, phuc: Laptop, home: str
) -> None:
    added = add(lan, home)
    lan.synced(), lane(lan), phuc.synced()

    def other(told: Any) -> Any:
        return replace(told, piece=base64.b64encode(bytes(PIECE_BYTES)).decode())

    with refused(SurroundingsMend, "papers.not_as_sent"):
        fetch(phuc, added.paper, phuc.transport(fetch_piece=[other]))
    for wrong in (
        lambda told: replace(told, piece="!"),
        lambda told: replace(told, size=told.size + 1),
        lambda told: replace(told, piece=told.piece + told.piece),
    ):
        with refused(SurroundingsMend, "sync.incomplete_answer"):
            fetch(phuc, added.paper, phuc.transport(fetch_piece=[wrong]))
    assert fetch(phuc, added.paper) == SCAN.content


def test_text_that_comes_meanwhile_goes_first(lan: Laptop, home: str) -> None:
    add(lan, home)
    lan.synced()
    way = lan.transport()
    steps = send_attachments(lan.store, way)
    next(steps), next(steps)
    record_visit(lan.store, WARD, home, "not_at_home")
    steps.close()
    assert lan.sync().pushed == 1
    assert put(lane(lan)) == list(range(1, PIECES))


def test_a_refused_scan_stays_here_with_a_reason_and_stops_no_text(
    team: Team, lan: Laptop, home: str
) -> None:
    added = add(lan, home)
    good = add(lan, home, scan_of(photo(seed=2)))
    lan.synced()
    with lan.store._write() as connection:  # a disk that gave back something else
        first = attachments.attachment_piece.c
        here = (first.sha256 == added.sha256) & (first.number == 0)
        connection.execute(
            update(attachments.attachment_piece).where(here).values(content=bytes(PIECE_BYTES))
        )
    lane(lan)
    said = status(lan)
    assert (said.pictures_waiting, said.pictures_staying, said.needs_fixing) == (0, 1, 1)
    rows = {row.paper: row for row in household_papers(lan.store, WARD, home)}
    assert (rows[added.paper].state, rows[added.paper].reason) == ("needs_fixing", "other_hash")
    assert rows[good.paper].state == "sent"
    record_visit(lan.store, WARD, home, "not_at_home")
    assert lan.sync().pushed == 1
    remove_paper(lan.store, WARD, added.paper)
    assert status(lan).pictures_staying == 0


def test_the_server_takes_only_what_a_paper_names_and_as_what_it_says(
    team: Team, lan: Laptop, home: str
) -> None:
    lan.synced()
    way = lan.transport()
    unknown = way.name_attachments(NameAttachments(WARD, ("0" * 64, "x", "")))
    assert [one.state for one in unknown.told] == ["later"] * 3
    piece = base64.b64encode(b"x").decode()
    assert way.put_piece(PutPiece(WARD, "0" * 64, 0, piece)).told.state == "later"
    zipped = Scan(b"PK\x03\x04" + bytes(100), "image/jpeg")
    added = add(lan, home, zipped)
    large = add(lan, home, replace(SCAN, content=SCAN.content + bytes(4_000_000)))
    lan.synced()
    lane(lan)
    rows = {row.paper: row.reason for row in household_papers(lan.store, WARD, home)}
    assert rows == {added.paper: "unknown_kind", large.paper: "too_large"}
    with team.service.database.read() as connection:
        assert connection.execute(select(attachment_piece)).all() == []
    for number, piece in ((5, "AAAA"), (-1, "AAAA")):
        assert way.put_piece(PutPiece(WARD, added.sha256, number, piece)).told.pieces == 0
    for piece in ("AAAA", "no base64"):
        with refused(UserMends, "server.broken_body"):
            way.put_piece(PutPiece(WARD, added.sha256, 0, piece))


def test_nobody_without_the_wards_grant_sends_or_sees_anything(
    team: Team, lan: Laptop, phuc: Laptop, home: str
) -> None:
    added = add(lan, home)
    lan.synced(), lane(lan), phuc.synced()
    team.admin.revoke_grant("phuc", WARD)
    way = phuc.transport()
    for call, request in (
        ("name_attachments", NameAttachments(WARD, (added.sha256,))),
        ("put_piece", PutPiece(WARD, added.sha256, 0, "")),
        ("fetch_piece", FetchPiece(WARD, added.sha256, 0)),
        ("fetch_piece", FetchPiece("city", added.sha256, 0)),
    ):
        with refused(UserMends, "server.no_grant"):
            getattr(way, call)(request)
    phuc.synced()
    assert phuc.store.read(attachments.find, WARD, added.sha256) is None


def test_a_scan_of_a_ward_that_was_taken_away_stays_and_says_so(
    team: Team, lan: Laptop, home: str
) -> None:
    lan.synced()
    added = add(lan, home)
    lan.synced()
    team.admin.revoke_grant("lan", WARD)
    lan.synced()
    assert put(lane(lan)) == []
    said = status(lan)
    assert (said.pictures_waiting, said.pictures_staying) == (0, 1)
    assert lan.store.read(attachments.content_of, WARD, added.sha256) == SCAN.content


def test_erasing_a_person_takes_her_scans_away_everywhere(
    team: Team, lan: Laptop, tri: Laptop, tmp_path: Path
) -> None:
    person, home = family(lan)
    added = add(lan, home, person=person)
    everybody(lan, tri)
    lane(lan)
    assert fetch(tri, added.paper) == SCAN.content
    backup = backed_up(team, tmp_path / "backup.db")
    late = add(lan, home, scan_of(photo(seed=3)), person=person)
    erase_person(tri.store, WARD, person)
    everybody(tri, lan, tri)
    lane(lan)
    for laptop in (lan, tri):
        for sha256 in (added.sha256, late.sha256):
            assert laptop.store.read(attachments.find, WARD, sha256) is None
        assert household_papers(laptop.store, WARD, home) == ()
    for put_it_back in (False, True):
        if put_it_back:
            put_back(team, backup)
        with team.service.database.read() as connection:
            assert connection.execute(select(attachment_piece)).all() == []
            assert connection.execute(select(attachment)).all() == []
        assert verify(team.service.database, team.service.safe) == []


def test_a_restored_server_gets_back_what_laptops_have(
    team: Team, lan: Laptop, phuc: Laptop, home: str, tmp_path: Path
) -> None:
    lan.synced()
    backup = backed_up(team, tmp_path / "backup.db")
    added = add(lan, home)
    lan.synced(), lane(lan), phuc.synced()
    fetch(phuc, added.paper)
    put_back(team, backup)
    phuc.synced()
    assert put(lane(phuc)) == list(range(PIECES)), "whoever has it hands it in"
    lan.synced()
    assert put(lane(lan)) == []
    assert verify(team.service.database, team.service.safe) == []


def test_what_is_damaged_on_the_server_is_found_and_comes_back(
    team: Team, lan: Laptop, phuc: Laptop, home: str
) -> None:
    added = add(lan, home)
    lan.synced(), lane(lan), phuc.synced()
    database, safe = team.service.database, team.service.safe
    with database.write() as connection:
        flipped = update(attachment_piece).where(attachment_piece.c.number == 1)
        connection.execute(flipped.values(sealed=b"\0" * 60))
    assert [found.what for found in verify(database, safe)] == ["attachment_damaged"]
    with refused(UserMends, "server.picture_damaged"):
        fetch(phuc, added.paper)
    with database.write() as connection:
        assert drop_faulty(connection, safe) == 1
    with refused(UserMends, "server.picture_waits"):
        fetch(phuc, added.paper)
    lan.clock.forward(days=8)
    lane(lan)
    assert fetch(phuc, added.paper) == SCAN.content


def test_own_scans_are_let_go_once_every_backup_has_them(
    team: Team, lan: Laptop, home: str, tmp_path: Path
) -> None:
    added = add(lan, home)
    lan.synced(), lane(lan)

    def own() -> bool:
        known = lan.store.read(attachments.find, WARD, added.sha256)
        assert known is not None
        return known.own

    for laptop_days in (46, 1):
        lan.clock.forward(days=laptop_days)
        team.clock.forward(days=laptop_days)
        lan.synced(), lane(lan)
        assert own(), "no backup has it"
    backed_up(team, tmp_path / "backup.db")
    lan.synced(), lane(lan)
    assert not own()


@pytest.mark.parametrize("seed", range(3))
def test_the_text_is_the_same_with_the_lane_and_without(tmp_path: Path, seed: int) -> None:
    """The same day twice, once with the lane and its faults in between: the same log and rows."""

    def day(folder: Path, *, with_lane: bool) -> list[tuple[Any, ...]]:
        team, random = Team(), Random(seed)
        laptops = [team.laptop(folder / name, name) for name in ("lan", "phuc")]
        homes = [add_family(one.store, [f"Người {n}"])[0] for n, one in enumerate(laptops)]
        added: list[tuple[int, PaperAdded]] = []
        for _ in range(14):
            which = random.randrange(2)
            laptop, act, chance = laptops[which], random.random(), random.random()
            if act < 0.3:
                scan = scan_of(photo(seed=int(chance * 3), size=(200, 160)))
                added.append((which, add(laptop, homes[which], scan)))
            elif act < 0.4 and added and added[-1][0] == which:
                remove_paper(laptop.store, WARD, added.pop()[1].paper)
            elif act < 0.6:
                record_visit(laptop.store, WARD, homes[which], "not_at_home")
            else:
                laptop.synced()
            fault = random.choice(["none", "lost", "unheard"])
            if with_lane:
                lane(laptop, name_attachments=[fault], put_piece=["none", fault])
        for laptop in laptops * 2:
            laptop.synced()
            if with_lane:
                lane(laptop)
        assert verify(team.service.database, team.service.safe) == []
        assert all(status(one).text_confirmed for one in laptops)
        assert all(status(one).safe_to_shut_down for one in laptops) or not with_lane
        with team.service.database.read() as connection:
            head = ward_head.c
            told = select(head.ward, head.revision, head.rows, head.row_sum).order_by(head.ward)
            rows = [tuple(row) for row in connection.execute(told)]
        for laptop in laptops:
            laptop.profile.close()
        team.close()
        return rows

    assert day(tmp_path / "a", with_lane=True) == day(tmp_path / "b", with_lane=False)


def test_contents_of_withdrawn_papers_make_room(team: Team, lan: Laptop, home: str) -> None:
    added = add(lan, home)
    lan.synced(), lane(lan)
    remove_paper(lan.store, WARD, added.paper)
    for days in (1, 40):
        team.clock.forward(days=days)
        lan.clock.forward(days=days)
        add(lan, home, scan_of(photo(seed=50 + days)))
        lan.synced(), lane(lan)
        with team.service.database.read() as connection:
            kept = set(connection.execute(select(attachment.c.sha256)).scalars())
        assert (added.sha256 in kept) == (days == 1)
    lan.clock.forward(days=8)
    lane(lan)
    known = lan.store.read(attachments.find, WARD, added.sha256)
    assert known is not None and not known.own, "after 45 days it goes when there is no room"
    assert verify(team.service.database, team.service.safe) == []


def test_an_erasure_leaves_scans_of_papers_that_are_still_to_come_back(
    team: Team, lan: Laptop, tri: Laptop, tmp_path: Path
) -> None:
    person, _ = family(lan)
    other, _ = add_family(lan.store, ["Lê Thị Hoa"])
    everybody(lan, tri)
    backup = backed_up(team, tmp_path / "backup.db")
    added = add(lan, other)
    lan.synced(), lane(lan)
    erase_person(tri.store, WARD, person)
    tri.synced()
    put_back(team, backup)
    everybody(lan, tri)
    lane(lan)
    everybody(lan, tri)
    assert lan.store.read(attachments.content_of, WARD, added.sha256) == SCAN.content
    assert fetch(tri, added.paper) == SCAN.content


def test_contents_that_are_never_finished_fill_no_disk_and_stop_nobody_else(
    team: Team, lan: Laptop, phuc: Laptop, home: str
) -> None:
    lan.synced(), phuc.synced()
    scans = [scan_of(PDF + bytes([n]) * 70_000 + b"%%EOF\n") for n in range(MOST_BEGUN + 1)]
    added = [add(lan, home, scan) for scan in scans]
    lan.synced()
    way, first = lan.transport(), base64.b64encode(scans[0].content[:PIECE_BYTES]).decode()
    told = [way.put_piece(PutPiece(WARD, one.sha256, 0, first)).told for one in added]
    assert [(one.state, one.pieces) for one in told[:-1]] == [("wanted", 1)] * MOST_BEGUN
    assert (told[-1].state, told[-1].reason) == ("later", "no_room")
    theirs = add(phuc, home)
    phuc.synced(), lane(phuc)
    assert status(phuc).safe_to_shut_down
    lane(lan)  # what it began goes on: the wrong pieces are dropped, then there is room
    assert lan.sync().trouble is None
    team.clock.forward(days=31)
    lan.clock.forward(days=31)
    lane(lan)
    assert way.name_attachments(NameAttachments(WARD, (theirs.sha256,))).told[0].state == "here"
    with team.service.database.read() as connection:
        assert connection.execute(select(attachment_begun)).all() == []


def test_one_laptop_fills_its_own_share_of_a_ward_alone(
    team: Team, lan: Laptop, phuc: Laptop, home: str
) -> None:
    lan.synced(), phuc.synced()
    with team.service.database.write() as connection:
        row = {"ward": WARD, "device": lan.store.setting("device"), "media": "image/jpeg"}
        row |= {"size": 2_000_000_000, "received_at": team.clock.now()}
        rows = [row | {"sha256": str(n) * 64} for n in range(MOST_OF_A_DEVICE // 2_000_000_000)]
        connection.execute(attachment.insert(), rows)
    add(lan, home), add(phuc, home, scan_of(photo(seed=2)))
    lan.synced(), phuc.synced()
    assert put(lane(lan)) == [] and status(lan).pictures_waiting == 1
    lane(phuc)
    assert status(phuc).safe_to_shut_down


def test_who_saw_a_hash_in_the_log_can_not_keep_its_content_away(
    team: Team, lan: Laptop, phuc: Laptop, home: str
) -> None:
    added = add(lan, home)
    lan.synced(), phuc.synced()
    with phuc.store.work(Intent("paper.add", WARD)) as work:
        said: dict[str, Any] = {"household": home, "kind": "other", "added_by": "phuc"}
        said |= {"sha256": added.sha256, "media": "image/png", "size": 1}
        said |= {"added_at": phuc.store.server_now()}
        work.create(Paper(ward=WARD, id="00000000-0000-7000-8000-000000000000", **said))
    phuc.synced()
    lane(lan)
    assert status(lan).safe_to_shut_down and status(lan).pictures_staying == 0


def test_pieces_that_the_server_can_not_open_any_more_are_sent_anew(
    team: Team, lan: Laptop, home: str
) -> None:
    add(lan, home)
    lan.synced()
    lane(lan, put_piece=["none", "lost"])
    with team.service.database.write() as connection:
        connection.execute(update(attachment_piece).values(sealed=b"\0" * 60))
    lane(lan), lane(lan)
    assert status(lan).safe_to_shut_down


def test_a_scan_that_lost_a_part_here_keeps_no_other_waiting(lan: Laptop, home: str) -> None:
    added, good = add(lan, home), add(lan, home, scan_of(photo(seed=2)))
    lan.synced()
    pieces = attachments.attachment_piece
    with lan.store._write() as connection:  # a disk that gave back less
        here = (pieces.c.sha256 == added.sha256) & (pieces.c.number == 0)
        connection.execute(update(pieces).where(here).values(content=b"short"))
    lane(lan), lane(lan)
    rows = {row.paper: (row.state, row.reason) for row in household_papers(lan.store, WARD, home)}
    assert rows == {added.paper: ("needs_fixing", "damaged"), good.paper: ("sent", None)}
    assert (status(lan).pictures_waiting, status(lan).pictures_staying) == (0, 1)


def test_what_a_former_life_of_the_server_had_waits_until_this_one_has_it(
    team: Team, lan: Laptop, home: str, tmp_path: Path
) -> None:
    lan.synced()
    backup = backed_up(team, tmp_path / "backup.db")
    add(lan, home)
    lan.synced(), lane(lan)
    put_back(team, backup)
    lan.synced()
    said = status(lan)
    assert sentence(said) == ("sync.pictures_wait", {"n": 1}) and not said.safe_to_shut_down
    assert [row.state for row in household_papers(lan.store, WARD, home)] == ["on_device"]
    lane(lan)
    assert sentence(status(lan))[0] == "sync.all_sent" and status(lan).safe_to_shut_down


def test_a_scan_that_is_put_in_again_after_its_paper_went_is_sent_again(
    team: Team, lan: Laptop, home: str
) -> None:
    added = add(lan, home)
    lan.synced(), lane(lan)
    remove_paper(lan.store, WARD, added.paper)
    lan.synced(), lane(lan)
    for days in (3, 31):
        team.clock.forward(days=days)
        lan.clock.forward(days=days)
    other = add(lan, home, scan_of(photo(seed=2)))
    lan.synced(), lane(lan)
    again = add(lan, home)
    assert again.sha256 == added.sha256
    lan.synced()
    rows = {row.paper: row.state for row in household_papers(lan.store, WARD, home)}
    assert rows == {again.paper: "on_device", other.paper: "sent"}
    lane(lan)
    assert status(lan).safe_to_shut_down
    assert verify(team.service.database, team.service.safe) == []
    way = lan.transport()
    assert way.name_attachments(NameAttachments(WARD, (again.sha256,))).told[0].state == "here"


def test_opening_a_scan_that_is_damaged_here_fetches_it_and_forgets_no_unsent_one(
    lan: Laptop, home: str
) -> None:
    sent = add(lan, home)
    lan.synced(), lane(lan)
    unsent = add(lan, home, scan_of(photo(seed=2)))
    lan.synced()
    pieces = attachments.attachment_piece
    with lan.store._write() as connection:
        connection.execute(update(pieces).where(pieces.c.number == 0).values(content=b"\0"))
    assert scan_of_paper(lan.store, WARD, sent.paper) is None
    assert fetch(lan, sent.paper) == SCAN.content
    with refused(UserMends, "server.picture_waits"):
        fetch(lan, unsent.paper)
    assert status(lan).pictures_waiting + status(lan).pictures_staying == 1


def test_a_full_disk_stops_the_lane_and_a_fetch_and_loses_nothing(
    team: Team, lan: Laptop, phuc: Laptop, home: str
) -> None:
    added = add(lan, home)
    lan.synced(), lane(lan), phuc.synced()

    def room(pages: int) -> int:
        with phuc.store._write() as connection:
            standing = int(connection.exec_driver_sql("PRAGMA page_count").scalar_one())
            connection.exec_driver_sql(f"PRAGMA max_page_count = {standing + pages}")
        return standing

    room(20)
    with refused(SurroundingsMend, "store.disk_full"):
        fetch(phuc, added.paper)
    assert not household_papers(phuc.store, WARD, home)[0].here
    room(10_000)
    assert fetch(phuc, added.paper) == SCAN.content
    theirs = add(phuc, home, scan_of(photo(seed=2)))
    phuc.synced()
    room(0)
    with refused(SurroundingsMend, "store.disk_full"):
        add(phuc, home, scan_of(photo(seed=3)))
    assert len(household_papers(phuc.store, WARD, home)) == 2
    send_all(phuc.store, phuc.transport())
    room(10_000)
    assert send_all(phuc.store, phuc.transport()) is None
    lan.synced()
    assert status(phuc).safe_to_shut_down and fetch(lan, theirs.paper)
