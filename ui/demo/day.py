"""The day: two canvassers without a network, a conflict, a clerk who decides, a supervisor's log.

Each step is what a person does, in the order of the day; what must be on the screen is looked for,
and a picture is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time
from pathlib import Path
from typing import Any

from fieldapp.clock import VIETNAM
from fieldapp.demo import stage
from fieldapp.demo.people import TownPerson
from fieldapp.demo.stage import PASSWORD, Stage
from fieldapp.demo.story import WARD
from fieldapp.demo.town import card_text
from fieldapp.rules.official_lists.listing import health_form
from fieldapp.store.file.profile import Machine
from fieldapp.usecases.official_lists.answers import LineAnswer, accept_rest, record_answers
from fieldapp.usecases.official_lists.lists import mark_sent, official_list
from fieldapp.usecases.official_lists.papers import write_submission
from fieldapp.usecases.official_lists.submissions import draw_up
from ui.app import make_application
from ui.demo.laptop import Album, Laptop, NotThere

Tell = Callable[..., None]
"""Tells a step: the key of its words, and its values."""
WRITTEN_BY_A = "Trần Quốc Khôi"
WRITTEN_BY_B = "Trần Quốc Khởi"
NEW_PHONE = "0912 345 678"
NOTE = "Cổng xanh, gọi trước khi đến"
RECEIPT_FILE = "bien-lai.pdf"
RETURNED = "Ngày sinh không khớp cơ sở dữ liệu dân cư"
EXPORTS = ("visits.xlsx", "visits.csv", "visits.pdf")


def play_day(place: Stage, machine: Machine, tell: Tell) -> dict[str, Any]:
    """Plays the whole day; returns what was exported, with rows and totals as the screen had them.

    Raises:
        NotThere: something that a person would look for was not on the screen.
    """
    day = Day(place, machine, tell)
    try:
        day.play()
    finally:
        day.end()
    return day.exported


class Day:
    """Four laptops, one album, one clock."""

    def __init__(self, place: Stage, machine: Machine, tell: Tell) -> None:
        self._place, self._tell = place, tell
        app = make_application()
        self._album = Album(place.out)
        self._laptops = {
            person.username: Laptop(
                app, place.laptop(person.username), machine, pictures=self._album
            )
            for person in place.town.staff
        }
        self.exported: dict[str, Any] = {}

    def play(self) -> None:
        """From the first door to the visit log."""
        self._lan_visits()
        self._lan_corrects_a_name()
        self._lan_enrols()
        self._phuc_edits()
        self._both_find_a_network()
        self._hien_decides()
        self._both_have_it()
        self._tri_exports()
        self._hien_lists()
        self._lan_sees_what_came_back()
        self._in_english()

    def end(self) -> None:
        """Closes all windows, the last one first."""
        for laptop in reversed(self._laptops.values()):
            laptop.close()

    def _at(self, clock: str, username: str, step: str) -> Laptop:
        """The laptop of somebody at a time of the day, before the others'."""
        moment = datetime.combine(self._place.town.day, time.fromisoformat(clock), VIETNAM)
        self._place.clock.set_to(moment)
        self._tell(f"demo.step_{step}", clock=clock, who=username)
        self._album.who = username
        laptop = self._laptops[username]
        if laptop.program is not None:
            laptop.show_up()
        return laptop

    @property
    def _head(self) -> TownPerson:
        return self._place.town.story.head

    @property
    def _husband(self) -> TownPerson:
        return self._place.town.story.persons[1]

    # 1 to 3: the first canvasser, without a network

    def _lan_visits(self) -> None:
        lan = self._at("08:05", "lan", "opens_list")
        lan.open(PASSWORD)
        lan.must_see("Hôm nay")
        lan.picture("today")
        lan.key("1")
        lan.must_see("Đã ghi", "vắng nhà")
        lan.picture("not-at-home")
        self._at("08:21", "lan", "visits")
        lan.key("2")
        lan.picture("appointment")
        lan.key("Return")
        self._at("08:40", "lan", "visits")
        lan.key("3")
        lan.picture("considering")

    def _lan_corrects_a_name(self) -> None:
        lan = self._at("09:02", "lan", "finds")
        lan.key("Ctrl+K")
        lan.write("bich hang")
        lan.must_see(self._head.name)
        lan.picture("search")
        lan.key("Return")
        lan.must_see(self._husband.name)
        lan.picture("household")
        self._at("09:08", "lan", "scans")
        lan.key("Down", "E")
        lan.scan(card_text(self._husband))
        lan.picture("scanned")
        lan.key("Alt+Return")
        lan.key("Ctrl+Return")
        lan.must_see(WRITTEN_BY_A)
        self._at("09:11", "lan", "note")
        lan.key("H")
        lan.focus("Ghi chú")
        lan.write(NOTE)
        lan.key("Ctrl+Return")
        lan.picture("note")

    def _lan_enrols(self) -> None:
        lan = self._at("09:15", "lan", "enrols")
        lan.key("5")
        lan.picture("enrol")
        for cap in self._caps_of_pensions(lan)[:1]:
            lan.key(cap)
        lan.key("D")
        lan.picture("enrol-filled")
        lan.key("B")
        lan.picture("benefit")
        lan.key("Escape")
        self._at("09:24", "lan", "pays")
        lan.key("Ctrl+Return")
        lan.must_see("Biên lai")
        lan.picture("receipt")
        self._save_receipt(lan)
        lan.key("Return")
        lan.must_see("Hôm nay")
        lan.picture("today-later")
        lan.go_to("dossiers")
        lan.picture("dossiers")
        lan.go_to("receipts")
        lan.picture("receipts")
        lan.click_status()
        lan.picture("sync-offline")
        lan.key("Escape")

    def _caps_of_pensions(self, lan: Laptop) -> list[str]:
        """The keys printed beside those who may join the voluntary pension."""
        rows = lan.place().widget.left.vsi.rows()
        return [row.tick.cap for row in rows if row.isEnabled() and row.tick.cap]

    def _save_receipt(self, lan: Laptop) -> None:
        path = self._place.out / RECEIPT_FILE
        lan.place().papers.ask = lambda usual: path
        lan.click("PDF")
        lan.wait(path.exists, "the receipt")
        lan.picture("receipt-saved")

    # 4: the second canvasser, without a network

    def _phuc_edits(self) -> None:
        phuc = self._at("09:31", "phuc", "edits")
        phuc.open(PASSWORD)
        phuc.picture("today")
        phuc.key("Ctrl+K")
        phuc.write("bich hang")
        phuc.key("Return")
        phuc.key("H")
        phuc.rewrite(NEW_PHONE)
        phuc.picture("phone")
        phuc.key("Ctrl+Return")
        self._at("09:36", "phuc", "spells")
        phuc.key("Down", "E")
        phuc.rewrite(WRITTEN_BY_B)
        phuc.picture("spelling")
        phuc.key("Ctrl+Return")
        phuc.must_see(WRITTEN_BY_B)
        phuc.picture("household")

    # 5: the network

    def _both_find_a_network(self) -> None:
        lan = self._at("10:20", "lan", "network")
        self._sync(lan)
        lan.picture("sent")
        phuc = self._at("10:26", "phuc", "network_too")
        self._sync(phuc)
        phuc.must_see("Xung đột: 1")
        phuc.must_see(NEW_PHONE[:4])
        phuc.picture("merged-and-conflict")
        lan = self._at("10:31", "lan", "meets")
        self._sync(lan)
        lan.must_see("Xung đột: 1")
        lan.picture("conflict-waits")

    def _sync(self, laptop: Laptop) -> None:
        laptop.network.on = True
        laptop.key("F5")
        driver = laptop.window.ports.driver
        laptop.wait(lambda: driver.state.phase == "done", "the end of a sync")
        laptop.settle()

    # 6: the clerk

    def _hien_decides(self) -> None:
        hien = self._at("10:38", "hien", "sees")
        hien.network.on = True
        hien.open(PASSWORD)
        self._sync(hien)
        hien.go_to("inbox")
        hien.must_see(WRITTEN_BY_A)
        hien.must_see(WRITTEN_BY_B)
        hien.picture("conflict")
        key = self._suggested_key(hien)
        self._at("10:40", "hien", "decides")
        hien.key(key)
        hien.picture("decided")
        self._at("10:41", "hien", "takes_back")
        hien.key("Ctrl+Z")
        hien.picture("taken-back")
        self._at("10:43", "hien", "decides_again")
        hien.key(key)
        self._sync(hien)
        hien.must_see("Xung đột: 0")
        hien.picture("decided-again")

    def _suggested_key(self, hien: Laptop) -> str:
        """The key on the card that is suggested."""
        cards = hien.place().widget.detail.cards
        return next(str(card.side.key) for card in cards if card.side.suggested)

    def _both_have_it(self) -> None:
        for clock, username in (("11:02", "phuc"), ("11:05", "lan")):
            laptop = self._at(clock, username, "has_it")
            self._sync(laptop)
            laptop.must_see("Xung đột: 0")
            laptop.key("Ctrl+K")
            laptop.write("bich hang")
            laptop.key("Return")
            laptop.must_see(f"{WRITTEN_BY_A}, chồng")
            laptop.picture("decision")

    # 7: the supervisor

    def _tri_exports(self) -> None:
        tri = self._at("17:05", "tri", "exports")
        tri.network.on = True
        tri.open(PASSWORD)
        self._sync(tri)
        tri.go_to("reports")
        tri.place().ask_folder = lambda usual: self._place.out
        tri.place().choose_folder()
        tri.settle()
        tri.focus("Từ ngày")
        tri.rewrite(f"{self._place.town.day:%d/%m/%Y}")
        tri.key("Return")
        tri.picture("reports")
        tri.key("Ctrl+E")
        tri.wait(lambda: len(tri.place().widget.band.results) == len(EXPORTS), "three files")
        tri.settle()
        tri.picture("exported")
        summary = tri.place()._summary
        self._rename_exports()
        self.exported = {
            "files": list(EXPORTS),
            "rows": summary.rows,
            "households": summary.households,
            "enrolments": summary.enrolments,
            "total_dong": summary.total_dong,
            "receipt": RECEIPT_FILE,
        }

    def _rename_exports(self) -> None:
        """The names that the demo promises, whatever the language calls the files."""
        for name in EXPORTS:
            suffix = Path(name).suffix
            found = [
                path
                for path in self._place.out.glob(f"*{suffix}")
                if path.name not in (name, RECEIPT_FILE)
            ]
            if len(found) != 1:
                raise NotThere(f"one file *{suffix}")
            found[0].replace(self._place.out / name)

    # 8: the list, and what the agency returns

    def _hien_lists(self) -> None:
        """Lists are drawn up and answered by the same use cases as by scripts."""
        hien = self._at("17:08", "hien", "lists")
        store, ward = hien.window.store, stage.streams(self._place.town)[WARD]
        written = []
        for form in (health_form(self._place.town.day), "d05"):
            for one in draw_up(store, ward, form).lists:
                path = self._place.out / f"{form}.xlsx"
                write_submission(store, ward, one.submission, path)
                mark_sent(store, ward, one.submission)
                written.append((path.name, one))
        health = official_list(store, ward, written[0][1].submission)
        place = next(x.number for x in health.lines if x.person_name == WRITTEN_BY_A)
        self._at("17:12", "hien", "answers")
        answer = LineAnswer(place, "returned", RETURNED)
        record_answers(store, ward, health.row.submission, [answer])
        accept_rest(store, ward, health.row.submission)
        hien.settle()
        self._sync(hien)
        hien.go_to("dossiers")
        hien.place().filter("returned")
        hien.settle()
        hien.must_see(RETURNED)
        hien.picture("returned")
        self.exported["lists"] = [
            {"file": name, "number": one.number, "lines": one.lines, "total_dong": one.total_dong}
            for name, one in written
        ]

    def _lan_sees_what_came_back(self) -> None:
        lan = self._at("17:15", "lan", "returned")
        self._sync(lan)
        lan.go_to("inbox")
        lan.must_see(RETURNED)
        lan.picture("returned")
        lan.key("E")
        lan.must_see(f"{WRITTEN_BY_A}, chồng")
        lan.picture("returned-field")
        lan.key("Escape")
        for username in ("phuc", "tri"):
            self._sync(self._laptops[username])

    # the other language

    def _in_english(self) -> None:
        lan = self._at("17:20", "lan", "english")
        lan.speak("en")
        lan.go_to("today")
        lan.picture("en-today")
        lan.key("Ctrl+K")
        lan.write("bich hang")
        lan.picture("en-search")
        lan.key("Return")
        lan.picture("en-household")
        lan.key("5")
        lan.picture("en-enrol")
        tri = self._at("17:24", "tri", "english")
        tri.speak("en")
        tri.go_to("reports")
        tri.picture("en-reports")
