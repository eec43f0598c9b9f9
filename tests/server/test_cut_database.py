"""The way to PostgreSQL is cut at any statement of a push, many of which are sent before one is
answered: what is answered is there, what is not is there whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from sqlalchemy import make_url
from sqlalchemy.exc import OperationalError

from fieldapp.model.changesets import Changeset
from sync.server.store.database import open_database
from sync.server.verify import verify
from tests.server.test_health import ON_POSTGRES
from tests.support.changes import create, edit
from tests.support.cutting_proxy import CuttingProxy, cutting_proxy
from tests.support.ward_office import Hand, Office, family

pytestmark = ON_POSTGRES


@contextmanager
def behind_a_proxy(url: str) -> Iterator[tuple[Office, CuttingProxy]]:
    there = make_url(url)
    with cutting_proxy(there.host or "", there.port or 5432) as proxy:
        through = there.set(host="127.0.0.1", port=proxy.port)
        plain = through.update_query_dict({"sslmode": "disable", "gssencmode": "disable"})
        database = open_database(plain.render_as_string(False))
        yield Office(database), proxy
        database.close()


def work_of(lan: Hand, number: int) -> list[Changeset]:
    """New records, an edit of a former one, and one that is held: all that a push writes."""
    home = lan.writes(number, *family(f"h{number}", f"p{number}"))
    note = lan.writes(number, edit("person", "p0", note=(None, f"{number}")))
    visit = create("visit", f"v{number}", household=f"nobody-{number}", outcome="absent")
    return [home, note, lan.writes(number, visit)]


@pytest.mark.parametrize("arrives", [True, False])
def test_a_push_whose_database_goes_is_whole_or_not_there_and_has_one_effect(
    url: str, arrives: bool
) -> None:
    if make_url(url).host is None or str(make_url(url).host).startswith("/"):
        pytest.skip("this PostgreSQL is reached by a socket")
    with behind_a_proxy(url) as (office, proxy), psycopg.connect(url, autocommit=True) as looking:
        lan = office.hires("lan")
        lan.pushes(lan.writes(0, *family("h0", "p0")))
        ends = set()
        for number in range(1, 60):
            made = work_of(lan, number)
            proxy.cuts(number, arrives=arrives)
            try:
                answered = {one.changeset for one in lan.pushes(*made)}
            except OperationalError:
                answered = set()
            cut = proxy.has_cut
            proxy.cuts(0, arrives=True)
            looking.execute("SELECT FROM ward_head FOR UPDATE")  # waits for what still goes on
            known = looking.execute(
                "SELECT id FROM known_changeset WHERE id = ANY(%s)", [[one.id for one in made]]
            ).fetchall()
            assert len(known) in (0, len(made)), f"half of it is there, cut at {number}"
            assert {name for (name,) in known} >= answered
            ends.add((cut, bool(answered), bool(known)))
            again = lan.pushes(*made)
            *entered, waits = [one.status for one in again]
            assert {"applied"} <= set(entered) <= {"applied", "merged"} and waits == "held"
            if not cut:
                break
        assert verify(office.service.database) == []
        expected = {(False, True, True), (True, False, False)}
        assert ends == expected | ({(True, False, True)} if arrives else set())
