"""Statements that are put together once and then run past SQLAlchemy, by the driver alone.

Putting a statement together, finding its compiled form and wrapping its result takes SQLAlchemy
several times as long as SQLite needs to run it, and a sync runs hundreds. Here the statement is
written with SQLAlchemy as ever, compiled once for each kind of database, and its types turn values
as they would have. The transaction, its connection and its errors stay SQLAlchemy's.
"""

from __future__ import annotations

import json
from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import (
    JSON,
    ColumnElement,
    CompoundSelect,
    Connection,
    Delete,
    Dialect,
    Insert,
    Select,
    Text,
    TextClause,
    TypeDecorator,
    Update,
    bindparam,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType

from fieldapp.driver import Asked, Told, ask, ask_together, can_pipeline, change, change_each

Statement = Select[Any] | CompoundSelect[Any] | Insert | Update | Delete | TextClause
Turn = Callable[[Any], Any]


class Ready:
    """One statement with named parameters, for any database. Made once, at a module's top.

    Every method takes the values of all parameters, and raises as `Connection.execute` does.
    """

    def __init__(self, statement: Statement) -> None:
        self._statement = statement
        self._compiled: dict[str, _Compiled] = {}

    def all(self, connection: Connection, **values: Any) -> list[Any]:
        """All rows, as named tuples."""
        return self._rows(connection, values)

    def first(self, connection: Connection, **values: Any) -> Any | None:
        """The first row, or None."""
        found = self._rows(connection, values)
        return found[0] if found else None

    def column(self, connection: Connection, **values: Any) -> list[Any]:
        """The first value of each row."""
        return [row[0] for row in self._rows(connection, values)]

    def value(self, connection: Connection, **values: Any) -> Any | None:
        """The first value of the first row; None where there is no row."""
        found = self._rows(connection, values)
        return found[0][0] if found else None

    def run(self, connection: Connection, **values: Any) -> int:
        """Runs what changes rows; how many it changed."""
        forget_ahead(connection)
        return self._for(connection).change(connection, values)

    def run_each(self, connection: Connection, rows: Iterable[Mapping[str, Any]]) -> None:
        """Runs what changes rows once for each of these, in one call of the driver."""
        forget_ahead(connection)
        self._for(connection).change_each(connection, rows)

    def _rows(self, connection: Connection, values: Mapping[str, Any]) -> list[Any]:
        for at, (asked, rows) in enumerate(ahead := _AHEAD.get(connection, {}).get(self, [])):
            if asked == values:
                del ahead[at]
                return rows
        return self._for(connection).rows(connection, values)

    def _for(self, connection: Connection) -> _Compiled:
        dialect = connection.dialect
        known = self._compiled.get(dialect.name)
        if known is None:
            known = self._compiled[dialect.name] = _Compiled(self._statement, dialect)
        return known


Question = tuple[Ready, Mapping[str, Any]]
"""A statement, and the values of its parameters."""

_AHEAD: WeakKeyDictionary[Connection, dict[Ready, list[tuple[Mapping[str, Any], list[Any]]]]]
_AHEAD = WeakKeyDictionary()


def ask_ahead(connection: Connection, questions: Iterable[Question]) -> None:
    """Asks at once what the work that follows will ask: whoever asks one of these questions next,
    with the same values, has the answer already. Answers last until a `Ready` or an `Insertion`
    changes something in this transaction; each is given out once.

    Only PostgreSQL is asked ahead: where no message goes to another process there is no gain.
    """
    if not can_pipeline(connection):
        return
    asked = [(ready, ready._for(connection), values) for ready, values in questions]
    told = ask_together(connection, [one.asked(values) for _, one, values in asked])
    kept = _AHEAD.setdefault(connection, {})
    for (ready, one, values), answer in zip(asked, told, strict=True):
        kept.setdefault(ready, []).append((values, one.read(answer)))


def forget_ahead(connection: Connection) -> None:
    """What was asked ahead may have changed."""
    _AHEAD.pop(connection, None)


class _Compiled:
    """A statement as one kind of database takes it."""

    def __init__(self, statement: Statement, dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=dialect)
        assert isinstance(compiled, SQLCompiler)
        assert "POSTCOMPILE" not in str(compiled), "a list in a statement is `among`"
        self._sql = str(compiled)
        self._dialect = dialect
        self._fixed = dict(compiled.params)
        self._positions = compiled.positiontup
        names = self._positions if self._positions is not None else list(compiled.binds)
        self._turns = turns_of(compiled, dialect)
        self._names = frozenset(names)
        self._types = (
            [column.type for column in statement.selected_columns]
            if isinstance(statement, Select | CompoundSelect)
            else []
        )
        self._row: Callable[[Iterable[Any]], Any] | None = None
        self._read: list[tuple[int, Turn]] = []

    def rows(self, connection: Connection, values: Mapping[str, Any]) -> list[Any]:
        """All rows."""
        return self.read(ask(connection, self.asked(values)))

    def asked(self, values: Mapping[str, Any]) -> Asked:
        """What to ask the driver."""
        return Asked(self._sql, self._bound(values), described=self._row is None)

    def read(self, told: Told) -> list[Any]:
        """The rows that it told."""
        if self._row is None:
            self._learn(told.columns)
        assert self._row is not None
        if not self._read:
            return list(map(self._row, told.rows))
        turned = []
        for row in told.rows:
            one = list(row)
            for at, turn in self._read:
                one[at] = turn(one[at])
            turned.append(self._row(one))
        return turned

    def change(self, connection: Connection, values: Mapping[str, Any]) -> int:
        """Runs it; how many rows it changed."""
        return change(connection, self._sql, self._bound(values))

    def change_each(self, connection: Connection, rows: Iterable[Mapping[str, Any]]) -> None:
        """Runs it for each of the rows."""
        bound = [self._bound(row) for row in rows]
        if bound:
            change_each(connection, self._sql, bound)

    def _bound(self, values: Mapping[str, Any]) -> Any:
        unknown = values.keys() - self._names
        if unknown:
            raise TypeError(f"no parameter {sorted(unknown)}")
        whole = {**self._fixed, **values}
        for name, turn in self._turns:
            whole[name] = turn(whole[name])
        if self._positions is None:
            return whole
        return tuple([whole[name] for name in self._positions])

    def _learn(self, described: Any) -> None:
        """What rows look like is known from the first answer on."""
        for at, type_ in enumerate(self._types):
            own = type_.dialect_impl(self._dialect)
            turn = own.result_processor(self._dialect, described[at][1])
            if turn is not None:
                quick = isinstance(own, JSON) and self._dialect.name == "sqlite"
                self._read.append((at, _json(turn) if quick else turn))
        row: Any = namedtuple("Row", [str(column[0]) for column in described], rename=True)  # type: ignore[misc]  # the names are the statement's
        self._row = row._make


def _json(turn: Turn) -> Turn:
    """Reads JSON texts; most are empty lists and mappings, of which each needs its own."""

    def read(text: Any) -> Any:
        if text == "[]":
            return []
        return {} if text == "{}" else turn(text)

    return read


def turns_of(compiled: SQLCompiler, dialect: Dialect) -> tuple[tuple[str, Turn], ...]:
    """The parameters whose values the driver does not take as they are, with what turns them."""
    turns = []
    binds = {name: bind for bind, name in compiled.bind_names.items()}
    for name, bind in binds.items():
        turn = bind.type.dialect_impl(dialect).bind_processor(dialect)
        if turn is not None:
            turns.append((name, turn))
    return tuple(turns)


# --- one of many ---------------------------------------------------------------------------------


class _Texts(TypeDecorator[Sequence[str]]):
    """Many texts as one parameter: an array, or JSON where the database has no arrays."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """An array of PostgreSQL, else a text."""
        kind: Any = ARRAY(Text()) if dialect.name == "postgresql" else Text()
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """As the driver takes it; what is JSON already stays."""
        if dialect.name == "postgresql":
            return list(value)
        return value if isinstance(value, str) else json.dumps(list(value))


class _Among(FunctionElement[Any]):
    """`column` is one of `texts`: its two arguments.

    Of no type: behind a Boolean SQLAlchemy writes `= 1` for SQLite, which then uses no index.
    """

    type = NullType()
    inherit_cache = True
    name = "among"


@compiles(_Among)
def _among_json(element: _Among, compiler: SQLCompiler, **how: Any) -> str:
    column, texts = (compiler.process(part, **how) for part in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({texts}))"


@compiles(_Among, "postgresql")
def _among_array(element: _Among, compiler: SQLCompiler, **how: Any) -> str:
    column, texts = (compiler.process(part, **how) for part in element.clauses)
    return f"{column} = ANY ({texts})"


def among(column: ColumnElement[Any], name: str = "ids") -> ColumnElement[bool]:
    """Whether a column is one of the texts that the parameter of this name holds.

    However many there are, the statement is the same and has been put together before.
    """
    return _Among(column, bindparam(name, type_=_Texts()))
