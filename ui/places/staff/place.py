"""The controller of people and devices: asks the server, shows what it told, does what is asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, Protocol, TypeVar

from fieldapp.errors import FieldappError, UserMends
from fieldapp.store.store import Store
from fieldapp.usecases.me import Me, me
from fieldapp.usecases.visiting.handing_over import hand_over, held_by
from fieldapp.words import Words
from sync.protocol import (
    DatedGrant,
    EndWard,
    GiveWard,
    Invite,
    Invited,
    People,
    RevokeDevice,
)
from ui.places.households.form_bands import FormBand
from ui.places.households.form_state import sentence
from ui.places.ports import Asked, LongTasks, Navigator
from ui.places.staff.forms import Choices
from ui.places.staff.state import DEVICE, FILTERS, GRANT, ROLES, Person, StaffState, unsent_told
from ui.places.staff.view import StaffView
from ui.say import Teller
from ui.widgets import Question

LEFT_FOR = timedelta(days=40)
"""For how long households are handed over, if nobody says otherwise."""
FIELDS = {
    "staff.user_exists": "username",
    "staff.username_invalid": "username",
    "staff.name_invalid": "full_name",
    "staff.days_invalid": "until",
    "staff.longer_than_own": "until",
}
"""At which input a refusal of the server stands."""
Told = TypeVar("Told")


class Desk(Protocol):
    """What the place asks of the server (`sync.client.people.PeopleDesk`)."""

    def known(self) -> People | None:
        """What it told last."""
        ...

    def ask(self) -> People:
        """What it tells now."""
        ...

    def invite(self, request: Invite) -> Invited:
        """A one-time code."""
        ...

    def give_ward(self, request: GiveWard) -> None:
        """Grants a ward."""
        ...

    def end_ward(self, request: EndWard) -> None:
        """Ends grants."""
        ...

    def revoke_device(self, request: RevokeDevice) -> None:
        """Revokes a device."""
        ...


class StaffPlace:
    """Người và máy. What was told last stands at once; the server is asked when it is opened."""

    def __init__(
        self, store: Store, words: Words, tasks: LongTasks, navigator: Navigator, desk: Desk
    ) -> None:
        self._store, self._tasks, self._go, self._desk = store, tasks, navigator, desk
        self._teller = Teller(words, store.today())
        self.state = StaffState()
        self.widget = StaffView(self._teller)
        self._asked, self._busy = Asked(), False
        self.confirm: Callable[[Question], bool] = lambda question: bool(question.exec())
        view = self.widget
        view.filter_chosen.connect(self.filter)
        view.row_changed.connect(lambda: view.show_selected(self.state))
        view.asked.connect(self.do)
        for form in (view.give, view.new, view.hand):
            form.left.connect(view.close_form)
        view.code.left.connect(view.close_form)
        view.give.saved.connect(self.save_give)
        view.new.saved.connect(self.save_new)
        view.hand.saved.connect(self.save_hand)

    # reading

    def open(self, *, only: str = "", **_: Any) -> None:
        """Show what was told last, and ask the server."""
        if only in FILTERS:
            self.state = replace(self.state, only=only)
        self.refresh()
        self.ask()

    def refresh(self) -> None:
        """Read again what this laptop knows."""
        store, desk = self._store, self._desk

        def job() -> tuple[Me, People | None]:
            return me(store), desk.known()

        def then(read: tuple[Me, People | None]) -> None:
            user, told = read
            self._teller.today = store.today()
            wards = {ward.stream: ward.name for ward in user.wards}
            first = self.state.told is None
            self.state = replace(self.state, told=told, wards=wards, me=user.username)
            self.widget.show_state(self.state)
            if first and told is not None:
                self.widget.focus_first()

        self._tasks.read(job, then, self._go.banner)

    def ask(self) -> None:
        """Ask the server again."""
        mine, desk = self._asked.next(), self._desk
        self._show_asking(asking=True)

        def then(_: People) -> None:
            self._answered(mine, fresh=True)

        def failed(error: FieldappError) -> None:
            self._answered(mine, fresh=False)
            if isinstance(error, UserMends):
                self._go.banner(error)

        self._tasks.long(lambda *_: desk.ask(), then, failed)

    def _answered(self, mine: int, *, fresh: bool) -> None:
        if self._asked.is_last(mine):
            self.state = replace(self.state, fresh=fresh, asking=False)
            self.refresh()

    def _show_asking(self, *, asking: bool) -> None:
        self.state = replace(self.state, asking=asking)
        self.widget.show_as_of(self.state)

    def filter(self, only: str) -> None:
        """Show the people under another filter."""
        self.state = replace(self.state, only=only)
        self.widget.show_state(self.state)

    def current(self) -> Person | None:
        """The selected person."""
        return self.state.person(self.widget.table.current_key())

    # doing

    def do(self, deed: str) -> None:
        """Begin what a person asked for."""
        if deed == "add":
            self.widget.new.ask(self._wards(), self._role())
            self.widget.show_form(self.widget.new, "full_name")
            return
        person = self.current()
        if person is None or self._busy:
            return
        acts: dict[str, Callable[[Person], None]] = {
            "give": self._ask_give,
            "end": self._end,
            "invite": self._invite,
            "revoke": self._revoke,
            "hand_over": self._ask_hand,
        }
        acts[deed](person)

    def _wards(self) -> Choices:
        told = self.state.told
        return [(ward, self.state.ward(ward)) for ward in (told.wards if told else ())]

    def _role(self) -> str:
        """The user's highest role: the server says for each ward what may be given there."""
        told = self.state.told
        roles = [role for role in (told.wards.values() if told else ()) if role in ROLES]
        return max(roles, key=ROLES.index, default="")

    def _ask_give(self, person: Person) -> None:
        who = person.who
        self.widget.give.ask(who.username, who.full_name, self._wards(), self._role())
        self.widget.show_form(self.widget.give, "ward")

    def save_give(self) -> None:
        """Give the ward that stands in the form."""
        form = self.widget.give
        if not form.check().may_save:
            return
        request = form.request()
        told = {"ward": self.state.ward(request.ward), "name": form.title.text()}
        text = self._teller.say("staff_place.given", **told)

        def then(_: None) -> None:
            self.widget.close_form()
            self._tell(text)

        self._call(lambda: self._desk.give_ward(request), then, form)

    def save_new(self) -> None:
        """Add the person in the form, and show the code."""
        form = self.widget.new
        if not form.check().may_save:
            return
        request = form.request()
        name = request.new.full_name if request.new else request.username
        self._call(
            lambda: self._desk.invite(request), lambda told: self._show_code(name, told), form
        )

    def _invite(self, person: Person) -> None:
        request, name = Invite(person.who.username), person.who.full_name
        self._call(lambda: self._desk.invite(request), lambda told: self._show_code(name, told))

    def _show_code(self, name: str, told: Invited) -> None:
        self.widget.code.show_code(name, told)
        self.widget.show_code()
        self.ask()

    def _end(self, person: Person) -> None:
        key = self.widget.person.current_key()
        grant = person.who.grants[int(key.removeprefix(GRANT))]
        request = EndWard(person.who.username, grant.ward)
        ended = [g for g in person.grants_on(self._teller.today) if g.ward == grant.ward]
        told = {"name": person.who.full_name, "ward": self.state.ward(grant.ward)}
        text = self._teller.say("staff_place.ended", **told)

        def then(_: None) -> None:
            self._tell(text, lambda: self._give_back(person.who.username, ended))

        self._call(lambda: self._desk.end_ward(request), then)

    def _give_back(self, username: str, ended: list[DatedGrant]) -> None:
        today = self._teller.today.isoformat()

        def job() -> None:
            for grant in ended:
                since = max(grant.since, today)
                self._desk.give_ward(GiveWard(username, grant.ward, grant.role, since, grant.until))

        self._call(job, lambda _: self._tell(self._teller.say("staff_place.back_given")))

    def _revoke(self, person: Person) -> None:
        key = self.widget.person.current_key().removeprefix(DEVICE)
        device = next((one for one in person.devices if one.device == key), None)
        if device is None or not self.confirm(self.revoke_question(person, key)):
            return
        told = {"device": device.name, "name": person.who.full_name}
        text = self._teller.say("staff_place.done_revoke", **told)
        request = RevokeDevice(device.device)
        self._call(lambda: self._desk.revoke_device(request), lambda _: self._tell(text))

    def revoke_question(self, person: Person, identity: str) -> Question:
        """The dialog before a device is revoked: what becomes of work that it has not sent."""
        say = self._teller.say
        device = next(one for one in person.devices if one.device == identity)
        return Question(
            say("staff_place.revoke_ask", device=device.name, name=person.who.full_name),
            say("staff_place.revoke_means", unsent=unsent_told(device, self._teller)),
            say("staff_place.revoke"),
            self.widget,
        )

    def _ask_hand(self, person: Person) -> None:
        who, store, form = person.who, self._store, self.widget.hand
        others = [
            (one.who.username, one.who.full_name)
            for one in self.state.people()
            if one.who.username != who.username and one.grants_on(self._teller.today)
        ]

        def then(found: dict[str, tuple[str, ...]]) -> None:
            households = sum(map(len, found.values()))
            until = self._teller.today + LEFT_FOR
            form.ask(who.username, who.full_name, households, others, until)
            self.widget.show_form(form, "heir")

        self._tasks.read(lambda: held_by(store, who.username), then, self._go.banner)

    def save_hand(self) -> None:
        """Hand the households over: that is work like any other, and needs no network."""
        form, store = self.widget.hand, self._store
        until, heir, leaver = form.day("until"), form.heir.text(), form.username
        if not form.check().may_save or until is None:
            return
        named = self.state.person(heir)
        name = named.who.full_name if named else heir

        def job() -> int:
            count = sum(map(len, held_by(store, leaver).values()))
            hand_over(store, leaver, heir, until=until)
            return count

        def then(count: int) -> None:
            self.widget.close_form()
            self._go.toast(self._teller.say("staff_place.handed", n=count, name=name))

        self._tasks.write(job, then, lambda error: self._failed(error, form))

    def _call(
        self, job: Callable[[], Told], then: Callable[[Told], None], form: FormBand | None = None
    ) -> None:
        """One call to the server; while it is under way no second one begins."""
        if self._busy:
            return
        self._busy = True
        self._show_asking(asking=True)

        def done(told: Told) -> None:
            self._busy = False
            self._show_asking(asking=False)
            then(told)

        def failed(error: FieldappError) -> None:
            self._busy = False
            self._show_asking(asking=False)
            self._failed(error, form)

        self._tasks.long(lambda *_: job(), done, failed)

    def _failed(self, error: FieldappError, form: FormBand | None) -> None:
        field = FIELDS.get(error.code, "")
        if form is not None and field and form.show_errors({field: sentence(error, self._teller)}):
            return
        self._go.banner(error)

    def _tell(self, text: str, undo: Callable[[], None] | None = None) -> None:
        self._go.toast(text, undo)
        self.ask()
