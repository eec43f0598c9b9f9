"""Whether the log overwrote anything that its author had not seen, entry by entry.

Written from `design.md` 4 and 5 alone. What an author had seen is what the harness saw on her
screen, not what her changeset says of itself; whose edit was later is what the true clock says.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from fieldapp.model import record_types
from fieldapp.model.merging import Policy
from fieldapp.model.record import references
from tests.simulation.case import (
    Case,
    Past,
    advance_ends,
    into,
    is_gone,
    members_end,
    must_ask,
    must_wait,
    text_ends,
)
from tests.simulation.folding import FORMED_BY, Key, Row, Sum, defaults, policy_of, sum_of
from tests.simulation.hidden import HIDDEN
from tests.simulation.memory import Memory, Place, Saved, hash_as_written, must

OVER_UNSEEN = "nothing is withdrawn over unseen work"
REFUSED_UNSEEN = "nothing comes back over a refusal that was not seen"
MERGED_UNSEEN = "nobody is merged over unseen edits"
SOMEBODY_LEFT = "of merged people somebody is left to show"
GOING = {"withdrawn", "merged_into"}
"""The fields by which a record goes."""


@dataclass
class Judge:
    """One ward's log, judged from its beginning."""

    memory: Memory
    ward: str
    skip: int
    """Entries from before the history began: everybody has seen them, they only create."""
    accepted: dict[Place, list[Past]] = field(default_factory=dict)
    referrals: dict[Key, list[str]] = field(default_factory=dict)
    _seen: dict[tuple[str, Place], frozenset[str]] = field(default_factory=dict)

    def all(self) -> None:
        """Judges every entry."""
        line = self.memory.line(self.ward)
        for place in range(self.skip, len(line.ids)):
            saved = self.memory.saved.get(line.ids[place])
            if saved is None and self._ends_held_work(json.loads(line.contents[place])):
                continue
            if saved is None and line.ids[place] in self.memory.refused:
                before, after = sum_of(line, place), sum_of(line, place + 1)
                must(before.rows == after.rows, "what was forged changes nothing", line.ids[place])
                continue
            must(saved is not None, "only what people did is in the log", line.ids[place])
            assert saved is not None
            same = hash_as_written(line.contents[place]) == saved.hash
            must(same, "a changeset never changes", saved.id)
            before, after = sum_of(line, place), sum_of(line, place + 1)
            if saved.id in self.memory.refused:
                self._refused(saved, before, after)
            else:
                self._entry(saved, before, after)

    @staticmethod
    def _ends_held_work(made: Row) -> bool:
        """The server's own entry that lets held work in, or refuses it; or that says again whom
        the ledger knows to be erased."""
        kinds = {change["type"] for change in made["changes"] if change["kind"] == "create"}
        own = len(kinds) == 1 and kinds <= {"held_release", "erasure"}
        return bool(made["author"] == "server" and own)

    def _refused(self, saved: Saved, before: Sum, after: Sum) -> None:
        """What was refused changes nothing; what it made arrives withdrawn."""
        for key, row in after.rows.items():
            was = before.rows.get(key)
            gone = was is None and row.get("withdrawn", True) is True
            must(was is row or gone, "what was refused changes nothing", (key, saved.id))
        self._sides(saved, before, after, {})

    def _entry(self, saved: Saved, before: Sum, after: Sum) -> None:
        made = saved.made
        decisions = {(c["type"], c["id"]): c for c in made["changes"] if c["kind"] == "decide"}
        self._stands_on_what_came(saved)
        self._nothing_else(saved, before, after)
        self._sides(saved, before, after, decisions)
        self._gone_together(saved, before, after)
        for place, old, new in saved.fields():
            if HIDDEN.hides(place[:2], place[2]) or place[1] in HIDDEN.people:
                continue  # whose person was erased: nobody is asked about that any more
            decision = decisions.get(place[:2])
            self._field(Case(saved, place, old, new, before, after), decision)
        self._met_gone(saved, before, after)
        self._somebody_left(saved, after)
        for key in _new_referrals(made):
            self.referrals.setdefault(key, []).append(saved.id)

    # what holds for every entry

    def _stands_on_what_came(self, saved: Saved) -> None:
        """Own work that it builds on was in the log before it, unless that is lost for ever."""
        ids = self.memory.line(self.ward).ids
        at = ids.index(saved.id)
        for name in saved.sight.own:
            own = self.memory.saved[name]
            if own.ward == self.ward and own.records & saved.records:
                lost = name in self.memory.lost_with_a_disk and name not in ids
                must(
                    lost or name in ids[:at],
                    "what builds on other work comes after it",
                    (saved.id, "before", name),
                )

    def _nothing_else(self, saved: Saved, before: Sum, after: Sum) -> None:
        """An entry creates what it says and changes no field but those that it names."""
        named = {place for place, _, _ in saved.fields()}
        created = {(c["type"], c["id"]): c for c in saved.made["changes"] if c["kind"] == "create"}
        for key, row in after.rows.items():
            was = before.rows.get(key)
            if was is row:
                continue
            if was is None:
                must(key in created, "an entry changes only what its author changed", key)
                whole = {**defaults(key[0]), **created[key]["values"], FORMED_BY: saved.id}
                row, whole = HIDDEN.masked(key, row), HIDDEN.masked(key, whole)
                must(row == whole, "a record arrives as it was made", (key, saved.id))
                continue
            for name in row.keys() | was.keys():
                if name == FORMED_BY or row.get(name) == was.get(name):
                    continue
                if HIDDEN.hides(key, name, was):
                    continue
                must(
                    (*key, name) in named,
                    "an entry changes only what its author changed",
                    (key, name, saved.id),
                )
                immutable = policy_of(key[0], name) is Policy.NEVER
                must(not immutable, "receipts and what was quoted never change", (key, name))
        for key in created.keys() - after.rows.keys():
            must(False, "a changeset is there whole or not at all", (key, saved.id))

    def _sides(self, saved: Saved, before: Sum, after: Sum, decisions: dict[Key, Row]) -> None:
        """An open side ends only by a decision that had it on the screen."""
        places = Counter((c["type"], c["record"], c["field"]) for c in after.conflicts.values())
        twice = [place for place, count in places.items() if count > 1]
        must(not twice, "one conflict per record and field", twice)
        for identity, conflict in before.conflicts.items():
            now = after.conflicts[identity]
            if now is conflict:
                continue
            still = {s["changeset"]: s for s in now["sides"]}
            decision = decisions.get((conflict["type"], conflict["record"]))
            for side in conflict["sides"]:
                there = still.get(side["changeset"])
                must(there is not None, "the losing value is in history", (identity, side))
                assert there is not None
                ended = side["open"] and not there["open"]
                seen = side["changeset"] in saved.sight.sides and decision is not None
                must(
                    not ended or seen,
                    "an open side ends only by a decision that saw it",
                    (identity, side["changeset"], saved.id),
                )

    def _gone_together(self, saved: Saved, before: Sum, after: Sum) -> None:
        """What one action withdraws stands or falls together."""
        gone = [
            place[:2]
            for place, _, new in saved.fields()
            if place[2] == "withdrawn" and new is True and not is_gone(before, place[:2])
        ]
        ends = {is_gone(after, key) for key in gone}
        must(len(ends) < 2, "what one action withdraws stands or falls together", saved.id)

    def _met_gone(self, saved: Saved, before: Sum, after: Sum) -> None:
        """Work on a record whose withdrawal its author had not seen opens a conflict on it."""
        for key in {place[:2] for place, _, _ in saved.fields()} | set(_new_referrals(saved.made)):
            place = (*key, "withdrawn")
            if key[1] in HIDDEN.people:
                continue
            if not is_gone(before, key) or saved.touches(place):
                continue
            missed = [p for p in self._missed(saved, place) if p.new is True]
            made = [p for p, _, _ in saved.fields() if p[:2] == key] or [place]
            missed = [
                past
                for past in missed
                if not any(self._comes_behind(saved, mine, past) for mine in made)
            ]
            if missed:
                must_ask(after, place, saved.id, OVER_UNSEEN)
        for key in {p[:2] for p, _, _ in saved.fields() if p[2] not in GOING}:
            place = (*key, "merged_into")
            if key[1] in HIDDEN.people:
                continue
            if saved.touches(place) or into(before, key) is None:
                continue
            missed = [p for p in self._missed(saved, place) if p.new is not None]
            mine = [p for p, _, _ in saved.fields() if p[:2] == key]
            if any(not any(self._comes_behind(saved, m, p) for m in mine) for p in missed):
                must_ask(after, place, saved.id, MERGED_UNSEEN)

    def _somebody_left(self, saved: Saved, after: Sum) -> None:
        """Following merges from anybody ends with somebody."""
        for place, _, new in saved.fields():
            asked: set[Key] = set()
            key: Key | None = place[:2] if place[2] == "merged_into" and new else None
            while key is not None:
                must(key not in asked, SOMEBODY_LEFT, (key, saved.id))
                asked.add(key)
                target = into(after, key)
                key = (key[0], target) if target else None

    # one field

    def _field(self, case: Case, decision: Row | None) -> None:
        saved, place = case.saved, case.place
        missed = self._missed(saved, place)
        policy = policy_of(place[0], place[2])
        if decision is not None:
            named = set(decision.get("sides", ()))
            must(named <= saved.sight.sides, "a decision settles what it saw", saved.id)
            missed = [past for past in missed if past.id not in named]
            policy = Policy.DECIDE
        accepted = self._ends(case, missed, policy, decided=decision is not None)
        if accepted:
            at = self._time(saved, place)
            past = Past(saved.id, case.old, case.new, at, saved.honest)
            self.accepted.setdefault(place, []).append(past)

    def _ends(self, case: Case, missed: list[Past], policy: Policy, *, decided: bool) -> bool:
        """Checks how a change of a field ended; whether it counts as one to be seen."""
        if not missed:
            # Whoever worked on it had seen it gone, or is a side that stays open.
            keeps = decided and case.was == case.new
            if case.withdraws and not keeps and self._unseen_work(case):
                must_ask(case.after, case.place, case.saved.id, OVER_UNSEEN)
                must(case.now is False, OVER_UNSEEN, case)
                return False
            if self._brings_back_refused(case):
                must_ask(case.after, case.place, case.saved.id, REFUSED_UNSEEN)
                must(case.now is True, REFUSED_UNSEEN, case)
                return False
            if case.merges and (case.rings or (not keeps and self._unseen_work(case))):
                must_ask(case.after, case.place, case.saved.id, MERGED_UNSEEN)
                must(case.now == case.was, MERGED_UNSEEN, case)
                return False
            stands = case.now == case.new or (case.withdraws and case.now == case.was)
            must(stands, "who has seen everything has the last word", case)
            return case.now == case.new
        if any(self._comes_behind(case.saved, case.place, past) for past in missed):
            must(case.now == case.was, "what was built on it is back already", case)
            return False
        if case.new == case.was:
            must(case.now == case.was, "agreement changes nothing", case)
            return True
        match policy:
            case Policy.LATEST:
                return self._latest(case, missed)
            case Policy.TEXT:
                return text_ends(case)
            case Policy.MEMBERS:
                return members_end(case, missed)
            case Policy.ADVANCE:
                return advance_ends(case, missed)
        must_wait(case)
        return False

    def _latest(self, case: Case, missed: list[Past]) -> bool:
        """The later one by the true time; with clocks that were moved either, or a conflict."""
        if not case.saved.honest or not all(past.honest for past in missed):
            must(case.now in (case.was, case.new), "the later one stands", case)
            return bool(case.now == case.new)
        own = (self._time(case.saved, case.place), case.saved.id)
        later = own > max((past.at, past.id) for past in missed)
        must(case.now == (case.new if later else case.was), "the later one stands", case)
        return later

    def _time(self, saved: Saved, place: Place) -> datetime:
        """When the change was made, never earlier than what its author saw replaced."""
        seen = self._seen_of(saved, place)
        before = [past.at for past in self.accepted.get(place, ()) if past.id in seen]
        return max([saved.at, *before])

    def _unseen_work(self, case: Case) -> bool:
        """Others' accepted work on a record that the withdrawing person had not on her screen."""
        key, saved = case.place[:2], case.saved
        for place in self.accepted:
            apart = {"withdrawn", case.place[2]}
            if place[:2] == key and place[2] not in apart:
                missed = self._missed(saved, place)
                if any(not self._comes_behind(saved, case.place, past) for past in missed):
                    return True
        if case.merges:
            return False
        seen = saved.sight.log | self._own(saved)
        return any(
            name not in seen and saved.id not in self.memory.saved[name].sight.log
            for name in self.referrals.get(key, ())
        )

    def _missed(self, saved: Saved, place: Place) -> list[Past]:
        seen = self._seen_of(saved, place)
        return [p for p in self.accepted.get(place, ()) if p.id not in seen and p.id != saved.id]

    def _brings_back_refused(self, case: Case) -> bool:
        """Whether it brings back what was withdrawn by a refusal that its author had not seen."""
        kind, record, field = case.place
        if field != "withdrawn" or case.new is not False:
            return False
        formed = case.before.rows.get((kind, record), {}).get(FORMED_BY)
        return formed in self.memory.refused and formed not in case.saved.sight.log

    def _comes_behind(self, saved: Saved, place: Place, past: Past) -> bool:
        """Whether an accepted change was made with this one of the field in view: this one comes
        back, after a restore, behind what was built on it."""
        other = self.memory.saved[past.id]
        decided = [
            change
            for change in other.made["changes"]
            if change["kind"] == "decide" and (change["type"], change["id"]) == place[:2]
        ]
        named = any(place[2] in c["fields"] and saved.id in c["sides"] for c in decided)
        return named or saved.id in self._seen_of(other, place)

    def _stood_in_sight(self, saved: Saved, place: Place) -> frozenset[str]:
        """What the author's copy of the log had as changes that stood."""
        line = self.memory.line_at(self.ward, saved.sight.heads.get(self.ward, ""))
        known = set(line.ids)
        away = [n for n in saved.sight.log & known if not line.stood(n, place)]
        return saved.sight.log - frozenset(away)

    def _seen_of(self, saved: Saved, place: Place) -> frozenset[str]:
        """What the author had seen of a field: the screen showed own work over the log's value."""
        known = self._seen.get((saved.id, place))
        if known is not None:
            return known
        over = [self.memory.saved[name] for name in saved.sight.own]
        over = [own for own in over if own.id != saved.id and own.touches(place)]
        seen = frozenset[str]() if over else self._stood_in_sight(saved, place)
        for own in over:
            seen |= {own.id} | self._seen_of(own, place)
        self._seen[saved.id, place] = seen
        return seen

    def _own(self, saved: Saved) -> set[str]:
        found, waiting = set[str](), [saved]
        while waiting:
            for name in waiting.pop().sight.own:
                if name not in found:
                    found.add(name)
                    waiting.append(self.memory.saved[name])
        return found


def _new_referrals(made: Row) -> Iterator[Key]:
    """The records, not made by the same action, that come to be referred to by it, but by a
    merge."""
    born = {(c["type"], c["id"]) for c in made["changes"] if c["kind"] == "create"}
    for change in made["changes"]:
        values = change.get("values") or {n: new for n, (_, new) in change["fields"].items()}
        for name, target in references(record_types()[change["type"]]).items():
            record = values.get(name)
            if record and name != "merged_into" and (target, record) not in born:
                yield target, record
