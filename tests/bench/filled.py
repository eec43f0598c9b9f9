"""A city's database with years in it: visits with their log, written by PostgreSQL itself out of
one that a laptop made, and people with machines that are signed in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import psycopg

from fieldapp.model.changesets import Changeset, Position, encode
from sync.protocol import Push, SignIn
from sync.server.admin import Admin, NewUser
from sync.server.people.accounts import secret_hash
from tests.support.changes import create
from tests.support.laptops import PASSWORD

HOUSEHOLDS = 400
"""In each ward."""
FIRST_CODE = 26_000


@dataclass(frozen=True)
class Person:
    """Somebody with a machine that is signed in."""

    username: str
    device: str
    token: str
    ward: str
    epoch: str


def fill(admin: Admin, url: str, wards: int, visits: int) -> list[str]:
    """So many wards with so many visits in all; the wards."""
    names = [
        admin.add_ward(str(FIRST_CODE + n), date(2025, 7, 1), f"Phường {n}") for n in range(wards)
    ]
    _one_of_each(admin, names[0])
    each = visits // wards
    with psycopg.connect(url) as connection:
        connection.execute("SET synchronous_commit = off")
        _many(connection, "household", names, HOUSEHOLDS, {"id": "'h' || n"})
        at = "timestamp '2024-01-01' + n * interval '97 seconds'"
        mine = {"id": "md5(w.ward || n)", "household": f"'h' || (1 + mod(n, {HOUSEHOLDS}))"}
        _many(connection, "visit", names, each, mine | {"visited_at": at})
        known = {"id": "md5(w.ward || n)", "revision": "n"}
        _many(connection, "known_changeset", names, each, known)
        _many(
            connection,
            "log_entry",
            names,
            each,
            {"revision": "n", "changeset": "md5(w.ward || n)"},
        )
        connection.execute("UPDATE ward_head SET revision = %s WHERE ward = ANY(%s)", [each, names])
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    return names


def _one_of_each(admin: Admin, ward: str) -> None:
    """A household and a visit, made as a laptop makes them."""
    admin.add_user(NewUser("first", "First", "canvasser", [ward], PASSWORD, "female"))
    invitation = admin.invite("first")
    who = admin.service.for_token(None).sign_in(SignIn("first", PASSWORD, "máy", invitation))
    at = "2026-11-23T01:00:00.000Z"
    made = Changeset(
        id="first",
        ward=ward,
        device=who.device,
        incarnation="i1",
        number=1,
        author="first",
        action="visit.record",
        made_at=admin.service.clock.now(),
        offset_ms=0,
        base=Position(who.epoch, 0),
        changes=(
            create("household", "h0", street="Lê Lợi", house_number="12", head=""),
            create("visit", "v0", household="h0", canvasser="first", visited_at=at),
        ),
    )
    push = Push(ward, (encode(made).decode(),))
    [answer] = admin.service.for_token(who.token).push(push).answers
    assert answer.status == "applied", answer


def _many(
    connection: psycopg.Connection[tuple[object, ...]],
    table: str,
    wards: Sequence[str],
    each: int,
    said: Mapping[str, str],
) -> None:
    """Rows like the one that is there, so many in each ward, with other values in some columns."""
    found = connection.execute(f'SELECT * FROM "{table}" LIMIT 0').description or ()
    names = [column.name for column in found]
    values = [{"ward": "w.ward", **said}.get(name, f'one."{name}"') for name in names]
    columns = ", ".join(f'"{name}"' for name in names)
    first = {"household": "id = 'h0'", "visit": "id = 'v0'", "known_changeset": "id = 'first'"}
    one = first.get(table, "changeset = 'first'")
    connection.execute(
        f'INSERT INTO "{table}" ({columns}) SELECT {", ".join(values)}'  # type: ignore[arg-type]  # the driver wants a literal; the names are ours
        f' FROM (SELECT * FROM "{table}" WHERE {one}) AS one,'
        f" unnest(%s::text[]) AS w(ward), generate_series(1, %s) AS n ON CONFLICT DO NOTHING",
        [list(wards), each],
    )


def hire(url: str, wards: Sequence[str], count: int, prefix: str) -> list[Person]:
    """So many people, spread over the wards, each with a machine that is signed in."""
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT epoch FROM server_state").fetchone()
        assert row is not None
        people = [
            Person(f"{prefix}{n}", f"{prefix}-device-{n}", f"{prefix}-token-{n}", ward, str(row[0]))
            for n in range(count)
            for ward in [wards[n % len(wards)]]
        ]
        at = date(2026, 1, 1)
        rows = {
            "user_account (username, full_name, role, password_hash, created_at)": [
                (one.username, one.username, "canvasser", "", at) for one in people
            ],
            "user_grant (username, ward, role, since)": [
                (one.username, one.ward, "canvasser", at) for one in people
            ],
            "device (id, username, name, enrolled_at)": [
                (one.device, one.username, "máy", at) for one in people
            ],
            "token (hash, device, created_at)": [
                (secret_hash(one.token), one.device, at) for one in people
            ],
        }
        for where, lines in rows.items():
            with connection.cursor().copy(f"COPY {where} FROM STDIN") as copy:  # type: ignore[arg-type]  # the driver wants a literal; the names are ours
                for line in lines:
                    copy.write_row(line)
    return people
