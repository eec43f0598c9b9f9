"""What people do at their laptops: each act one use case, on what the screen shows or once showed.

An act gets a `Doing`: whose laptop, and the step's own randomness. One that builds on a form that
was opened earlier says so, by taking that form's sight.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any, TypeVar

from fieldapp.model import Enrolment, FlagClearing, FlagReply, Household, Membership, Person
from fieldapp.model.flags import flag_id
from fieldapp.store.work import Basis, Intent
from fieldapp.usecases import changes
from fieldapp.usecases.enrolling import enrol
from fieldapp.usecases.enrolling.enrol import Choice
from fieldapp.usecases.households import merging, moves, people
from fieldapp.usecases.households.household import HouseholdPage, household_page
from fieldapp.usecases.households.moves import Heir
from fieldapp.usecases.inbox import conflicts
from fieldapp.usecases.visiting import assignments, visits
from tests.simulation.machines import Laptop
from tests.simulation.memory import Sight, sight_of
from tests.support.histories import NAMES, NOTES, OUTCOMES, PHONES, STREETS, NothingToDo, add_line

Item = TypeVar("Item")
STATES = ("paid", "listed", "sent", "accepted")


@dataclass(frozen=True)
class Form:
    """Something that stands open on the screen."""

    kind: str
    page: Any
    sight: Sight


@dataclass(frozen=True)
class Shown:
    """A household with its people, and what a form that shows them stands on."""

    ward: str
    household: str
    people: tuple[str, ...]
    basis: Basis


class Doing:
    """One act of one person. `sight` is what it builds on."""

    def __init__(self, laptop: Laptop, random: Random, *, money: bool) -> None:
        self.laptop, self.random, self.money = laptop, random, money
        self.store = laptop.store
        self.sight = sight_of(laptop)

    def pick(self, among: Sequence[Item]) -> Item:
        """One of these. Raises NothingToDo where there is none."""
        if not among:
            raise NothingToDo
        return self.random.choice(among)

    def ids(self, sql: str, *values: Any) -> list[Any]:
        """Rows of the laptop's file."""
        return self.laptop.disk.ask(sql, *values)

    def home(self) -> tuple[str, str]:
        """Ward and id of a household that this laptop knows; mostly one of the first two."""
        known = self.ids("SELECT ward, id FROM household ORDER BY ward, id")
        return tuple(self.pick(known[:2] if self.random.random() < 0.7 else known))  # type: ignore[return-value]  # rows of two texts

    def shown(self) -> Shown:
        """A household with its people as a form shows it: one that is still open, or a fresh one.

        A whole page says much more, and takes much longer: only who takes money needs it.
        """
        forms = [form for form in self.laptop.forms if form.kind == "shown"]
        if forms and self.random.random() < 0.5:
            form = self.pick(forms)
            self.sight = form.sight
            return form.page  # type: ignore[no-any-return]  # the page is untyped there
        return self.fresh()

    def fresh(self) -> Shown:
        """A household with its people as it is now."""
        ward, home = self.home()
        found = self.ids(
            "SELECT p.id FROM membership m JOIN person p ON p.ward = m.ward AND p.id = m.person"
            " WHERE m.ward = ? AND m.household = ? AND NOT m.withdrawn AND NOT p.withdrawn"
            " ORDER BY p.id",
            ward,
            home,
        )
        people = tuple(row[0] for row in found)
        keys = [("household", home), *(("person", person) for person in people)]
        return Shown(ward, home, people, self.store.basis(ward, *keys))

    def page(self) -> HouseholdPage:
        """The whole page of a household: one that is still open, or a fresh one."""
        forms = [form for form in self.laptop.forms if form.kind == "page"]
        if forms and self.random.random() < 0.5:
            form = self.pick(forms)
            self.sight = form.sight
            return form.page  # type: ignore[no-any-return]  # the page is untyped there
        page = household_page(self.store, *self.home())
        if self.random.random() < 0.3:  # it stays open, and will be paid on once more
            self.laptop.forms.append(Form("page", page, self.sight))
        return page

    def some(self, changed: dict[str, Any]) -> dict[str, Any]:
        """One or two of the fields."""
        names = self.random.sample(sorted(changed), self.random.randrange(1, 3))
        return {name: changed[name] for name in names}


def opens_a_form(doing: Doing) -> None:
    """A form is opened; what is saved on it later stands on what it shows now."""
    doing.laptop.forms.append(Form("shown", doing.fresh(), doing.sight))
    del doing.laptop.forms[:-4]


def edits_a_person(doing: Doing) -> None:
    """Fields of one of the first members."""
    shown = doing.shown()
    person = doing.pick(shown.people[:2])
    note = shown.basis.fields["person", person]["note"]
    values = doing.some(
        {
            "full_name": doing.pick(NAMES),
            "phone": doing.pick(PHONES),
            "note": add_line(doing.random, note),
            "group": doing.pick(("household", "student", "employer")),
        }
    )
    people.edit_person(doing.store, shown.ward, person, values, basis=shown.basis)


def edits_a_household(doing: Doing) -> None:
    """Fields of a household."""
    shown = doing.shown()
    note = shown.basis.fields["household", shown.household]["note"]
    values = doing.some(
        {
            "street": doing.pick(STREETS),
            "phone": doing.pick(PHONES),
            "note": add_line(doing.random, note),
            "call_hint": doing.pick(("sau 9 giờ", "tối")),
        }
    )
    people.edit_household(doing.store, shown.ward, shown.household, values, basis=shown.basis)


def tags_a_household(doing: Doing) -> None:
    """A tag more or less."""
    ward, home = doing.home()
    basis = doing.store.basis(ward, ("household", home))
    tags = set(basis.fields["household", home]["tags"]) ^ {doing.pick(("a", "b", "c"))}
    with doing.store.work(Intent("household.edit", ward), basis) as work:
        work.edit(Household, home, tags=sorted(tags))


def records_a_visit(doing: Doing) -> None:
    """A knock at a door."""
    ward, home = doing.home()
    note, outcome = doing.pick(NOTES), doing.pick(OUTCOMES)
    visits.record_visit(doing.store, ward, home, outcome, note=note)


def speaks_of_work(doing: Doing) -> None:
    """A question about work is replied to, settled (by whoever: the server judges), or opened."""
    ward, _ = doing.home()
    me, at = doing.store.setting("username"), doing.store.server_now()
    settled = doing.ids("SELECT id FROM flag_clearing WHERE ward = ? ORDER BY id", ward)
    choice = doing.random.choice(("reply", "reply", "clear", "reopen"))
    if choice == "reopen":
        (clearing,) = doing.pick(settled)
        basis = doing.store.basis(ward, ("flag_clearing", clearing))
        withdrawn = basis.fields["flag_clearing", clearing]["withdrawn"]
        with doing.store.work(Intent("flag.reopen", ward), basis) as work:
            work.edit(FlagClearing, clearing, withdrawn=not withdrawn)
        return
    flag = flag_id(ward, "pace", me, doing.pick(("2026-11-20", "2026-11-21")))
    with doing.store.work(Intent(f"flag.{choice}", ward)) as work:
        named = {"ward": ward, "id": work.fresh_id(), "flag": flag, "kind": "pace"}
        if choice == "reply":
            text = doing.pick(NOTES)
            work.create(FlagReply(**named, canvasser=me, text=text, replied_at=at))
        else:
            work.create(FlagClearing(**named, canvasser="lan", cleared_by=me, cleared_at=at))


def registers_a_household(doing: Doing) -> None:
    """A door that nobody knew."""
    ward, _ = doing.home()
    fields = {"house_number": f"{doing.random.randrange(1, 999)}", "street": doing.pick(STREETS)}
    members = [{"full_name": doing.pick(NAMES), "relationship": "00"}]
    people.register_household(doing.store, ward, fields, members)


def adds_a_member(doing: Doing) -> None:
    """One person more in a household."""
    people.add_member(doing.store, *doing.home(), {"full_name": doing.pick(NAMES)}, "03")


def moves_a_person(doing: Doing) -> None:
    """A member moves to another household of her ward, or out of it; a head is followed by the
    next member."""
    ward, home = doing.home()
    page = household_page(doing.store, ward, home)
    doing.pick(page.members)
    who, *others = doing.random.sample([m.person for m in page.members], len(page.members))
    heir = Heir(others[0], dict.fromkeys(others, "99")) if others else None
    if doing.random.random() < 0.3:
        reason = doing.pick(moves.LEFT)
        moves.leave_household(doing.store, ward, home, who, reason, heir=heir)
        return
    known = doing.ids("SELECT id FROM household WHERE ward = ? AND id <> ? ORDER BY id", ward, home)
    (to,) = doing.pick(known[:3])
    empty = not household_page(doing.store, ward, to).members
    moves.move_person(doing.store, ward, who, to, "00" if empty else "99", heir=heir)


def splits_a_household(doing: Doing) -> None:
    """Some members found a household of their own."""
    page = household_page(doing.store, *doing.home())
    doing.pick(page.members)
    going = doing.random.sample([m.person for m in page.members], len(page.members) // 2)
    staying = [m.person for m in page.members if m.person not in going]
    leaving = {person: "99" for person in going} | {person: "00" for person in going[:1]}
    heir = Heir(staying[0], dict.fromkeys(staying, "99"))
    moves.split_household(doing.store, page.ward, page.household, leaving, heir=heir)


def withdraws(doing: Doing) -> None:
    """A person (alone or with her membership), or not withdrawn any more."""
    ward, _ = doing.home()
    known = doing.ids("SELECT id FROM person WHERE ward = ? ORDER BY id", ward)
    (person,), away = doing.pick(known[:4]), doing.random.random() < 0.7
    found = doing.ids(
        "SELECT id FROM membership WHERE ward = ? AND person = ? ORDER BY id", ward, person
    )
    keys = [("person", person)] + [("membership", row[0]) for row in found]
    chosen = keys if doing.random.random() < 0.5 else keys[:1]
    basis = doing.store.basis(ward, *chosen)
    with doing.store.work(Intent("person.edit", ward), basis) as work:
        for kind, record in chosen:
            work.edit(Person if kind == "person" else Membership, record, withdrawn=away)


def merges_people(doing: Doing) -> None:
    """Two of a ward's first people are said to be one, or one of them is parted again."""
    ward, _ = doing.home()
    known = [row[0] for row in doing.ids("SELECT id FROM person WHERE ward = ? ORDER BY id", ward)]
    if len(known) < 2:
        raise NothingToDo
    person, other = doing.random.sample(known[:4], 2)
    if doing.random.random() < 0.3:
        merging.part_people(doing.store, ward, person)
        return
    forms = [form for form in doing.laptop.forms if form.kind == "two"]
    if not forms or doing.random.random() < 0.5:
        basis = doing.store.basis(ward, ("person", person), ("person", other))
        forms = [Form("two", (ward, person, other, basis), doing.sight)]
        if doing.random.random() < 0.5:  # the two stay side by side on the screen
            doing.laptop.forms.append(forms[0])
    form = doing.pick(forms)
    doing.sight = form.sight
    ward, person, other, basis = form.page
    merging.merge_people(doing.store, ward, person, other, basis=basis)


def enrols(doing: Doing) -> None:
    """Takes money for one or two members against a receipt."""
    if not doing.money:
        raise NothingToDo
    page = doing.page()
    free = [m.person for m in page.members if m.hhi_why_not is None]
    chosen = tuple(doing.random.sample(free, min(len(free), doing.random.randrange(1, 3))))
    choice = Choice(hhi=chosen)
    enrol.enrol(doing.store, page, choice, method="cash", payer="=1+1", consent="spoken")


def moves_an_enrolment_on(doing: Doing) -> None:
    """To the next state, or back, or further."""
    found = doing.ids("SELECT ward, id FROM enrolment ORDER BY id")
    ward, enrolment = doing.pick(found)
    basis = doing.store.basis(ward, ("enrolment", enrolment))
    place = STATES.index(basis.fields["enrolment", enrolment]["state"])
    step = doing.pick((1, 1, 1, 2, -1))
    state = STATES[min(max(place + step, 0), len(STATES) - 1)]
    with doing.store.work(Intent("enrolment.move", ward), basis) as work:
        work.edit(Enrolment, enrolment, state=state)


def undoes(doing: Doing) -> None:
    """Takes an own action back."""
    own = [row[0] for row in doing.ids("SELECT id FROM journal ORDER BY rowid")]
    changes.undo(doing.store, doing.pick(own[-6:]))


def assigns(doing: Doing) -> None:
    """Gives a household to a canvasser."""
    ward, home = doing.home()
    until = doing.store.today() + timedelta(days=doing.random.randrange(1, 30))
    assignments.assign(doing.store, ward, [home], "lan", until=until)


def opens_a_conflict(doing: Doing) -> None:
    """A conflict's page is opened; it may be decided later."""
    page = _conflict(doing, closed=False)
    shown = sight_of(doing.laptop, frozenset(s.changeset for s in page.sides if s.open))
    doing.laptop.forms.append(Form("conflict", page, shown))
    del doing.laptop.forms[:-4]


def decides(doing: Doing) -> None:
    """Decides a conflict, on a page that was just opened or stood open."""
    pages = [form for form in doing.laptop.forms if form.kind == "conflict"]
    if not pages or doing.random.random() < 0.5:
        opens_a_conflict(doing)
        pages = doing.laptop.forms[-1:]
    form = doing.pick(pages)
    doing.sight = form.sight
    conflicts.decide(doing.store, form.page, doing.pick(form.page.sides).value)


def takes_a_decision_back(doing: Doing) -> None:
    """A decided conflict waits again."""
    page = _conflict(doing, closed=True)
    conflicts.take_back(doing.store, page)


def _conflict(doing: Doing, *, closed: bool) -> Any:
    rows = doing.ids("SELECT ward, id FROM conflict WHERE open = ? ORDER BY ward, id", not closed)
    return conflicts.conflict_page(doing.store, *doing.pick(rows))


_ACTS = (
    *(opens_a_form, edits_a_person, edits_a_household, tags_a_household, records_a_visit),
    speaks_of_work,
    *(
        registers_a_household,
        adds_a_member,
        moves_a_person,
        splits_a_household,
        withdraws,
        merges_people,
        enrols,
    ),
    *(moves_an_enrolment_on, undoes, assigns, opens_a_conflict, decides, takes_a_decision_back),
)
ACT_OF: dict[str, Callable[[Doing], None]] = {act.__name__: act for act in _ACTS}
