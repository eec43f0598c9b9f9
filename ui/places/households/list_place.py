"""All households at work: filtering while typing, opening one, registering a new one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from fieldapp.clock import business_date
from fieldapp.errors import FieldappError
from fieldapp.rules.people.card_ward import wards_on_card
from fieldapp.rules.people.cards import CitizenCard, HealthCard
from fieldapp.usecases import me
from fieldapp.usecases.households import people
from ui.places.households.drafts import Drafts
from ui.places.households.form_bands import card_in, told_card
from ui.places.households.form_state import (
    Checked,
    HouseForm,
    PersonForm,
    check_house_form,
    check_person_form,
    fields_to_compare,
    house_from_draft,
    house_with_card,
    person_from_draft,
    sentence,
    to_draft,
    ward_by_card,
    with_card,
)
from ui.places.households.hints import DuplicateWatch
from ui.places.households.list_desk import ListDesk
from ui.places.households.list_view import HouseholdsView
from ui.places.ports import Asked, Navigator, Tasks
from ui.say import Teller

if TYPE_CHECKING:
    from fieldapp.rules.places.wards import Ward
    from fieldapp.store.store import Store
    from fieldapp.words import Words

NEW = "new"
NEW_HEAD = "new/head"
HEAD_FIELDS = ("full_name", "born_on", "sex", "id_number", "si_number", "card_number")


class HouseholdsPlace(QObject):
    """The place. `open(new=True)` begins a new household, with `text` as the head's name or
    `card` as what was scanned; `refresh` reads the list again."""

    def __init__(self, store: Store, words: Words, tasks: Tasks, navigator: Navigator) -> None:
        super().__init__()
        self._store, self._tasks, self._navigator = store, tasks, navigator
        self.teller = Teller(words, business_date(store.now()))
        self.view = HouseholdsView(self.teller)
        self.widget: QWidget = self.view
        self.list = ListDesk(store, tasks, navigator, self.view, self.teller)
        self.list.user_came = self._take_user
        self._wards: tuple[tuple[str, str], ...] = ()
        self._placing = Asked()
        self._ward_told = ""
        self._drafts = Drafts(store, tasks, navigator)
        self._first = (HouseForm(), PersonForm(relationship="00"))
        self._new_is_open = False
        self._same_number = False
        self._connect()
        self.view.show_loading()

    def _connect(self) -> None:
        view = self.view
        view.new_asked.connect(self.begin_new)
        view.assign_asked.connect(lambda: self._navigator.go("assign"))
        view.import_asked.connect(lambda: self._navigator.go("imports"))
        view.empty_acted.connect(self._act_on_empty)
        view.hidden.connect(self._keep)
        form = view.new_form
        assert form is not None
        self.watch = DuplicateWatch(
            self._store, self._tasks, self._navigator, self.teller, form.same, self._typed_fields
        )
        form.changed.connect(self._check)
        form.paused.connect(self._keep)
        form.left.connect(self.leave_new)
        form.saved.connect(self._register)
        form.scanned.connect(self._take_scan)
        form.draft_dropped.connect(self._drop_draft)
        form.changed.connect(self.watch.typed)
        self.watch.changed.connect(self._check)
        view.hidden.connect(self.watch.pause)

    # the list

    def open(self, **target: object) -> None:
        """Shows the list; `new=True` begins a new household."""
        self.refresh()
        if target.get("new"):
            card = target.get("card")
            known = card if isinstance(card, CitizenCard | HealthCard) else None
            self.begin_new(str(target.get("text") or ""), known)

    def refresh(self) -> None:
        """Reads the list again; the selection and the scroll stay."""
        self.list.refresh()

    def _take_user(self, user: me.Me) -> None:
        wards = tuple((ward.stream, ward.name) for ward in user.wards)
        self.view.offer_desk(user.role != "canvasser")
        if wards != self._wards:
            self._wards = wards
            self.view.set_wards(wards)

    def _act_on_empty(self, kind: str) -> None:
        if kind == "empty":
            self._navigator.go("sync", now=True)
        else:
            self.begin_new(self.list.text)

    # a new household

    def begin_new(self, name: object = "", card: CitizenCard | HealthCard | None = None) -> None:
        """Opens the form of a new household, with the head's name or card filled in."""
        ward = self._wards[0][0] if self._wards else ""
        head = PersonForm(relationship="00")
        if isinstance(name, str) and not any(c.isdigit() for c in name):
            head = replace(head, full_name=name.title() if name.islower() else name)
        house = HouseForm(ward=ward)
        if card is not None:
            head, house = with_card(head, card), house_with_card(house, card)
        self._first = (HouseForm(ward=ward), PersonForm(relationship="00"))
        self._new_is_open = True
        self.watch.begin()
        self._same_number = False
        self._forget_ward()
        form = self.view.open_new()
        form.show_draft(False)
        form.show_forms(house, head)
        self._check()
        if card is not None:
            self.watch.ask()
            self._find_ward(card)
        if head == self._first[1]:
            self._drafts.find(NEW, self._offer_house)

    def _offer_house(self, content: object) -> None:
        kept = house_from_draft(content)
        if kept is None or not self._new_is_open:
            return
        self._drafts.find(NEW_HEAD, lambda head: self._offer(kept, person_from_draft(head)))

    def _offer(self, house: HouseForm, head: PersonForm | None) -> None:
        form = self.view.new_form
        if form is None or self._is_touched():
            return
        form.show_forms(house, head or self._first[1])
        form.show_draft(True)
        self._check()

    def _forms(self) -> tuple[HouseForm, PersonForm]:
        assert self.view.new_form is not None
        return self.view.new_form.forms()

    def _is_touched(self) -> bool:
        house, head = self._forms()
        typed = [house.house_number, house.street, house.phone, house.neighbourhood]
        return any([*typed, *(getattr(head, name) for name in HEAD_FIELDS)])

    def _check(self) -> None:
        house, head = self._forms()
        form = self.view.new_form
        if form is not None:
            checked = check_house_form(house, HouseForm(ward=house.ward), self.teller)
            if self._ward_told:
                told = {"street": (self._ward_told, "warning")}
                checked = replace(checked, messages={**told, **checked.messages})
            if not self._wards:
                missing = self.teller.say("household.no_ward")
                checked = replace(checked, missing=missing)
            form.show_both_checked(checked, self._checked_head(head))

    def _checked_head(self, head: PersonForm) -> Checked:
        same, before = self.watch.same_number or self._same_number, PersonForm(relationship="00")
        return check_person_form(head, before, self.teller, same_number=same)

    def _typed_fields(self) -> Mapping[str, Any]:
        house, head = self._forms()
        return fields_to_compare(head, house)

    def _keep(self) -> None:
        if self._new_is_open and self._is_touched():
            house, head = self._forms()
            self._drafts.keep(NEW, to_draft(house))
            self._drafts.keep(NEW_HEAD, to_draft(head))

    def _drop_draft(self) -> None:
        self._forget()
        self._forget_ward()
        form = self.view.new_form
        if form is not None:
            form.show_draft(False)
            form.show_forms(*self._first)
            self._check()

    def _forget(self) -> None:
        self._drafts.forget(NEW)
        self._drafts.forget(NEW_HEAD)

    def leave_new(self) -> None:
        """Closes the form; what was typed is kept."""
        if self._new_is_open and self._is_touched():
            self._keep()
            self._navigator.toast(self.teller.say("people.draft_kept_new"))
        self._close_new()

    def _close_new(self) -> None:
        self._new_is_open = False
        self.watch.stop()
        if self.view.new_form is not None:
            self.view.new_form.stop_pausing()
        self.view.close_new()

    def _take_scan(self, text: str) -> None:
        card, form = card_in(text, self.teller), self.view.new_form
        if card is None or form is None:
            self._navigator.toast(self.teller.say("people.scan_failed"))
            return
        house, head = self._forms()
        form.show_forms(house_with_card(house, card), with_card(head, card))
        self._check()
        self.watch.ask()
        self._find_ward(card)
        self._keep()
        self._navigator.toast(told_card(card, self.teller))

    def _find_ward(self, card: CitizenCard | HealthCard) -> None:
        """Chooses the ward that the card's address is in today, or says why it did not."""
        mine, today = self._placing.next(), self.teller.today

        def then(found: tuple[Ward, ...]) -> None:
            if self._placing.is_last(mine) and self._new_is_open:
                house, head = self._forms()
                stream, self._ward_told = ward_by_card(found, self._wards, self.teller)
                if stream and self.view.new_form is not None:
                    self.view.new_form.show_forms(replace(house, ward=stream), head)
                self._check()

        self._tasks.read(lambda: wards_on_card(card, today), then, self._navigator.banner)

    def _forget_ward(self) -> None:
        self._placing.next()
        self._ward_told = ""

    def _register(self) -> None:
        house, head = self._forms()
        store, ward = self._store, house.ward or (self._wards[0][0] if self._wards else "")
        fields = check_house_form(house, HouseForm(ward=house.ward), self.teller).values
        member = {**self._checked_head(head).values, "relationship": "00"}
        if head.id_reason:
            member["id_reason"] = head.id_reason

        def job() -> str:
            evidence = {"kind": head.evidence}
            return people.register_household(store, ward, fields, [member], evidence=evidence)

        def then(made: str) -> None:
            self._forget()
            self._close_new()
            self._navigator.toast(self.teller.say("household.registered", name=head.full_name))
            self.refresh()
            self._navigator.go("household", ward=ward, household=made)

        self._tasks.write(job, then, self._register_failed)

    def _register_failed(self, error: FieldappError) -> None:
        self._same_number = error.code == "entry.same_number"
        self._check()
        form, text = self.view.new_form, sentence(error, self.teller)
        name = error.field or ""
        if form is not None and form.show_errors({name: text, f"head_{name}": text}):
            return
        self._navigator.banner(error)
