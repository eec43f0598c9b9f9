"""What all screens are built of. Names only: each class says in its docstring what it promises.

A module is imported when the first of its names is asked for: the sign-in needs a few of them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ui.widgets.button import Button, CheckBox, IconButton, KeyCap, ReasonedButton
    from ui.widgets.chips import StateChip, Tag, UrgencyText, state_word, urgency_token
    from ui.widgets.choice import Choice, ChoiceCards
    from ui.widgets.conflict_card import ConflictCard, Side
    from ui.widgets.containers import Band, BandPage, Card, Hairline, Panel, Scroll
    from ui.widgets.coverage import (
        CoverageBar,
        DateScale,
        Segment,
        TimeAxis,
        TodayLabel,
        paint_coverage,
    )
    from ui.widgets.date_field import DateField, parse_day
    from ui.widgets.dialog import Question
    from ui.widgets.doors import DoorsOfDay
    from ui.widgets.inputs import LabeledInput, NoteField, SearchField
    from ui.widgets.keyed_list import KeyedItem, KeyedList
    from ui.widgets.keys import if_shown, key_text, on_key
    from ui.widgets.labels import Label, TabularLabel
    from ui.widgets.notices import (
        EmptyState,
        ErrorBanner,
        IconView,
        Notice,
        ProgressPanel,
        Skeleton,
    )
    from ui.widgets.painting import Run
    from ui.widgets.palette import Palette
    from ui.widgets.rows import (
        HISTORY,
        INBOX,
        JOURNAL,
        PLAIN,
        RESULTS,
        WORKLIST,
        Group,
        Mark,
        Row,
        RowList,
        RowShape,
    )
    from ui.widgets.table import Cell, Column, Line, SectionTable
    from ui.widgets.tabs import Filter, FilterBar
    from ui.widgets.toast import Toast

__all__ = [
    "HISTORY",
    "INBOX",
    "JOURNAL",
    "PLAIN",
    "RESULTS",
    "WORKLIST",
    "Band",
    "BandPage",
    "Button",
    "Card",
    "Cell",
    "CheckBox",
    "Choice",
    "ChoiceCards",
    "Column",
    "ConflictCard",
    "CoverageBar",
    "DateField",
    "DateScale",
    "DoorsOfDay",
    "EmptyState",
    "ErrorBanner",
    "Filter",
    "FilterBar",
    "Group",
    "Hairline",
    "IconButton",
    "IconView",
    "KeyCap",
    "KeyedItem",
    "KeyedList",
    "Label",
    "LabeledInput",
    "Line",
    "Mark",
    "NoteField",
    "Notice",
    "Palette",
    "Panel",
    "ProgressPanel",
    "Question",
    "ReasonedButton",
    "Row",
    "RowList",
    "RowShape",
    "Run",
    "Scroll",
    "SearchField",
    "SectionTable",
    "Segment",
    "Side",
    "Skeleton",
    "StateChip",
    "TabularLabel",
    "Tag",
    "TimeAxis",
    "Toast",
    "TodayLabel",
    "UrgencyText",
    "if_shown",
    "key_text",
    "on_key",
    "paint_coverage",
    "parse_day",
    "state_word",
    "urgency_token",
]

_MODULES = {
    "button": "Button CheckBox IconButton KeyCap ReasonedButton",
    "chips": "StateChip Tag UrgencyText state_word urgency_token",
    "choice": "Choice ChoiceCards",
    "conflict_card": "ConflictCard Side",
    "containers": "Band BandPage Card Hairline Panel Scroll",
    "coverage": "CoverageBar DateScale Segment TimeAxis TodayLabel paint_coverage",
    "date_field": "DateField parse_day",
    "dialog": "Question",
    "doors": "DoorsOfDay",
    "inputs": "LabeledInput NoteField SearchField",
    "keyed_list": "KeyedItem KeyedList",
    "keys": "if_shown key_text on_key",
    "labels": "Label TabularLabel",
    "notices": "EmptyState ErrorBanner IconView Notice ProgressPanel Skeleton",
    "painting": "Run",
    "palette": "Palette",
    "rows": "HISTORY INBOX JOURNAL PLAIN RESULTS WORKLIST Group Mark Row RowList RowShape",
    "table": "Cell Column Line SectionTable",
    "tabs": "Filter FilterBar",
    "toast": "Toast",
}
_HOMES = {name: module for module, names in _MODULES.items() for name in names.split()}

if not TYPE_CHECKING:  # a name that does not exist is a mistake that the type checker finds

    def __getattr__(name: str) -> object:
        if name not in _HOMES:
            raise AttributeError(name)
        found = globals()[name] = getattr(import_module(f"ui.widgets.{_HOMES[name]}"), name)
        return found
