"""The right band: one person with wards and devices, and what can be done with each."""

from __future__ import annotations

from PySide6.QtCore import Signal

from ui.places.staff.state import (
    DEVICE,
    GRANT,
    Person,
    StaffState,
    days_told,
    device_told,
    grant_state,
    issues_told,
    revoked_told,
    role_told,
    seen_told,
)
from ui.say import Teller
from ui.widgets import Band, Button, Group, Label, Mark, Row, RowList, RowShape
from ui.widgets.button import Kind

SHAPE = RowShape(height=48, indent=8, lead=0, right=8)
DEEDS = ("give", "end", "invite", "revoke", "hand_over")
KINDS: dict[str, Kind] = {"give": "primary", "revoke": "destructive"}
KEYS = {"give": "G", "end": "K", "invite": "M", "revoke": "T", "hand_over": "B"}


class PersonBand(Band):
    """One person. `asked` goes out with a deed; `current_key` says on which grant or device."""

    asked = Signal(str)

    def __init__(self, teller: Teller) -> None:
        super().__init__(ground="sunken", foot_ground="sunken")
        self._teller = teller
        self.title = Label(role="subheading", wrap=True)
        self.role = Label(role="small", token="ink2", wrap=True)
        self.rows = RowList(teller.say("staff_place.devices"), shape=SHAPE)
        self.rows.current_changed.connect(lambda _: self._offer())
        self.detail = Label(role="small", token="ink2", wrap=True)
        self.above = Label(teller.say("staff_place.above"), role="small", token="ink3", wrap=True)
        for part in (self.title, self.role, self.rows, self.detail):
            self.body.addWidget(part)
        self.foot.addWidget(self.above)
        self.buttons: dict[str, Button] = {}
        for deed in DEEDS:
            kind = KINDS.get(deed, "plain")
            button = Button(teller.say(f"staff_place.{deed}"), kind=kind, key=KEYS[deed])
            button.clicked.connect(lambda _=False, one=deed: self.asked.emit(one))
            self.buttons[deed] = button
        for deed in ("hand_over", "revoke", "invite", "end", "give"):
            self.foot.addWidget(self.buttons[deed])
        self._person: Person | None = None
        self._state = StaffState()
        self.show_person(None, self._state)

    def show_person(self, person: Person | None, state: StaffState) -> None:
        """Show another person; None shows nothing."""
        same = self._person and person and self._person.who.username == person.who.username
        self._person, self._state = person, state
        for part in (self.title, self.role, self.rows, self.detail):
            part.setVisible(person is not None)
        self._foot.setVisible(person is not None)
        self._foot_line.setVisible(person is not None)
        if person is None:
            return
        say, who = self._teller.say, person.who
        self.title.setText(who.full_name)
        role = role_told(person, self._teller.today, self._teller)
        self.role.setText(f"{who.username}, {role}")
        self.rows.setAccessibleName(say("staff_place.list", name=who.full_name))
        if not same:
            self.rows.set_items([])
        items = self._items(person)
        self.rows.set_items(items)
        high = sum(SHAPE.height if isinstance(one, Row) else 30 for one in items)
        self.rows.setFixedHeight(high + 4)
        self._offer()

    def _items(self, person: Person) -> list[Row | Group]:
        say, teller, state = self._teller.say, self._teller, self._state
        items: list[Row | Group] = [Group("grants", say("staff_place.grants"), folds=False)]
        for place, grant in enumerate(person.who.grants):
            when = grant_state(grant, teller.today)
            items.append(
                Row(
                    key=f"{GRANT}{place}",
                    title=state.ward(grant.ward),
                    fact=f"{say(f'settings.role_{grant.role}')}, {days_told(grant, teller)}",
                    mark=Mark(say(f"staff_place.{when}")) if when else None,
                    done=when == "over",
                )
            )
        if not person.who.grants:
            items.append(Row(key="", title="", fact=say("staff_place.no_grants")))
        items.append(Group("devices", say("staff_place.devices"), folds=False))
        for device in person.devices:
            revoked = device.revoked_at
            mark = Mark(revoked_told(revoked, teller)) if revoked is not None else None
            items.append(
                Row(
                    key=f"{DEVICE}{device.device}",
                    title=device.name,
                    fact=issues_told(device, state.at, teller),
                    fact_strong=True,
                    stake=seen_told(device, teller),
                    spoken=f"{device.name}, {device_told(device, state.at, teller)}",
                    mark=mark,
                    done=device.revoked_at is not None,
                )
            )
        if not person.devices:
            items.append(Row(key=DEVICE, title="", fact=say("staff_place.no_devices")))
        return items

    def current_key(self) -> str:
        """The key of the selected grant or device."""
        return self.rows.current_key()

    def _offer(self) -> None:
        """Only what can be done with what is selected is offered."""
        person, key = self._person, self.current_key()
        if person is None:
            return
        mine = person.who.username == self._state.me
        able = person.who.may_change
        give = not mine and self._state.told is not None
        revoked = {one.device for one in person.devices if one.revoked_at is not None}
        device = key.removeprefix(DEVICE) if key.startswith(DEVICE) else ""
        chosen = next((one for one in person.devices if one.device == device), None)
        at, teller = self._state.at, self._teller
        self.detail.setText(device_told(chosen, at, teller) if chosen is not None else "")
        shown = {
            "give": give,
            "end": give and key.startswith(GRANT) and self._still(key),
            "invite": able,
            "revoke": able and bool(device) and device not in revoked,
            "hand_over": able,
        }
        for deed, there in shown.items():
            self.buttons[deed].setVisible(there)
        self.above.setVisible(not mine and not able)

    def _still(self, key: str) -> bool:
        person = self._person
        place = int(key.removeprefix(GRANT))
        if person is None or place >= len(person.who.grants):
            return False
        return grant_state(person.who.grants[place], self._teller.today) != "over"
