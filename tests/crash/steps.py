"""The steps that are recorded: a clerk's day at one laptop, use cases and steps of the sync.

They are done one after another on one profile; each is recorded for itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from unittest.mock import patch

from sqlalchemy import event, select, text
from sqlalchemy.engine import Engine

from fieldapp.model import Conflict, Receipt
from fieldapp.store.file import profile
from fieldapp.store.rows import table_of
from fieldapp.usecases import changes
from fieldapp.usecases.enrolling import enrol
from fieldapp.usecases.enrolling.enrol import Choice
from fieldapp.usecases.households import people
from fieldapp.usecases.households.erasing import erase_person
from fieldapp.usecases.households.household import household_page
from fieldapp.usecases.importing.taking_in import import_list
from fieldapp.usecases.inbox import conflicts
from fieldapp.usecases.receipts.voids import void_receipt
from fieldapp.usecases.visiting import assignments, visits
from fieldapp.words import Words
from sync.client import pruning
from sync.client.keeping import AT_HAND, Limits
from sync.client.pruning import prune
from sync.server.lives.backups import make_backup
from tests.crash.recording import Recorder, Recording
from tests.support.books import register_book
from tests.support.laptops import PASSWORD, WARD, KeptSecrets
from tests.support.team import Laptop, Team

MEMBERS = (
    {"full_name": "Nguyễn Thị Bích Hằng", "relationship": "00", "phone": "0903555214"},
    {"full_name": "Trần Minh Đức", "relationship": "01"},
    {"full_name": "Trần Thị Bé", "relationship": "03"},
)
KEPT = Limits(worth_it=1)
LIST = [
    (1, "H01", "Phạm Văn Tí", "Chủ hộ", "21/11/1968", "Nam", None, "7", "Nguyễn Xí", "Khu phố 4"),
    (2, "H01", "Lê Thị Mơ", "Vợ", "02/03/1965", "Nữ", None),
    (3, "H02", "Võ Văn Sáu", "Chủ hộ", "1990", "Nam", None, "9", "Nguyễn Xí", "Khu phố 4"),
]


@dataclass
class Day:
    """One clerk's laptop, a colleague's, and their server."""

    team: Team
    lan: Laptop
    phuc: Laptop
    folder: Path
    home: str = ""

    def begins(self) -> None:
        """A household that both know, and a receipt book."""
        self.team.admin.add_book("BL 26", 1, 5_000, WARD)
        self.home = self.registers()
        for laptop in (self.lan, self.phuc, self.lan):
            laptop.synced()

    # the use cases

    def registers(self) -> str:
        fields = {"house_number": "123/4", "street": "Ung Văn Khiêm"}
        return people.register_household(self.lan.store, WARD, fields, MEMBERS)

    def visits(self) -> None:
        visits.record_visit(self.lan.store, WARD, self.home, "not_at_home", note="Tối mới về.")

    def edits_a_household(self) -> None:
        fields = {"phone": "0903555000", "note": "Có chó."}
        people.edit_household(self.lan.store, WARD, self.home, fields)

    def edits_a_person(self) -> None:
        person = self._person(self.lan)
        people.edit_person(self.lan.store, WARD, person, {"full_name": "Nguyễn Bích Hằng"})

    def adds_a_member(self) -> None:
        people.add_member(self.lan.store, WARD, self.home, {"full_name": "Trần Út"}, "03")

    def enrols(self) -> None:
        page = household_page(self.lan.store, WARD, self.home)
        free = [one.person for one in page.members if one.hhi_why_not is None]
        choice = Choice(hhi=tuple(free[:1]))
        enrol.enrol(
            self.lan.store, page, choice, method="cash", payer="Bích Hằng", consent="signed"
        )

    def voids_a_receipt(self) -> None:
        found = select(table_of(Receipt.type_name()).c.id)
        receipt = self.lan.store.read(lambda c: str(c.execute(found).scalars().first()))
        void_receipt(self.lan.store, WARD, receipt, "Ghi nhầm người.")

    def assigns(self) -> None:
        until = self.lan.store.today() + timedelta(days=7)
        assignments.assign(self.lan.store, WARD, [self.home], "phuc", until=until)

    def keeps_a_draft(self) -> None:
        self.lan.store.keep_draft("household", self.home, {"note": "dở dang"})

    def undoes(self) -> None:
        changes.undo(self.lan.store, changes.pending(self.lan.store)[0].changeset)

    def imports_a_list(self) -> None:
        book = register_book(self.folder / "list.xlsx", *LIST)
        import_list(self.lan.store, "households", book, Words("vi"))

    def decides(self) -> None:
        found = select(Conflict.id).where(Conflict.open)
        known = self.lan.store.read(lambda c: str(c.execute(found).scalars().first()))
        page = conflicts.conflict_page(self.lan.store, WARD, known)
        conflicts.decide(self.lan.store, page, page.sides[0].value)

    def supervises(self) -> None:
        for laptop in (self.lan, self.phuc):
            self.team.admin.grant(str(laptop.store.setting("username")), WARD, "supervisor")
            laptop.synced()

    def erases(self) -> None:
        """Her who paid: with a receipt, a cover, a conflict that was decided, and notes."""
        person = self._person(self.lan)
        self.lan.store.keep_draft("person", person, {"full_name": "Nguyễn Bích Hằng"})
        erase_person(self.lan.store, WARD, person)

    def hears_of_another_erasure(self) -> None:
        """A colleague erases somebody, over own work on him that waits."""
        person = self._person(self.phuc, at=1)
        people.edit_person(self.lan.store, WARD, self._person(self.lan, at=1), {"note": "Tối về."})
        erase_person(self.phuc.store, WARD, person)
        self.phuc.synced()

    # the sync

    def only_greets(self) -> None:
        self.lan.sync(self.lan.transport(push=["lost"]))

    def only_pushes(self) -> None:
        self.lan.sync(self.lan.transport(pull=["lost"]))

    def syncs(self) -> None:
        self.lan.synced()

    def meets_a_colleague(self) -> None:
        """Pages with others' work, over own work that waits, with a conflict in it."""
        person = self._person(self.phuc)
        people.edit_person(self.phuc.store, WARD, person, {"full_name": "Nguyễn Thị Hằng"})
        visits.record_visit(self.phuc.store, WARD, self.home, "not_at_home")
        self.phuc.synced()

    def mends(self) -> None:
        """A row that differs from the server's is found and set right."""
        with self.lan.store._write() as connection:
            connection.execute(text("UPDATE household SET street = 'Khác'"))
        self.team.clock.forward(days=8)
        self.lan.clock.forward(days=8)
        self.lan.sync()

    def grows_old(self) -> None:
        """Everything is in a backup, and more than a year goes by."""
        self.lan.synced()
        list(prune(self.lan.store, KEPT))
        assert make_backup(self.team.service, self.folder / "backup", keep=1) == []
        for clock in (self.team.clock, self.lan.clock):
            clock.forward(days=AT_HAND.days + 1)
        self.visits()
        for _ in range(2):
            self.lan.synced()

    def prunes(self) -> None:
        """Entries go, then contents of own work, some at a time."""
        with patch.object(pruning, "AT_ONCE", 4):
            assert len(list(prune(self.lan.store, KEPT))) > 3

    def leaves_the_ward(self) -> None:
        self.team.admin.revoke_grant("lan", WARD)
        self.lan.synced()

    def is_erased(self) -> None:
        """The device was revoked: its last work is handed in, then the key is erased."""
        self.team.admin.revoke_device(str(self.lan.store.setting("device")))
        self.lan.sync()

    def closes(self) -> None:
        self.lan.profile.close()

    def opens(self) -> None:
        self.lan.profile = profile.unlock(self.lan.folder, PASSWORD, self.lan.machine)

    @staticmethod
    def _person(laptop: Laptop, at: int = 0) -> str:
        found = select(table_of("person").c.id).order_by(table_of("person").c.id)
        return laptop.store.read(lambda c: str(c.execute(found).scalars().all()[at]))


Step = Callable[[Day], object]
STEPS: tuple[tuple[str, Step], ...] = (
    ("visit", Day.visits),
    ("household edit", Day.edits_a_household),
    ("registration", Day.registers),
    ("member added", Day.adds_a_member),
    ("enrolment with receipt", Day.enrols),
    ("greeting filed", Day.only_greets),
    ("answers filed", Day.only_pushes),
    ("own work settled by a page", Day.syncs),
    ("receipt voided", Day.voids_a_receipt),
    ("assignment", Day.assigns),
    ("undo", Day.undoes),
    ("draft", Day.keeps_a_draft),
    ("import of a list", Day.imports_a_list),
    ("person edit", Day.edits_a_person),
    ("", Day.meets_a_colleague),
    ("page with a conflict", Day.syncs),
    ("decision", Day.decides),
    ("", Day.supervises),
    ("erasure by right", Day.erases),
    ("page with one's own erasure", Day.syncs),
    ("", Day.hears_of_another_erasure),
    ("page with an erasure, over own work", Day.syncs),
    ("end of the program", Day.closes),
    ("start of the program", Day.opens),
    ("mending", Day.mends),
    ("", Day.grows_old),
    ("beginning of a log let go", Day.prunes),
    ("visit before leaving", Day.visits),
    ("ward left", Day.leaves_the_ward),
    ("key erased", Day.is_erased),
)
"""In their order; those without a name only prepare the next one."""


@contextmanager
def a_day(folder: Path, *, watched: bool = True) -> Iterator[tuple[Day, Recorder]]:
    """A day that may be recorded while it is watched."""
    with ExitStack() as stack:
        team = Team()
        stack.callback(team.close)
        lan = team.laptop(folder / "lan", "lan")
        phuc = team.laptop(folder / "phuc", "phuc")
        stack.callback(phuc.profile.close)
        team.admin.grant("lan", WARD, "clerk")
        lan.profile.close()
        keystore = lan.machine.keystore
        assert isinstance(keystore, KeptSecrets)
        recorder = Recorder(lan.folder, keystore)
        if watched:
            stack.enter_context(recorder.watching())
        day = Day(team, lan, phuc, folder)
        day.opens()
        stack.callback(day.closes)
        day.begins()
        yield day, recorder


def recordings(
    folder: Path, *, checkpoint: int | None = None, steps: Sequence[tuple[str, Step]] = STEPS
) -> list[Recording]:
    """The steps, recorded. `checkpoint`: pages after which the log is written back."""

    def often(connection: object, _: object) -> None:
        connection.execute(f"PRAGMA wal_autocheckpoint = {checkpoint}")  # type: ignore[attr-defined]  # a connection of the driver

    if checkpoint is not None:
        event.listen(Engine, "connect", often)
    try:
        with a_day(folder) as (day, recorder):
            made = []
            for label, step in steps:
                if label:
                    orderly = step is not Day.mends  # it begins with rows that were spoiled
                    made.append(recorder.record(label, partial(step, day), orderly=orderly))
                else:
                    step(day)
            return made
    finally:
        if checkpoint is not None:
            event.remove(Engine, "connect", often)
