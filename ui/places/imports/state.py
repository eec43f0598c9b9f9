"""What the page of a list shows, as plain values: figures, tables, what can be done next. No Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from fieldapp.lists.columns import NOTHING_SAID, Kind, Mapped
from fieldapp.usecases.importing.preview import Choice, Column, Heads, Preview

Step = Literal["choose", "looking", "columns", "looked", "writing", "written"]
"""No file yet; it is being read; a column must be named first; what would come of it is shown; it
is being written; it is done."""
TABS = ("wrong", "differs", "columns")
COUNTS = ("new", "changed", "same", "differs", "wrong")
NO_SECTION = "no_section"
WITHOUT_MEANING = ("line_number", "reason")
"""Fields that nobody needs to choose: they are passed over anyway."""


@dataclass(frozen=True)
class ImportState:
    """A list on its way in.

    Attributes:
        ward: stream that was chosen; "" where the list is to tell.
        columns: what was said of the columns by hand.
        preview: what would become of the list, or what became of it.
        heads: its columns, where some must be named before it can be read.
    """

    kind: Kind = "due"
    path: Path | None = None
    ward: str = ""
    columns: Mapped = NOTHING_SAID
    overwrite: bool = False
    step: Step = "choose"
    tab: str = "wrong"
    preview: Preview | None = None
    heads: Heads | None = None

    @property
    def choice(self) -> Choice:
        """What is said of the list."""
        return Choice(self.ward, self.columns, self.overwrite)

    @property
    def busy(self) -> bool:
        """Whether a job runs."""
        return self.step in ("looking", "writing")

    @property
    def table(self) -> tuple[Column, ...]:
        """The columns of the list, as far as they are known."""
        if self.preview is not None:
            return self.preview.columns
        return self.heads.columns if self.heads else ()

    @property
    def writes(self) -> int:
        """How many lines would be written."""
        return self.preview.new + self.preview.changed if self.preview else 0

    @property
    def asks_scheme(self) -> bool:
        """Whether the list does not say for all its lines of which scheme they are."""
        unsaid = (
            any(one.code == NO_SECTION for one in self.preview.remarks) if self.preview else False
        )
        return self.kind == "due" and (unsaid or bool(self.columns.scheme))

    def counts(self) -> Mapping[str, int]:
        """How much stands under each tab."""
        found = self.preview
        return {
            "wrong": found.wrong if found else 0,
            "differs": found.differs if found else 0,
            "columns": sum(bool(column.field) for column in self.table),
        }

    def with_file(self, path: Path) -> ImportState:
        """Another file: what was said of the last one's columns is no longer said."""
        return replace(
            self,
            path=path,
            columns=NOTHING_SAID,
            overwrite=False,
            step="choose",
            preview=None,
            heads=None,
        )

    def after_failure(self, before: ImportState) -> ImportState:
        """What a job that failed leaves, with what was said for it.

        Where lines to write were shown `before`, they and what was said for them stand again: only
        what was looked at may be written. Else what was said stays said for the next try.
        """
        if before.step == "looked":
            return before
        return replace(self, step="choose" if before.step == "written" else before.step)

    def with_column(self, letter: str, field: str) -> ImportState:
        """The column of a letter holds this field ("" for none of them); no other one does."""
        said = dict(self.columns.columns)
        for column in self.table:
            if column.letter == letter and column.field and column.field != field:
                said[column.field] = None
        if field:
            said[field] = place_of(letter)
        return replace(self, columns=replace(self.columns, columns=said))

    def looked(self, preview: Preview) -> ImportState:
        """What would become of the list is known; the tab with something to see is shown."""
        tab = self.tab if self.tab == "columns" and self.preview else _first_tab(preview)
        return replace(self, step="looked", preview=preview, heads=None, tab=tab)


def _first_tab(preview: Preview) -> str:
    if preview.wrong:
        return "wrong"
    return "differs" if preview.differs else "columns"


def place_of(letter: str) -> int:
    """The place of a column, from 0, by its letter in a spreadsheet."""
    place = 0
    for one in letter:
        place = place * 26 + ord(one) - 64
    return place - 1
