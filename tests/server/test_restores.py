"""Backups and restores of the server, on both databases: nothing that it promised is forgotten."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from fieldapp.errors import UserMends
from fieldapp.model import Household
from fieldapp.model.changesets import encode
from sync.protocol import Handshake, Look, Mark, Offer, OfferedEntry, PageEntry, Push
from sync.server.lives import epochs
from sync.server.lives.backups import make_backup, prepared, restore
from sync.server.refusals import Refused
from sync.server.store.database import Database
from sync.server.store.tables import device, epoch, log_entry, server_state, table_of, token
from sync.server.verify import verify
from tests.support.changes import WARD, edit
from tests.support.ward_office import Hand, Office, family

AT = "2026-11-23T01:00:00.000Z"


def backed_up(office: Office, path: Path) -> Path:
    assert make_backup(office.service, path) == []
    return path


def put_back(office: Office, path: Path) -> epochs.Restored:
    """A restore, as `fieldapp-server restore FILE` does it."""
    copy = path.with_suffix(".copy")
    shutil.copyfile(path, copy)
    prepared(copy, office.service)
    return restore(office.service, copy)


def offered(entries: list[PageEntry], first_chain: str) -> Offer:
    before, found = first_chain, []
    for one in entries:
        place = (one.epoch, one.revision, before)
        found.append(OfferedEntry(*place, one.content, one.outcome, one.seal))
        before = one.chain
    return Offer(WARD, tuple(found))


def stands(office: Office, household: str) -> Any:
    """The tags of a household on the server."""
    with office.service.database.read() as connection:
        table = table_of(Household)
        return connection.execute(select(table.c.tags).where(table.c.id == household)).scalar()


def test_a_backup_is_sound_and_puts_everything_back(office: Office, tmp_path: Path) -> None:
    office.admin.add_book("Q1", 1, 500, WARD)
    lan = office.hires("lan")
    lan.pushes(lan.writes(0, *family()))
    before = lan.pulls()
    file = backed_up(office, tmp_path / "backup.db")
    lan.pushes(lan.writes(1, *family("h2", "p2")))
    restored = put_back(office, file)
    assert (restored.heads[WARD], restored.parent) == (1, before.epoch)
    assert restored.epoch != before.epoch
    assert restored.waits_for == (lan.who.device,)
    after = lan.pulls()
    assert (after.entries, after.row_sum) == (before.entries, before.row_sum)
    assert verify(office.service.database, office.service.safe) == []


def test_what_the_backup_lacks_comes_back_from_whoever_has_it(
    office: Office, tmp_path: Path
) -> None:
    lan, thu = office.hires("lan"), office.hires("thu", "clerk")
    file = backed_up(office, tmp_path / "backup.db")
    made = lan.writes(0, *family())
    lan.pushes(made)
    page = thu.pulls()
    put_back(office, file)
    answers = thu.session.offer(offered(list(page.entries), page.chain_at_after)).answers
    assert [(one.changeset, one.status) for one in answers] == [(made.id, "applied")]
    assert thu.session.offer(offered(list(page.entries), page.chain_at_after)).answers == answers
    assert verify(office.service.database, office.service.safe) == []


def test_what_nothing_proves_is_held(office: Office) -> None:
    lan, thu = office.hires("lan"), office.hires("thu", "clerk")
    lan.pushes(lan.writes(0, *family()))
    page = thu.pulls()
    (entry,) = offered(list(page.entries), page.chain_at_after).entries
    forged = entry.content.replace("Lê Lợi", "Lê Lai")
    [answer] = thu.session.offer(
        Offer(
            WARD, (OfferedEntry(entry.epoch, 1, entry.previous, forged, entry.outcome, entry.seal),)
        )
    ).answers
    assert (answer.status, answer.reason) == ("held", "unproven")


def test_a_revoked_device_gives_back_what_a_seal_proves_and_hears_nothing_of_it(
    office: Office, tmp_path: Path
) -> None:
    """A thief has the file: what is not sealed waits for a person, no answer helps him."""
    lan, thief = office.hires("lan"), office.hires("thief", "clerk")
    file = backed_up(office, tmp_path / "backup.db")
    made = lan.writes(0, *family())
    lan.pushes(made)
    page = thief.pulls()
    put_back(office, file)
    office.admin.revoke_device(thief.who.device)
    lost = offered(list(page.entries), page.chain_at_after)
    (entry,) = lost.entries
    forged = replace(entry, content=entry.content.replace("Lê Lợi", "Lê Lai"))
    [held] = thief.session.offer(replace(lost, entries=(forged,))).answers
    assert (held.status, held.reason) == ("held", "unproven")
    [back] = thief.session.offer(lost).answers
    assert (back.changeset, back.status, back.proof) == (made.id, "applied", None)
    assert len(office.admin.held()) == 1
    for _ in range(2):
        thief.session.offer(replace(lost, entries=(forged,)))
    assert len(office.admin.held()) == 1
    with pytest.raises(Refused, match="device_revoked"):
        thief.pulls()


def test_what_was_accepted_is_not_judged_for_rights_again(office: Office, tmp_path: Path) -> None:
    lan = office.hires("lan")
    file = backed_up(office, tmp_path / "backup.db")
    made = lan.writes(0, *family())
    [answer] = lan.pushes(made)
    assert answer.proof is not None
    put_back(office, file)
    office.admin.revoke_grant("lan", WARD)

    text = encode(made).decode()
    [bare] = lan.session.push(Push(WARD, (text,))).answers
    assert (bare.status, bare.reason) == ("held", "no_grant")
    other = lan.writes(0, *family("h2", "p2"))
    [unproven] = lan.session.push(
        Push(WARD, (encode(other).decode(),), proofs={other.id: answer.proof})
    ).answers
    assert unproven.status == "held", "a proof is of one changeset"


def test_what_was_built_on_proved_work_has_seen_it(office: Office, tmp_path: Path) -> None:
    """Also where nobody keeps the log that it stood in: its ward had left its author's laptop."""
    lan, thu = office.hires("lan"), office.hires("thu", "clerk")
    lan.pushes(lan.writes(0, *family()))
    file = backed_up(office, tmp_path / "backup.db")
    adds = lan.writes(1, edit("household", "h1", tags=(["x"], ["b", "x"])))
    [accepted] = lan.pushes(adds)
    shown = lan.pulls().entries[-1]
    put_back(office, file)
    thu.pushes(thu.writes(1, *family("h2", "p2"), epoch=thu.pulls().epoch))

    removes = lan.writes(2, edit("household", "h1", tags=(["b", "x"], ["x"])))
    removes = replace(removes, base=replace(removes.base, chain=shown.chain))
    assert accepted.proof is not None
    contents = tuple(encode(one).decode() for one in (adds, removes))
    answers = lan.session.push(Push(WARD, contents, proofs={adds.id: accepted.proof})).answers
    assert [one.status for one in answers] == ["applied", "applied"]
    assert stands(office, "h1") == ["x"]


@pytest.mark.parametrize("told", ["all places", "the newest", "forged"])
def test_what_was_built_on_work_at_a_former_place_has_seen_it(
    office: Office, tmp_path: Path, told: str
) -> None:
    lan, thu = office.hires("lan"), office.hires("thu", "clerk")
    lan.pushes(lan.writes(0, *family()))
    file = backed_up(office, tmp_path / "backup.db")
    adds = lan.writes(1, edit("household", "h1", tags=(["x"], ["b", "x"])))
    [first] = lan.pushes(adds)
    shown = lan.pulls().entries[-1]
    put_back(office, file)
    thu.pushes(thu.writes(1, *family("h2", "p2"), epoch=thu.pulls().epoch))
    assert first.proof is not None
    again = Push(WARD, (encode(adds).decode(),), proofs={adds.id: first.proof})
    [second] = lan.session.push(again).answers
    assert second.proof is not None and second.proof.previous != first.proof.previous
    put_back(office, file)
    thu.pushes(thu.writes(1, *family("h3", "p3"), epoch=thu.pulls().epoch))

    removes = lan.writes(2, edit("household", "h1", tags=(["b", "x"], ["x"])))
    removes = replace(removes, base=replace(removes.base, chain=shown.chain))
    forged = replace(first.proof, stood=None, seal=second.proof.seal)
    former = {"all places": (first.proof,), "the newest": (), "forged": (forged,)}[told]
    contents = tuple(encode(one).decode() for one in (adds, removes))
    push = Push(WARD, contents, proofs={adds.id: second.proof}, former={adds.id: former})
    assert lan.session.push(push).answers[0].status == "applied"
    assert stands(office, "h1") == (["x"] if told == "all places" else ["b", "x"])


def test_what_a_proof_tells_gives_way_to_the_sealed_outcome(office: Office, tmp_path: Path) -> None:
    lan, thu = office.hires("lan"), office.hires("thu", "clerk")
    lan.pushes(lan.writes(0, *family()))
    file = backed_up(office, tmp_path / "backup.db")
    made = lan.writes(1, edit("household", "h1", tags=(["x"], ["b", "x"])))
    [accepted] = lan.pushes(made)
    assert accepted.proof is not None
    page = lan.pulls(after=1)
    lost = offered(list(page.entries), page.chain_at_after)
    put_back(office, file)
    thu.pushes(thu.writes(1, *family("h2", "p2"), epoch=thu.pulls().epoch))
    lan.session.push(Push(WARD, (encode(made).decode(),), proofs={made.id: accepted.proof}))

    named = ((made.id, page.entries[-1].chain),)
    assert lan.session.look(Look(WARD, named)).chains == (page.entries[-1].chain,)
    lan.session.offer(lost)
    assert lan.session.look(Look(WARD, named)).chains == ()


def test_no_restore_undoes_a_revocation_or_gives_numbers_twice(
    office: Office, tmp_path: Path
) -> None:
    office.admin.add_book("Q1", 1, 500, WARD)
    lan = office.hires("lan")
    file = backed_up(office, tmp_path / "backup.db")
    thief, minh = office.hires("thief"), office.hires("minh")
    leased = minh.session.greet(Handshake("i1", AT)).lease
    assert leased is not None
    office.admin.revoke_device(thief.who.device)
    office.admin.set_password("lan", "một mật khẩu khác hẳn")
    put_back(office, file)
    with office.service.database.read() as connection:
        row = connection.execute(select(device).where(device.c.id == thief.who.device)).one()
        ended = connection.execute(
            select(token.c.revoked_at).where(token.c.device == lan.who.device)
        ).scalars()
        assert row.revoked_at is not None
        assert all(at is not None for at in ended)
    again = office.enrols("minh").session.greet(Handshake("i1", AT)).lease
    assert again is not None
    assert again.first > leased.last


def test_a_silent_restore_shows_in_the_ledger(office: Office) -> None:
    lan = office.hires("lan")
    with office.service.database.write() as connection:
        older = update(server_state).values(ledger_lines=server_state.c.ledger_lines - 3)
        connection.execute(older)
    office.admin.init()  # as at every start
    with pytest.raises(Refused) as refused:
        lan.pulls()
    assert (refused.value.code, refused.value.status) == ("server.restored", 503)
    new = office.admin.accept_restore().epoch
    assert lan.pulls().epoch == new


def test_a_laptop_that_proves_what_the_log_lacks_stops_the_server(
    office: Office, tmp_path: Path
) -> None:
    lan = office.hires("lan")
    lan.pushes(lan.writes(0, *family()))
    last = lan.pulls().entries[-1]
    with office.service.database.write() as connection:  # the file was put back behind its back
        connection.execute(log_entry.delete())
    mark = Mark(last.chain, last.epoch, last.seal)
    position = {WARD: (lan.who.epoch, 1)}
    forged = Handshake("i1", AT, position, marks={WARD: Mark(last.chain, last.epoch, "0" * 32)})
    assert WARD not in lan.session.greet(forged).fits, "a claim without a proof stops nothing"
    with pytest.raises(Refused) as refused:
        lan.session.greet(Handshake("i1", AT, position, marks={WARD: mark}))
    assert refused.value.code == "server.restored"
    with pytest.raises(Refused):
        lan.pushes(lan.writes(0, *family("h2", "p2")))


def test_an_acknowledgement_that_the_log_lacks_stops_the_server(office: Office) -> None:
    lan, minh = office.hires("lan"), office.hires("minh")
    made = lan.writes(0, *family())
    [answer] = lan.pushes(made)
    proof = answer.proof
    assert proof is not None
    last = lan.pulls().entries[-1]
    acks = {WARD: (1, Mark(last.chain, proof.epoch, proof.seal))}
    lan.session.greet(Handshake("i1", AT, acks=acks))
    with office.service.database.write() as connection:  # put back, and gone on from there
        connection.execute(log_entry.delete())
    with pytest.raises(Refused) as refused:
        lan.session.greet(Handshake("i1", AT, acks=acks))
    assert refused.value.code == "server.restored"
    with pytest.raises(Refused):
        minh.pulls()


def test_only_what_the_oldest_kept_backup_has_is_durable(office: Office, tmp_path: Path) -> None:
    lan = office.hires("lan")
    assert durable(lan) == {}
    lan.pushes(lan.writes(0, *family()))
    make_backup(office.service, tmp_path / "1.db", keep=2)
    lan.pushes(lan.writes(1, *family("h2", "p2")))
    make_backup(office.service, tmp_path / "2.db", keep=2)
    assert durable(lan)[WARD] == 1
    office.clock.forward(seconds=1)
    make_backup(office.service, tmp_path / "3.db", keep=2)
    assert durable(lan)[WARD] == 2
    put_back(office, tmp_path / "2.db")
    assert durable(lan)[WARD] == 2


def durable(hand: Hand) -> dict[str, int]:
    return dict(hand.session.greet(Handshake("i1", AT)).durable_through)


def test_two_living_files_of_one_device_are_held_and_a_late_request_is_none(
    office: Office,
) -> None:
    lan = office.hires("lan")
    lan.session.greet(Handshake("i1", AT))
    lan.session.greet(Handshake("i2", AT))
    with pytest.raises(Refused) as refused:
        lan.session.greet(Handshake("i1", AT))
    assert [a.status for a in lan.pushes(lan.writes(0, *family()))] == ["applied"]
    answer = Handshake("i1", AT, challenge=refused.value.detail)
    assert lan.session.greet(answer).lease is None
    held = lan.writes(1, *family("h2", "p2"))
    [told] = lan.pushes(held)
    assert (told.status, told.reason) == ("held", "clone")
    assert office.admin.settle_clone(lan.who.device) == [held.id]
    assert office.admin.held() == []


def test_a_backup_of_another_server_is_refused(
    office: Office, database: Database, tmp_path: Path
) -> None:
    office.hires("lan")
    file = backed_up(office, tmp_path / "backup.db")
    with database.write() as connection:
        connection.execute(update(epoch).values(id="another"))
    with pytest.raises(UserMends) as refused:
        put_back(office, file)
    assert refused.value.code == "server.other_server"


def test_verify_names_a_wrong_seal(office: Office) -> None:
    lan = office.hires("lan")
    lan.pushes(lan.writes(0, *family()))
    with office.service.database.write() as connection:
        connection.execute(update(log_entry).where(log_entry.c.ward == WARD).values(seal="0" * 32))
    found = verify(office.service.database, office.service.safe)
    assert [(one.ward, one.what, one.where) for one in found] == [(WARD, "seal_wrong", "entry 1")]
