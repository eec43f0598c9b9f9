"""The official lists and declarations, as the agency's forms have them, in each generation.

A form says where things stand; what stands there comes as the plain values of `content`. Which
generation a list follows is chosen by its date (`form_layouts` in `fieldapp/data`). The writers
are loaded when the first paper is written: a window that names `content` does not wait for them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fieldapp.reports.forms.declarations import write_declarations
    from fieldapp.reports.forms.lists import WrittenList, in_order, write_list
    from fieldapp.reports.forms.receipts import write_receipt_reconciliation
    from fieldapp.reports.forms.targets import write_targets

__all__ = [
    "WrittenList",
    "in_order",
    "write_declarations",
    "write_list",
    "write_receipt_reconciliation",
    "write_targets",
]

_HOMES = {
    "WrittenList": "lists",
    "in_order": "lists",
    "write_declarations": "declarations",
    "write_list": "lists",
    "write_receipt_reconciliation": "receipts",
    "write_targets": "targets",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
