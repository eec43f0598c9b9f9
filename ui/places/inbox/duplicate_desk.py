"""The pairs that may be one person, read and decided: merged, told apart, parted again."""

from __future__ import annotations

from collections.abc import Callable

from fieldapp.errors import FieldappError
from fieldapp.store.store import Store
from fieldapp.usecases.households.duplicates import Pair, likely_duplicates, merged_pairs
from fieldapp.usecases.households.merge_preview import MergePreview, merge_previews
from fieldapp.usecases.households.merging import merge_people, part_people, tell_apart
from fieldapp.usecases.me import me
from ui.places.inbox.pairs import PairShown, key_of_pair, pair_item, pair_names, pair_shown
from ui.places.inbox.state import Item
from ui.places.ports import Asked, Navigator, Tasks
from ui.say import Teller


class DuplicateDesk:
    """The pairs of the user's wards: reads them, opens one of the two records, writes down what
    a clerk decides.

    `changed` is called when they were read, `decided` with the sentence and the changeset of a
    decision.
    """

    def __init__(
        self,
        store: Store,
        tasks: Tasks,
        navigator: Navigator,
        changed: Callable[[], None],
        decided: Callable[[str, str], None],
    ) -> None:
        self._store, self._tasks, self._go = store, tasks, navigator
        self._changed, self._decided = changed, decided
        self._asked = Asked()
        self._pairs: dict[str, Pair] = {}
        self._held: dict[str, MergePreview] = {}
        self._busy = False
        self.is_read = False

    @property
    def count(self) -> int:
        """How many pairs wait for somebody, as far as they were read."""
        return sum(not pair.merged for pair in self._pairs.values())

    def read(self) -> None:
        """Compare everybody again; seconds in a large ward, so only where they are looked at."""
        mine, store = self._asked.next(), self._store

        def job() -> tuple[dict[str, Pair], dict[str, MergePreview]]:
            wards = me(store).streams
            found = [pair for ward in wards for pair in likely_duplicates(store, ward)]
            found.sort(key=lambda pair: -pair.other.score)
            found += [pair for ward in wards for pair in merged_pairs(store, ward)]
            keys = [key_of_pair(pair) for pair in found]
            held = merge_previews(store, found)
            return dict(zip(keys, found, strict=True)), dict(zip(keys, held, strict=True))

        def then(read: tuple[dict[str, Pair], dict[str, MergePreview]]) -> None:
            if self._asked.is_last(mine):
                (self._pairs, self._held), self.is_read = read, True
                self._changed()

        self._tasks.read(job, then, self._go.banner)

    def items(self, teller: Teller) -> list[Item]:
        """The pairs as lines, the likeliest first; behind them those that were merged."""
        return [pair_item(pair, teller) for pair in self._pairs.values()]

    def shown(self, key: str, teller: Teller, *, may_decide: bool) -> PairShown | None:
        """A pair as the page shows it; None for another kind of line."""
        pair = self._pairs.get(key)
        if pair is None:
            return None
        return pair_shown(pair, teller, self._held[key], may_decide=may_decide)

    def merge(self, key: str, number: int, teller: Teller) -> None:
        """Merge the other record into the one that is kept."""
        if pair := self._pairs.get(key):
            store = self._store
            kept, other = (pair.one, pair.other) if number == 1 else (pair.other, pair.one)
            said = teller.say("duplicates.merged", name=kept.name)
            self._decide(lambda: merge_people(store, kept.ward, other.person, kept.person), said)

    def tell_apart(self, key: str, teller: Teller) -> None:
        """Note that the two are two people."""
        if pair := self._pairs.get(key):
            store, one, other = self._store, pair.one, pair.other
            said = teller.say("duplicates.told_apart", name=pair_names(pair, teller))
            self._decide(lambda: tell_apart(store, one.ward, one.person, other.person), said)

    def part(self, key: str, teller: Teller) -> None:
        """Take a merge back."""
        if pair := self._pairs.get(key):
            store, other = self._store, pair.other
            said = teller.say("duplicates.parted", name=pair.one.name)
            self._decide(lambda: part_people(store, other.ward, other.person), said)

    def _decide(self, job: Callable[[], str], said: str) -> None:
        if self._busy:
            return
        self._busy = True

        def then(changeset: str) -> None:
            self._busy = False
            self._decided(said, changeset)
            self.read()

        def failed(error: FieldappError) -> None:
            self._busy = False
            self._go.banner(error)
            self.read()

        self._tasks.write(job, then, failed)

    def open(self, key: str, number: int) -> None:
        """Go to one of the two records."""
        pair = self._pairs.get(key)
        if pair is None:
            return
        one = pair.one if number == 1 else pair.other
        if one.household:
            self._go.go("household", ward=one.ward, household=one.household, person=one.person)
