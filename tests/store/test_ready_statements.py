"""Statements that run past SQLAlchemy: the same values, the same transactions, the same errors."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    Engine,
    MetaData,
    String,
    Table,
    bindparam,
    create_engine,
    event,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import StaticPool
from sqlcipher3 import dbapi2

from fieldapp.ready import Ready, among

THING = Table(
    "thing",
    MetaData(),
    Column("id", String, primary_key=True),
    Column("tags", JSON),
    Column("on", Date),
    Column("open", Boolean, nullable=False),
)
NAMES = ("id", "tags", "on", "open")
KEEP = Ready(insert(THING).values({name: bindparam(name) for name in NAMES}))
SOME = Ready(select(THING).where(among(THING.c.id)).order_by(THING.c.id))
CLOSE = Ready(update(THING).where(among(THING.c.id)).values(open=bindparam("_open")))


@pytest.fixture
def engine() -> Iterator[Engine]:
    made = create_engine("sqlite://", module=dbapi2, poolclass=StaticPool)
    THING.create(made)
    yield made
    made.dispose()


def keep(connection: Connection, *names: str) -> None:
    rows = [{"id": name, "tags": [name] if name > "b" else [], "on": None} for name in names]
    KEEP.run_each(connection, [row | {"open": True} for row in rows])


def test_values_are_turned_as_sqlalchemy_turns_them(engine: Engine) -> None:
    with engine.begin() as connection:
        keep(connection, "a", "b", "c")
        connection.execute(insert(THING), [{"id": "d", "tags": {"x": 1}, "open": False}])
        ours = [tuple(row) for row in SOME.all(connection, ids=["a", "c", "d"])]
        wanted = select(THING).where(THING.c.id.in_(["a", "c", "d"])).order_by(THING.c.id)
        assert ours == [tuple(row) for row in connection.execute(wanted)]
        assert SOME.first(connection, ids=["c"]).tags == ["c"]
        assert SOME.column(connection, ids=["b", "a"]) == ["a", "b"]
        assert SOME.value(connection, ids=["no such"]) is None


def test_each_empty_list_is_a_list_of_its_own(engine: Engine) -> None:
    with engine.begin() as connection:
        keep(connection, "a", "b")
        one, other = SOME.all(connection, ids=["a", "b"])
        one.tags.append("x")
        assert other.tags == [] == SOME.first(connection, ids=["a"]).tags


def test_a_change_says_how_many_and_is_undone_with_its_transaction(engine: Engine) -> None:
    with engine.connect() as connection, connection.begin() as transaction:
        keep(connection, "a", "b", "c")
        assert CLOSE.run(connection, ids=["a", "b", "x"], _open=False) == 2
        transaction.rollback()
    with engine.begin() as connection:
        assert SOME.all(connection, ids=["a", "b", "c"]) == []


def test_a_drivers_error_comes_as_sqlalchemys(engine: Engine) -> None:
    with engine.begin() as connection:
        keep(connection, "a")
        with pytest.raises(IntegrityError):
            keep(connection, "a")
        assert SOME.column(connection, ids=["a"]) == ["a"]


def test_whoever_listens_hears_these_statements_too(engine: Engine) -> None:
    heard: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *given: heard.append(given[2]))
    with engine.begin() as connection:
        keep(connection, "a")
        assert [tuple(row) for row in SOME.all(connection, ids=["a"])] == [("a", [], None, True)]
    assert [text.split()[0] for text in heard] == ["INSERT", "SELECT"]


def test_without_a_transaction_one_begins(engine: Engine) -> None:
    with engine.connect() as connection:
        assert SOME.all(connection, ids=["a"]) == []
        assert connection.in_transaction()


def test_a_parameter_that_it_does_not_have_is_refused(engine: Engine) -> None:
    with engine.begin() as connection, pytest.raises(TypeError, match="ward"):
        SOME.all(connection, ids=[], ward="w")


def test_postgresql_gets_one_of_many_as_an_array() -> None:
    statement = select(THING.c.id).where(among(THING.c.id))
    text = str(statement.compile(dialect=postgresql.dialect()))
    assert "thing.id = ANY (" in text and "json_each" not in text


def test_a_list_of_keys_is_looked_up_by_the_index(engine: Engine) -> None:
    """However large the table is: it is asked at every stroke of a search."""
    with engine.begin() as connection:
        asked = str(SOME._statement.compile(dialect=engine.dialect))
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}", ('["a"]',)).all()
    assert any("SEARCH thing USING INDEX" in row[3] for row in plan), plan
