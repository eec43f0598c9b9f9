"""How long a supervisor waits for the figures of a campaign, and for the questions about work.

A file with a ward of so many people, a year's visits and a campaign's payments. The floor of the
figures is one statement that counts the payments which stand by scheme, kind and day; that of the
questions the two that group visits by person and ten minutes, and phones by households; that of the
visits behind a figure the bare rows by the index.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median

from sqlalchemy import Connection, insert

from fieldapp.clock import iso
from fieldapp.model import CITY, Campaign, Enrolment, Receipt, Target, Visit, Ward
from fieldapp.model.record import Record, table_behind
from fieldapp.store.store import Store
from fieldapp.usecases.progress import campaign_progress, canvassers_of_ward
from fieldapp.usecases.progress_visits import visits_of_canvasser
from fieldapp.usecases.visiting.flags import flags
from tests.bench.city import PER_HOUSEHOLD, city_of
from tests.bench.harness import Measured, keep, table
from tests.support.laptops import WARD

TODAY = date(2026, 11, 23)
FIRST, LAST = date(2026, 9, 25), date(2026, 12, 31)
CANVASSERS = tuple(f"c{number:02d}" for number in range(40))
OUTCOMES = ("not_at_home", "not_at_home", "considering", "appointment", "refused", "enrolled")
PAID_PERCENT, TIMES = 60, 5

FIGURES = """SELECT e.scheme, e.kind, e.paid_on, count(DISTINCT e.person)
FROM enrolment e JOIN receipt r ON r.ward = e.ward AND r.id = e.receipt
WHERE e.ward = ? AND e.paid_on BETWEEN ? AND ? AND NOT e.withdrawn AND NOT EXISTS (
SELECT 1 FROM receipt_void v WHERE v.ward = r.ward AND v.receipt = r.id) GROUP BY 1, 2, 3"""
FAST = """SELECT canvasser, substr(visited_at, 1, 15), count(*) FROM visit
WHERE ward = ? AND visited_at >= ? AND NOT withdrawn GROUP BY 1, 2 HAVING count(*) > 12"""
PHONES = """SELECT p.phone, count(DISTINCT m.household) FROM person p JOIN membership m
ON m.ward = p.ward AND m.person = p.id WHERE p.ward = ? GROUP BY 1 HAVING count(*) > 3"""
VISITS = """SELECT v.id, v.visited_at, v.outcome, h.house_number FROM visit v JOIN household h
ON h.ward = v.ward AND h.id = v.household WHERE v.ward = ? AND v.canvasser = ?
AND v.visited_at >= ? ORDER BY v.visited_at DESC LIMIT 500"""


def fill(connection: Connection, people: int, visits: int) -> None:
    """The campaign, its payments, and visits through the year, newest at the end."""
    random, key = Random(3), {"changeset": "c", "unknown": {}}
    city = {"ward": CITY, **key}
    code = WARD.partition(".")[0]
    valid = date(2025, 7, 1)
    put(connection, Ward, [Ward(id="w", code=code, valid_from=valid, name="P", **city)])
    campaign = Campaign(id="c", code="T", name="Đợt", starts_on=FIRST, ends_on=LAST, **city)
    put(connection, Campaign, [campaign])
    aims = [("hhi", "renewal"), ("hhi", "new"), ("vsi", "new")]
    put(
        connection,
        Target,
        [
            Target(
                id=f"t{n}", campaign="T", scheme=s, kind=k, people=people, ward_stream=WARD, **city
            )
            for n, (s, k) in enumerate(aims)
        ],
    )
    put(connection, Visit, [_visit(random, n, people, visits) for n in range(visits)])
    paid = [_paid(random, number) for number in range(people * PAID_PERCENT // 100)]
    put(connection, Receipt, [receipt for receipt, _ in paid])
    put(connection, Enrolment, [enrolment for _, enrolment in paid])


def _paid(random: Random, number: int) -> tuple[Receipt, Enrolment]:
    """One person's payment on some day of the campaign."""
    ward = {"ward": WARD, "changeset": "c", "unknown": {}}
    on = FIRST + timedelta(days=random.randrange((TODAY - FIRST).days))
    at = datetime.combine(on, datetime.min.time(), UTC) + timedelta(hours=random.randrange(12))
    home = f"h{number // PER_HOUSEHOLD * PER_HOUSEHOLD:035d}"
    receipt = Receipt(
        id=f"r{number}",
        household=home,
        book="B",
        number=number,
        issued_by=random.choice(CANVASSERS),
        issued_at=at,
        **ward,
    )
    enrolment = Enrolment(
        id=f"e{number}",
        person=f"p{number:035d}",
        household=home,
        receipt=receipt.id,
        kind=random.choice(("new", "renewal", "renewal")),
        paid_on=on,
        **ward,
    )
    return receipt, enrolment


def _visit(random: Random, number: int, people: int, visits: int) -> Visit:
    """One of a year's, evenly spread; each canvasser's own stand far enough apart."""
    ago = timedelta(days=365) * (visits - number) / visits
    at = datetime.combine(TODAY, datetime.min.time(), UTC) - ago
    home = random.randrange(people // PER_HOUSEHOLD) * PER_HOUSEHOLD
    return Visit(
        ward=WARD,
        id=f"v{number:035d}",
        changeset="c",
        household=f"h{home:035d}",
        canvasser=CANVASSERS[number % len(CANVASSERS)],
        visited_at=at,
        outcome=random.choice(OUTCOMES),
        unknown={},
    )


def put(connection: Connection, record: type, rows: Sequence[Record]) -> None:
    """Writes rows past the journal."""
    made = table_behind(record)
    connection.execute(insert(made), [one.model_dump() for one in rows])


def ms(job: Callable[[], object]) -> float:
    """Milliseconds of this process's processor: the middle of some runs."""
    taken = []
    for _ in range(TIMES):
        began = time.process_time()
        job()
        taken.append((time.process_time() - began) * 1000)
    return median(taken)


def bare(store: Store, sql: str, *values: object) -> Callable[[], object]:
    """A statement and its rows, as plain as they come."""
    return lambda: store.read(lambda c: c.exec_driver_sql(sql, values).all())


def main(people: int, visits: int) -> None:
    """Measures and prints."""
    with tempfile.TemporaryDirectory() as name:
        profile = city_of(Path(name) / "city", people, "minh")
        store = profile.store
        store.remember(grants=[{"ward": WARD, "role": "supervisor", "until": None}])
        with store._write() as connection:
            fill(connection, people, visits)
        since = iso(datetime.combine(TODAY, datetime.min.time(), UTC) - timedelta(days=31))
        first = iso(datetime.combine(FIRST, datetime.min.time(), UTC))
        figures = ms(bare(store, FIGURES, WARD, FIRST.isoformat(), TODAY.isoformat()))
        asked = ms(bare(store, FAST, WARD, since)) + ms(bare(store, PHONES, WARD))
        rows = ms(bare(store, VISITS, WARD, "c07", first))
        size = f"{people} people, {visits} visits"
        measured = [
            Measured(f"figures: {size}", "ms", ms(lambda: campaign_progress(store)), figures),
            Measured(
                f"who took how many: {size}",
                "ms",
                ms(lambda: canvassers_of_ward(store, WARD)),
                figures,
            ),
            Measured(
                f"visits behind a figure: {size}",
                "ms",
                ms(lambda: visits_of_canvasser(store, WARD, "c07")),
                rows,
            ),
            Measured(f"questions: {size}", "ms", ms(lambda: flags(store)), asked),
        ]
        profile.close()
    table(measured)
    print(f"kept in {keep(measured)}")


if __name__ == "__main__":
    sizes = [int(text) for text in sys.argv[1:]]
    main(*(sizes or (100_000, 300_000)))
