"""What a training laptop shows of the lesson: read from its file, never asked of the learner."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, func, select
from sqlmodel import col

from fieldapp.demo.people import Town
from fieldapp.demo.stage import streams
from fieldapp.model import Conflict, Receipt, Visit
from fieldapp.store.queries import sync as queries_sync
from fieldapp.store.queries.people import living_people, merged_people
from fieldapp.store.rows import read_fields
from fieldapp.store.store import Store
from fieldapp.training.lesson import Seen, Story
from fieldapp.usecases.households.duplicates import likely_duplicates
from fieldapp.usecases.households.household import household_page
from fieldapp.usecases.households.households_table import households

BY_LAN = "Trần Quốc Khởi"
"""How the partner spells the man's name; his card has it otherwise."""


def story_of(store: Store, town: Town) -> Story:
    """The story's household as this laptop knows it."""
    home = town.story
    ward = streams(town)[home.ward_code]
    lines = households(store, text=home.head.name)
    found = next(one for one in lines if one.head_name == home.head.name and one.ward == ward)
    page = household_page(store, ward, found.household)
    husband = home.persons[1]
    man = next(one for one in page.members if one.relationship == "02")
    return Story(
        ward,
        found.household,
        man.person,
        husband.name,
        husband.card_name,
        BY_LAN,
        home.persons[2].name,
    )


def seen_of(
    store: Store, story: Story, *, place: str = "", household: str = "", cuts: int = 0
) -> Seen:
    """Everything that the steps ask for, as it stands now."""
    pairs = likely_duplicates(store, story.ward)
    return store.read(
        _seen,
        story,
        str(store.setting("username")),
        {
            "place": place,
            "household": household,
            "cuts": cuts,
            "open_pairs": any(pair.one.name == story.woman for pair in pairs),
        },
        str(store.setting("epoch") or ""),
    )


def _seen(
    connection: Connection, story: Story, me: str, known: dict[str, object], epoch: str
) -> Seen:
    totals = queries_sync.totals(connection, epoch)
    fields = read_fields(connection, story.ward, ("person", story.man)) or {}
    own = (col(Visit.household) == story.household, col(Visit.canvasser) == me)
    return Seen(
        **known,  # type: ignore[arg-type]  # its fields that are known already
        visits=_count(connection, Visit, *own, col(Visit.withdrawn).is_(False)),
        undone=_count(connection, Visit, *own, col(Visit.withdrawn).is_(True)),
        receipts=_count(connection, Receipt, col(Receipt.issued_by) == me),
        name=str(fields.get("full_name") or ""),
        open_conflicts=_count(connection, Conflict, col(Conflict.open).is_(True)),
        settled_conflicts=_count(connection, Conflict, col(Conflict.open).is_(False)),
        pairs_decided=_decided(connection, story) and not known["open_pairs"],
        unsent=totals.unsent,
        safe=not (totals.unsent or totals.foreign or totals.set_aside),
    )


def _decided(connection: Connection, story: Story) -> bool:
    """Whether the woman's two records were merged or told apart."""
    merged = [row for row in merged_people(connection, story.ward) if row.full_name == story.woman]
    return bool(merged) or records_of(connection, story) > 1


def records_of(connection: Connection, story: Story) -> int:
    """How many records of the woman of the story are shown."""
    return sum(row.full_name == story.woman for row in living_people(connection, story.ward))


def _count(connection: Connection, kind: type, *wanted: ColumnElement[bool]) -> int:
    asked = select(func.count()).select_from(kind).where(*wanted)
    return int(connection.execute(asked).scalar_one())
