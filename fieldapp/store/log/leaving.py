"""A ward that was taken away leaves the laptop: rows, log, search, position, half-filled forms.

Own unsettled work stays, in the journal and, for what it made itself, on the screen; of what others
wrote nothing stays. A ward that is given back begins anew, and the own work is laid over it again.
"""

from __future__ import annotations

from sqlalchemy import Connection, delete, select

from fieldapp.model import Household
from fieldapp.model.record import record_types
from fieldapp.ready import Ready
from fieldapp.store import overlay, search, shadows, tables
from fieldapp.store.attachments import contents as attachments
from fieldapp.store.log import places, settling
from fieldapp.store.rows import Key, conflict_table, table_of


def wards_here(connection: Connection) -> set[str]:
    """The wards of which this file holds something that the server has."""
    found = (_PULLED, _ARRIVING, _KNOWN, _LOST)
    return {ward for one in found for ward in one.column(connection)}


_journal = tables.journal.c
_PULLED = Ready(select(tables.position.c.ward))
_ARRIVING = Ready(select(tables.arriving.c.ward))
_LOST = Ready(select(tables.old_entry.c.ward).distinct())
_KNOWN = Ready(
    select(_journal.ward).where(_journal.state == "acknowledged", _journal.settled.is_(False))
)


def leave_ward(connection: Connection, ward: str) -> set[Key]:
    """Takes everything of a ward out of the file but own work that the server holds or does not
    have yet; the records of that."""
    places.keep_places(connection, ward)
    for changeset in _in_the_log(connection, ward):
        settling.settle(connection, changeset)
    own = set(shadows.all_shadows(connection, ward))
    search.forget_ward(connection, ward)
    _drop_drafts(connection, ward, {record for _, record in own})
    for kind in record_types():
        table = table_of(kind)
        connection.execute(delete(table).where(table.c.ward == ward))
    conflicts = conflict_table()
    connection.execute(delete(conflicts).where(conflicts.c.ward == ward))
    arrived = tables.arriving, tables.arriving_piece, tables.log_mark
    logs = tables.log_entry, tables.log_change, tables.old_entry  # of lost lines all was offered
    for kept in (*logs, tables.position, *arrived):
        connection.execute(delete(kept).where(kept.c.ward == ward))
    for key in own:
        shadows.write_shadow(connection, ward, key, None)
    overlay.lay_again(connection, ward, own)
    search.index_touched(connection, ward, own)
    attachments.leave_ward(connection, ward)
    return own


def _drop_drafts(connection: Connection, ward: str, own: set[str]) -> None:
    """Half-filled forms of the ward's records: they say what others wrote, can't be saved without a
    grant, and no erasure would reach them. Those of records that stay, stay."""
    home, draft = table_of(Household.type_name()).c, tables.draft.c
    known = set(connection.execute(select(home.id).where(home.ward == ward)).scalars())
    for place, subject in connection.execute(select(draft.place, draft.subject)).all():
        named = set(subject.split("/"))
        if named & {ward, *known} and not named & own:
            here = (draft.place == place) & (draft.subject == subject)
            connection.execute(delete(tables.draft).where(here))


def _in_the_log(connection: Connection, ward: str) -> list[str]:
    """Own changesets that the server has taken into the log, and that no page will bring now."""
    journal = tables.journal.c
    found = select(journal.id).where(
        journal.ward == ward, journal.state == "acknowledged", journal.settled.is_(False)
    )
    return list(connection.execute(found).scalars())
