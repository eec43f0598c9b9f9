"""Bugs around restores, copies and clones: of server and laptop."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from unittest.mock import patch

from sqlalchemy import select, update

from fieldapp.model.changesets import decode, encode
from fieldapp.store import erasing as store_erasing
from fieldapp.store import reunion, tables
from fieldapp.store.store import Store
from sync import merge, seen
from sync.client import reunion as client_reunion
from sync.client import runner
from sync.log_view import Sighted
from sync.server import admin, arrivals, epochs, greeting, keeping, lines
from sync.server.intake import Intake
from sync.server.leases import Counter
from sync.server.safe import Safe
from sync.server.tables import server_state
from tests.simulation.planted.laptop import _rewrite
from tests.simulation.planted.registry import both, bug

RESTORES = ("server_put_back", "server_put_back_silently")


@bug(7, *RESTORES, "old_answer", "syncs", "edits_a_household")
def late_answer_of_an_old_epoch_counts() -> Any:
    """An answer is filed as one of the present life of the server's database, whichever it is of.

    (Filed as what it is it would do no harm: the next handshake asks again.)
    """
    real = Store.take_answers

    def take_answers(self: Store, answers: Any, **said: Any) -> int:
        return real(self, answers, **said | {"epoch": self.setting("epoch")})

    return both(
        patch.object(runner._Sync, "_must_be_known", lambda self, epoch: None),
        patch.object(Store, "take_answers", take_answers),
    )


@bug(8)
def known_answers_survive_a_new_epoch() -> Any:
    """What an earlier life answered is taken for the present one's."""

    def nothing(connection: Any, ward: str, epoch: str) -> list[Any]:
        journal = tables.journal
        mine = (journal.c.ward == ward) & (journal.c.state != "unsent")
        connection.execute(update(journal).where(mine).values(epoch=epoch))
        return []

    return patch.object(reunion, "confirmed_elsewhere", nothing)


@bug(14)
def place_without_its_line() -> Any:
    """A base counts by its revision alone, whatever line it is on."""
    return patch.object(lines.LostLines, "_look", lambda self, base: Sighted(base.revision))


@bug(35)
def epoch_is_not_new() -> Any:
    """A restored database keeps its epoch."""
    real = epochs.begin_anew

    def begin_anew(connection: Any, *args: Any) -> Any:
        state = connection.execute(select(server_state.c.epoch)).scalar_one()
        restored = real(connection, *args)
        connection.execute(update(server_state).values(epoch=state))
        return restored

    return patch.object(epochs, "begin_anew", begin_anew)


@bug(36)
def position_kept_at_a_new_epoch() -> Any:
    """The log here is not taken back to where both are one."""
    return patch.object(reunion, "_take_back", lambda connection, met: set())


@bug(37)
def comes_back_without_where_it_was() -> Any:
    """Places on lost lines are not kept."""
    return patch.object(lines.LostLines, "note", lambda self, entry: None)


@bug(38)
def entries_of_others_are_not_offered() -> Any:
    """Only own work is handed in again."""
    return patch.object(client_reunion.Reunifier, "_offer", lambda self, ward, upto: upto)


@bug(39)
def seal_unchecked() -> Any:
    """Whatever is offered is taken in."""
    return patch.object(Safe, "proves", lambda self, *args: True)


@bug(40, *RESTORES, "edits_a_person", "tags_a_household", "moves_an_enrolment_on")
def older_work_replaces_newer() -> Any:
    """What comes back is applied whatever was built on it."""
    real = Intake._take_back

    def take_back(self: Intake, returned: Any) -> str:
        with both(*(patch.object(place, "unseen", lambda *args: []) for place in (seen, merge))):
            return real(self, returned)

    return patch.object(Intake, "_take_back", take_back)


@bug(0, *RESTORES, "file_put_back", "operator_looks", "everybody_syncs")
def lost_lines_forgotten_by_the_laptop() -> Any:
    """Entries beyond what both have in common are dropped once they were offered."""
    return patch.object(reunion, "_keep_old", lambda connection, ward, rows, beyond: None)


@bug()
def missing_work_not_sent_again() -> Any:
    """What the server lacks stays confirmed."""
    return patch.object(reunion, "_send_again", lambda connection, met: set())


@bug(43, "server_put_back", "another_laptop", "file_put_back", "syncs")
def leases_in_the_database_only() -> Any:
    """Leases are not in the ledger."""
    return both(
        patch.object(Counter, "_note", lambda self, book: None),
        patch.object(keeping, "_set", _but("lease", "receipt_book")),
    )


@bug(48)
def revocation_lost_at_a_restore() -> Any:
    """Devices and grants are as they were in the backup."""
    return patch.object(keeping, "_set", _but("device", "user_grant"))


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
        patch.object(keeping, "stop", lambda connection, why: None),
        patch.object(epochs, "start", lambda connection, safe: None),
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

    return patch.object(Store, "begin_new_life", begin_new_life)


@bug(11)
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

    return patch.object(runner._Sync, "_is_ours", is_ours)


@bug()
def old_copy_goes_on_as_it_is() -> Any:
    """A file that lacks what the server has of its life takes no new one."""
    return patch.object(runner._Sync, "_is_ours", lambda self, last: True)


@bug()
def clone_goes_unnoticed() -> Any:
    """A superseded life may go on."""

    def alive(connection: Any, caller: Any, request: Any, maker: Any) -> Any:
        return greeting._Alive(None, single=True)

    return patch.object(greeting, "_alive", alive)


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

    return patch.object(runner, "Handshake", handshake)


@bug()
def acknowledgement_not_proved() -> Any:
    """The handshake shows what was pulled, not what was only acknowledged."""
    return patch.object(reunion, "acks", lambda connection: {})


@bug()
def rights_judged_again() -> Any:
    """What comes back is judged by today's rights."""
    return both(
        patch.object(arrivals, "_proven", lambda batch, push, maker: set()),
        patch.object(Intake, "_take_back", lambda self, returned: self._take(returned.arrived)),
    )


@bug(49, *RESTORES, "person_erased", "operator_looks")
def erasure_lost_at_restore() -> Any:
    """A database that was put back serves with the persons whom it had erased meanwhile."""
    return both(
        patch.object(epochs.erasing, "erase_again", lambda connection, safe: None),
        patch.object(admin, "announce_all", lambda connection, maker: None),
    )


@bug(0, *RESTORES, "person_erased", "edits_a_person")
def erased_work_comes_back_whole() -> Any:
    """What laptops hand in or offer back is taken as it is, whoever was erased."""
    return patch.object(arrivals, "without_erased", lambda arrived, erasing: arrived)


@bug(0, "person_erased", "edits_a_person")
def erasure_stays_out_of_the_journal() -> Any:
    """A laptop erases its log, and not what its own user once wrote."""
    real = store_erasing._BODIES
    return patch.object(store_erasing, "_BODIES", real[:2])
