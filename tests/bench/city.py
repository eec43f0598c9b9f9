"""A laptop's file with a whole city in it, written row by row past the journal: what one measures
on it reads only."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from random import Random

from sqlalchemy import Connection

from fieldapp.demo.names import family_name, full_name, personal_name
from fieldapp.rules.folding import fold
from fieldapp.store.file.keys import NoKeystore
from fieldapp.store.file.profile import Machine, Profile
from tests.support.laptops import WARD, machine, new_profile

STREETS = ("Ung Văn Khiêm", "Nguyễn Xí", "Xô Viết Nghệ Tĩnh", "Điện Biên Phủ", "D2", "Bùi Đình Túy")
PER_HOUSEHOLD = 4
AT_ONCE = 20_000
Rows = dict[str, list[tuple[object, ...]]]

_NAMED = "ward, id, changeset, unknown"
INSERTS = {
    "household": f"INSERT INTO household ({_NAMED}, head, house_number, street, neighbourhood, "
    "note, tags, do_not_contact, withdrawn) "
    f"VALUES ('{WARD}', ?, 'c', '{{}}', ?, ?, ?, ?, '', '[]', 0, 0)",
    "person": f"INSERT INTO person ({_NAMED}, full_name, sex, born_on, id_number, si_number, "
    '"group", phone, note, withdrawn, other_groups, paper_result, told_apart) '
    f"VALUES ('{WARD}', ?, 'c', '{{}}', ?, ?, ?, ?, ?, 'household', ?, '', 0, '[]', 0, '[]')",
    "membership": f"INSERT INTO membership ({_NAMED}, person, household, relationship, withdrawn) "
    f"VALUES ('{WARD}', ?, 'c', '{{}}', ?, ?, ?, 0)",
    "coverage": f"INSERT INTO coverage ({_NAMED}, person, scheme, payer, valid_from, valid_to, "
    f"withdrawn) VALUES ('{WARD}', ?, 'c', '{{}}', ?, 'hhi', 'household', ?, ?, 0)",
    "search_entry": f"INSERT INTO search_entry VALUES (?, '{WARD}', ?, ?, ?, ?)",
    "person_search": "INSERT INTO person_search (rowid, name, address) VALUES (?, ?, ?)",
    "search_number": "INSERT INTO search_number VALUES (?, ?)",
}


def laptop() -> Machine:
    """A machine without a keystore: another process opens what one made."""
    made = machine()
    return Machine(made.clock, made.ids, NoKeystore(), made.cost)


def city_of(folder: Path, count: int, username: str = "lan") -> Profile:
    """A profile with so many invented people, four to a door, all in one ward; nothing waits."""
    grants = [{"ward": WARD, "role": "canvasser", "until": None}]
    profile = new_profile(folder, laptop(), username, grants=grants)
    with profile.store._write() as connection:
        homes = _homes(count)
        while piece := list(islice(homes, AT_ONCE // PER_HOUSEHOLD)):
            _write(connection, piece)
    return profile


def _homes(count: int) -> Iterator[Rows]:
    random, today = Random(1), date(2026, 11, 23)
    for number in range(0, count, PER_HOUSEHOLD):
        yield _home(random, number, today)


def _home(random: Random, first: int, today: date) -> Rows:
    """A household and its people, as rows of each table."""
    home, place = f"h{first:035d}", first // PER_HOUSEHOLD
    door = f"{place // 6 % 400 + 1}/{place % 6 + 1}/{place // 2400 + 1}"
    street = STREETS[place // 40 % len(STREETS)]
    made: Rows = {name: [] for name in INSERTS}
    made["household"].append((home, f"p{first:035d}", door, street, f"KP {place % 30 + 1}"))
    family = ""
    for number in range(first, first + PER_HOUSEHOLD):
        sex = ("male", "female")[number % 2]
        born = date(1950, 1, 1) + timedelta(days=random.randrange(27_000))
        name = full_name(random, family, sex, born.year) if family else _first(random, sex, born)
        family = name.split()[0]
        person, key = f"p{number:035d}", number + 1
        century = (sex == "female") + 2 * (born.year >= 2000)
        numbers = (f"079{century}{born:%y}{number % 1_000_000:06d}", f"79{number:08d}")
        phone = f"09{random.randrange(10**8):08d}"
        made["person"].append((person, name, sex, born.isoformat(), *numbers, phone))
        relation = ("00", "01", "02", "02")[number - first]
        made["membership"].append((f"m{number:035d}", person, home, relation))
        ends = today + timedelta(days=random.randrange(-60, 300))
        begins = ends - timedelta(days=364)
        made["coverage"].append((f"c{number:035d}", person, begins.isoformat(), ends.isoformat()))
        address = f"{door} {street}"
        made["search_entry"].append((key, person, home, name, address))
        made["person_search"].append((key, fold(name), fold(address)))
        made["search_number"] += [(one[::-1], key) for one in (*numbers, phone)]
    return made


def _first(random: Random, sex: str, born: date) -> str:
    return f"{family_name(random)} {personal_name(random, sex, born.year)}"


def _write(connection: Connection, homes: list[Rows]) -> None:
    for table, insert in INSERTS.items():
        connection.exec_driver_sql(insert, [row for home in homes for row in home[table]])
