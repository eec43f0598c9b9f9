"""Two people see to it that cash is there: who handed it in does not confirm it."""

from __future__ import annotations

from fieldapp.model import Remittance, RemittanceAnswer
from fieldapp.model.changesets import Change, Changeset
from fieldapp.model.remittances import CONFIRMED
from sync.server.wardlog.view import StoredLog


def counts_own_cash(changeset: Changeset, change: Change, log: StoredLog) -> bool:
    """Whether the author of a change says that the cash which he handed in is there."""
    if change.record_type != RemittanceAnswer.type_name():
        return False
    said = {name: new for name, (_, new) in change.fields.items()}
    if said.get("how", CONFIRMED) != CONFIRMED:
        return False
    key = (Remittance.type_name(), str(said.get("remittance")))
    made = changeset.change_of(*key)
    if made is not None:
        return "handed_by" in made.fields and made.fields["handed_by"][1] == changeset.author
    return (log.row(*key) or {}).get("handed_by") == changeset.author
