"""Every call of the protocol, with what it is asked with and answered by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, TypeVar

from sync.protocol.agreements import AgreementsTold, AskAgreements
from sync.protocol.attachments import (
    AttachmentsTold,
    FetchedPiece,
    FetchPiece,
    NameAttachments,
    PieceTaken,
    PutPiece,
)
from sync.protocol.audit import HandedOver, HandOver
from sync.protocol.bare import BareOwn, NameOwn
from sync.protocol.desk import AskDesk, DeskTold
from sync.protocol.history import FetchHistory, History
from sync.protocol.meeting import (
    Greeting,
    Handshake,
    SignedIn,
    SignIn,
)
from sync.protocol.people import (
    Done,
    EndWard,
    GiveWard,
    Invite,
    Invited,
    ListPeople,
    People,
    RevokeDevice,
)
from sync.protocol.reunion import Look, Meet, Met, Offer, Recall, Recalled, Wanted
from sync.protocol.rows import CountParts, FetchRows, Parts, Rows
from sync.protocol.snapshots import FetchPieces, Manifest, Pieces, Snapshot
from sync.protocol.together import Exchange, Exchanged, Knock, Knocked
from sync.protocol.visit_log import FetchVisits, ReadVisits, VisitsBegun, VisitsTold
from sync.protocol.work import (
    Answers,
    Carried,
    Farewell,
    Farewelled,
    Page,
    Pull,
    Push,
)


class SyncProtocol(Protocol):
    """Every call of the protocol. The caller's identity travels beside it (token)."""

    def sign_in(self, request: SignIn) -> SignedIn:
        """Enrols the device or signs in again."""
        ...

    def greet(self, request: Handshake) -> Greeting:
        """The handshake that starts a sync."""
        ...

    def knock(self, request: Knock) -> Knocked:
        """Says whether a greeting would tell a laptop anything new."""
        ...

    def exchange(self, request: Exchange) -> Exchanged:
        """Does several calls that travel together."""
        ...

    def push(self, request: Push) -> Answers:
        """Hands in changesets. Safe to repeat: a known id gets its old answer again."""
        ...

    def pull(self, request: Pull) -> Page:
        """Fetches a run of a ward's log."""
        ...

    def snapshot(self, request: Snapshot) -> Manifest:
        """Says of which pieces a ward's snapshot is made."""
        ...

    def pieces(self, request: FetchPieces) -> Pieces:
        """Fetches some pieces of a snapshot."""
        ...

    def farewell(self, request: Farewell) -> Farewelled:
        """Says what of a revoked device's work the server does not have."""
        ...

    def meet(self, request: Meet) -> Met:
        """Finds up to where a laptop's log is the server's."""
        ...

    def recall(self, request: Recall) -> Recalled:
        """Says what became of changesets that an earlier life of the database had confirmed."""
        ...

    def look(self, request: Look) -> Wanted:
        """Says which entries of a lost line the server wants back."""
        ...

    def offer(self, request: Offer) -> Answers:
        """Takes entries back that a restored server lacks. Safe to repeat."""
        ...

    def parcel(self, request: Carried) -> Carried:
        """Takes another device's parcel in and gives the reply to take along."""
        ...

    def count_parts(self, request: CountParts) -> Parts:
        """Says what the parts of a granted ward's rows sum up to."""
        ...

    def fetch_rows(self, request: FetchRows) -> Rows:
        """Fetches the rows of one part of a granted ward."""
        ...

    def desk(self, request: AskDesk) -> DeskTold:
        """Tells a desk of its wards' receipt numbers, held receipts and machines."""
        ...

    def bare(self, request: NameOwn) -> BareOwn:
        """Tells a device what erasures left of its own work."""
        ...

    def history(self, request: FetchHistory) -> History:
        """Fetches what was done to some records of a granted ward before a revision."""
        ...

    def people(self, request: ListPeople) -> People:
        """Tells who works in the caller's wards, with which devices."""
        ...

    def invite(self, request: Invite) -> Invited:
        """Gives a one-time code for one device of a person."""
        ...

    def give_ward(self, request: GiveWard) -> Done:
        """Grants a ward for days. Safe to repeat."""
        ...

    def end_ward(self, request: EndWard) -> Done:
        """Ends a person's grants in a ward. Safe to repeat."""
        ...

    def revoke_device(self, request: RevokeDevice) -> Done:
        """Revokes a device. Safe to repeat."""
        ...

    def audit(self, request: HandOver) -> HandedOver:
        """Takes over what a laptop saw or took out. Safe to repeat."""
        ...

    def read_visits(self, request: ReadVisits) -> VisitsBegun:
        """Begins to read the visit log of supervised wards, and notes that."""
        ...

    def fetch_visits(self, request: FetchVisits) -> VisitsTold:
        """Fetches a piece of a reading. Safe to repeat."""
        ...

    def agreements(self, request: AskAgreements) -> AgreementsTold:
        """Tells how the agreements of some granted wards stand."""
        ...

    def name_attachments(self, request: NameAttachments) -> AttachmentsTold:
        """Says how far contents of papers have come."""
        ...

    def put_piece(self, request: PutPiece) -> PieceTaken:
        """Takes one piece of a content. Safe to repeat."""
        ...

    def fetch_piece(self, request: FetchPiece) -> FetchedPiece:
        """Fetches one piece of a content of a granted ward."""
        ...


CALLS: Mapping[str, tuple[type[Any], type[Any]]] = {
    "sign_in": (SignIn, SignedIn),
    "greet": (Handshake, Greeting),
    "knock": (Knock, Knocked),
    "exchange": (Exchange, Exchanged),
    "push": (Push, Answers),
    "pull": (Pull, Page),
    "snapshot": (Snapshot, Manifest),
    "pieces": (FetchPieces, Pieces),
    "farewell": (Farewell, Farewelled),
    "meet": (Meet, Met),
    "recall": (Recall, Recalled),
    "look": (Look, Wanted),
    "offer": (Offer, Answers),
    "parcel": (Carried, Carried),
    "count_parts": (CountParts, Parts),
    "fetch_rows": (FetchRows, Rows),
    "desk": (AskDesk, DeskTold),
    "bare": (NameOwn, BareOwn),
    "history": (FetchHistory, History),
    "people": (ListPeople, People),
    "invite": (Invite, Invited),
    "give_ward": (GiveWard, Done),
    "end_ward": (EndWard, Done),
    "revoke_device": (RevokeDevice, Done),
    "audit": (HandOver, HandedOver),
    "read_visits": (ReadVisits, VisitsBegun),
    "fetch_visits": (FetchVisits, VisitsTold),
    "agreements": (AskAgreements, AgreementsTold),
    "name_attachments": (NameAttachments, AttachmentsTold),
    "put_piece": (PutPiece, PieceTaken),
    "fetch_piece": (FetchPiece, FetchedPiece),
}
"""What each call is asked with and answered by; over HTTP its name has hyphens."""


class Calls:
    """`SyncProtocol` over one function that carries any call: whoever carries them makes that."""

    def carry(self, name: str, request: Any) -> Any:
        """Carries the call of this name (of `CALLS`) and gives its answer."""
        raise NotImplementedError

    def sign_in(self, request: SignIn) -> SignedIn:
        """Enrols the device or signs in again."""
        return _of(SignedIn, self.carry("sign_in", request))

    def greet(self, request: Handshake) -> Greeting:
        """The handshake that starts a sync."""
        return _of(Greeting, self.carry("greet", request))

    def knock(self, request: Knock) -> Knocked:
        """Asks whether there is anything new."""
        return _of(Knocked, self.carry("knock", request))

    def exchange(self, request: Exchange) -> Exchanged:
        """Carries several calls at once."""
        return _of(Exchanged, self.carry("exchange", request))

    def push(self, request: Push) -> Answers:
        """Hands in changesets."""
        return _of(Answers, self.carry("push", request))

    def pull(self, request: Pull) -> Page:
        """Fetches a run of a ward's log."""
        return _of(Page, self.carry("pull", request))

    def snapshot(self, request: Snapshot) -> Manifest:
        """Asks of which pieces a snapshot is made."""
        return _of(Manifest, self.carry("snapshot", request))

    def pieces(self, request: FetchPieces) -> Pieces:
        """Fetches some pieces of a snapshot."""
        return _of(Pieces, self.carry("pieces", request))

    def farewell(self, request: Farewell) -> Farewelled:
        """Asks what of a revoked device's work the server does not have."""
        return _of(Farewelled, self.carry("farewell", request))

    def meet(self, request: Meet) -> Met:
        """Asks up to where a log is the server's."""
        return _of(Met, self.carry("meet", request))

    def recall(self, request: Recall) -> Recalled:
        """Asks what became of changesets."""
        return _of(Recalled, self.carry("recall", request))

    def look(self, request: Look) -> Wanted:
        """Asks which entries are wanted back."""
        return _of(Wanted, self.carry("look", request))

    def offer(self, request: Offer) -> Answers:
        """Offers entries back."""
        return _of(Answers, self.carry("offer", request))

    def parcel(self, request: Carried) -> Carried:
        """Hands another device's parcel in."""
        return _of(Carried, self.carry("parcel", request))

    def count_parts(self, request: CountParts) -> Parts:
        """Asks what the parts of a ward's rows sum up to."""
        return _of(Parts, self.carry("count_parts", request))

    def fetch_rows(self, request: FetchRows) -> Rows:
        """Fetches the rows of one part of a ward."""
        return _of(Rows, self.carry("fetch_rows", request))

    def desk(self, request: AskDesk) -> DeskTold:
        """Asks for what a desk hears beside the logs."""
        return _of(DeskTold, self.carry("desk", request))

    def bare(self, request: NameOwn) -> BareOwn:
        """Asks what erasures left of own work."""
        return _of(BareOwn, self.carry("bare", request))

    def history(self, request: FetchHistory) -> History:
        """Fetches what was done to some records."""
        return _of(History, self.carry("history", request))

    def people(self, request: ListPeople) -> People:
        """Asks who works in the caller's wards."""
        return _of(People, self.carry("people", request))

    def invite(self, request: Invite) -> Invited:
        """Asks for a one-time code."""
        return _of(Invited, self.carry("invite", request))

    def give_ward(self, request: GiveWard) -> Done:
        """Grants a ward for days."""
        return _of(Done, self.carry("give_ward", request))

    def end_ward(self, request: EndWard) -> Done:
        """Ends grants in a ward."""
        return _of(Done, self.carry("end_ward", request))

    def revoke_device(self, request: RevokeDevice) -> Done:
        """Revokes a device."""
        return _of(Done, self.carry("revoke_device", request))

    def audit(self, request: HandOver) -> HandedOver:
        """Hands over what was seen or taken out."""
        return _of(HandedOver, self.carry("audit", request))

    def read_visits(self, request: ReadVisits) -> VisitsBegun:
        """Begins to read the visit log of wards that are not here."""
        return _of(VisitsBegun, self.carry("read_visits", request))

    def fetch_visits(self, request: FetchVisits) -> VisitsTold:
        """Fetches a piece of it."""
        return _of(VisitsTold, self.carry("fetch_visits", request))

    def agreements(self, request: AskAgreements) -> AgreementsTold:
        """Asks how the agreements of wards stand that are not here."""
        return _of(AgreementsTold, self.carry("agreements", request))

    def name_attachments(self, request: NameAttachments) -> AttachmentsTold:
        """Asks how far contents of papers have come."""
        return _of(AttachmentsTold, self.carry("name_attachments", request))

    def put_piece(self, request: PutPiece) -> PieceTaken:
        """Hands in one piece of a content."""
        return _of(PieceTaken, self.carry("put_piece", request))

    def fetch_piece(self, request: FetchPiece) -> FetchedPiece:
        """Fetches one piece of a content."""
        return _of(FetchedPiece, self.carry("fetch_piece", request))


Answered = TypeVar("Answered")


def _of(kind: type[Answered], answer: Any) -> Answered:
    assert isinstance(answer, kind)
    return answer
