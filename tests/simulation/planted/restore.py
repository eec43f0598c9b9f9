"""Bugs around restores, copies and clones: of server and laptop."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import select, update

from fieldapp.errors import UserMends
from fieldapp.model.changesets import decode, encode
from fieldapp.store import erasing as store_erasing
from fieldapp.store import tables
from fieldapp.store.log import reunion
from fieldapp.store.queries import sync as queries_sync
from fieldapp.store.store import Store
from sync import merge, seen
from sync.client import parcels, parting, runner
from sync.client import reunion as client_reunion
from sync.log_view import Sighted
from sync.parcels import open_reply
from sync.server import admin
from sync.server.lives import durable, epochs, keeping, lines
from sync.server.lives.safe import Safe
from sync.server.receipts.leases import Counter
from sync.server.store.tables import server_state
from sync.server.wardlog import arrivals, greeting
from sync.server.wardlog.intake import Intake
from tests.simulation import sticks
from tests.simulation.planted.laptop import _rewrite
from tests.simulation.planted.registry import bites, both, bug, swap

RESTORES = ("server_put_back", "server_put_back_silently")
DURING_A_CALL = ("put_back_meanwhile", "put_back_unheard")


@bug(7, *RESTORES, "lost", "parcel_travels", "parcel_travels", "syncs")
def late_reply_of_an_old_epoch_counts() -> Any:
    """The reply to a parcel is filed whatever became of the server meanwhile.

    (Over the network an answer is late only from a cache. In 120 histories about that none met an
    answer whose changeset the server had lost, so that bug is not planted.)
    """

    def file_reply(store: Store, raw: bytes) -> None:
        reply, epoch = open_reply(raw, parcels._server_keys(store)), str(store.setting("epoch"))
        if reply.device != store.setting("device"):
            raise UserMends("parcel.reply_for_another")
        if reply.epoch != epoch:
            bites()
        own = {digest: name for name, digest in store.read(queries_sync.all_own)}
        for answers in reply.answers:
            filed = parcels.filed_answers(own, answers)
            told = {"confirmed_at": answers.server_at, "receipt": answers.receipt}
            store.take_answers(filed, epoch=epoch, **told)

    return swap(sticks, "file_reply", file_reply, sometimes=True)


@bug(8)
def known_answers_survive_a_new_epoch() -> Any:
    """What an earlier life answered is taken for the present one's."""

    def nothing(connection: Any, ward: str, epoch: str) -> list[Any]:
        journal = tables.journal
        mine = (journal.c.ward == ward) & (journal.c.state != "unsent")
        connection.execute(update(journal).where(mine).values(epoch=epoch))
        return []

    return swap(reunion, "confirmed_elsewhere", nothing)


@bug(14, *RESTORES, "edits_a_household", "everybody_syncs", "operator_looks")
def place_without_its_line() -> Any:
    """A base counts by its revision alone, whatever line it is on."""
    real = lines.LostLines._look

    def look(self: Any, base: Any) -> Sighted:
        if real(self, base) != Sighted(base.revision):
            bites()
        return Sighted(base.revision)

    return swap(lines.LostLines, "_look", look, sometimes=True)


@bug(35)
def epoch_is_not_new() -> Any:
    """A restored database keeps its epoch."""
    real = epochs.begin_anew

    def begin_anew(connection: Any, *args: Any) -> Any:
        state = connection.execute(select(server_state.c.epoch)).scalar_one()
        restored = real(connection, *args)
        connection.execute(update(server_state).values(epoch=state))
        return restored

    return swap(epochs, "begin_anew", begin_anew)


@bug(36)
def position_kept_at_a_new_epoch() -> Any:
    """The log here is not taken back to where both are one."""
    return swap(reunion, "_take_back", lambda connection, met: set())


@bug(37, *RESTORES, "edits_a_household", "everybody_syncs", "operator_looks")
def comes_back_without_where_it_was() -> Any:
    """Places on lost lines are not kept."""
    return swap(lines.LostLines, "note", lambda self, entry: None)


@bug(38, *RESTORES, "file_put_back", "device_revoked", "everybody_syncs", "operator_looks")
def entries_of_others_are_not_offered() -> Any:
    """Only own work is handed in again."""

    def offer(self: Any, ward: str, upto: int) -> int:
        if self._store.read(reunion.lost_chains, ward, upto):
            bites()
        return upto

    return swap(client_reunion.Reunifier, "_offer", offer, sometimes=True)


@bug(39)
def seal_unchecked() -> Any:
    """Whatever is offered is taken in."""
    return swap(Safe, "proves", lambda self, *args: True)


@bug(40, *RESTORES, "edits_a_person", "tags_a_household", "moves_an_enrolment_on")
def older_work_replaces_newer() -> Any:
    """What comes back is applied whatever was built on it."""
    real = Intake._take_back

    def take_back(self: Intake, returned: Any) -> str:
        with both(*(swap(place, "unseen", lambda *args: []) for place in (seen, merge))):
            return real(self, returned)

    return swap(Intake, "_take_back", take_back)


@bug(0, *RESTORES, *DURING_A_CALL, "operator_looks", "everybody_syncs", "syncs")
def lost_lines_forgotten_by_the_laptop() -> Any:
    """Entries beyond what both have in common are dropped once they were offered."""
    return swap(reunion, "_keep_old", lambda connection, ward, rows, beyond: None)


@bug()
def missing_work_not_sent_again() -> Any:
    """What the server lacks stays confirmed."""
    return swap(reunion, "_send_again", lambda connection, met: set())


@bug(43, "server_put_back", "another_laptop", "everybody_syncs", "everybody_syncs")
def leases_in_the_database_only() -> Any:
    """Leases are not in the ledger."""
    return both(
        swap(Counter, "_note", lambda self, book: None),
        swap(keeping, "_set", _but("lease", "receipt_book")),
    )


@bug(46, "server_backed_up", "another_laptop", "everybody_syncs", "everybody_syncs")
def newest_backup_counts_as_durable() -> Any:
    """What only the newest of the kept backups contains is left out of a ward that arrives."""
    real = durable._KEPT

    class Newest:
        def all(self, connection: Any) -> list[Any]:
            kept = sorted(real.all(connection), key=lambda row: row.made_at)
            if len(kept) > 1 and kept[0].heads != kept[-1].heads:
                bites()
            return kept[-1:]

    return swap(durable, "_KEPT", Newest(), sometimes=True)


@bug(47, "device_revoked", "lost", "unheard", "edits_a_household")
def locked_before_the_server_has_everything() -> Any:
    """A revoked device locks its file at once, whatever it has not handed in.

    (That the server's copy of it is durable yet is not promised: a stolen file is locked early.)
    """

    def part(self: Any) -> bool:
        if self._store.read(queries_sync.unsent_count):
            bites()
        return bool(self._store.erase(self._store.read(queries_sync.own_kept)))

    return swap(parting.Parting, "part", part, sometimes=True)


@bug(48)
def revocation_lost_at_a_restore() -> Any:
    """Devices and grants are as they were in the backup."""
    return swap(keeping, "_set", _but("device", "user_grant"))


def _but(*names: str) -> Any:
    real = keeping._set

    def set_rows(connection: Any, table: Any, line: Any) -> None:
        if table.name not in names:
            real(connection, table, line)

    return set_rows


@bug()
def silent_restore_unnoticed() -> Any:
    """Neither the ledger nor a laptop's proof stops the server."""
    return both(
        swap(keeping, "stop", lambda connection, why: None),
        swap(epochs, "start", lambda connection, safe: None),
    )


@bug(12)
def new_ids_in_a_new_life() -> Any:
    """An old copy sends its unsent work as new work."""
    real = Store.begin_new_life

    def begin_new_life(store: Store) -> str:
        journal = tables.journal.c
        with store._write() as connection:
            mine = select(journal.id, journal.content).where(journal.state == "unsent")
            for name, content in connection.execute(mine).all():
                made = decode(content)
                _rewrite(connection, name, encode(replace(made, id=store._ids.new())))
        return real(store)

    return swap(Store, "begin_new_life", begin_new_life)


@bug(11, "file_put_back", "syncs", "edits_a_household")
def sent_from_the_last_number_on() -> Any:
    """What has to be sent is told by the server's last number."""
    real = runner._Sync._is_ours

    def is_ours(self: Any, last: tuple[int, str]) -> bool:
        journal, life = tables.journal, self._store.setting("incarnation")
        with self._store._write() as connection:
            older = (journal.c.incarnation == life) & (journal.c.number <= last[0])
            waiting = older & (journal.c.state == "unsent")
            values = {"state": "acknowledged", "epoch": self._store.setting("epoch")}
            connection.execute(update(journal).where(waiting).values(**values))
        return real(self, last)

    return swap(runner._Sync, "_is_ours", is_ours)


@bug()
def old_copy_goes_on_as_it_is() -> Any:
    """A file that lacks what the server has of its life takes no new one."""
    return swap(runner._Sync, "_is_ours", lambda self, last: True)


@bug()
def clone_goes_unnoticed() -> Any:
    """A superseded life may go on."""

    def alive(connection: Any, caller: Any, request: Any, maker: Any) -> Any:
        return greeting._Alive(None, single=True)

    return swap(greeting, "_alive", alive)


@bug(0, "old_answer", "clock_jumps", "time_passes", "edits_a_household")
def greeting_of_another_handshake_believed() -> Any:
    """An old greeting passes for the answer to a new handshake."""

    class Anything(str):
        def __ne__(self, other: object) -> bool:
            return False

        __hash__ = str.__hash__

    real = runner.Handshake

    def handshake(**said: Any) -> Any:
        return real(**said | {"nonce": Anything(said["nonce"])})

    return swap(runner, "Handshake", handshake)


@bug(0, "server_put_back_silently", "parcel_travels", "parcel_travels", "edits_a_household")
def acknowledgement_not_proved() -> Any:
    """The handshake shows what was pulled, not what was only acknowledged."""
    real = reunion.acks

    def acks(connection: Any) -> dict[str, Any]:
        if real(connection):
            bites()
        return {}

    return swap(reunion, "acks", acks, sometimes=True)


@bug(0, *RESTORES, "grant_taken", "role_changes", "operator_looks", "everybody_syncs")
def rights_judged_again() -> Any:
    """What comes back is judged by today's rights."""
    return both(
        swap(arrivals, "_proven", lambda batch, push, maker: {}),
        swap(Intake, "_take_back", lambda self, returned: self._take(returned.arrived)),
    )


@bug(49, *RESTORES, "person_erased", "operator_looks")
def erasure_lost_at_restore() -> Any:
    """A database that was put back serves with the persons whom it had erased meanwhile."""
    return both(
        swap(epochs.erasing, "erase_again", lambda connection, safe: None),
        swap(admin, "announce_all", lambda connection, maker: None),
    )


@bug(0, *RESTORES, "person_erased", "edits_a_person")
def erased_work_comes_back_whole() -> Any:
    """What laptops hand in or offer back is taken as it is, whoever was erased."""
    return swap(arrivals, "without_erased", lambda arrived, erasing: arrived)


@bug(0, "person_erased", "edits_a_person")
def erasure_stays_out_of_the_journal() -> Any:
    """A laptop erases its log, and not what its own user once wrote."""
    real = store_erasing._BODIES
    return swap(store_erasing, "_BODIES", real[:1])
