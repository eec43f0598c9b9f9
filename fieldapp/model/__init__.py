"""The records: one SQLModel class each, with the merge policy beside each field.

What a record means stands here; how it is stored, in `fieldapp/store` and `sync/server`; what may
be done with it, in `fieldapp/usecases`.
"""

from fieldapp.model.agreements import Agreement
from fieldapp.model.city import Campaign, DatedTable, Organisation, Staff, Target, Ward, stream_of
from fieldapp.model.conflicts import Conflict, conflict_id
from fieldapp.model.enrolments import Enrolment, Receipt, ReceiptVoid
from fieldapp.model.erasures import Erasure
from fieldapp.model.flags import FlagClearing, FlagReply
from fieldapp.model.households import Coverage, Household, Membership, Person
from fieldapp.model.papers import Paper
from fieldapp.model.record import CITY, Record, record_types
from fieldapp.model.releases import HeldRelease
from fieldapp.model.remittances import Remittance, RemittanceAnswer
from fieldapp.model.submissions import Submission, SubmissionLine
from fieldapp.model.visits import Assignment, Notice, Visit

__all__ = [
    "CITY",
    "Agreement",
    "Assignment",
    "Campaign",
    "Conflict",
    "Coverage",
    "DatedTable",
    "Enrolment",
    "Erasure",
    "FlagClearing",
    "FlagReply",
    "HeldRelease",
    "Household",
    "Membership",
    "Notice",
    "Organisation",
    "Paper",
    "Person",
    "Receipt",
    "ReceiptVoid",
    "Record",
    "Remittance",
    "RemittanceAnswer",
    "Staff",
    "Submission",
    "SubmissionLine",
    "Target",
    "Visit",
    "Ward",
    "conflict_id",
    "record_types",
    "stream_of",
]
